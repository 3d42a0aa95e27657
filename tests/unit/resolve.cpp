// SPDX-License-Identifier: BSL-1.0
// From a definition to what runs on a host: compare, update, translate, and resolve, which is all of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "reference_decode.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using cpumap::reason;
using cpumap::verdict;
using unit::every_policy;
using unit::random_guest;
using unit::same_definition;
using namespace unit::debian13;

constexpr std::size_t haswell = 2;
constexpr std::size_t epyc = 5;
constexpr std::size_t cascadelake = 6;

// ---- Compare --------------------------------------------------------------------------------------------------------

/// Comparison by its rules, one feature after the other.
template <class Map>
constexpr int compared_by_the_rules(const cpumap::basic_host_cpu<Map>& host,
                                    const cpumap::basic_guest_cpu<Map>& guest) {
    cpumap::basic_feature_set<Map> forbidden;
    cpumap::basic_feature_set<Map> missing;
    cpumap::basic_feature_set<Map> rest;
    for (const auto f : cpumap::features<Map>()) {
        const feature_policy* policy = nullptr;
        for (const auto& l : guest.listed())
            if (l.feature == f) policy = &every_policy[static_cast<std::size_t>(l.policy)];
        const bool on_host = host.features().contains(f);
        const bool wanted = (guest.has_model() && guest.model().features().contains(f)) ||
                            (policy != nullptr && *policy == feature_policy::require);
        const bool excepted =
            policy != nullptr && (*policy == feature_policy::force || *policy == feature_policy::optional ||
                                  *policy == feature_policy::disable);
        if (policy != nullptr && *policy == feature_policy::forbid && on_host) forbidden.insert(f);
        if (wanted && !excepted && !on_host) missing.insert(f);
        if (on_host && !wanted && !excepted) rest.insert(f);
    }
    const auto answer = cpumap::compare(host, guest);
    if (!host.has_model()) {
        CPUMAP_MUST(answer.outcome == verdict::incompatible && answer.reason == reason::host_without_model);
        return 0;
    }
    CPUMAP_MUST(answer.missing == missing && answer.forbidden == forbidden && answer.extra == rest);
    reason why = reason::none;
    if (!guest.vendor().empty() && guest.vendor() != host.vendor())
        why = reason::other_vendor;
    else if (!forbidden.empty())
        why = reason::forbidden_features;
    else if (!missing.empty())
        why = reason::missing_features;
    else if (guest.match() == cpumap::match::strict && !rest.empty())
        why = reason::extra_features;
    CPUMAP_MUST(answer.reason == why);
    CPUMAP_MUST(answer.outcome == (why != reason::none ? verdict::incompatible
                                   : rest.empty()      ? verdict::identical
                                                       : verdict::superset));
    return 0;
}

template <class Map>
cpumap::basic_host_cpu<Map> random_host(unit::random& random, const cpumap::basic_guest_cpu<Map>& guest) {
    cpumap::basic_host_cpu<Map> host;
    if (random.one_in(20)) return host;
    const auto models = cpumap::models<Map>();
    host = cpumap::basic_host_cpu<Map>(random.one_in(2) ? guest.model() : models[random.below(models.size())]);
    if (random.one_in(2))  // a host on which the guest has a chance
        for (const auto f : cpumap::features<Map>())
            if (guest.features().contains(f) || random.one_in(20)) static_cast<void>(host.set(f));
    return host;
}

}  // namespace

TEMPLATE_TEST_CASE("comparing goes by the rules", "[compare]", CPUMAP_EVERY_MAP) {
    unit::random random(6);
    std::size_t seen[7]{};
    std::size_t identical = 0;
    for (int round = 0; round < 1000; ++round) {
        const auto guest = random_guest<TestType>(random);
        const auto host = random_host<TestType>(random, guest);
        INFO(round);
        REQUIRE(compared_by_the_rules(host, guest) == 0);
        const auto answer = cpumap::compare(host, guest);
        ++seen[static_cast<std::size_t>(answer.reason)];
        identical += answer.outcome == verdict::identical ? 1 : 0;
    }
    for (const reason r : {reason::none, reason::host_without_model, reason::other_vendor, reason::forbidden_features,
                           reason::missing_features, reason::extra_features}) {
        INFO(static_cast<int>(r));
        CHECK(seen[static_cast<std::size_t>(r)] > 10);
    }
    CHECK(identical > 5);
}

