// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr cpumap::cpu_data data = [] {
    cpumap::cpu_data d;
    d.set_cpuid(0x0, 0, {.eax = 0xd, .ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69});
    d.set_cpuid(0x1, 0, {.eax = 0x000306a9, .ebx = 0, .ecx = 0x7fbae3ff, .edx = 0xbfebfbff});
    d.set_msr(0x10a, 0);
    return d;
}();
static_assert(data.complete() && data.size() == 3);
static_assert(data.signature().family() == 6 && data.signature().model() == 58 && data.signature().stepping() == 9);
static_assert(data.features<>().contains(cpumap::feature<"avx">));
