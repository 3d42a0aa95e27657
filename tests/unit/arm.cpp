// SPDX-License-Identifier: BSL-1.0
// ARM processors: models by part number, vendors by implementer, features as Linux names them.

#include <cpumap/arm.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::architecture;
using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using cpumap::reason;
using cpumap::verdict;
using unit::same_definition;
namespace arm = cpumap::arm;
template <class Map>
using lib_of = arm::use<Map>;
using map_type = cpumap::maps::libvirt_11_3;
using newest = arm::use<map_type>;

// Written down once more, in the order of the bits.
constexpr std::string_view hwcaps[] = {"fp",      "asimd", "evtstrm", "aes",   "pmull",    "sha1",   "sha2", "crc32",
                                       "atomics", "fphp",  "asimdhp", "cpuid", "asimdrdm", "jscvt",  "fcma", "lrcpc",
                                       "dcpop",   "sha3",  "sm3",     "sm4",   "asimddp",  "sha512", "sve",  "asimdfhm",
                                       "dit",     "uscat", "ilrcpc",  "flagm", "ssbs",     "sb",     "paca", "pacg"};
static_assert(std::size(hwcaps) == 32);

// ---- Names ----------------------------------------------------------------------------------------------------------

template <class Map>
constexpr bool map_names(std::string_view feature) {
    for (std::size_t i = 0; i < Map::arm::feature_count; ++i) {
        const std::size_t first = Map::arm::feature_name_at[i];
        const std::size_t end = Map::arm::feature_name_at[i + 1];
        if (std::string_view(&Map::arm::feature_names[first], end - first) == feature) return true;
    }
    return false;
}

template <class Map>
constexpr int names_are_sound(std::size_t first) {
    using lib = lib_of<Map>;
    for (std::size_t i = first; i < std::size(hwcaps); ++i) {
        CPUMAP_MUST(lib::features()[i].name() == hwcaps[i] && lib::features()[i].index() == i);
        CPUMAP_MUST(lib::is_in_map(lib::features()[i]) == map_names<Map>(hwcaps[i]));
    }
    std::size_t in_map = 0;
    for (const auto f : lib::features()) {
        CPUMAP_MUST(lib::find_feature(f.name()) == f && lib::nearest_feature(f.name()) == f);
        CPUMAP_MUST(f.migratable() && f.aliases().empty());
        CPUMAP_MUST(f.index() < std::size(hwcaps) || lib::is_in_map(f));
        in_map += lib::is_in_map(f);
    }
    CPUMAP_MUST(in_map == Map::arm::feature_count);
    CPUMAP_MUST(lib::models().size() == Map::arm::model_count);
    for (const auto m : lib::models()) {
        CPUMAP_MUST(lib::find_model(m.name()) == m && arm::find_model<Map>(m.name()) == m && !m.vendor().empty());
        CPUMAP_MUST(lib::part(m) != 0 && lib::part(m) <= 0xfff && lib::implementer(m.vendor()).has_value());
        CPUMAP_MUST(m.features().empty() && m.removed().empty() && m.signatures().empty() && !m.canonical());
        for (const auto other : lib::models()) CPUMAP_MUST(m == other || lib::part(m) != lib::part(other));
    }
    for (const std::string_view name : {"", "FP", "avx", "sve64", "cortex-a53 "})
        CPUMAP_MUST(!lib::find_feature(name) && !lib::find_model(name));
    CPUMAP_MUST(!lib::implementer("") && !lib::implementer("Intle"));
    return 0;
}

TEMPLATE_TEST_CASE("the features of arm are Linux's, then the map's others", "[arm]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(names_are_sound<TestType>, std::size_t{0});
}

constexpr int handles_are_named(std::uint32_t part) {
    CPUMAP_MUST(arm::part(arm::model<"Neoverse-N1">) == part && arm::model<"Neoverse-N1">.vendor() == "ARM");
    CPUMAP_MUST(arm::implementer("ARM") == 0x41U && arm::implementer("Ampere") == 0xc0U);
    CPUMAP_MUST(arm::models()[0].name() == "cortex-a53" && arm::models().size() == 15);
    CPUMAP_MUST(arm::find_model("Neoverse-V2") && !newest::find_model("Neoverse-V2"));
    CPUMAP_MUST(arm::nearest_model("a64xf")->name() == "a64fx" && !arm::nearest_model("nothing like it"));
    CPUMAP_MUST(arm::feature<"fp">.index() == 0 && arm::feature<"pacg">.index() == 31);
    CPUMAP_MUST(arm::feature<"sve">.index() == 22 && arm::feature<"sve128">.index() == 32);
    CPUMAP_MUST(arm::find_feature("pauth") == arm::feature<"pauth">);
    CPUMAP_MUST(arm::nearest_feature("pauht") == arm::feature<"pauth">);
    CPUMAP_MUST(arm::features().size() == 49);  // sve is both the map's and Linux's
    return 0;
}

