// SPDX-License-Identifier: BSL-1.0
// Definitions: the features they list, and every rule of what may stand together, for every libvirt.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using namespace std::string_view_literals;

// ---- Features of a definition ---------------------------------------------------------------------------------------

constexpr int list_keeps_order(std::size_t first) {
    using cpumap::feature;
    cpumap::feature_list list;
    CPUMAP_MUST(list.empty() && list.size() == 0 && list.begin() == list.end() && list == cpumap::feature_list{});
    const auto a = cpumap::features()[first];
    const auto b = cpumap::features()[first / 2];
    const auto c = cpumap::features()[first + 70];
    list.put(feature_policy::require, a);
    list.put(feature_policy::disable, b);
    CPUMAP_MUST(list.put_if_missing(feature_policy::force, c) && !list.put_if_missing(feature_policy::forbid, b));
    CPUMAP_MUST(list.size() == 3 && list[0].feature == a && list[1].feature == b && list[2].feature == c);
    CPUMAP_MUST(list[1].policy == feature_policy::disable && list[2].policy == feature_policy::force);
    list.put(feature_policy::optional, a);  // changes it where it stands
    CPUMAP_MUST(list.size() == 3 && list[0] == cpumap::listed_feature{a, feature_policy::optional});
    CPUMAP_MUST(list.listed().size() == 3 && list.with_policy(feature_policy::require).empty());
    CPUMAP_MUST(list.with_policy(feature_policy::optional).size() == 1 &&
                list.with_policy(feature_policy::force).contains(c));
    std::size_t n = 0;
    for (const auto f : list) CPUMAP_MUST(f == list[n++]);
    CPUMAP_MUST(n == 3);

    for (std::size_t i = 0; i < 3; ++i) {  // of whichever something else is said
        cpumap::feature_list changed = list;
        changed.put(feature_policy::forbid, list[i].feature);
        CPUMAP_MUST(changed != list);
    }
    cpumap::feature_list other = list;
    CPUMAP_MUST(other == list);
    other.put(feature_policy::forbid, c);
    CPUMAP_MUST(other != list);
    cpumap::feature_list shorter, others;
    for (std::size_t i = 0; i < 2; ++i) shorter.put(list[i].policy, list[i].feature);
    for (std::size_t i = 0; i < 3; ++i) others.put(list[i].policy, cpumap::features()[first + 80 + i]);
    CPUMAP_MUST(shorter != list);
    CPUMAP_MUST(others != list);
    cpumap::feature_set gone;
    gone.insert(a);
    gone.insert(cpumap::features()[first + 1]);
    other.remove(gone);
    CPUMAP_MUST(other.size() == 2 && other[0].feature == b &&
                other[1] == cpumap::listed_feature{c, feature_policy::forbid});
    CPUMAP_MUST(!other.listed().contains(a) && other.put_if_missing(feature_policy::require, a) &&
                other[2].feature == a);
    other.clear();
    CPUMAP_MUST(other.empty() && other.listed().empty() && other == cpumap::feature_list{});
    // Every feature of the map has its place.
    for (const auto f : cpumap::features()) other.put(feature_policy::forbid, f);
    CPUMAP_MUST(other.size() == cpumap::features().size() &&
                other.with_policy(feature_policy::forbid).size() == other.size());
    cpumap::feature_list at_once;
    at_once.append(feature_policy::forbid, other.listed());
    CPUMAP_MUST(at_once == other);
    return 0;
}

