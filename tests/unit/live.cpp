// SPDX-License-Identifier: BSL-1.0
// What a hypervisor really enabled, against what the definition says.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "definitions.hpp"
#include "reference_decode.hpp"
#include "support.hpp"

namespace {

using cpumap::check;
using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using unit::same_definition;
using namespace unit::debian13;
constexpr cpumap::cpu_data data_of(const lib::feature_set& features) {
    return unit::data_of<map_type>(features, {}, {});
}
constexpr cpumap::cpu_data data_of(std::string_view names) { return data_of(set_of(names)); }

// ---- By the rules ---------------------------------------------------------------------------------------------------

/// Whether a bit is left when all that the map describes are gone.
template <class Map>
bool says_more_than_the_map(cpumap::cpu_data data) {
    for (const auto f : cpumap::features<Map>()) unit::change_bit<Map>(data, f, unit::change::clear);
    for (std::size_t i = 0; i < data.size(); ++i)
        if (!(data[i].registers == cpumap::cpuid_registers{})) return true;
    return false;
}

/// The rules, one feature after the other.
template <class Map>
int updated_by_the_rules(const reference::map& map, const cpumap::basic_guest_cpu<Map>& guest,
                         const cpumap::cpu_data& enabled, const cpumap::cpu_data& disabled, std::size_t (&seen)[256]) {
    const auto r = cpumap::update_live(guest, enabled, disabled);
    ++seen[static_cast<std::size_t>(r ? errc::none : r.error().code())];
    const bool full = guest.check() && *guest.check() == check::full;
    const bool unknown = guest.mode() == mode::host_passthrough || guest.mode() == mode::maximum;
    if (guest.mode() != mode::custom && !full) {
        CPUMAP_MUST(r && same_definition(*r, guest));
        return 0;
    }
    const reference::flags has = reference::read<Map>(map, enabled).has;
    const reference::flags lost = reference::read<Map>(map, disabled).has;
    cpumap::basic_feature_set<Map> both;
    cpumap::basic_feature_set<Map> reported;
    bool some_tolerated = false;
    auto expected = guest;
    for (const auto f : cpumap::features<Map>()) {
        bool on = guest.has_model() && map.models[guest.model().index()].has[f.index()] != 0;
        bool off = false;
        bool disabled_by_name = false;
        for (const auto l : guest.listed()) {
            if (l.feature != f) continue;
            if (l.policy == feature_policy::force || l.policy == feature_policy::require) on = true;
            off = l.policy == feature_policy::disable || l.policy == feature_policy::forbid;
            on = on && !off;
            disabled_by_name = l.policy == feature_policy::disable;
        }
        const bool tolerated = guest.has_model() && guest.model().added().contains(f) && !on && !disabled_by_name;
        const bool is_on = has[f.index()] != 0;
        const bool is_off = lost[f.index()] != 0;
        if (is_on && is_off) both.insert(f);
        const bool expected_off = unknown ? disabled_by_name : !on;  // forbidding says nothing in these modes
        const bool extra = expected_off && is_on;
        const bool missing = (on && !is_on) || is_off;
        if (!extra && !missing) continue;
        if (full && !tolerated) reported.insert(f);
        some_tolerated = some_tolerated || tolerated;
        expected.listed().put(missing ? feature_policy::disable : feature_policy::require, f);
    }
    if (!both.empty()) {
        CPUMAP_MUST(!r && r.error().code() == errc::enabled_and_disabled);
        CPUMAP_MUST(r.error().name() == (*both.begin()).name() && r.error().features() == both);
        return 0;
    }
    if (!reported.empty()) {
        CPUMAP_MUST(!r && r.error().code() == errc::not_as_specified);
        CPUMAP_MUST(r.error().name() == (*reported.begin()).name() && r.error().features() == reported);
        return 0;
    }
    if (full && says_more_than_the_map<Map>(disabled)) {
        CPUMAP_MUST(!r && r.error().code() == errc::undescribed_disabled);
        return 0;
    }
    if (guest.has_model())
        for (const auto f : guest.model().removed()) expected.listed().put_if_missing(feature_policy::disable, f);
    CPUMAP_MUST(r && same_definition(*r, expected));
    if (full && some_tolerated) ++seen[255];
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("updating a live guest goes by the rules", "[live]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    const reference::map map = reference::load<Map>();
    unit::random random(30);
    std::size_t seen[256]{};
    for (int round = 0; round < 1500; ++round) {
        auto guest = unit::random_guest<Map>(random);
        if (random.one_in(6)) {
            const auto listed = guest.listed();
            guest = {};
            guest.set_mode(static_cast<mode>(1 + random.below(3)));
            guest.listed() = listed;
        } else {
            while (random.one_in(2) && guest.model().added().empty()) guest.set_model(unit::random_model<Map>(random));
        }
        guest.set_topology(cpumap::topology{.sockets = 1, .cores = 3, .threads = 1});
        if (!random.one_in(5)) guest.set_check(static_cast<check>(random.below(3)));
        // What was asked for, but for a few bits.
        auto has = guest.features();
        if (guest.has_model() && random.one_in(2))
            for (const auto f : guest.model().added())
                if (random.one_in(2)) has.insert(f);
        cpumap::basic_feature_set<Map> lost;
        for (std::size_t n = random.one_in(2) ? random.below(6) : 0; n > 0; --n) {
            const auto f = unit::random_feature<Map>(random);
            if (!has.contains(f))
                has.insert(f);
            else
                has.erase(f);
        }
        for (std::size_t n = random.one_in(3) ? random.below(4) : 0; n > 0; --n) {
            const auto f = unit::random_feature<Map>(random);
            if (!has.contains(f) || random.one_in(4)) lost.insert(f);
        }
        if (guest.has_model() && random.one_in(4)) lost |= guest.model().added() - has;
        const auto enabled = unit::data_of<Map>(has, "Intel", cpumap::cpu_signature(6, 60, 3));
        auto disabled = unit::data_of<Map>(lost, {}, {});
        if (random.one_in(4)) disabled.set_cpuid(0x4000'0000, 0, {.edx = random.one_in(2) ? 8U : 0U});
        if (random.one_in(4)) disabled.set_msr(0x999, random.one_in(2) ? std::uint64_t{1} << 63 : 0);
        if (random.one_in(8)) unit::set_signature(disabled, cpumap::cpu_signature(6, 60, 3));
        INFO(round);
        REQUIRE(updated_by_the_rules(map, guest, enabled, disabled, seen) == 0);
    }
    for (const errc code :
         {errc::none, errc::enabled_and_disabled, errc::not_as_specified, errc::undescribed_disabled}) {
        INFO(cpumap::message(code));
        CHECK(seen[static_cast<std::size_t>(code)] > 20);
    }
    bool some_added = false;
    for (const auto m : cpumap::models<Map>()) some_added = some_added || !m.added().empty();
    CHECK((seen[255] > 5) == some_added);
}

// ---- One thing after the other --------------------------------------------------------------------------------------

namespace {

/// A Nehalem that lists cx16 and vmx before features that come earlier in the map.
constexpr lib::guest_cpu nehalem() {
    lib::guest_cpu guest(model<"Nehalem">);
    static_cast<void>(guest.set(feature_policy::disable, "invtsc"));
    static_cast<void>(guest.set(feature_policy::require, "vmx"));
    static_cast<void>(guest.set(feature_policy::optional, "aes"));
    return guest;
}

constexpr int checks_decide(check partial) {
    const auto has = (nehalem().features() | set_of("invtsc aes avx lm")) - set_of("vmx sse4.1 sse2");
    for (const auto how : {cpumap::given<check>{}, cpumap::given<check>(check::none), cpumap::given<check>(partial)}) {
        auto guest = nehalem();
        guest.set_check(how);
        const auto r = lib::update_live(guest, data_of(has), data_of("vmx"));
        CPUMAP_MUST(r && r->check() == how && r->model() == guest.model());
        // In place what was listed, then the others in map order.
        std::size_t at = 0;
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::require, "invtsc"));
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::disable, "vmx"));
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::require, "aes"));
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::disable, "sse4.1"));
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::require, "avx"));
        CPUMAP_MUST(unit::lists(r->listed(), at, feature_policy::disable, "sse2") && at == r->listed().size());
    }
    auto guest = nehalem();
    guest.set_check(check::full);
    const auto r = lib::update_live(guest, data_of(has), data_of("vmx"));
    CPUMAP_MUST(!r && r.error().code() == errc::not_as_specified && r.error().name() == "vmx");
    CPUMAP_MUST(r.error().features() == set_of("sse2 sse4.1 vmx aes avx invtsc"));
    // What it was asked for and nothing else is what it should be.
    const auto same = lib::update_live(guest, data_of(guest.features()), {});
    CPUMAP_MUST(same && same_definition(*same, guest));
    return 0;
}

