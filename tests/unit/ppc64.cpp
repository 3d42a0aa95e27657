// SPDX-License-Identifier: BSL-1.0
// POWER processors: their models, the older names for them, and compatibility modes.

#include <cpumap/ppc64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "definitions.hpp"
#include "support.hpp"

namespace unit {

/// A map whose models have no vendors; none that ships is so. Not in a namespace without a name: g++ would warn of every
/// constant of it that nothing uses.
struct without_vendors : cpumap::default_map {
    struct ppc64 : cpumap::default_map::ppc64 {
        static constexpr auto model_vendor = [] {
            std::array<char16_t, cpumap::default_map::ppc64::model_count + 1> none{};
            for (char16_t& c : none) c = 0xffff;
            return none;
        }();
    };
};

}  // namespace unit

namespace {

using cpumap::architecture;
using cpumap::errc;
using cpumap::mode;
using cpumap::reason;
using cpumap::verdict;
using unit::same_definition;
namespace ppc64 = cpumap::ppc64;
template <class Map>
using lib_of = ppc64::use<Map>;
using map_type = cpumap::maps::libvirt_11_3;
using newest = ppc64::use<map_type>;

constexpr mode every_mode[] = {mode::custom, mode::host_model, mode::host_passthrough, mode::maximum};

// ---- Names ----------------------------------------------------------------------------------------------------------

/// The generation that a name says: its number behind the prefix, 0 where it is not of this form.
constexpr unsigned number_behind(std::string_view prefix, std::string_view name) {
    if (name.substr(0, prefix.size()) != prefix) return 0;
    name.remove_prefix(prefix.size());
    unsigned n = 0;
    for (const char c : name) {
        if (c < '0' || c > '9') return 0;
        n = 10 * n + static_cast<unsigned>(c - '0');
    }
    return n;
}

/// The name behind a legacy one, written down once more; else the name itself.
constexpr std::string_view modern(std::string_view name) {
    if (name == "POWER7_v2.1" || name == "POWER7_v2.3" || name == "POWER7+_v2.1") return "POWER7";
    if (name == "POWER8_v1.0") return "POWER8";
    return name;
}

template <class Map>
constexpr int names_are_sound(std::size_t first) {
    using lib = lib_of<Map>;
    const std::size_t own = Map::ppc64::model_count;
    CPUMAP_MUST(lib::models().size() == own);
    CPUMAP_MUST(lib::legacy_names().size() == (own == 0 ? 0 : 4));
    CPUMAP_MUST(lib::compatibility_modes().size() == (own == 0 ? 0 : 5));
    const std::size_t all = own + lib::legacy_names().size() + lib::compatibility_modes().size();
    for (std::size_t i = first; i < all; ++i) {
        const auto m = lib::model_ref::from_index(i);
        CPUMAP_MUST(lib::find_model(m.name()) == m && ppc64::find_model<Map>(m.name()) == m);
        // The case of letters is no distance, and so power9 is as near to POWER9.
        CPUMAP_MUST(cpumap::detail::equal_ignoring_case(lib::nearest_model(m.name())->name(), m.name()));
        CPUMAP_MUST(m.features().empty() && m.added().empty() && m.removed().empty() && m.signatures().empty());
        CPUMAP_MUST(!m.canonical() && !m.unversioned());
        const unsigned mode = number_behind("power", m.name());
        CPUMAP_MUST(lib::is_compatibility_mode(m) == (mode != 0) && (mode == 0 || (mode >= 6 && mode <= 10)));
        CPUMAP_MUST(lib::is_compatibility_mode(m) == (i >= own + lib::legacy_names().size()));
        const auto generation = lib::generation(m);
        CPUMAP_MUST(generation.has_value() == (mode == 0) && lib::pvrs(m).empty() == (mode != 0));
        if (!generation) continue;
        CPUMAP_MUST(generation->name() == modern(m.name()) && generation->index() < own);
        CPUMAP_MUST((i < own) == (*generation == m) && m.vendor() == generation->vendor() && !m.vendor().empty());
    }
    for (const std::string_view name : {"", "POWER", "power", "POWER8E_v1.0", "power5", "power11", "power7+", "Power9"})
        CPUMAP_MUST(!lib::find_model(name));
    return 0;
}

TEMPLATE_TEST_CASE("the names of ppc64 are the map's, the older ones and the modes", "[ppc64]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(names_are_sound<TestType>, std::size_t{0});
}

constexpr int handles_are_named(std::uint32_t value) {
    CPUMAP_MUST(ppc64::model<"POWER9">.name() == "POWER9" && ppc64::model<"POWER9">.vendor() == "IBM");
    CPUMAP_MUST(ppc64::model<"POWERPC_e6500">.vendor() == "Freescale");
    CPUMAP_MUST(ppc64::models()[0].name() == "POWER6" && ppc64::models().size() == 8);
    CPUMAP_MUST(ppc64::find_model("POWER11") && !newest::find_model("POWER11"));
    CPUMAP_MUST(ppc64::legacy_names()[2].name() == "POWER7+_v2.1");
    CPUMAP_MUST(ppc64::compatibility_modes()[4] == ppc64::model<"power10">);
    CPUMAP_MUST(ppc64::nearest_model("POWER99")->name() == "POWER9" && !ppc64::nearest_model("nothing like it"));
    const auto pvrs = ppc64::pvrs(ppc64::model<"POWER8">);
    CPUMAP_MUST(pvrs.size() == 3 && pvrs[0] == ppc64::masked_pvr{value, 0xffff0000});
    CPUMAP_MUST(ppc64::generation(ppc64::model<"POWER8_v1.0">) == ppc64::model<"POWER8">);
    CPUMAP_MUST(ppc64::is_compatibility_mode(ppc64::model<"power8">));
    return 0;
}

TEST_CASE("models of ppc64 are found by name", "[ppc64]") { CPUMAP_BOTH(handles_are_named, 0x004b0000U); }

// ---- Decode ---------------------------------------------------------------------------------------------------------

template <class Map>
constexpr int decodes_by_the_rules(std::uint32_t pvr, architecture arch) {
    using lib = lib_of<Map>;
    const ppc64::cpu_data data{.pvr = pvr, .arch = arch};
    std::optional<typename lib::model_ref> expected;
    for (const auto m : lib::models())
        for (const ppc64::masked_pvr p : lib::pvrs(m))
            if (!expected && (pvr & p.mask) == p.value) expected = m;
    const auto host = lib::decode_host(data);
    const auto guest = lib::decode_guest(data);
    CPUMAP_MUST(host.has_value() == expected.has_value() && guest.has_value() == expected.has_value());
    if (!expected) {
        CPUMAP_MUST(host.error().code() == errc::unknown_pvr && guest.error() == host.error());
        CPUMAP_MUST(host.error().name().size() == 10 && host.error().name().substr(0, 2) == "0x");
        return 0;
    }
    CPUMAP_MUST(host->model() == *expected && host->vendor() == expected->vendor() && host->arch() == arch);
    CPUMAP_MUST(host->listed().empty() && !host->signature());
    typename lib::guest_cpu wanted(*expected);
    wanted.set_vendor(expected->vendor());
    wanted.set_fallback(cpumap::fallback::forbid);
    CPUMAP_MUST(same_definition(*guest, wanted));

    // Among the models of a hypervisor it is this one or none.
    typename lib::usable_model known[1] = {{lib::models()[0]}};
    typename lib::decode_options options;
    options.hypervisor.models = known;
    const auto limited = lib::decode_host(data, options);
    CPUMAP_MUST(limited.has_value() == (*expected == lib::models()[0]));
    if (!limited)
        CPUMAP_MUST(limited.error().code() == errc::model_not_supported && limited.error().name() == expected->name());
    return 0;
}

template <class Map>
constexpr int every_pvr_of_the_map_decodes(std::uint32_t version) {
    for (const auto m : lib_of<Map>::models())
        for (const ppc64::masked_pvr p : lib_of<Map>::pvrs(m))
            if (const int line = decodes_by_the_rules<Map>(p.value | (version & ~p.mask), architecture::ppc64le);
                line != 0)
                return line;
    return decodes_by_the_rules<Map>(version, architecture::ppc64);
}

TEMPLATE_TEST_CASE("a POWER processor is the model with its PVR", "[ppc64]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(every_pvr_of_the_map_decodes<TestType>, 0x1203U);
    unit::random random(1);
    for (int i = 0; i < 2000; ++i) {
        const auto pvr = static_cast<std::uint32_t>(random.next());
        // Often near to those of the map.
        CHECK(decodes_by_the_rules<TestType>(random.one_in(2) ? pvr & 0x00ffffff : pvr, architecture::ppc64) == 0);
    }
}

constexpr int pvrs_are_told(std::uint32_t version) {
    const auto power9 = ppc64::decode_host({.pvr = 0x004e0000 | version});
    CPUMAP_MUST(power9 && power9->model() == ppc64::model<"POWER9"> && power9->arch() == architecture::ppc64);
    CPUMAP_MUST(ppc64::decode_guest({.pvr = 0x00820000 | version})->model() == ppc64::model<"POWER11">);
    CPUMAP_MUST(ppc64::decode_host({.pvr = 0x00390000 | version}).error().name() == "0x00391203");
    CPUMAP_MUST(ppc64::decode_host({.pvr = 0xffffffff}).error().name() == "0xffffffff");
    CPUMAP_MUST(ppc64::cpu_data{.pvr = version} != ppc64::cpu_data{});
    return 0;
}

TEST_CASE("an unknown PVR is named", "[ppc64]") { CPUMAP_BOTH(pvrs_are_told, 0x1203U); }

// ---- Compare --------------------------------------------------------------------------------------------------------

enum class answer { incompatible, identical, error };

template <class Result>
constexpr answer answer_of(const Result& compared) {
    if (!compared) return answer::error;
    return compared->outcome == verdict::identical      ? answer::identical
           : compared->outcome == verdict::incompatible ? answer::incompatible
                                                        : answer::error;
}

/// Whether a name is that of a model as it is in the map.
template <class Map>
constexpr bool is_own(std::string_view name) {
    for (const auto m : lib_of<Map>::models())
        if (m.name() == name) return true;
    return false;
}

/// What comparing comes to, by names alone.
template <class Map>
constexpr answer expected_answer(std::string_view host, std::string_view host_vendor, mode m, std::string_view model,
                                 std::string_view vendor) {
    if (!vendor.empty() && vendor != host_vendor) return answer::incompatible;
    if (!is_own<Map>(host)) return answer::error;
    if (m == mode::custom) {
        if (!is_own<Map>(modern(model))) return answer::error;
        return modern(model) == host ? answer::identical : answer::incompatible;
    }
    if (m != mode::host_model || model.empty()) return answer::identical;
    const unsigned generation = number_behind("POWER", host);
    const unsigned wanted = number_behind("power", model);
    if (generation < 6 || generation > 10 || wanted < 6 || wanted > 10) return answer::error;
    return wanted > generation ? answer::incompatible : answer::identical;
}

/// A host of this name against every name, or none, in a mode.
template <class Map>
constexpr int compared_by_the_rules(std::size_t host_index, mode m) {
    using lib = lib_of<Map>;
    const std::size_t all = lib::models().size() + lib::legacy_names().size() + lib::compatibility_modes().size();
    if (host_index >= all) return 0;
    const typename lib::host_cpu host(lib::model_ref::from_index(host_index));
    for (std::size_t i = 0; i <= all; ++i)
        for (const std::string_view vendor : {"", "IBM", "Freescale"}) {
            typename lib::guest_cpu guest;
            guest.set_mode(m);
            if (i < all) guest.set_model(lib::model_ref::from_index(i));
            guest.set_vendor(vendor);
            const std::string_view model = i < all ? guest.model().name() : std::string_view();
            const auto compared = lib::compare(host, guest);
            CPUMAP_MUST(answer_of(compared) ==
                        expected_answer<Map>(host.model().name(), host.vendor(), m, model, vendor));
            if (m != mode::custom || i == all) continue;
            typename lib::host_cpu other(guest.model());
            other.set_vendor(vendor);
            CPUMAP_MUST(answer_of(lib::compare(host, other)) == answer_of(compared));
        }
    return 0;
}

TEMPLATE_TEST_CASE("POWER processors are compared by the rules", "[ppc64]", CPUMAP_EVERY_MAP) {
    static_assert(compared_by_the_rules<TestType>(2, mode::custom) == 0);
    static_assert(compared_by_the_rules<TestType>(2, mode::host_model) == 0);
    static_assert(compared_by_the_rules<TestType>(8, mode::host_passthrough) == 0);
    for (std::size_t host = 0; host < 20; ++host)
        for (const mode m : every_mode) CHECK(compared_by_the_rules<TestType>(unit::opaque(host), m) == 0);
}

constexpr int reasons_are_told(bool has_model) {
    newest::host_cpu host(newest::model<"POWER8">);
    if (!has_model) host = {};
    const newest::guest_cpu power9(newest::model<"POWER9">);
    CPUMAP_MUST(newest::compare(host, power9)->reason ==
                (has_model ? reason::other_model : reason::host_without_model));
    CPUMAP_MUST(newest::resolve(power9, host).error().code() == (has_model ? errc::incompatible : errc::missing_model));
    if (!has_model) return 0;
    CPUMAP_MUST(ppc64::compare(host, newest::guest_cpu(host.model()))->reason == reason::none);

    newest::guest_cpu of_vendor(host.model());
    of_vendor.set_vendor("Freescale");
    CPUMAP_MUST(newest::compare(host, of_vendor)->reason == reason::other_vendor);
    CPUMAP_MUST(newest::resolve(of_vendor, host).error().code() == errc::vendors_differ);
    CPUMAP_MUST(newest::resolve(of_vendor, host).error().name() == "Freescale");

    newest::host_cpu other(host.model());
    other.set_arch(architecture::ppc64le);
    CPUMAP_MUST(newest::compare(host, other)->outcome == verdict::identical);
    other.set_arch(architecture::x86_64);
    CPUMAP_MUST(newest::compare(host, other)->reason == reason::other_architecture);
    CPUMAP_MUST(newest::compare(host, newest::host_cpu{}).error().code() == errc::missing_model);
    CPUMAP_MUST(newest::compare(host, newest::guest_cpu{}).error().code() == errc::missing_model);

    newest::guest_cpu compatible;
    compatible.set_mode(mode::host_model);
    compatible.set_model(newest::model<"power9">);
    CPUMAP_MUST(newest::compare(host, compatible)->reason == reason::later_compatibility_mode);
    CPUMAP_MUST(newest::resolve(compatible, host).error().name() == "power9");
    compatible.set_model(newest::model<"POWER8">);
    CPUMAP_MUST(newest::compare(host, compatible).error().code() == errc::unknown_compatibility_mode);
    CPUMAP_MUST(newest::compare(host, compatible).error().name() == "POWER8");
    const newest::host_cpu embedded(newest::model<"POWERPC_e5500">);
    CPUMAP_MUST(newest::compare(embedded, compatible).error().code() == errc::no_compatibility_modes);
    CPUMAP_MUST(newest::compare(newest::host_cpu(newest::model<"POWER8_v1.0">), power9).error().code() ==
                errc::unknown_model);
    CPUMAP_MUST(newest::compare(host, newest::guest_cpu(newest::model<"power8">)).error().name() == "power8");
    return 0;
}

TEST_CASE("comparing POWER processors tells why", "[ppc64]") {
    CPUMAP_BOTH(reasons_are_told, true);
    CPUMAP_BOTH(reasons_are_told, false);
}

// A host of a later generation than the modes go has none: POWER11.
static_assert(ppc64::host_model_as<"power10">::resolve({.pvr = 0x00820000}).error().code() ==
              errc::no_compatibility_modes);

// ---- Update and the whole way ---------------------------------------------------------------------------------------

template <class Map>
constexpr int updated_by_the_rules(std::size_t model, mode m) {
    using lib = lib_of<Map>;
    if (lib::models().empty()) return 0;
    const typename lib::host_cpu host(lib::models()[0]);
    for (const cpumap::match match : {cpumap::match::minimum, cpumap::match::exact, cpumap::match::strict}) {
        typename lib::guest_cpu guest(lib::model_ref::from_index(model));
        guest.set_mode(m);
        guest.set_match(match);
        guest.set_vendor("IBM");
        const auto updated = lib::update(guest, host);
        if (m == mode::custom) guest.set_match(cpumap::match::exact);
        CPUMAP_MUST(updated && same_definition(*updated, guest));
        CPUMAP_MUST(same_definition(*lib::update(*updated, host), *updated));
    }
    return 0;
}

/// On every host: what is compared as identical resolves, to a generation of the map and what no second way changes.
template <class Map>
constexpr int resolved_by_the_rules(std::size_t model, mode m) {
    using lib = lib_of<Map>;
    for (const auto host_model : lib::models()) {
        const typename lib::host_cpu host(host_model);
        typename lib::guest_cpu guest(lib::model_ref::from_index(model));
        guest.set_mode(m);
        const auto compared = lib::compare(host, guest);
        const auto resolved = lib::resolve(guest, host);
        CPUMAP_MUST(resolved.has_value() == (answer_of(compared) == answer::identical));
        if (!resolved) {
            CPUMAP_MUST(resolved.error().code() == (compared ? errc::incompatible : compared.error().code()));
            continue;
        }
        CPUMAP_MUST(m != mode::custom || resolved->model() == host_model);
        CPUMAP_MUST(resolved->mode() == m);
        CPUMAP_MUST(same_definition(*lib::resolve(*resolved, host), *resolved));
        // The hypervisor must know a custom definition's model.
        for (const auto& other : lib::models()) {
            const typename lib::usable_model known[1] = {{other}};
            typename lib::hypervisor_view view;
            view.models = known;
            const auto limited = lib::resolve(guest, host, view);
            CPUMAP_MUST(limited.has_value() == (m != mode::custom || other == host_model));
            CPUMAP_MUST(limited || limited.error().code() == errc::model_not_supported);
            CPUMAP_MUST(!limited || same_definition(*limited, *resolved));
        }
    }
    return 0;
}

TEMPLATE_TEST_CASE("definitions for POWER are updated and resolved by the rules", "[ppc64]", CPUMAP_EVERY_MAP) {
    static_assert(updated_by_the_rules<TestType>(1, mode::custom) == 0);
    static_assert(updated_by_the_rules<TestType>(1, mode::host_model) == 0);
    using lib = lib_of<TestType>;
    const std::size_t all = lib::models().size() + lib::legacy_names().size() + lib::compatibility_modes().size();
    for (std::size_t i = 0; i < all; ++i)
        for (const mode m : every_mode) {
            CHECK(updated_by_the_rules<TestType>(unit::opaque(i), m) == 0);
            CHECK(resolved_by_the_rules<TestType>(unit::opaque(i), m) == 0);
        }
}
static_assert(resolved_by_the_rules<map_type>(8, mode::custom) == 0);
static_assert(resolved_by_the_rules<map_type>(12, mode::host_model) == 0);

constexpr int legacy_names_resolve(std::uint32_t pvr) {
    const newest::guest_cpu guest(newest::model<"POWER7+_v2.1">);
    const auto resolved = newest::resolve(guest, ppc64::cpu_data{.pvr = pvr});
    CPUMAP_MUST(resolved && resolved->model() == newest::model<"POWER7">);
    CPUMAP_MUST(newest::update(guest, newest::host_cpu{})->model() == guest.model());
    CPUMAP_MUST(newest::resolve(newest::guest_cpu{}, ppc64::cpu_data{})->has_model() == false);
    CPUMAP_MUST(newest::resolve(guest, ppc64::cpu_data{}).error().code() == errc::unknown_pvr);
    newest::guest_cpu broken(guest);
    broken.set_topology(cpumap::topology{.sockets = 1});
    CPUMAP_MUST(newest::resolve(broken, ppc64::cpu_data{.pvr = pvr}).error().code() == errc::topology_zero);
    CPUMAP_MUST(newest::validate(guest));
    CPUMAP_MUST(newest::validate(newest::host_cpu{}));
    CPUMAP_MUST(newest::has_feature(guest, "altivec").error().code() == errc::unknown_feature);
    return 0;
}

TEST_CASE("older names for POWER mean their generation", "[ppc64]") { CPUMAP_BOTH(legacy_names_resolve, 0x004a0201U); }

// ---- Baseline -------------------------------------------------------------------------------------------------------

template <class Map>
constexpr int baseline_by_the_rules(std::size_t model, std::size_t other) {
    using lib = lib_of<Map>;
    const std::size_t all = lib::models().size() + lib::legacy_names().size() + lib::compatibility_modes().size();
    if (model >= all || other >= all) return 0;
    for (const std::string_view first : {"", "IBM", "Freescale", "Intel"})
        for (const std::string_view second : {"", "IBM", "Intel"}) {
            std::array hosts{typename lib::host_cpu(lib::model_ref::from_index(model)),
                             typename lib::host_cpu(lib::model_ref::from_index(other))};
            hosts[0].set_vendor(first);
            hosts[1].set_vendor(second);
            const auto answer = lib::baseline(hosts);
            errc code = errc::none;
            const std::string_view of_model = hosts[0].model().vendor();
            if (model >= lib::models().size())
                code = errc::unknown_model;
            else if (first == "Intel")
                code = errc::unknown_vendor;
            else if (!first.empty() && first != of_model)
                code = errc::vendor_not_of_model;
            else if (other != model)
                code = errc::incompatible;
            else if (second == "Intel")
                code = errc::unknown_vendor;
            else if (!second.empty() && second != of_model)
                code = errc::vendor_not_of_model;
            CPUMAP_MUST((answer ? errc::none : answer.error().code()) == code);
            if (!answer) continue;
            typename lib::guest_cpu wanted(hosts[0].model());
            wanted.set_fallback(cpumap::fallback::forbid);
            CPUMAP_MUST(same_definition(*answer, wanted));
            for (const auto& host : hosts) CPUMAP_MUST(answer_of(lib::compare(host, *answer)) == answer::identical);
        }
    return 0;
}

TEMPLATE_TEST_CASE("the baseline of POWER processors goes by the rules", "[ppc64]", CPUMAP_EVERY_MAP) {
    static_assert(baseline_by_the_rules<TestType>(2, 2) == 0);
    static_assert(baseline_by_the_rules<TestType>(2, 1) == 0);
    for (std::size_t a = 0; a < 18; ++a)
        for (std::size_t b = 0; b < 18; ++b) CHECK(baseline_by_the_rules<TestType>(unit::opaque(a), b) == 0);
}

constexpr int baseline_takes_guests(std::size_t n) {
    const std::array guests{newest::guest_cpu(newest::model<"POWER8">), newest::guest_cpu(newest::model<"POWER8">)};
    const auto some = std::span(guests).first(n);
    CPUMAP_MUST(ppc64::baseline(some)->model() == newest::model<"POWER8">);
    CPUMAP_MUST(newest::baseline(some)->fallback() == cpumap::fallback::forbid);
    CPUMAP_MUST(newest::baseline(std::span(guests).first(0)).error().code() == errc::empty_input);
    CPUMAP_MUST(ppc64::baseline(std::array<newest::guest_cpu, 1>{}).error().code() == errc::missing_model);
    return 0;
}

/// Then the vendor is what the inputs name, if they name the same.
constexpr int baseline_takes_the_inputs_vendor(std::string_view vendor) {
    using lib = lib_of<unit::without_vendors>;
    const auto baseline = [](std::string_view first, std::string_view second, std::string_view third) {
        std::array<lib::host_cpu, 3> hosts{};
        const std::string_view of[] = {first, second, third};
        for (std::size_t i = 0; i < 3; ++i) {
            hosts[i].set_model(*lib::find_model("POWER9"));
            hosts[i].set_vendor(of[i]);
        }
        return lib::baseline(hosts);
    };
    CPUMAP_MUST(lib::find_model("POWER9")->vendor().empty());
    CPUMAP_MUST(baseline("", "", "")->vendor().empty());
    CPUMAP_MUST(baseline("", vendor, "")->vendor() == vendor);
    CPUMAP_MUST(baseline(vendor, "", vendor)->vendor() == vendor);
    const auto differ = baseline(vendor, "", "Freescale");
    CPUMAP_MUST(!differ && differ.error().code() == errc::vendors_differ && differ.error().name() == "Freescale");
    return 0;
}

TEST_CASE("a baseline of models without a vendor has that of its inputs", "[ppc64]") {
    CPUMAP_BOTH(baseline_takes_the_inputs_vendor, std::string_view("IBM"));
}

TEST_CASE("guests have a baseline too", "[ppc64]") { CPUMAP_BOTH(baseline_takes_guests, std::size_t{2}); }

// ---- Policies and XML -----------------------------------------------------------------------------------------------

using power9 = ppc64::custom<"POWER9", cpumap::with<cpumap::topology{.sockets = 1, .cores = 4, .threads = 8}>>;
static_assert(cpumap::mode_policy<power9> && cpumap::mode_policy<ppc64::none<>>);
static_assert(power9::migrates == cpumap::migrates_to::any_superset && power9::features().empty());
static_assert(ppc64::xml<power9> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>POWER9</model>\n"
              "  <topology sockets='1' dies='1' clusters='1' cores='4' threads='8'/>\n"
              "</cpu>\n");
static_assert(ppc64::xml<ppc64::host_model_as<"power8">> ==
              "<cpu mode='host-model'>\n"
              "  <model fallback='forbid'>power8</model>\n"
              "</cpu>\n");
static_assert(ppc64::xml<ppc64::host_model<>> == "<cpu mode='host-model'/>\n");
static_assert(ppc64::xml<ppc64::maximum<>> == "<cpu mode='maximum'/>\n" && ppc64::xml<ppc64::none<>>.empty());
static_assert(newest::xml<newest::custom<"POWER8_v1.0", cpumap::with<cpumap::vendor{"IBM"}>>> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>POWER8_v1.0</model>\n"
              "  <vendor>IBM</vendor>\n"
              "</cpu>\n");
static_assert(std::is_same_v<ppc64::use<cpumap::default_map>::custom<"POWER9">, ppc64::custom<"POWER9">>);

constexpr int policies_resolve(std::uint32_t pvr) {
    const ppc64::cpu_data data{.pvr = pvr, .arch = architecture::ppc64le};
    CPUMAP_MUST(power9::resolve(data)->model() == ppc64::model<"POWER9">);
    CPUMAP_MUST(ppc64::custom<"POWER8">::resolve(data).error().code() == errc::incompatible);
    CPUMAP_MUST(ppc64::host_model<>::resolve(data)->mode() == mode::host_model);
    CPUMAP_MUST(ppc64::host_model_as<"power9">::resolve(data)->model() == ppc64::model<"power9">);
    CPUMAP_MUST(ppc64::host_model_as<"power10">::resolve(data).error().code() == errc::incompatible);
    CPUMAP_MUST(ppc64::host_passthrough<>::resolve(data)->mode() == mode::host_passthrough);
    char text[256]{};
    const auto host = ppc64::decode_host(data);
    CPUMAP_MUST(ppc64::write_xml(text, *host).value_or("") ==
                "<cpu>\n"
                "  <arch>ppc64le</arch>\n"
                "  <model>POWER9</model>\n"
                "  <vendor>IBM</vendor>\n"
                "</cpu>\n");
    CPUMAP_MUST(ppc64::xml_size(*host) == ppc64::write_xml(text, *host)->size());
    CPUMAP_MUST(ppc64::host_cpu::of<"POWER9">().arch() == architecture::ppc64);
    return 0;
}

TEST_CASE("policies for POWER resolve and print", "[ppc64]") { CPUMAP_BOTH(policies_resolve, 0x004e1203U); }

// ---- Reading this machine -------------------------------------------------------------------------------------------

constexpr int any_processor_can_be_read(std::uint32_t pvr) {
    const auto given = [pvr] { return cpumap::given<std::uint32_t>(pvr); };
    const auto read = newest::read_cpu_data(given, architecture::ppc64le);
    CPUMAP_MUST(read && read->pvr == pvr && read->arch == architecture::ppc64le);
    CPUMAP_MUST(ppc64::read_cpu_data([pvr] { return std::optional<std::uint32_t>(pvr); })->pvr == pvr);
    const auto nothing = ppc64::read_cpu_data([] { return cpumap::given<std::uint32_t>(); });
    CPUMAP_MUST(!nothing && nothing.error().code() == errc::pvr_not_readable);
    return 0;
}

TEST_CASE("the PVR comes from wherever it can be had", "[ppc64][native]") {
    CPUMAP_BOTH(any_processor_can_be_read, 0x004e1203U);
}

TEST_CASE("this machine's PVR", "[ppc64][native]") {
    const auto data = ppc64::native_cpu_data();
    const auto bound = newest::native_cpu_data();
#if defined(__powerpc64__) && defined(__linux__)
    REQUIRE(data);
    REQUIRE(bound);
    CHECK(data->pvr != 0);
    CHECK(*bound == *data);
#ifdef __LITTLE_ENDIAN__
    CHECK(data->arch == architecture::ppc64le);
#endif
    CHECK(ppc64::decode_host(*data));
#else
    REQUIRE(!data);
    REQUIRE(!bound);
    CHECK(data.error().code() == errc::not_ppc64);
#endif
}

}  // namespace
