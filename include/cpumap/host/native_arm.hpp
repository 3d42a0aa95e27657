// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading an ARM processor: MIDR_EL1 and what Linux reports in AT_HWCAP, from this processor or from whatever else can
// answer.

#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/arm.hpp>

#include <cstdint>

#if defined(__aarch64__) && defined(__linux__) && __STDC_HOSTED__
#include <sys/auxv.h>
#endif

namespace cpumap::inline v0::arm {

/// The data of a processor that can be asked for its MIDR and its features. Midr and Hwcap: callable without arguments,
/// giving a given<std::uint64_t> or std::optional<std::uint64_t>; without a value of AT_HWCAP there are no features.
/// Error: midr_not_readable, where Midr has no value.
template <class Map, class Midr, class Hwcap>
constexpr basic_result<cpu_data, basic_error<map<Map>>> read_cpu_data(Midr&& midr, Hwcap&& hwcap) {
    using result = basic_result<cpu_data, basic_error<map<Map>>>;
    const auto id = midr();
    if (!id) return result(basic_error<map<Map>>(errc::midr_not_readable));
    cpu_data data{.midr = *id};
    if (const auto bits = hwcap()) data.hwcap = *bits;
    return data;
}

#if defined(__aarch64__)
/// AT_HWCAP as Linux gives it to the program; none on other systems.
struct native_hwcap {
    given<std::uint64_t> operator()() const {
#if defined(__linux__) && __STDC_HOSTED__
        return std::uint64_t{::getauxval(AT_HWCAP)};
#else
        return {};
#endif
    }
};

/// MIDR_EL1 of the processor that runs this. The processor lets only its kernel read it; Linux does that for programs,
/// and says so by the bit cpuid of AT_HWCAP. None elsewhere.
struct native_midr {
    given<std::uint64_t> operator()() const {
        constexpr std::uint64_t cpuid = 1U << 11;
        if ((native_hwcap{}().value_or(0) & cpuid) == 0) return {};
        std::uint64_t value = 0;
        asm volatile("mrs %0, midr_el1" : "=r"(value));
        return value;
    }
};
#endif

/// The data of the processor that the program runs on; where processors differ, of one of them.
/// Errors: not_aarch64 where the program is for another architecture; midr_not_readable where Linux does not show it.
template <class Map>
auto native_cpu_data() {
#if defined(__aarch64__)
    return read_cpu_data<Map>(native_midr{}, native_hwcap{});
#else
    return basic_result<cpu_data, basic_error<map<Map>>>(basic_error<map<Map>>(errc::not_aarch64));
#endif
}

}  // namespace cpumap::inline v0::arm