namespace {

/// i686 and x86_64 are one, ppc64 and ppc64le are, and those of arm; no other two are.
constexpr int architectures_that_compare(std::size_t which) {
    using cpumap::architecture;
    constexpr architecture all[] = {architecture::x86_64,  architecture::i686,    architecture::ppc64,
                                    architecture::ppc64le, architecture::aarch64, architecture::armv7l,
                                    architecture::armv6l,  architecture::other};
    constexpr int family[] = {0, 0, 1, 1, 2, 2, 2, 3};
    auto host = *lib::decode_host(recorded::hosts[which].data());
    auto other = host;
    for (std::size_t a = 0; a < std::size(all); ++a)
        for (std::size_t b = 0; b < std::size(all); ++b) {
            host.set_arch(all[a]);
            other.set_arch(all[b]);
            const auto answer = lib::compare(host, other);
            CPUMAP_MUST((answer.outcome == verdict::identical) == (family[a] == family[b]));
            CPUMAP_MUST((answer.reason == reason::none) == (family[a] == family[b]));
            CPUMAP_MUST(family[a] == family[b] || answer.reason == reason::other_architecture);
        }
    // Before it comes only a host without a model; after it the vendor.
    host.set_arch(architecture::ppc64);
    other.set_arch(architecture::x86_64);
    other.set_vendor("AMD");
    CPUMAP_MUST(lib::compare(host, other).reason == reason::other_architecture);
    CPUMAP_MUST(lib::compare(lib::host_cpu{}, other).reason == reason::host_without_model);
    other.set_arch(architecture::ppc64le);
    CPUMAP_MUST(lib::compare(host, other).reason == reason::other_vendor);
    return 0;
}

}  // namespace

TEST_CASE("hosts of different architectures are not compared", "[compare]") {
    CPUMAP_BOTH(architectures_that_compare, haswell);
}

// ---- Resolve: modes -------------------------------------------------------------------------------------------------

namespace {

constexpr int host_model_is_what_is_decoded(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    const auto bare = lib::host_model<>::resolve(data);
    lib::decode_options options;
    options.migratable = true;
    auto expected = *lib::decode_guest(data, options);
    for (const auto f : expected.model().removed()) expected.listed().put_if_missing(feature_policy::disable, f);
    CPUMAP_MUST(bare && same_definition(*bare, expected));
    CPUMAP_MUST(bare->mode() == mode::custom && bare->vendor() == recorded::hosts[which].vendor);
    CPUMAP_MUST(same_definition(*lib::resolve(lib::host_model<>::definition(), data), expected));
    CPUMAP_MUST(lib::check_definition(*bare) == errc::none);
    return 0;
}

using directed =
    lib::host_model<cpumap::disable<"vmx">, cpumap::optional<"svm">, cpumap::optional<"avx2">, cpumap::forbid<"sse4a">,
                    cpumap::force<"3dnow">, cpumap::require<"invtsc">, cpumap::with<cpumap::check::full>,
                    cpumap::with<cpumap::vendor_id{"123456789012"}>, cpumap::with<cpumap::fallback::allow>,
                    cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 1}>>;