TEST_CASE("models and features of arm are found by name", "[arm]") { CPUMAP_BOTH(handles_are_named, 0xd0cU); }

// ---- Decode ---------------------------------------------------------------------------------------------------------

template <class Map>
constexpr int decodes_by_the_rules(std::uint64_t midr, std::uint64_t hwcap) {
    using lib = lib_of<Map>;
    const arm::cpu_data data{.midr = midr, .hwcap = hwcap};
    CPUMAP_MUST(data.part() == (midr >> 4 & 0xfff) && data.implementer() == (midr >> 24 & 0xff));
    std::optional<typename lib::model_ref> model;
    for (const auto m : lib::models())
        if (!model && lib::part(m) == data.part()) model = m;
    std::string_view vendor;
    for (std::size_t i = 0; i < Map::arm::vendor_count; ++i) {
        const std::size_t first = Map::arm::vendor_name_at[i];
        const std::size_t end = Map::arm::vendor_name_at[i + 1];
        if (Map::arm::vendor_implementer[i] == data.implementer())
            vendor = std::string_view(&Map::arm::vendor_names[first], end - first);
    }
    const bool known_vendor = !vendor.empty() || data.implementer() == 0;

    const auto host = lib::decode_host(data);
    const auto guest = lib::decode_guest(data);
    CPUMAP_MUST(host.has_value() == (model && known_vendor) && guest.has_value() == host.has_value());
    if (!host) {
        CPUMAP_MUST(host.error().code() == (model ? errc::unknown_implementer : errc::unknown_part));
        CPUMAP_MUST(host.error() == guest.error() && host.error().name().size() == 28);
        return 0;
    }
    CPUMAP_MUST(host->model() == *model && host->vendor() == vendor && host->arch() == architecture::aarch64);
    std::size_t at = 0;
    for (std::size_t bit = 0; bit < std::size(hwcaps); ++bit) {
        const bool set = (hwcap >> bit & 1) != 0;
        CPUMAP_MUST(host->features().contains(lib::features()[bit]) == set);
        if (set) CPUMAP_MUST(host->listed()[at++].feature.name() == hwcaps[bit]);
    }
    CPUMAP_MUST(at == host->listed().size() && host->features() == lib::features_of(data));
    typename lib::guest_cpu wanted(*model);
    wanted.set_vendor(vendor);
    wanted.set_fallback(cpumap::fallback::forbid);
    for (const auto f : host->listed()) wanted.listed().put(feature_policy::require, f.feature);
    CPUMAP_MUST(same_definition(*guest, wanted));

    const typename lib::usable_model known[1] = {{lib::models()[0]}};
    typename lib::decode_options options;
    options.hypervisor.models = known;
    const auto limited = lib::decode_guest(data, options);
    CPUMAP_MUST(limited.has_value() == (*model == lib::models()[0]));
    CPUMAP_MUST(limited || limited.error().code() == errc::model_not_supported);
    return 0;
}