constexpr int names_are_looked_up(std::string_view alias) {
    cpumap::guest_cpu guest{cpumap::model<"Penryn">};
    CPUMAP_MUST(guest.set(feature_policy::require, alias));
    CPUMAP_MUST(guest.listed().size() == 1 && guest.listed()[0].feature == cpumap::feature<"sse4.2">);
    const auto twice = guest.set(feature_policy::disable, "sse4.2");
    CPUMAP_MUST(!twice && twice.error().code() == errc::duplicate_feature && twice.error().name() == "sse4.2");
    CPUMAP_MUST(twice.error().features().size() == 1 && twice.error().features().contains(cpumap::feature<"sse4.2">));
    CPUMAP_MUST(!guest.set(feature_policy::require, cpumap::feature<"sse4.2">));
    const auto unknown = guest.set(feature_policy::require, "sse4.3");
    CPUMAP_MUST(!unknown && unknown.error().code() == errc::unknown_feature && unknown.error().name() == "sse4.3");
    CPUMAP_MUST(guest.listed().size() == 1 && guest.listed()[0].policy == feature_policy::require);

    auto host = cpumap::host_cpu::of<"Penryn">();
    CPUMAP_MUST(host.vendor() == "Intel" && host.features() == cpumap::model<"Penryn">.features() && !host.signature());
    CPUMAP_MUST(host.set(alias) && !host.set("sse4.2") && !host.set("sse4.3"));
    CPUMAP_MUST(host.set("nothing").error().code() == errc::unknown_feature &&
                host.set(alias).error().name() == "sse4.2");
    CPUMAP_MUST(host.features().size() == cpumap::model<"Penryn">.features().size() + 1);
    return 0;
}

constexpr int features_are_what_is_promised(std::size_t) {
    cpumap::guest_cpu guest;
    CPUMAP_MUST(!guest.has_model() && guest.features().empty() && guest.mode() == mode::custom);
    CPUMAP_MUST(guest.match() == cpumap::match::exact && guest.fallback() == cpumap::fallback::allow && !guest.check());
    guest.set_model(cpumap::model<"Nehalem">);
    CPUMAP_MUST(guest.features() == cpumap::model<"Nehalem">.features());
    CPUMAP_MUST(guest.set(feature_policy::force, "avx") && guest.set(feature_policy::require, "vmx") &&
                guest.set(feature_policy::optional, "aes") && guest.set(feature_policy::disable, "sse4.2") &&
                guest.set(feature_policy::forbid, "nx") && guest.set(feature_policy::optional, "sse2"));
    CPUMAP_MUST(guest.features() ==
                ((cpumap::model<"Nehalem">.features() | unit::features_of<cpumap::default_map>("avx vmx")) -
                 unit::features_of<cpumap::default_map>("sse4.2 nx")));
    return 0;
}

}  // namespace

TEST_CASE("a definition's list keeps its order and holds no feature twice", "[definition]") {
    CPUMAP_BOTH(list_keeps_order, std::size_t{130});
}

TEST_CASE("features are listed by name or alias", "[definition]") { CPUMAP_BOTH(names_are_looked_up, "sse4_2"sv); }

TEST_CASE("a definition promises its model's features and its own", "[definition]") {
    CPUMAP_BOTH(features_are_what_is_promised, std::size_t{0});
}

// ---- Rules ----------------------------------------------------------------------------------------------------------