constexpr int full_takes_what_is_added(std::string_view name) {
    const auto of = *lib::find_model(name);
    CPUMAP_MUST(!of.added().empty() && (of.added() & of.features()).empty());
    const auto f = *of.added().begin();
    lib::guest_cpu guest(of);
    guest.set_check(check::full);
    const auto with_it = guest.features() | of.added();
    const auto r = lib::update_live(guest, data_of(with_it), {});
    CPUMAP_MUST(r && r->features() == with_it);
    // Disabled although it never was asked for: that is noted as well.
    const auto off = lib::update_live(guest, data_of(guest.features()), data_of(of.added()));
    CPUMAP_MUST(off && off->listed().with_policy(feature_policy::disable).includes(of.added()));
    // But where the definition says something of it that counts; to libvirt, forbid does not.
    auto without = guest;
    CPUMAP_MUST(without.set(feature_policy::disable, f));
    const auto refused = lib::update_live(without, data_of(with_it), {});
    CPUMAP_MUST(!refused && refused.error().code() == errc::not_as_specified);
    CPUMAP_MUST(refused.error().name() == f.name() && refused.error().features().size() == 1);
    auto forbidden = guest;
    CPUMAP_MUST(forbidden.set(feature_policy::forbid, f));
    const auto taken = lib::update_live(forbidden, data_of(with_it), {});
    CPUMAP_MUST(taken && taken->features() == with_it);
    auto required = guest;
    CPUMAP_MUST(required.set(feature_policy::require, f));
    const auto lost = lib::update_live(required, data_of(guest.features()), {});
    CPUMAP_MUST(!lost && lost.error().name() == f.name());
    // What is not added is reported alone.
    const auto more = lib::update_live(guest, data_of(with_it | set_of("3dnow")), {});
    CPUMAP_MUST(!more && more.error().features() == set_of("3dnow"));
    return 0;
}

