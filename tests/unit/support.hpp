// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the unit tests share. A behaviour is one constexpr function that returns 0, or the line of the first thing
// that does not hold; CPUMAP_BOTH runs it as a constant and again on values that the compiler cannot see.

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catch.hpp"

/// In a function that returns int. By way of a variable, since clang answers an `if` itself where it can and then calls
/// nothing when the test runs.
#define CPUMAP_MUST(...)                                 \
    do {                                                 \
        bool must_hold = static_cast<bool>(__VA_ARGS__); \
        if (!must_hold) return __LINE__;                 \
    } while (false)

/// `function` of the constant `input`, at compile time and at run time.
#define CPUMAP_BOTH(function, input)       \
    static_assert((function)(input) == 0); \
    CHECK((function)(unit::opaque(input)) == 0)

/// A test of every map; in it Map is the map and lib the library bound to it.
#define CPUMAP_EVERY_MAP \
    cpumap::maps::libvirt_0_10, cpumap::maps::libvirt_9_0, cpumap::maps::libvirt_11_3, cpumap::maps::libvirt_12_8

namespace unit {

/// A value that the compiler knows nothing about.
template <class T>
T opaque(T value) {
    asm volatile("" : "+m"(value) : : "memory");
    return value;
}

/// The same numbers everywhere and every time (splitmix64).
class random {
public:
    constexpr explicit random(std::uint64_t seed) : state_(seed) {}
    constexpr std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
        z = (z ^ z >> 27) * 0x94d049bb133111ebU;
        return z ^ z >> 31;
    }
    constexpr std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
    constexpr bool one_in(std::size_t n) { return below(n) == 0; }

private:
    std::uint64_t state_;
};

/// The features of a text with a space between names; every name must be the map's.
template <class Map>
constexpr cpumap::basic_feature_set<Map> features_of(std::string_view names) {
    cpumap::basic_feature_set<Map> set;
    while (!names.empty()) {
        std::size_t n = 0;
        while (n < names.size() && names[n] != ' ') ++n;
        set.insert(*cpumap::find_feature<Map>(std::string_view(names.data(), n)));
        names.remove_prefix(n < names.size() ? n + 1 : n);
    }
    return set;
}

/// Whether a list holds just these features (names with a space between), in this order and with this policy.
template <class List>
constexpr bool lists(const List& list, std::size_t& at, cpumap::feature_policy policy, std::string_view names) {
    while (!names.empty()) {
        std::size_t n = 0;
        while (n < names.size() && names[n] != ' ') ++n;
        if (at == list.size() || list[at].policy != policy) return false;
        if (list[at].feature.name() != std::string_view(names.data(), n)) return false;
        ++at;
        names.remove_prefix(n < names.size() ? n + 1 : n);
    }
    return true;
}

/// The twelve bytes that CPUID gives for a vendor of the maps; others stand for themselves.
constexpr std::string_view vendor_string(std::string_view vendor) {
    if (vendor == "Intel") return "GenuineIntel";
    if (vendor == "AMD") return "AuthenticAMD";
    if (vendor == "Hygon") return "HygonGenuine";
    if (vendor == "Zhaoxin CentaurHauls") return "CentaurHauls";
    return vendor;
}

constexpr void set_vendor(cpumap::cpu_data& data, std::string_view vendor) {
    const std::string_view s = vendor_string(vendor);
    const auto word = [s](std::size_t at) {
        std::uint32_t w = 0;
        for (std::size_t i = 0; i < 4; ++i)
            if (at + i < s.size()) w |= std::uint32_t{static_cast<unsigned char>(s[at + i])} << (8 * i);
        return w;
    };
    data.set_cpuid(0, 0, {.eax = 0xd, .ebx = word(0), .ecx = word(8), .edx = word(4)});
}

constexpr void set_signature(cpumap::cpu_data& data, cpumap::cpu_signature signature) {
    cpumap::cpuid_registers r = data.cpuid(1, 0).value_or(cpumap::cpuid_registers{});
    r.eax = signature.number();
    data.set_cpuid(1, 0, r);
}

/// Sets, clears or flips the bit that a feature stands for.
enum class change { set, clear, flip };
template <class Map>
constexpr void change_bit(cpumap::cpu_data& data, cpumap::basic_feature_ref<Map> feature, change how) {
    const cpumap::register_bit b = feature.register_bit();
    const std::uint32_t bit = std::uint32_t{1} << b.bit;
    const auto changed = [bit, how](std::uint32_t w) {
        return how == change::set ? w | bit : how == change::clear ? w & ~bit : w ^ bit;
    };
    if (b.from == cpumap::register_bit::source::cpuid) {
        cpumap::cpuid_registers r = data.cpuid(b.leaf, b.subleaf).value_or(cpumap::cpuid_registers{});
        std::uint32_t& w = b.part == 'a' ? r.eax : b.part == 'b' ? r.ebx : b.part == 'c' ? r.ecx : r.edx;
        w = changed(w);
        data.set_cpuid(b.leaf, b.subleaf, r);
    } else {
        const std::uint64_t v = data.msr(b.leaf).value_or(0);
        std::uint32_t low = static_cast<std::uint32_t>(v);
        std::uint32_t high = static_cast<std::uint32_t>(v >> 32);
        (b.part == 'l' ? low : high) = changed(b.part == 'l' ? low : high);
        data.set_msr(b.leaf, std::uint64_t{high} << 32 | low);
    }
}

/// The data of a processor with these features, and nothing else.
template <class Map>
constexpr cpumap::cpu_data data_of(const cpumap::basic_feature_set<Map>& features, std::string_view vendor,
                                   cpumap::cpu_signature signature) {
    cpumap::cpu_data data;
    if (!vendor.empty()) set_vendor(data, vendor);
    if (signature) set_signature(data, signature);
    for (const auto f : features) change_bit<Map>(data, f, change::set);
    return data;
}

/// The signature of a model at its lowest stepping; none where the model has none.
template <class Map>
constexpr cpumap::cpu_signature signature_of(cpumap::basic_model_ref<Map> model, std::size_t which = 0) {
    const auto all = model.signatures();
    if (which >= all.size()) return {};
    const cpumap::model_signature s = all[which];
    std::uint32_t stepping = 0;
    while ((s.steppings >> stepping & 1) == 0) ++stepping;
    return {s.family, s.model, stepping};
}

}  // namespace unit