constexpr int directives_are_laid_over(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    const auto bare = *lib::host_model<>::resolve(data);
    const auto r = directed::resolve(data);
    CPUMAP_MUST(r && r->model() == bare.model() && r->mode() == mode::custom && r->match() == cpumap::match::exact);
    const auto policy_of = [&r](auto f) {
        for (const auto l : r->listed())
            if (l.feature == f) return static_cast<int>(l.policy);
        return -1;
    };
    CPUMAP_MUST(policy_of(feature<"vmx">) == static_cast<int>(feature_policy::disable));
    CPUMAP_MUST(policy_of(feature<"svm">) ==
                static_cast<int>(feature_policy::disable));  // optional, and not on this host
    CPUMAP_MUST(policy_of(feature<"avx2">) == static_cast<int>(feature_policy::require));  // optional, and on it
    CPUMAP_MUST(policy_of(feature<"sse4a">) == static_cast<int>(feature_policy::forbid));
    CPUMAP_MUST(policy_of(feature<"3dnow">) == static_cast<int>(feature_policy::force));
    CPUMAP_MUST(policy_of(feature<"invtsc">) ==
                static_cast<int>(feature_policy::require));  // asked for, though it does not migrate
    // The rest is the host's, and stands before what was added.
    for (std::size_t i = 0; i < bare.listed().size(); ++i) {
        CPUMAP_MUST(r->listed()[i].feature == bare.listed()[i].feature);
        CPUMAP_MUST(r->listed()[i].policy == bare.listed()[i].policy || r->listed()[i].feature == feature<"vmx">);
    }
    CPUMAP_MUST(r->listed().size() == bare.listed().size() + 5);
    CPUMAP_MUST(r->fallback() == cpumap::fallback::allow && r->check() == cpumap::given(cpumap::check::full));
    CPUMAP_MUST(r->vendor() == "Intel" && r->vendor_id() == "123456789012" && r->topology());
    return 0;
}

constexpr int host_cpu_modes_stay_as_they_are(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    using passthrough =
        lib::host_passthrough<cpumap::optional<"svm">, cpumap::disable<"vmx">, cpumap::with<cpumap::migratable::on>>;
    CPUMAP_MUST(same_definition(*passthrough::resolve(data), passthrough::definition()));
    CPUMAP_MUST(same_definition(*lib::maximum<>::resolve(data), lib::maximum<>::definition()));
    using none = lib::none<cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 1}>>;
    CPUMAP_MUST(same_definition(*none::resolve(data), none::definition()));
    // But what they ask of the host is looked at.
    const auto missing = lib::host_passthrough<cpumap::require<"svm">>::resolve(data);
    CPUMAP_MUST(!missing && missing.error().code() == errc::incompatible &&
                missing.error().features() == set_of("svm"));
    return 0;
}

constexpr int custom_runs_or_says_why(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    const auto fits = lib::custom<"IvyBridge", cpumap::require<"avx2">>::resolve(data);
    CPUMAP_MUST(fits && same_definition(*fits, lib::custom<"IvyBridge", cpumap::require<"avx2">>::definition()));

    using rome = lib::custom<"EPYC-Rome", cpumap::require<"xop">, cpumap::disable<"sse4a">, cpumap::optional<"clzero">,
                             cpumap::force<"svm">>;
    const auto missing = rome::resolve(data);
    CPUMAP_MUST(!missing && missing.error().code() == errc::incompatible);
    CPUMAP_MUST(missing.error().features() ==
                ((model<"EPYC-Rome">.features() | set_of("xop")) - set_of("sse4a clzero svm")) -
                    data.features<map_type>());
    CPUMAP_MUST(missing.error().name() == (*missing.error().features().begin()).name());

    const auto forbidden =
        lib::custom<"Nehalem", cpumap::forbid<"avx2">, cpumap::forbid<"avx">, cpumap::forbid<"svm">>::resolve(data);
    CPUMAP_MUST(!forbidden && forbidden.error().code() == errc::incompatible &&
                forbidden.error().features() == set_of("avx avx2"));
    const auto vendor = lib::custom<"Nehalem", cpumap::with<cpumap::vendor{"AMD"}>>::resolve(data);
    CPUMAP_MUST(!vendor && vendor.error().code() == errc::vendors_differ && vendor.error().name() == "AMD");
    CPUMAP_MUST((lib::custom<"Nehalem", cpumap::with<cpumap::vendor{"Intel"}>>::resolve(data)));
    const auto strict = lib::custom<"Nehalem", cpumap::with<cpumap::match::strict>>::resolve(data);
    CPUMAP_MUST(!strict && strict.error().code() == errc::incompatible);
    CPUMAP_MUST(strict.error().features() == data.features<map_type>() - model<"Nehalem">.features());

    lib::guest_cpu broken{model<"Nehalem">};
    broken.set_migratable(cpumap::migratable::on);
    CPUMAP_MUST(lib::resolve(broken, data).error().code() == errc::migratable_mode);
    // What the hypervisor cannot give is as good as not there.
    lib::hypervisor_view view;
    view.features = data.features<map_type>() - set_of("avx2 mmx");
    const auto not_given = lib::custom<"IvyBridge", cpumap::require<"avx2">>::resolve(data, view);
    CPUMAP_MUST(!not_given && not_given.error().features() == set_of("avx2 mmx"));
    return 0;
}