namespace {

using unit::libvirt;
using newest = cpumap::maps::libvirt_12_8;

enum class base { nothing, custom, host_model, host_passthrough, maximum };

/// The code that check_definition() gives for a definition, made of a bare one by `change`.
template <class Map, class Change>
constexpr errc code_of(base from, Change change) {
    cpumap::basic_guest_cpu<Map> guest;
    switch (from) {
        case base::nothing:
            break;
        case base::custom:
            guest.set_model(*cpumap::find_model<Map>("Nehalem"));
            break;
        case base::host_model:
            guest.set_mode(mode::host_model);
            break;
        case base::host_passthrough:
            guest.set_mode(mode::host_passthrough);
            break;
        case base::maximum:
            guest.set_mode(mode::maximum);
            break;
    }
    change(guest);
    return cpumap::check_definition(guest);
}

constexpr auto bare = [](auto&) {};
constexpr base every_base[] = {base::nothing, base::custom, base::host_model, base::host_passthrough, base::maximum};
constexpr bool takes_host(base b) { return b == base::host_passthrough || b == base::maximum; }

/// Whether `change` is fine in every mode but for the codes given.
template <class Change, class Expected>
constexpr int in_every_mode(Change change, Expected expected) {
    for (const base b : every_base) CPUMAP_MUST(code_of<newest>(b, change) == expected(b));
    return 0;
}

/// Whether `change` to a definition is an error before a libvirt and none from it on.
template <class Before, class Since, class Change>
constexpr bool comes_with(base from, errc code, Change change) {
    return code_of<Before>(from, change) == code && code_of<Since>(from, change) == errc::none;
}

constexpr int modes_check_and_migration(std::uint32_t since) {
    CPUMAP_MUST(cpumap::detail::version(0, since) == libvirt<0, 10>::version_number);
    CPUMAP_MUST(cpumap::detail::version(since + 2, 8, 1) == 12'008'001);
    CPUMAP_MUST(in_every_mode(bare, [](base) { return errc::none; }) == 0);
    CPUMAP_MUST(comes_with<libvirt<0, 9, 9>, libvirt<0, 9, 10>>(base::host_model, errc::mode_since_0_9_10, bare));
    CPUMAP_MUST(comes_with<libvirt<0, 9, 9>, libvirt<0, 9, 10>>(base::host_passthrough, errc::mode_since_0_9_10, bare));
    CPUMAP_MUST(code_of<libvirt<0, 9, 9>>(base::custom, bare) == errc::none);
    CPUMAP_MUST(comes_with<libvirt<7, 0>, libvirt<7, 1>>(base::maximum, errc::maximum_since_7_1, bare));

    const auto minimum = [](auto& g) { g.set_match(cpumap::match::minimum); };
    const auto strict = [](auto& g) { g.set_match(cpumap::match::strict); };
    CPUMAP_MUST(comes_with<libvirt<0, 7, 4>, libvirt<0, 7, 5>>(base::custom, errc::match_since_0_7_5, minimum));
    CPUMAP_MUST(comes_with<libvirt<0, 7, 4>, libvirt<0, 7, 5>>(base::custom, errc::match_since_0_7_5, strict));
    CPUMAP_MUST(in_every_mode(strict, [](base) { return errc::none; }) == 0);

    for (const auto value : {cpumap::check::none, cpumap::check::partial, cpumap::check::full}) {
        const auto check = [value](auto& g) { g.set_check(value); };
        CPUMAP_MUST(in_every_mode(
                        check, [](base b) { return b == base::nothing ? errc::check_needs_model : errc::none; }) == 0);
        CPUMAP_MUST(comes_with<libvirt<3, 1>, libvirt<3, 2>>(base::custom, errc::check_since_3_2, check));
        CPUMAP_MUST(comes_with<libvirt<3, 1>, libvirt<3, 2>>(base::host_model, errc::check_since_3_2, check));
    }
    for (const auto value : {cpumap::migratable::on, cpumap::migratable::off}) {
        const auto migratable = [value](auto& g) { g.set_migratable(value); };
        CPUMAP_MUST(
            in_every_mode(migratable, [](base b) { return takes_host(b) ? errc::none : errc::migratable_mode; }) == 0);
        CPUMAP_MUST(
            comes_with<libvirt<6, 4>, libvirt<6, 5>>(base::host_passthrough, errc::migratable_since_6_5, migratable));
    }
    for (const auto value : {cpumap::deprecated_features::on, cpumap::deprecated_features::off}) {
        const auto deprecated = [value](auto& g) { g.set_deprecated_features(value); };
        CPUMAP_MUST(code_of<newest>(base::host_model, deprecated) == errc::none);
        for (const base b : {base::custom, base::host_model, base::host_passthrough})
            CPUMAP_MUST(
                comes_with<libvirt<10, 10>, libvirt<11, 0>>(b, errc::deprecated_features_since_11_0, deprecated));
    }
    return 0;
}

constexpr int models_and_vendors(std::size_t) {
    const auto model = [](auto& g) { g.set_model(g.has_model() ? g.model() : decltype(g.model())::from_index(20)); };
    CPUMAP_MUST(in_every_mode(model, [](base b) { return takes_host(b) ? errc::model_mode : errc::none; }) == 0);

    const auto vendor = [](auto& g) { g.set_vendor("Intel"); };
    CPUMAP_MUST(
        in_every_mode(vendor, [](base b) {
            return takes_host(b) ? errc::vendor_mode : b == base::custom ? errc::none : errc::vendor_needs_model;
        }) == 0);
    CPUMAP_MUST(comes_with<libvirt<0, 7, 7>, libvirt<0, 8>>(base::custom, errc::vendor_since_0_8, vendor));
    CPUMAP_MUST(code_of<newest>(base::custom, [](auto& g) { g.set_vendor("a\1"); }) == errc::not_printable);
    constexpr std::string_view long_vendor = "a vendor whose name is longer than the sixty-three bytes that are kept";
    CPUMAP_MUST(code_of<newest>(base::custom, [&](auto& g) { g.set_vendor(long_vendor); }) == errc::vendor_length);

    const auto vendor_id = [](auto& g) { g.set_vendor_id("KVMKVMKVM123"); };
    CPUMAP_MUST(in_every_mode(vendor_id, [](base b) { return takes_host(b) ? errc::vendor_id_mode : errc::none; }) ==
                0);
    CPUMAP_MUST(comes_with<libvirt<0, 9, 13>, libvirt<0, 10>>(base::custom, errc::vendor_id_since_0_10, vendor_id));
    for (const std::string_view id : {"1"sv, "12345678901"sv, "1234567890123"sv,
                                      "a text of more than sixty-three bytes, of which not all is kept, is too long"sv})
        CPUMAP_MUST(code_of<newest>(base::custom, [id](auto& g) { g.set_vendor_id(id); }) == errc::vendor_id_length);
    for (const std::string_view id : {",12345678901"sv, "12345,678901"sv, "12345678901,"sv})
        CPUMAP_MUST(code_of<newest>(base::custom, [id](auto& g) { g.set_vendor_id(id); }) == errc::vendor_id_comma);
    for (const std::string_view id :
         {"\t12345678901"sv, "12345678901\n"sv,
          "12345\0"
          "678901"sv,
          "\00012345678901"sv,
          "12345\x1f"
          "678901"sv,
          "12345678901\xff"sv, "1234567890\xc3("sv, "12345678901\xc3"sv, "1234567890\xc0\x80"sv,
          "123456789\xed\xa0\x80"sv, "123456789\xef\xbf\xbf"sv, "123456789\xef\xbf\xbe"sv, "12345678\xf4\x90\x80\x80"sv,
          "12345678\xf5\x80\x80\x80"sv})
        CPUMAP_MUST(code_of<newest>(base::custom, [id](auto& g) { g.set_vendor_id(id); }) == errc::not_printable);
    for (const std::string_view id : {"<&>'\"<&>'\"<&"sv, "            "sv, "1234567890\xc3\xa9"sv,
                                      "12345678\xf0\x9f\x90\xa7"sv, "12345678901\x7f"sv})
        CPUMAP_MUST(code_of<newest>(base::custom, [id](auto& g) { g.set_vendor_id(id); }) == errc::none);
    return 0;
}

/// A code point in UTF-8 is printable where XML has it, and in the fewest bytes that do.
constexpr bool is_judged_rightly(std::uint32_t code, std::size_t length) {
    constexpr std::uint32_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0}, first[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code >> (length == 2 ? 11 : length == 3 ? 16 : 21) != 0) return true;  // does not fit
    char text[4]{};
    std::uint32_t rest = code;
    for (std::size_t i = length - 1; i > 0; --i, rest >>= 6) text[i] = static_cast<char>(0x80 | (rest & 0x3f));
    text[0] = static_cast<char>(marks[length] | rest);
    const bool is_character = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && code != 0xfffe && code != 0xffff;
    return cpumap::detail::is_plain(std::string_view(text, length)) == (is_character && code >= first[length]);
}

