// SPDX-License-Identifier: BSL-1.0
#pragma once

// Definitions made at random, and whether two are the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "support.hpp"

namespace unit {

/// The library for the map whose libvirt answered the cases written down in the tests.
namespace debian13 {

using map_type = cpumap::maps::libvirt_11_3;
using lib = cpumap::use<map_type>;
template <cpumap::fixed_string Name>
constexpr auto feature = lib::feature<Name>;
template <cpumap::fixed_string Name>
constexpr auto model = lib::model<Name>;

constexpr auto set_of(std::string_view names) { return features_of<map_type>(names); }

}  // namespace debian13

/// The newest map as if it belonged to another libvirt, so that every "since" can be tried on both sides.
template <std::uint32_t Major, std::uint32_t Minor, std::uint32_t Micro = 0>
struct libvirt : cpumap::maps::libvirt_12_8 {
    static constexpr std::uint32_t version_number = Major * 1'000'000 + Minor * 1'000 + Micro;
};

/// A map as it should not be: every name, of features, of models or of both, begins with this byte.
template <char Byte, std::size_t Size>
struct changed_names {
    char names[Size]{};
    constexpr changed_names(const char* from, const char16_t* at, std::size_t count, bool change) {
        for (std::size_t i = 0; i < Size; ++i) names[i] = from[i];
        for (std::size_t i = 0; change && i < count; ++i) names[at[i]] = Byte;
    }
    constexpr const char& operator[](std::size_t i) const { return names[i]; }
};
template <char Byte, bool Features, bool Models>
struct names_begin_with : cpumap::default_map {
    struct x86 : cpumap::default_map::x86 {
        using base = cpumap::default_map::x86;
        static constexpr changed_names<Byte, sizeof(base::feature_names)> feature_names{
            base::feature_names, base::feature_name_at, base::feature_count, Features};
        static constexpr changed_names<Byte, sizeof(base::model_names)> model_names{
            base::model_names, base::model_name_at, base::model_count, Models};
    };
};

constexpr cpumap::feature_policy every_policy[] = {cpumap::feature_policy::force, cpumap::feature_policy::require,
                                                   cpumap::feature_policy::optional, cpumap::feature_policy::disable,
                                                   cpumap::feature_policy::forbid};

template <class Map>
constexpr bool same_definition(const cpumap::basic_guest_cpu<Map>& a, const cpumap::basic_guest_cpu<Map>& b) {
    return a.mode() == b.mode() && a.match() == b.match() && a.check() == b.check() && a.fallback() == b.fallback() &&
           a.migratable() == b.migratable() && a.deprecated_features() == b.deprecated_features() &&
           a.has_model() == b.has_model() && (!a.has_model() || a.model() == b.model()) && a.vendor() == b.vendor() &&
           a.vendor_id() == b.vendor_id() && a.topology() == b.topology() && a.cache() == b.cache() &&
           a.maxphysaddr() == b.maxphysaddr() && a.numa().data() == b.numa().data() &&
           a.numa().size() == b.numa().size() && a.listed() == b.listed();
}
template <class Map>
constexpr bool same_definition(const cpumap::basic_host_cpu<Map>& a, const cpumap::basic_host_cpu<Map>& b) {
    return a.arch() == b.arch() && a.has_model() == b.has_model() && (!a.has_model() || a.model() == b.model()) &&
           a.vendor() == b.vendor() && a.signature() == b.signature() && a.microcode() == b.microcode() &&
           a.counter() == b.counter() && a.topology() == b.topology() && a.listed() == b.listed();
}

template <class Map>
cpumap::basic_feature_ref<Map> random_feature(random& random) {
    return cpumap::features<Map>()[random.below(cpumap::features<Map>().size())];
}
template <class Map>
cpumap::basic_model_ref<Map> random_model(random& random) {
    return cpumap::models<Map>()[random.below(cpumap::models<Map>().size())];
}

/// Of a random model, with a few features of every policy.
template <class Map>
cpumap::basic_guest_cpu<Map> random_guest(random& random) {
    cpumap::basic_guest_cpu<Map> guest(random_model<Map>(random));
    for (std::size_t n = random.below(8); n > 0; --n)
        guest.listed().put(every_policy[random.below(5)], random_feature<Map>(random));
    guest.set_match(random.one_in(3)   ? cpumap::match::minimum
                    : random.one_in(2) ? cpumap::match::strict
                                       : cpumap::match::exact);
    if (random.one_in(4)) guest.set_vendor(random.one_in(2) ? "Intel" : "AMD");
    if (random.one_in(3)) guest.set_fallback(cpumap::fallback::forbid);
    return guest;
}

}  // namespace unit