constexpr int minimum_becomes_the_host(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    using minimum =
        lib::custom<"Nehalem", cpumap::with<cpumap::match::minimum>, cpumap::disable<"vmx">, cpumap::optional<"svm">>;
    const auto r = minimum::resolve(data);
    const auto host = *lib::host_model<>::resolve(data);
    CPUMAP_MUST(r && r->model() == host.model() && r->match() == cpumap::match::exact && r->mode() == mode::custom);
    CPUMAP_MUST(r->features() == host.features() - set_of("vmx svm"));
    CPUMAP_MUST(r->vendor().empty() && r->fallback() == cpumap::fallback::forbid);
    return 0;
}

constexpr int removed_features_are_disabled(std::size_t which) {
    // EPYC once had monitor; guests of it say that they do not.
    const cpumap::cpu_data data = recorded::hosts[which].data();
    static_assert(model<"EPYC">.removed().size() > 0);
    const auto r = lib::custom<"EPYC">::resolve(data);
    CPUMAP_MUST(r && r->listed().size() == model<"EPYC">.removed().size());
    for (std::size_t i = 0; i < r->listed().size(); ++i)
        CPUMAP_MUST(r->listed()[i] == lib::listed_feature{model<"EPYC">.removed()[i], feature_policy::disable});
    CPUMAP_MUST(model<"EPYC">.removed()[0] == feature<"monitor">);
    const auto kept = lib::custom<"EPYC", cpumap::require<"monitor">>::resolve(data);
    CPUMAP_MUST(kept && kept->features().contains(feature<"monitor">));
    return 0;
}

}  // namespace

TEST_CASE("host-model comes to what decoding finds", "[resolve]") {
    CPUMAP_BOTH(host_model_is_what_is_decoded, cascadelake);
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i) CHECK(host_model_is_what_is_decoded(i) == 0);
    CPUMAP_BOTH(directives_are_laid_over, cascadelake);
}
TEST_CASE("host-passthrough, maximum and none stay as they are", "[resolve]") {
    CPUMAP_BOTH(host_cpu_modes_stay_as_they_are, haswell);
}
TEST_CASE("a custom model runs on the host or the error says why not", "[resolve]") {
    CPUMAP_BOTH(custom_runs_or_says_why, cascadelake);
}
TEST_CASE("match='minimum' comes to the host", "[resolve]") { CPUMAP_BOTH(minimum_becomes_the_host, haswell); }
TEST_CASE("removed features are disabled unless mentioned", "[resolve]") {
    CPUMAP_BOTH(removed_features_are_disabled, epyc);
}

// ---- Update and translate -------------------------------------------------------------------------------------------