constexpr int both_is_an_error(std::string_view names) {
    for (const auto how : {check::none, check::partial, check::full}) {
        auto guest = nehalem();
        guest.set_check(how);
        const auto r = lib::update_live(guest, data_of(guest.features() | set_of(names)), data_of(names));
        CPUMAP_MUST(!r && r.error().code() == errc::enabled_and_disabled);
        CPUMAP_MUST(r.error().features() == set_of(names) && r.error().name() == names.substr(0, names.find(' ')));
    }
    return 0;
}

constexpr int bits_of_no_feature(std::uint32_t leaf) {
    auto guest = nehalem();
    const auto enabled = data_of(guest.features());
    const auto refused = [&](const cpumap::cpu_data& disabled) {
        guest.set_check(check::full);
        const auto r = lib::update_live(guest, enabled, disabled);
        guest.set_check(check::partial);
        const auto lax = lib::update_live(guest, enabled, disabled);
        return !r && r.error().code() == errc::undescribed_disabled && r.error().features().empty() && lax &&
               same_definition(*lax, guest);
    };
    cpumap::cpu_data disabled;
    disabled.set_cpuid(leaf, 0, {});
    disabled.set_msr(leaf, 0);
    CPUMAP_MUST(!refused(disabled));
    for (const auto& r : {cpumap::cpuid_registers{.eax = 1}, cpumap::cpuid_registers{.ebx = 1},
                          cpumap::cpuid_registers{.ecx = 1}, cpumap::cpuid_registers{.edx = 0x8000'0000U}}) {
        disabled.set_cpuid(leaf, 0, r);
        CPUMAP_MUST(refused(disabled));
    }
    disabled.set_cpuid(leaf, 0, {});
    for (const std::uint64_t v : {std::uint64_t{1}, std::uint64_t{1} << 63}) {
        disabled.set_msr(leaf, v);
        CPUMAP_MUST(refused(disabled));
    }
    // A bit between those of features: leaf 7 EAX has none, and leaf 1 under subleaf 1 is not leaf 1.
    disabled = {};
    disabled.set_cpuid(7, 0, {.eax = 4});
    CPUMAP_MUST(refused(disabled));
    disabled = {};
    disabled.set_cpuid(6, 0, {.eax = 1U << 31});  // leaf 6 EAX has some
    CPUMAP_MUST(refused(disabled));
    disabled = {};
    disabled.set_cpuid(1, 1, {.edx = 1});
    CPUMAP_MUST(refused(disabled));
    disabled = {};
    disabled.set_msr(1, 1);
    CPUMAP_MUST(refused(disabled));
    // Missing features are told of first.
    guest.set_check(check::full);
    disabled.set_cpuid(1, 0, {.edx = 1});
    CPUMAP_MUST(lib::update_live(guest, data_of(guest.features() - set_of("fpu")), disabled).error().code() ==
                errc::not_as_specified);
    return 0;
}

/// All that a map describes, one bit after the other, is described.
constexpr int every_bit_is_described(std::size_t first) {
    lib::guest_cpu guest;
    guest.set_mode(mode::maximum);
    guest.set_check(check::full);
    auto all = lib::feature_set{};
    for (std::size_t i = first; i < lib::features().size(); ++i) all.insert(lib::features()[i]);
    const auto r = lib::update_live(guest, {}, data_of(all));
    CPUMAP_MUST(!r && r.error().code() == errc::not_as_specified && r.error().features() == all);
    guest.listed().append(feature_policy::disable, all);
    CPUMAP_MUST(lib::update_live(guest, {}, data_of(all)).error().code() == errc::not_as_specified);
    return 0;
}

constexpr int other_modes_count_with_full_only(mode m) {
    lib::guest_cpu guest;
    guest.set_mode(m);
    CPUMAP_MUST(guest.set(feature_policy::require, "vmx") && guest.set(feature_policy::disable, "svm"));
    CPUMAP_MUST(guest.set(feature_policy::optional, "avx"));
    for (const auto how :
         {cpumap::given<check>{}, cpumap::given<check>(check::none), cpumap::given<check>(check::partial)}) {
        guest.set_check(how);
        // Not even a contradiction is looked at.
        const auto r = lib::update_live(guest, data_of("svm avx sse"), data_of("vmx svm"));
        CPUMAP_MUST(r && same_definition(*r, guest));
    }
    guest.set_check(check::full);
    const bool unknown = m != mode::host_model;
    const auto r = lib::update_live(guest, data_of("vmx avx sse"), {});
    if (unknown) {
        // What is not mentioned may be there or not.
        CPUMAP_MUST(r && same_definition(*r, guest));
        CPUMAP_MUST(same_definition(*lib::update_live(guest, data_of("vmx"), {}), guest));
    } else {
        CPUMAP_MUST(!r && r.error().features() == set_of("avx sse"));
    }
    const auto wrong = lib::update_live(guest, data_of("svm"), {});
    CPUMAP_MUST(!wrong && wrong.error().code() == errc::not_as_specified);
    CPUMAP_MUST(wrong.error().features() == set_of("vmx svm"));
    const auto lost = lib::update_live(guest, data_of("vmx"), data_of("sse2"));
    CPUMAP_MUST(!lost && lost.error().features() == set_of("sse2"));
    CPUMAP_MUST(lib::update_live(guest, data_of("vmx svm"), data_of("svm")).error().code() ==
                errc::enabled_and_disabled);
    return 0;
}

constexpr int removed_come_last(std::size_t) {
    // EPYC once had monitor.
    lib::guest_cpu guest(model<"EPYC">);
    CPUMAP_MUST(guest.set(feature_policy::require, "invtsc"));
    const auto removed = guest.model().removed();
    CPUMAP_MUST(removed.size() > 0 && removed[0] == feature<"monitor">);
    const auto r = lib::update_live(guest, data_of((guest.features() | set_of("3dnow")) - set_of("avx2")), {});
    std::size_t at = 0;
    CPUMAP_MUST(r && unit::lists(r->listed(), at, feature_policy::require, "invtsc"));
    CPUMAP_MUST(r->listed()[1].feature == feature<"avx2"> && r->listed()[2].feature == feature<"3dnow">);
    CPUMAP_MUST(r->listed().size() == 3 + removed.size());
    for (std::size_t i = 0; i < removed.size(); ++i)
        CPUMAP_MUST(r->listed()[3 + i] == lib::listed_feature{removed[i], feature_policy::disable});
    // Enabled all the same: then it is required, and mentioned.
    const auto kept = lib::update_live(guest, data_of(guest.features() | set_of("monitor")), {});
    CPUMAP_MUST(kept && kept->listed()[1] == lib::listed_feature{feature<"monitor">, feature_policy::require});
    CPUMAP_MUST(kept->listed().size() == 1 + removed.size());
    // With check='full' too, where all is as it should be.
    guest.set_check(check::full);
    const auto full = lib::update_live(guest, data_of(guest.features()), {});
    CPUMAP_MUST(full && full->listed().size() == 1 + removed.size() && full->features() == guest.features());
    // What the guest has now is what it had: a second look finds the same.
    CPUMAP_MUST(same_definition(*lib::update_live(*full, data_of(full->features()), {}), *full));
    return 0;
}

}  // namespace

TEST_CASE("a live guest is updated or refused as its check says", "[live]") {
    CPUMAP_BOTH(checks_decide, check::partial);
}
TEST_CASE("features that hypervisors add are no mistake", "[live]") {
    CPUMAP_BOTH(full_takes_what_is_added, std::string_view("Skylake-Client"));
}
TEST_CASE("enabled and disabled at once is an error", "[live]") {
    CPUMAP_BOTH(both_is_an_error, std::string_view("avx"));
    CPUMAP_BOTH(both_is_an_error, std::string_view("vmx sse2"));
}
/// Every bit of every feature, in whatever register it stands.
TEMPLATE_TEST_CASE("bits of features are described", "[live]", CPUMAP_EVERY_MAP) {
    cpumap::cpu_data all;
    for (const auto f : cpumap::features<TestType>()) {
        unit::change_bit<TestType>(all, f, unit::change::set);
        cpumap::cpu_data one;
        unit::change_bit<TestType>(one, f, unit::change::set);
        CAPTURE(f.name());
        CHECK_FALSE(cpumap::detail::has_undescribed_bits<TestType>(one));
    }
    CHECK_FALSE(cpumap::detail::has_undescribed_bits<TestType>(all));
    all.set_cpuid(0x4000'0001, 0, {.ecx = 2});
    CHECK(cpumap::detail::has_undescribed_bits<TestType>(all));
}
TEST_CASE("disabled bits of no feature are an error with check='full'", "[live]") {
    CPUMAP_BOTH(bits_of_no_feature, 0x4000'0001U);
    CPUMAP_BOTH(every_bit_is_described, std::size_t{0});
}
TEST_CASE("other modes than custom are looked at with check='full' only", "[live]") {
    for (const mode m : {mode::host_model, mode::host_passthrough, mode::maximum})
        CHECK(other_modes_count_with_full_only(m) == 0);
    CPUMAP_BOTH(other_modes_count_with_full_only, mode::host_model);
    CPUMAP_BOTH(other_modes_count_with_full_only, mode::host_passthrough);
}
TEST_CASE("removed features are disabled behind all others", "[live]") {
    CPUMAP_BOTH(removed_come_last, std::size_t{0});
}