/// Those next to where something changes, and every step-th one.
constexpr int code_points_are_judged(std::uint32_t step) {
    for (std::size_t length = 2; length <= 4; ++length) {
        for (const std::uint32_t code : {0x0U, 0x40U, 0x80U, 0x800U, 0xd800U, 0xe000U, 0xfffeU, 0x10000U, 0x110000U})
            for (std::uint32_t near = code < 2 ? 0 : code - 2; near < code + 3; ++near)
                CPUMAP_MUST(is_judged_rightly(near, length));
        for (std::uint32_t code = 0; code < 0x140000; code += step) CPUMAP_MUST(is_judged_rightly(code, length));
    }
    return 0;
}

/// Enumerations that hold none of their own values, as a cast may make them.
constexpr int values_are_their_own(int beyond) {
    const auto bad = [](auto change) { return code_of<newest>(base::custom, change) == errc::bad_value; };
    CPUMAP_MUST(bad([&](auto& g) { g.set_mode(static_cast<mode>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_match(static_cast<cpumap::match>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_check(static_cast<cpumap::check>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_fallback(static_cast<cpumap::fallback>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_migratable(static_cast<cpumap::migratable>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_deprecated_features(static_cast<cpumap::deprecated_features>(beyond)); }));
    CPUMAP_MUST(bad([&](auto& g) { g.set_cache(cpumap::cache{.mode = static_cast<cpumap::cache_mode>(beyond)}); }));
    CPUMAP_MUST(bad([&](auto& g) {
        g.set_maxphysaddr(cpumap::maxphysaddr{.mode = static_cast<cpumap::maxphysaddr_mode>(beyond)});
    }));
    CPUMAP_MUST(bad([&](auto& g) { static_cast<void>(g.set(static_cast<feature_policy>(beyond), "vmx")); }));
    const cpumap::numa_cell cells[] = {{.memory_kib = 1, .access = static_cast<cpumap::memory_access>(beyond)}};
    CPUMAP_MUST(bad([&](auto& g) { g.set_numa(cells); }));
    return 0;
}

constexpr int features_and_policies(std::size_t) {
    const auto feature = [](auto& g) { static_cast<void>(g.set(feature_policy::require, "vmx")); };
    CPUMAP_MUST(in_every_mode(feature,
                              [](base b) { return b == base::nothing ? errc::features_need_model : errc::none; }) == 0);
    CPUMAP_MUST(code_of<libvirt<0, 7, 7>>(base::custom, feature) == errc::none);
    for (const auto policy :
         {feature_policy::force, feature_policy::optional, feature_policy::disable, feature_policy::forbid})
        CPUMAP_MUST(comes_with<libvirt<0, 7, 7>, libvirt<0, 8>>(
            base::custom, errc::policies_since_0_8, [policy](auto& g) { static_cast<void>(g.set(policy, "vmx")); }));
    return 0;
}

constexpr int topologies(unsigned n) {
    const auto with = [](cpumap::topology t) { return [t](auto& g) { g.set_topology(t); }; };
    const auto small = with({.sockets = 1, .cores = n, .threads = 1});
    CPUMAP_MUST(in_every_mode(small, [](base) { return errc::none; }) == 0);
    CPUMAP_MUST(comes_with<libvirt<0, 7, 7>, libvirt<0, 8>>(base::custom, errc::topology_since_0_8, small));
    constexpr cpumap::topology not_whole[] = {{.sockets = 0, .cores = 1, .threads = 1},
                                              {.sockets = 1, .cores = 0, .threads = 1},
                                              {.sockets = 1, .cores = 1, .threads = 0},
                                              {.sockets = 1, .dies = 0, .cores = 1, .threads = 1},
                                              {.sockets = 1, .clusters = 0, .cores = 1, .threads = 1},
                                              {.cores = 2, .threads = 2},
                                              {.sockets = 2, .threads = 2},
                                              {.sockets = 2, .cores = 2},
                                              {}};
    for (const auto& t : not_whole) {
        CPUMAP_MUST(in_every_mode(with(t), [](base) { return errc::topology_zero; }) == 0);
        CPUMAP_MUST(code_of<libvirt<0, 10, 2>>(base::custom, with(t)) == errc::topology_zero);
    }
    const auto dies = with({.sockets = 1, .dies = n, .cores = 1, .threads = 1});
    CPUMAP_MUST(comes_with<libvirt<6, 0>, libvirt<6, 1>>(base::custom, errc::dies_since_6_1, dies));
    const auto clusters = with({.sockets = 1, .clusters = n, .cores = 1, .threads = 1});
    CPUMAP_MUST(comes_with<libvirt<10, 0>, libvirt<10, 1>>(base::host_model, errc::clusters_since_10_1, clusters));
    CPUMAP_MUST(code_of<libvirt<6, 0>>(base::custom, small) == errc::none);
    return 0;
}

constexpr int caches(unsigned three) {
    using cpumap::cache_mode;
    const auto with = [](cpumap::cache c) { return [c](auto& g) { g.set_cache(c); }; };
    const auto always = [](errc e) { return [e](base) { return e; }; };
    CPUMAP_MUST(in_every_mode(with({.level = three}), always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(with({.mode = cache_mode::disable}), always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(with({.mode = cache_mode::passthrough}),
                              [](base b) { return takes_host(b) ? errc::none : errc::cache_passthrough_mode; }) == 0);
    CPUMAP_MUST(in_every_mode(with({}), always(errc::cache_emulate_level)) == 0);
    for (const unsigned level : {1U, 2U})
        CPUMAP_MUST(in_every_mode(with({.level = level}), always(errc::cache_emulate_level)) == 0);
    for (const unsigned level : {0U, 4U, ~0U})
        CPUMAP_MUST(in_every_mode(with({.level = level}), always(errc::cache_level_range)) == 0);
    for (const unsigned level : {1U, 2U, 3U}) {
        CPUMAP_MUST(
            in_every_mode(with({.level = level, .mode = cache_mode::disable}), always(errc::cache_disable_level)) == 0);
        CPUMAP_MUST(code_of<newest>(base::maximum, with({.level = level, .mode = cache_mode::passthrough})) ==
                    errc::cache_passthrough_level);
    }
    CPUMAP_MUST(comes_with<libvirt<3, 2>, libvirt<3, 3>>(base::custom, errc::cache_since_3_3, with({.level = 3U})));
    return 0;
}

constexpr int address_widths(unsigned bits) {
    using cpumap::maxphysaddr_mode;
    const auto with = [](cpumap::maxphysaddr m) { return [m](auto& g) { g.set_maxphysaddr(m); }; };
    const auto always = [](errc e) { return [e](base) { return e; }; };
    const auto emulate = with({.bits = bits});
    const auto passthrough = with({.mode = maxphysaddr_mode::passthrough});
    const auto limited = with({.mode = maxphysaddr_mode::passthrough, .limit = bits});
    CPUMAP_MUST(in_every_mode(emulate, always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(with({}), always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(passthrough, always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(limited, always(errc::none)) == 0);
    CPUMAP_MUST(in_every_mode(with({.mode = maxphysaddr_mode::passthrough, .bits = bits}),
                              always(errc::maxphysaddr_passthrough_bits)) == 0);
    CPUMAP_MUST(in_every_mode(with({.limit = bits}), always(errc::maxphysaddr_limit_mode)) == 0);
    CPUMAP_MUST(in_every_mode(with({.bits = bits, .limit = bits}), always(errc::maxphysaddr_limit_mode)) == 0);
    CPUMAP_MUST(comes_with<libvirt<8, 6>, libvirt<8, 7>>(base::custom, errc::maxphysaddr_since_8_7, emulate));
    CPUMAP_MUST(comes_with<libvirt<8, 6>, libvirt<8, 7>>(base::custom, errc::maxphysaddr_since_8_7, passthrough));
    CPUMAP_MUST(
        comes_with<libvirt<9, 1>, libvirt<9, 2>>(base::custom, errc::maxphysaddr_without_bits_since_9_2, with({})));
    CPUMAP_MUST(comes_with<libvirt<9, 2>, libvirt<9, 3>>(base::custom, errc::maxphysaddr_limit_since_9_3, limited));
    return 0;
}

constexpr int numa_cells(unsigned id) {
    using cpumap::numa_cell;
    using cpumap::numa_distance;
    const auto code = [](std::span<const numa_cell> cells) {
        return code_of<newest>(base::custom, [cells](auto& g) { g.set_numa(cells); });
    };
    const numa_distance near[] = {{id, 10}, {id + 1, 20}};
    const numa_distance far[] = {{id + 1, 10}, {id, 255}};
    const numa_cell good[] = {{.id = id, .cpus = "0-3", .memory_kib = 1, .distances = near},
                              {.id = id + 1, .memory_kib = 1, .distances = far}};
    CPUMAP_MUST(code(good) == errc::none && code({}) == errc::none);
    const auto with = [&](numa_distance d) {
        const numa_distance distances[] = {d};
        const numa_cell cells[] = {{.id = id, .memory_kib = 1, .distances = distances},
                                   {.id = id + 1, .memory_kib = 1}};
        return code(cells);
    };
    CPUMAP_MUST(with({id + 1, 11}) == errc::none && with({id + 1, 255}) == errc::none && with({id, 10}) == errc::none);
    CPUMAP_MUST(with({id + 1, 9}) == errc::numa_distance_range && with({id + 1, 0}) == errc::numa_distance_range);
    CPUMAP_MUST(with({id + 1, 256}) == errc::numa_distance_range && with({id, 9}) == errc::numa_distance_range);
    CPUMAP_MUST(with({id + 1, 10}) == errc::numa_distance_self && with({id, 11}) == errc::numa_distance_self);
    CPUMAP_MUST(with({id + 2, 20}) == errc::numa_distance_sibling);
    const numa_distance twice[] = {{id + 1, 20}, {id + 1, 20}};
    const numa_cell distance_twice[] = {{.id = id, .memory_kib = 1, .distances = twice},
                                        {.id = id + 1, .memory_kib = 1}};
    CPUMAP_MUST(code(distance_twice) == errc::numa_distance_twice);
    const numa_cell same[] = {
        {.id = id, .memory_kib = 1}, {.id = id + 1, .memory_kib = 1}, {.id = id, .memory_kib = 1}};
    CPUMAP_MUST(code(same) == errc::numa_cell_twice);
    const numa_cell no_memory[] = {{.id = id, .cpus = "0"}};
    CPUMAP_MUST(code(no_memory) == errc::numa_memory);
    const auto with_cpus = [&](std::string_view cpus) {
        const numa_cell cells[] = {{.id = id, .cpus = cpus, .memory_kib = 0}};
        return code(cells);
    };
    for (const std::string_view cpus : {""sv, "0"sv, "0-3"sv, "0-3,8"sv, "0-31,^7,40,42-43"sv})
        CPUMAP_MUST(with_cpus(cpus) == errc::none);
    for (const std::string_view cpus : {","sv, "0,"sv, ",0"sv, "-"sv, "0-"sv, "-3"sv, "0--3"sv, "0 1"sv, "a"sv,
                                        "0\x02"sv, "^"sv, "0,^1-2"sv, "0'"sv, "<0>"sv})
        CPUMAP_MUST(with_cpus(cpus) == errc::numa_cpus);
    return 0;
}

}  // namespace

TEST_CASE("rules of modes, match, check and migration", "[definition][rules]") {
    CPUMAP_BOTH(modes_check_and_migration, 10U);
}
TEST_CASE("rules of models, vendors and vendor_id", "[definition][rules]") {
    CPUMAP_BOTH(models_and_vendors, std::size_t{0});
}
TEST_CASE("text is what XML can hold", "[definition][rules]") {
    static_assert(code_points_are_judged(0x1357) == 0);
    CHECK(code_points_are_judged(unit::opaque(std::uint32_t{5})) == 0);
}
TEST_CASE("enumerations hold their own values", "[definition][rules]") { CPUMAP_BOTH(values_are_their_own, 5); }
TEST_CASE("rules of features and policies", "[definition][rules]") {
    CPUMAP_BOTH(features_and_policies, std::size_t{0});
}
TEST_CASE("rules of topologies", "[definition][rules]") { CPUMAP_BOTH(topologies, 2U); }
TEST_CASE("rules of caches", "[definition][rules]") { CPUMAP_BOTH(caches, 3U); }
TEST_CASE("rules of address widths", "[definition][rules]") { CPUMAP_BOTH(address_widths, 42U); }
TEST_CASE("rules of NUMA cells", "[definition][rules]") { CPUMAP_BOTH(numa_cells, 3U); }