namespace {

/// Update by its rules.
template <class Map>
int updated_by_the_rules(const cpumap::basic_guest_cpu<Map>& guest, const cpumap::basic_host_cpu<Map>& host) {
    const auto r = cpumap::update(guest, host);
    const bool takes_host = guest.mode() == mode::host_model || guest.match() == cpumap::match::minimum;
    if (guest.mode() == mode::host_passthrough || guest.mode() == mode::maximum) {
        CPUMAP_MUST(r && same_definition(*r, guest));
        return 0;
    }
    if (takes_host && !host.has_model()) {
        CPUMAP_MUST(!r && r.error().code() == errc::missing_model);
        return 0;
    }
    auto own = guest.listed();
    for (const auto l : guest.listed())
        if (l.policy == feature_policy::optional)
            own.put(host.features().contains(l.feature) ? feature_policy::require : feature_policy::disable, l.feature);
    auto expected = guest;
    expected.listed() = own;
    if (takes_host) {
        expected.set_mode(mode::custom);
        expected.set_match(cpumap::match::exact);
        expected.set_model(host.model());
        if (guest.mode() == mode::host_model) expected.set_vendor(host.vendor());
        expected.listed().clear();
        for (const auto l : host.listed()) expected.listed().put(feature_policy::require, l.feature);
        for (const auto l : own) expected.listed().put(l.policy, l.feature);
    }
    if (expected.has_model())
        for (const auto f : expected.model().removed())
            if (!expected.listed().listed().contains(f)) expected.listed().put(feature_policy::disable, f);
    CPUMAP_MUST(r && same_definition(*r, expected));
    return 0;
}

/// Translation by its rules, with the slow decoder.
template <class Map>
int translated_by_the_rules(const reference::map& map, const cpumap::basic_guest_cpu<Map>& guest,
                            const std::vector<cpumap::basic_usable_model<Map>>& usable, std::size_t& translated) {
    cpumap::basic_hypervisor_view<Map> view;
    view.models = usable;
    const auto r = cpumap::translate(guest, view);
    bool known = guest.mode() != mode::custom;
    for (const auto& u : usable) known = known || u.model == guest.model();
    if (known) {
        CPUMAP_MUST(r && same_definition(*r, guest));
        return 0;
    }
    if (guest.fallback() == cpumap::fallback::forbid) {
        CPUMAP_MUST(!r && r.error().code() == errc::model_not_supported && r.error().name() == guest.model().name());
        return 0;
    }
    reference::processor p;
    for (const auto f : cpumap::features<Map>()) p.has.push_back(guest.features().contains(f) ? 1 : 0);
    p.vendor = guest.model().vendor();
    if (const auto s = unit::signature_of(guest.model())) {
        p.has_signature = true;
        p.family = s.family();
        p.model = s.model();
        p.stepping = s.stepping();
    }
    reference::options o;
    o.models.emplace();
    for (const auto& u : usable) {
        o.models->push_back({std::string(u.model.name()), {}});
        for (const auto f : u.blockers) o.models->back().blockers.emplace_back(f.name());
    }
    const auto found = reference::decode(map, p, o, false);
    if (!found) {
        CPUMAP_MUST(!r && r.error().code() == errc::no_suitable_model);
        return 0;
    }
    auto expected = guest;
    expected.set_model(*cpumap::find_model<Map>(found->model));
    expected.listed().clear();
    for (const auto& l : found->list)
        expected.listed().put(l.required ? feature_policy::require : feature_policy::disable,
                              cpumap::features<Map>()[l.feature]);
    for (const auto l : guest.listed()) expected.listed().put(l.policy, l.feature);
    CPUMAP_MUST(r && same_definition(*r, expected));
    ++translated;
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("updating goes by the rules", "[update]", CPUMAP_EVERY_MAP) {
    unit::random random(7);
    for (int round = 0; round < 300; ++round) {
        auto guest = random_guest<TestType>(random);
        const auto host = random_host<TestType>(random, guest);
        if (random.one_in(3)) {
            const auto listed = guest.listed();
            guest = {};
            guest.set_mode(static_cast<mode>(1 + random.below(3)));
            guest.listed() = listed;
            if (random.one_in(2)) guest.set_vendor_id("123456789012");
        }
        guest.set_topology(cpumap::topology{.sockets = 1, .cores = 3, .threads = 1});
        INFO(round);
        REQUIRE(updated_by_the_rules(guest, host) == 0);
    }
}

TEMPLATE_TEST_CASE("translating goes by the rules", "[translate]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    const reference::map map = reference::load<Map>();
    unit::random random(8);
    std::size_t translated = 0;
    for (int round = 0; round < 200; ++round) {
        auto guest = random_guest<Map>(random);
        std::vector<cpumap::basic_usable_model<Map>> usable;
        for (const auto m : cpumap::models<Map>())
            if (random.one_in(4)) {
                usable.push_back({.model = m});
                for (std::size_t n = random.one_in(3) ? random.below(5) : 0; n > 0; --n)
                    usable.back().block(cpumap::features<Map>()[random.below(cpumap::features<Map>().size())].name());
            }
        if (random.one_in(10)) usable.clear();
        if (random.one_in(20)) {
            guest = {};
            guest.set_mode(mode::host_model);
        }
        INFO(round);
        REQUIRE(translated_by_the_rules(map, guest, usable, translated) == 0);
    }
    CHECK(translated > 40);
    // Without a list nothing is translated.
    const cpumap::basic_guest_cpu<Map> guest(cpumap::models<Map>()[0]);
    CHECK(same_definition(*cpumap::translate(guest, cpumap::basic_hypervisor_view<Map>{}), guest));
}

namespace {

constexpr int resolving_ends_with_a_usable_model(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    const lib::usable_model usable[] = {{.model = model<"Nehalem">}, {.model = model<"qemu64">}};
    lib::hypervisor_view view;
    view.models = usable;
    const auto fixed = lib::custom<"IvyBridge">::resolve(data, view);
    CPUMAP_MUST(!fixed && fixed.error().code() == errc::model_not_supported && fixed.error().name() == "IvyBridge");
    using loose = lib::custom<"IvyBridge", cpumap::with<cpumap::fallback::allow>>;
    const auto r = loose::resolve(data, view);
    CPUMAP_MUST(r && r->model() == model<"Nehalem"> && r->features() == model<"IvyBridge">.features());
    CPUMAP_MUST(r->fallback() == cpumap::fallback::allow && r->vendor().empty());
    const auto host = lib::host_model<>::resolve(data, view);
    CPUMAP_MUST(host && host->model() == model<"Nehalem">);
    view.models.emplace();
    CPUMAP_MUST(lib::host_model<>::resolve(data, view).error().code() == errc::no_suitable_model);
    CPUMAP_MUST(loose::resolve(data, view).error().code() == errc::no_suitable_model);
    return 0;
}

}  // namespace

/// What the hypervisor says it can give counts, be it more than CPUID shows or less.
constexpr int view_counts(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    lib::hypervisor_view view;
    view.features = data.features<map_type>();
    view.features->erase(feature<"avx2">);
    view.features->insert(feature<"svm">);
    const auto guest = lib::host_model<>::resolve(data, view);
    CPUMAP_MUST(guest && !guest->features().contains(feature<"avx2">) && guest->features().contains(feature<"svm">));
    CPUMAP_MUST(lib::custom<"Nehalem", cpumap::require<"svm">>::resolve(data, view));
    const auto refused = lib::custom<"Nehalem", cpumap::require<"avx2">>::resolve(data, view);
    CPUMAP_MUST(!refused && refused.error().code() == errc::incompatible && refused.error().name() == "avx2");
    return 0;
}

/// A fixed model that the hypervisor knows but cannot give: its blockers are at fault unless they are disabled.
constexpr int blockers_count(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    lib::usable_model known[2]{{model<"Nehalem">}, {model<"Nehalem">}};
    known[0].block("sse4_2");  // QEMU's name
    known[0].block("no such feature");
    lib::hypervisor_view view;
    view.models = known;
    const auto refused = lib::custom<"Nehalem">::resolve(data, view);
    CPUMAP_MUST(!refused && refused.error().code() == errc::incompatible);
    CPUMAP_MUST(refused.error().features() == set_of("sse4.2") && refused.error().name() == "sse4.2");
    CPUMAP_MUST(!lib::custom<"Nehalem", cpumap::require<"sse4.2">>::resolve(data, view));
    CPUMAP_MUST(lib::custom<"Nehalem", cpumap::disable<"sse4.2">>::resolve(data, view));
    // A model that is listed twice: the first entry counts, for decoding too.
    const auto guest = lib::decode_guest(data, {.hypervisor = view});
    CPUMAP_MUST(guest && !guest->features().contains(feature<"sse4.2">));
    CPUMAP_MUST(lib::assess_guest(data, model<"Nehalem">, view).disabled ==
                guest->listed().with_policy(feature_policy::disable).size());
    return 0;
}

/// A model that is preferred twice is one preferred model.
constexpr int preferred_twice(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    const lib::model_ref twice[] = {model<"Penryn">, model<"Penryn">};
    const auto guest = lib::decode_guest(data, {.preferred = twice});
    CPUMAP_MUST(guest && guest->model() == model<"Penryn">);
    return 0;
}

/// match means something in custom mode alone.
constexpr int strict_is_for_custom(std::size_t which) {
    const cpumap::cpu_data data = recorded::hosts[which].data();
    using cpumap::with;
    CPUMAP_MUST(!lib::custom<"Nehalem", with<cpumap::match::strict>>::resolve(data));
    CPUMAP_MUST(lib::host_model<with<cpumap::match::strict>>::resolve(data));
    CPUMAP_MUST(lib::host_passthrough<with<cpumap::match::strict>>::resolve(data));
    return 0;
}

/// Data that could not hold everything decides nothing.
constexpr int incomplete_data_is_refused(std::size_t which) {
    cpumap::cpu_data data = recorded::hosts[which].data();
    for (std::uint32_t leaf = 0x4000'0000; data.complete(); ++leaf) data.set_cpuid(leaf, 0, {});
    CPUMAP_MUST(lib::decode_guest(data).error().code() == errc::cpu_data_full);
    CPUMAP_MUST(lib::decode_host(data).error().code() == errc::cpu_data_full);
    CPUMAP_MUST(lib::host_model<>::resolve(data).error().code() == errc::cpu_data_full);
    CPUMAP_MUST(lib::none<>::resolve(data));
    return 0;
}

TEST_CASE("what a hypervisor says it can give counts", "[resolve]") {
    CPUMAP_BOTH(view_counts, haswell);
    CPUMAP_BOTH(blockers_count, haswell);
    CPUMAP_BOTH(preferred_twice, haswell);
}
TEST_CASE("match means something in custom mode alone", "[resolve]") { CPUMAP_BOTH(strict_is_for_custom, haswell); }
TEST_CASE("incomplete data decides nothing", "[resolve]") { CPUMAP_BOTH(incomplete_data_is_refused, haswell); }

TEST_CASE("what resolving ends with is usable", "[resolve]") {
    CPUMAP_BOTH(resolving_ends_with_a_usable_model, cascadelake);
}

// ---- Resolve on a described host ------------------------------------------------------------------------------------

namespace {

constexpr int resolved_on_a_described_host(std::size_t which) {
    const auto host = *lib::decode_host(recorded::hosts[which].data());
    const auto bare = lib::resolve(lib::host_model<>::definition(), host);
    CPUMAP_MUST(bare && bare->mode() == mode::custom && bare->model() == host.model());
    CPUMAP_MUST(bare->features() == host.features() && bare->vendor() == host.vendor());

    const auto missing = lib::resolve(lib::custom<"Nehalem", cpumap::require<"svm">>::definition(), host);
    CPUMAP_MUST(!missing && missing.error().code() == errc::incompatible && missing.error().name() == "svm" &&
                missing.error().features() == set_of("svm"));
    const auto vendor = lib::resolve(lib::custom<"Nehalem", cpumap::with<cpumap::vendor{"AMD"}>>::definition(), host);
    CPUMAP_MUST(!vendor && vendor.error().code() == errc::vendors_differ && vendor.error().name() == "AMD");
    CPUMAP_MUST(lib::resolve(lib::custom<"Nehalem">::definition(), lib::host_cpu{}).error().code() ==
                errc::missing_model);

    const lib::usable_model usable[] = {{.model = model<"Nehalem">}};
    lib::hypervisor_view view;
    view.models = usable;
    const auto fixed = lib::resolve(lib::custom<"IvyBridge">::definition(), host, view);
    CPUMAP_MUST(!fixed && fixed.error().code() == errc::model_not_supported && fixed.error().name() == "IvyBridge");
    using loose = lib::custom<"IvyBridge", cpumap::optional<"svm">, cpumap::with<cpumap::fallback::allow>>;
    const auto r = lib::resolve(loose::definition(), host, view);
    CPUMAP_MUST(r && r->model() == model<"Nehalem"> && r->features() == model<"IvyBridge">.features());
    CPUMAP_MUST(r->listed().with_policy(feature_policy::disable).contains(feature<"svm">));
    return 0;
}

/// Whatever keeps a guest from a host is an error, reasons too that no comparing for x86 gives.
constexpr int every_reason_is_an_error(int beyond) {
    const auto guest = lib::custom<"Nehalem">::definition();
    const auto code = [&](reason r) {
        lib::comparison compared;
        compared.reason = r;
        compared.missing = compared.forbidden = compared.extra = set_of("vmx");
        return cpumap::detail::error_of(compared, guest).code();
    };
    CPUMAP_MUST(code(reason::none) == errc::none && code(reason::host_without_model) == errc::missing_model);
    CPUMAP_MUST(code(reason::other_vendor) == errc::vendors_differ);
    for (const reason r :
         {reason::other_architecture, reason::other_model, reason::later_compatibility_mode, reason::forbidden_features,
          reason::missing_features, reason::extra_features, static_cast<reason>(beyond)})
        CPUMAP_MUST(code(r) == errc::incompatible);
    return 0;
}

/// Resolving is comparing, updating and translating; each is tested by its rules above.
template <class Map>
int resolved_step_by_step(const cpumap::basic_guest_cpu<Map>& guest, const cpumap::basic_host_cpu<Map>& host,
                          const cpumap::basic_hypervisor_view<Map>& view, std::size_t& resolved) {
    const auto r = cpumap::resolve(guest, host, view);
    const auto compared = cpumap::compare(host, guest);
    if (compared.outcome == verdict::incompatible) {
        const auto& fault = compared.reason == reason::forbidden_features ? compared.forbidden
                            : compared.reason == reason::extra_features   ? compared.extra
                                                                          : compared.missing;
        const errc code = compared.reason == reason::host_without_model ? errc::missing_model
                          : compared.reason == reason::other_vendor     ? errc::vendors_differ
                                                                        : errc::incompatible;
        CPUMAP_MUST(!r && r.error().code() == code && r.error().features() == fault);
        CPUMAP_MUST(code != errc::incompatible || r.error().name() == (*fault.begin()).name());
        return 0;
    }
    const auto updated = cpumap::update(guest, host);
    const auto translated = updated ? cpumap::translate(*updated, view) : updated;
    CPUMAP_MUST(r.has_value() == translated.has_value());
    if (r)
        CPUMAP_MUST(same_definition(*r, *translated));
    else
        CPUMAP_MUST(r.error() == translated.error());
    ++resolved;
    return 0;
}

}  // namespace

TEST_CASE("what keeps a guest from a host is an error", "[resolve]") { CPUMAP_BOTH(every_reason_is_an_error, 99); }

TEST_CASE("a definition is resolved on a described host", "[resolve]") {
    CPUMAP_BOTH(resolved_on_a_described_host, cascadelake);
}

TEMPLATE_TEST_CASE("resolving on a described host goes step by step", "[resolve]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    unit::random random(9);
    std::size_t resolved = 0;
    for (int round = 0; round < 300; ++round) {
        auto guest = random_guest<Map>(random);
        auto host = random_host<Map>(random, guest);
        if (random.one_in(2)) guest.set_match(cpumap::match::exact);
        std::vector<cpumap::basic_usable_model<Map>> usable;
        for (const auto m : cpumap::models<Map>())
            if (random.one_in(4)) usable.push_back({.model = m});
        cpumap::basic_hypervisor_view<Map> view;
        if (random.one_in(2)) view.models = usable;
        INFO(round);
        REQUIRE(resolved_step_by_step(guest, host, view, resolved) == 0);
    }
    CHECK(resolved > 20);
}
