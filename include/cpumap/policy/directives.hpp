// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a policy is made of besides its mode: directives say something of features, with<> gives an option. All are
// types that belong to no map; the policy checks them against its own.

#include <cpumap/base/errors.hpp>
#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/options.hpp>

#include <cstddef>
#include <type_traits>

namespace cpumap::inline v0 {

/// The guest has the feature, whatever the host has.
template <fixed_string Feature>
struct force {};
/// The guest has the feature; it does not start where the host has not.
template <fixed_string Feature>
struct require {};
/// The guest has the feature where the host has.
template <fixed_string Feature>
struct optional {};
/// The guest does not have the feature.
template <fixed_string Feature>
struct disable {};
/// The guest does not have the feature; it does not start where the host has.
template <fixed_string Feature>
struct forbid {};

/// Flags as they stand in Nova's cpu_model_extra_flags: "pcid" or "+pcid" is required, "-pcid" disabled. The case of
/// letters does not count.
template <fixed_string... Flags>
struct extra_flags {};

/// An option: with<topology{.sockets = 1, .cores = 4, .threads = 2}>, with<match::strict>, with<check::full>,
/// with<fallback::allow>, with<migratable::on>, with<deprecated_features::off>, with<vendor{"AMD"}>,
/// with<vendor_id{"KVMKVMKVM123"}>, with<cache{.mode = cache_mode::disable}>, with<maxphysaddr{.bits = 42}>.
template <auto Option>
struct with {};

namespace detail {

/// One feature and what is said of it.
template <feature_policy Policy, fixed_string Name>
struct flag {
    static constexpr feature_policy policy = Policy;
    static constexpr auto name = Name;
};

constexpr bool is_sign(char c) { return c == '+' || c == '-'; }

/// A flag's name without its sign, in lower case.
template <fixed_string Text>
constexpr auto flag_name() {
    constexpr std::size_t sign = is_sign(Text.text[0]) ? 1 : 0;
    fixed_string<sizeof(Text.text) - sign> name;
    for (std::size_t i = sign; i < sizeof(Text.text); ++i) name.text[i - sign] = lower(Text.text[i]);
    return name;
}

template <class... Flags>
struct flag_list {};

/// The flags of a directive.
template <class Item>
struct directive {
    static constexpr bool is_directive = false;
    using flags = flag_list<>;
};
template <feature_policy Policy, fixed_string Name>
struct simple_directive {
    static constexpr bool is_directive = true;
    using flags = flag_list<flag<Policy, Name>>;
};
template <fixed_string N>
struct directive<force<N>> : simple_directive<feature_policy::force, N> {};
template <fixed_string N>
struct directive<require<N>> : simple_directive<feature_policy::require, N> {};
template <fixed_string N>
struct directive<optional<N>> : simple_directive<feature_policy::optional, N> {};
template <fixed_string N>
struct directive<disable<N>> : simple_directive<feature_policy::disable, N> {};
template <fixed_string N>
struct directive<forbid<N>> : simple_directive<feature_policy::forbid, N> {};
template <fixed_string... N>
struct directive<extra_flags<N...>> {
    static constexpr bool is_directive = true;
    using flags =
        flag_list<flag<N.text[0] == '-' ? feature_policy::disable : feature_policy::require, flag_name<N>()>...>;
};

/// What an option is, and how it gets into a definition; `place` tells options apart that exclude each other.
enum class option_place : unsigned char {
    match,
    check,
    fallback,
    migratable,
    deprecated_features,
    vendor,
    vendor_id,
    topology,
    cache,
    maxphysaddr,
    unknown,
};

template <class T>
struct option {
    static constexpr option_place place = option_place::unknown;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>&, const T&) {}
};
template <>
struct option<match> {
    static constexpr option_place place = option_place::match;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, match v) {
        guest.set_match(v);
    }
};
template <>
struct option<check> {
    static constexpr option_place place = option_place::check;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, check v) {
        guest.set_check(v);
    }
};
template <>
struct option<fallback> {
    static constexpr option_place place = option_place::fallback;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, fallback v) {
        guest.set_fallback(v);
    }
};
template <>
struct option<migratable> {
    static constexpr option_place place = option_place::migratable;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, migratable v) {
        guest.set_migratable(v);
    }
};
template <>
struct option<deprecated_features> {
    static constexpr option_place place = option_place::deprecated_features;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, deprecated_features v) {
        guest.set_deprecated_features(v);
    }
};
template <std::size_t Size>
struct option<vendor<Size>> {
    static constexpr option_place place = option_place::vendor;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, const vendor<Size>& v) {
        guest.set_vendor(v.name.view());
    }
};
template <std::size_t Size>
struct option<vendor_id<Size>> {
    static constexpr option_place place = option_place::vendor_id;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, const vendor_id<Size>& v) {
        guest.set_vendor_id(v.text.view());
    }
};
template <>
struct option<topology> {
    static constexpr option_place place = option_place::topology;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, const topology& v) {
        guest.set_topology(v);
    }
};
template <>
struct option<cache> {
    static constexpr option_place place = option_place::cache;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, const cache& v) {
        guest.set_cache(v);
    }
};
template <>
struct option<maxphysaddr> {
    static constexpr option_place place = option_place::maxphysaddr;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest, const maxphysaddr& v) {
        guest.set_maxphysaddr(v);
    }
};

/// The option of a with<>.
template <class Item>
struct with_option {
    static constexpr bool is_option = false;
};
template <auto Option>
struct with_option<with<Option>> {
    using traits = option<std::remove_cv_t<decltype(Option)>>;
    static constexpr bool is_option = traits::place != option_place::unknown;
    static constexpr option_place place = traits::place;
    static constexpr auto value = Option;
    template <class Map>
    static constexpr void put(basic_guest_cpu<Map>& guest) {
        traits::put(guest, Option);
    }
};

}  // namespace detail

}  // namespace cpumap::inline v0
