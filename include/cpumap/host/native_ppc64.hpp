// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading a POWER processor: its version register, from this processor or from whatever else can answer.

#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/options.hpp>
#include <cpumap/match/ppc64.hpp>

#include <cstdint>

namespace cpumap::inline v0::ppc64 {

/// The data of a processor that can be asked for its PVR. Pvr: callable without arguments, giving a
/// given<std::uint32_t> or std::optional<std::uint32_t>.
/// Error: pvr_not_readable, where that has no value.
template <class Map, class Pvr>
constexpr basic_result<cpu_data, basic_error<map<Map>>> read_cpu_data(Pvr&& pvr, architecture arch) {
    using result = basic_result<cpu_data, basic_error<map<Map>>>;
    const auto value = pvr();
    if (!value) return result(basic_error<map<Map>>(errc::pvr_not_readable));
    return cpu_data{.pvr = *value, .arch = arch};
}

#if defined(__powerpc64__)
/// The register PVR of this processor. The processor lets only its kernel read it; Linux does that for programs.
struct native_pvr {
    given<std::uint32_t> operator()() const {
#if defined(__linux__) && __STDC_HOSTED__
        unsigned long value = 0;
        asm volatile("mfspr %0, 287" : "=r"(value));
        return static_cast<std::uint32_t>(value);
#else
        return {};
#endif
    }
};
#endif

/// The data of the processor that the program runs on.
/// Errors: not_ppc64 where the program is for another architecture; pvr_not_readable where the system is not Linux.
template <class Map>
auto native_cpu_data() {
#if defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    return read_cpu_data<Map>(native_pvr{}, architecture::ppc64le);
#elif defined(__powerpc64__)
    return read_cpu_data<Map>(native_pvr{}, architecture::ppc64);
#else
    return basic_result<cpu_data, basic_error<map<Map>>>(basic_error<map<Map>>(errc::not_ppc64));
#endif
}

}  // namespace cpumap::inline v0::ppc64