template <class Map>
constexpr int every_part_of_the_map_decodes(std::uint64_t revision) {
    for (const auto m : lib_of<Map>::models())
        for (const std::uint64_t implementer : {std::uint64_t{*lib_of<Map>::implementer(m.vendor())}, std::uint64_t{0}})
            if (const int line = decodes_by_the_rules<Map>(
                    implementer << 24 | std::uint64_t{lib_of<Map>::part(m)} << 4 | revision, 0x0119'ffff);
                line != 0)
                return line;
    return 0;
}

TEMPLATE_TEST_CASE("an ARM processor is the model with its part number", "[arm]", CPUMAP_EVERY_MAP) {
    static_assert(every_part_of_the_map_decodes<TestType>(0x003f'0001) == 0);
    CHECK(every_part_of_the_map_decodes<TestType>(unit::opaque(std::uint64_t{0x003f'0001})) == 0);
    unit::random random(2);
    for (int i = 0; i < 2000; ++i) {
        std::uint64_t midr = random.next();
        if (const auto models = lib_of<TestType>::models(); !models.empty() && random.one_in(2))
            midr = (midr & ~std::uint64_t{0xfff0}) |
                   std::uint64_t{lib_of<TestType>::part(models[random.below(models.size())])} << 4;
        if (random.one_in(2)) midr = (midr & ~std::uint64_t{0xff000000}) | random.below(0x80) << 24;
        CHECK(decodes_by_the_rules<TestType>(midr, random.next()) == 0);
    }
}

constexpr int both_numbers_are_told(std::uint64_t revision) {
    CPUMAP_MUST(arm::decode_host({.midr = 0x4f1f'd070 | revision}).error().name() == "implementer 0x4f, part 0xd07");
    CPUMAP_MUST(arm::decode_host({}).error().name() == "implementer 0x00, part 0x000");
    CPUMAP_MUST(arm::decode_host({.midr = revision}).error().code() == errc::unknown_part);
    const auto old = arm::decode_host({.midr = 0x411f'd070 | revision, .hwcap = 2, .arch = architecture::armv7l});
    CPUMAP_MUST(old && old->arch() == architecture::armv7l && old->features().contains(arm::feature<"asimd">));
    return 0;
}

TEST_CASE("an unknown processor is named by both its numbers", "[arm]") {
    CPUMAP_BOTH(both_numbers_are_told, std::uint64_t{1});
}

// ---- Compare --------------------------------------------------------------------------------------------------------

template <class Map>
constexpr int compared_by_the_rules(std::size_t i) {
    using lib = lib_of<Map>;
    if (i >= lib::models().size()) return 0;
    const typename lib::host_cpu host(lib::models()[i]);
    for (const auto m : lib::models())
        for (const std::string_view vendor : {"", "ARM", "Ampere", "Phytium"}) {
            typename lib::host_cpu other(m);
            other.set_vendor(vendor);
            other.listed().put(feature_policy::require, lib::features()[i]);  // features do not count
            const auto compared = lib::compare(host, other);
            const bool same = m == host.model() && vendor == host.vendor();
            CPUMAP_MUST(compared.outcome == (same ? verdict::identical : verdict::incompatible));
            CPUMAP_MUST(compared.reason == (same                      ? reason::none
                                            : vendor != host.vendor() ? reason::other_vendor
                                                                      : reason::other_model));
            CPUMAP_MUST(lib::compare(other, host).outcome == compared.outcome);
            typename lib::guest_cpu guest(m);
            guest.set_vendor(vendor);
            guest.listed().put(feature_policy::forbid, lib::features()[i]);
            CPUMAP_MUST(lib::compare(host, guest).outcome == verdict::identical);
            CPUMAP_MUST(lib::compare({}, guest).outcome == verdict::identical);
        }
    return 0;
}

TEMPLATE_TEST_CASE("ARM processors are compared by vendor and model", "[arm]", CPUMAP_EVERY_MAP) {
    static_assert(compared_by_the_rules<TestType>(3) == 0);
    for (std::size_t i = 0; i < lib_of<TestType>::models().size(); ++i)
        CHECK(compared_by_the_rules<TestType>(unit::opaque(i)) == 0);
}

constexpr int reasons_are_told(architecture arch) {
    const newest::host_cpu host(newest::model<"a64fx">);
    newest::host_cpu other(host);
    other.set_arch(arch);
    CPUMAP_MUST(arm::compare(host, other).outcome == verdict::identical);
    other.set_arch(architecture::ppc64);
    CPUMAP_MUST(newest::compare(host, other).reason == reason::other_architecture);
    CPUMAP_MUST(newest::compare(newest::host_cpu{}, host).reason == reason::host_without_model);
    newest::host_cpu without;
    without.set_vendor(host.vendor());
    CPUMAP_MUST(newest::compare(host, without).reason == reason::other_model);
    return 0;
}

TEST_CASE("comparing ARM processors tells why", "[arm]") { CPUMAP_BOTH(reasons_are_told, architecture::armv7l); }

// ---- Update and the whole way ---------------------------------------------------------------------------------------

template <class Map>
typename lib_of<Map>::guest_cpu any_guest(unit::random& random) {
    using lib = lib_of<Map>;
    typename lib::guest_cpu guest;
    guest.set_mode(static_cast<mode>(random.below(4)));
    if (guest.mode() == mode::custom && !lib::models().empty()) {
        guest.set_model(lib::models()[random.below(lib::models().size())]);
        for (std::size_t n = random.below(5); n > 0; --n)
            guest.listed().put(unit::every_policy[random.below(5)],
                               lib::features()[random.below(lib::features().size())]);
    }
    if (guest.mode() == mode::custom || guest.mode() == mode::host_model) {
        guest.set_match(static_cast<cpumap::match>(random.below(3)));
        if (random.one_in(3)) guest.set_vendor_id("abcdefghijkl");
    }
    if (random.one_in(2)) guest.set_fallback(cpumap::fallback::forbid);
    if (random.one_in(2)) guest.set_topology(cpumap::topology{.sockets = 1, .cores = 2, .threads = 1});
    return guest;
}

/// update() and resolve() against their rules.
template <class Map>
constexpr int resolved_by_the_rules(const typename lib_of<Map>::guest_cpu& guest, const arm::cpu_data& data) {
    using lib = lib_of<Map>;
    const auto host = lib::decode_host(data);
    typename lib::guest_cpu wanted(guest);
    if (guest.mode() == mode::host_model) {
        if (!host) {
            CPUMAP_MUST(lib::resolve(guest, data).error() == host.error());
            return 0;
        }
        wanted.set_mode(mode::custom);
        wanted.set_match(cpumap::match::exact);
        wanted.set_model(host->model());
        wanted.set_vendor(host->vendor());
        wanted.set_vendor_id({});
        wanted.listed().clear();
        wanted.listed().append(feature_policy::require, lib::features_of(data));
    }
    if (host) {
        CPUMAP_MUST(same_definition(*lib::update(guest, *host), wanted));
        CPUMAP_MUST(same_definition(*lib::resolve(guest, *host), wanted));
    }
    const auto resolved = lib::resolve(guest, data);
    if (lib::check_definition(guest) != errc::none) {
        CPUMAP_MUST(resolved.error().code() == lib::check_definition(guest));
        return 0;
    }
    CPUMAP_MUST(resolved && same_definition(*resolved, wanted));
    CPUMAP_MUST(same_definition(*lib::resolve(*resolved, data), *resolved));

    // The hypervisor must know a custom definition's model.
    if (lib::models().empty()) return 0;
    const typename lib::usable_model known[1] = {{lib::models()[0]}};
    typename lib::hypervisor_view view;
    view.models = known;
    const bool usable = wanted.mode() != mode::custom || !wanted.has_model() || wanted.model() == lib::models()[0];
    CPUMAP_MUST(lib::resolve(guest, data, view).has_value() == usable);
    if (!usable) CPUMAP_MUST(lib::resolve(guest, data, view).error().name() == wanted.model().name());
    CPUMAP_MUST(lib::translate(wanted, view).has_value() == usable);
    return 0;
}

TEMPLATE_TEST_CASE("definitions for ARM are updated and resolved by the rules", "[arm]", CPUMAP_EVERY_MAP) {
    unit::random random(3);
    const auto models = lib_of<TestType>::models();
    for (int i = 0; i < 1000; ++i) {
        arm::cpu_data data{.midr = 0x4100'0000, .hwcap = random.next()};
        if (!models.empty())
            data.midr |= std::uint64_t{lib_of<TestType>::part(models[random.below(models.size())])} << 4;
        CHECK(resolved_by_the_rules<TestType>(any_guest<TestType>(random), data) == 0);
    }
}

constexpr int host_model_takes_all_of_the_host(std::uint64_t hwcap) {
    newest::guest_cpu guest;
    guest.set_mode(mode::host_model);
    guest.set_topology(cpumap::topology{.sockets = 1, .cores = 2, .threads = 1});
    guest.listed().put(feature_policy::disable, newest::feature<"fp">);
    const arm::cpu_data data{.midr = 0x413f'd0c1, .hwcap = hwcap};
    if (const int line = resolved_by_the_rules<map_type>(guest, data); line != 0) return line;
    if (const int line = resolved_by_the_rules<map_type>(newest::guest_cpu(newest::model<"a64fx">), data); line != 0)
        return line;
    CPUMAP_MUST(newest::update(guest, newest::host_cpu{}).error().code() == errc::missing_model);
    CPUMAP_MUST(newest::resolve(guest, newest::host_cpu{}).error().code() == errc::missing_model);
    CPUMAP_MUST(newest::update(newest::guest_cpu(newest::model<"a64fx">), newest::host_cpu{}).has_value());
    CPUMAP_MUST(newest::has_feature(*newest::decode_host(data), "fp").value_or(false));
    CPUMAP_MUST(!newest::has_feature(*newest::decode_host(data), "sve").value_or(true));
    CPUMAP_MUST(newest::has_feature(guest, "avx").error().code() == errc::unknown_feature);
    return 0;
}

TEST_CASE("host-model on ARM takes the host's model and features", "[arm]") {
    CPUMAP_BOTH(host_model_takes_all_of_the_host, std::uint64_t{0x119fff});
}

// ---- Baseline and validate ------------------------------------------------------------------------------------------

template <class Map>
constexpr int baseline_by_the_rules(std::size_t model, std::size_t other) {
    using lib = lib_of<Map>;
    if (model >= lib::models().size() || other >= lib::models().size()) return 0;
    const std::array hosts{typename lib::host_cpu(lib::models()[model]), typename lib::host_cpu(lib::models()[other])};
    const auto answer = lib::baseline(hosts);
    CPUMAP_MUST(answer && same_definition(*answer, typename lib::guest_cpu(lib::models()[model])));
    for (const auto& host : hosts) CPUMAP_MUST(lib::compare(host, *answer).outcome == verdict::identical);
    CPUMAP_MUST(same_definition(*arm::baseline(std::array{*answer}), *answer));
    CPUMAP_MUST(lib::baseline(std::span(hosts).first(0)).error().code() == errc::empty_input);
    CPUMAP_MUST(arm::baseline(std::array{hosts[0], typename lib::host_cpu()}).error().code() == errc::missing_model);
    return 0;
}

TEMPLATE_TEST_CASE("the baseline of ARM processors is the first model", "[arm]", CPUMAP_EVERY_MAP) {
    static_assert(baseline_by_the_rules<TestType>(2, 5) == 0);
    for (std::size_t a = 0; a < 16; ++a)
        for (std::size_t b = 0; b < 16; ++b) CHECK(baseline_by_the_rules<TestType>(unit::opaque(a), b) == 0);
}

template <class Map>
constexpr int valid_is_what_the_map_names(std::size_t i) {
    using lib = lib_of<Map>;
    if (i >= lib::features().size()) return 0;
    const auto f = lib::features()[i];
    typename lib::guest_cpu guest;
    typename lib::host_cpu host;
    CPUMAP_MUST(lib::validate(guest) && lib::validate(host));
    for (const auto other : lib::features())
        if (other != f && lib::is_in_map(other)) guest.listed().put(feature_policy::optional, other);
    CPUMAP_MUST(lib::validate(guest));
    CPUMAP_MUST(guest.set(feature_policy::disable, f) && host.set(f));
    CPUMAP_MUST(lib::validate(guest).has_value() == lib::is_in_map(f));
    CPUMAP_MUST(lib::validate(host).has_value() == lib::is_in_map(f));
    if (lib::is_in_map(f)) return 0;
    const auto refused = arm::validate(guest);
    CPUMAP_MUST(refused.error().code() == errc::unknown_feature && refused.error().name() == f.name());
    CPUMAP_MUST(refused.error().features().size() == 1 && refused.error().features().contains(f));
    // The first of two is named, and both are told.
    for (const auto other : lib::features()) {
        if (other == f || lib::is_in_map(other)) continue;
        CPUMAP_MUST(guest.set(feature_policy::require, other));
        const auto both = lib::validate(guest);
        CPUMAP_MUST(both.error().name() == f.name() && both.error().features().size() == 2);
        CPUMAP_MUST(both.error().features().contains(f) && both.error().features().contains(other));
        return 0;
    }
    return __LINE__;
}

TEMPLATE_TEST_CASE("a definition for ARM is valid if the map names its features", "[arm]", CPUMAP_EVERY_MAP) {
    static_assert(valid_is_what_the_map_names<TestType>(0) == 0);
    static_assert(valid_is_what_the_map_names<TestType>(22) == 0);
    for (std::size_t i = 0; i < lib_of<TestType>::features().size(); ++i)
        CHECK(valid_is_what_the_map_names<TestType>(unit::opaque(i)) == 0);
}

// ---- Policies and XML -----------------------------------------------------------------------------------------------

using fujitsu =
    arm::custom<"a64fx", cpumap::require<"sve">, cpumap::disable<"sve256">, cpumap::with<cpumap::vendor{"Fujitsu"}>>;
static_assert(cpumap::mode_policy<fujitsu> && cpumap::mode_policy<arm::none<>>);
static_assert(fujitsu::features().size() == 1 && fujitsu::features().contains(arm::feature<"sve">));
static_assert(arm::xml<fujitsu> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>a64fx</model>\n"
              "  <vendor>Fujitsu</vendor>\n"
              "  <feature policy='require' name='sve'/>\n"
              "  <feature policy='disable' name='sve256'/>\n"
              "</cpu>\n");
static_assert(arm::xml<arm::host_passthrough<cpumap::with<cpumap::migratable::off>>> ==
              "<cpu mode='host-passthrough' migratable='off'/>\n");
static_assert(arm::xml<arm::maximum<>> == "<cpu mode='maximum'/>\n" && arm::xml<arm::none<>>.empty());
static_assert(newest::xml<newest::custom<"ThunderX2 99xx">> ==
              "<cpu mode='custom' match='exact'>\n  <model fallback='forbid'>ThunderX2 99xx</model>\n</cpu>\n");
static_assert(std::is_same_v<arm::use<cpumap::default_map>::custom<"a64fx">, arm::custom<"a64fx">>);

constexpr int policies_resolve(std::uint64_t midr) {
    const arm::cpu_data data{.midr = midr, .hwcap = 0x400001};
    CPUMAP_MUST(fujitsu::resolve(data)->listed().size() == 2);
    CPUMAP_MUST(fujitsu::resolve({})->model() == arm::model<"a64fx">);
    const auto guest = arm::host_model<>::resolve(data);
    CPUMAP_MUST(guest && guest->mode() == mode::custom && guest->model() == arm::model<"Kunpeng-920">);
    char text[400]{};
    CPUMAP_MUST(arm::write_xml(text, *guest).value_or("") ==
                "<cpu mode='custom' match='exact'>\n"
                "  <model fallback='forbid'>Kunpeng-920</model>\n"
                "  <vendor>HiSilicon</vendor>\n"
                "  <feature policy='require' name='fp'/>\n"
                "  <feature policy='require' name='sve'/>\n"
                "</cpu>\n");
    const auto host = arm::decode_host(data);
    CPUMAP_MUST(arm::write_xml(text, *host).value_or("") ==
                "<cpu>\n"
                "  <arch>aarch64</arch>\n"
                "  <model>Kunpeng-920</model>\n"
                "  <vendor>HiSilicon</vendor>\n"
                "  <feature name='fp'/>\n"
                "  <feature name='sve'/>\n"
                "</cpu>\n");
    CPUMAP_MUST(arm::xml_size(*host) == arm::write_xml(text, *host)->size());
    return 0;
}

TEST_CASE("policies for ARM resolve and print", "[arm]") { CPUMAP_BOTH(policies_resolve, std::uint64_t{0x481f'd010}); }

// ---- Reading this machine -------------------------------------------------------------------------------------------

constexpr int any_processor_can_be_read(std::uint64_t midr) {
    const auto id = [midr] { return cpumap::given<std::uint64_t>(midr); };
    const auto none = [] { return cpumap::given<std::uint64_t>(); };
    const auto read = newest::read_cpu_data(id, [] { return cpumap::given<std::uint64_t>(5U); });
    CPUMAP_MUST(read && read->midr == midr && read->hwcap == 5 && read->arch == architecture::aarch64);
    CPUMAP_MUST(arm::read_cpu_data([midr] { return std::optional<std::uint64_t>(midr); }, none)->hwcap == 0);
    const auto nothing = arm::read_cpu_data(none, id);
    CPUMAP_MUST(!nothing && nothing.error().code() == errc::midr_not_readable);
    return 0;
}

TEST_CASE("MIDR and HWCAP come from wherever they can be had", "[arm][native]") {
    CPUMAP_BOTH(any_processor_can_be_read, std::uint64_t{0x413f'd0c1});
}

TEST_CASE("this machine's MIDR and HWCAP", "[arm][native]") {
    const auto data = arm::native_cpu_data();
    const auto bound = newest::native_cpu_data();
#ifdef __aarch64__
    REQUIRE(data.has_value() == bound.has_value());
    if (!data) {
        CHECK(data.error().code() == errc::midr_not_readable);
        return;
    }
    CHECK(*bound == *data);
    CHECK(data->midr != 0);
    CHECK(arm::features_of(*data).contains(arm::feature<"fp">));
    CHECK(arm::features_of(*data).contains(arm::feature<"cpuid">));
#else
    REQUIRE(!data);
    REQUIRE(!bound);
    CHECK(data.error().code() == errc::not_aarch64);
#endif
}

}  // namespace
