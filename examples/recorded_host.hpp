// SPDX-License-Identifier: BSL-1.0
#pragma once

// What CPUID says on an Intel Xeon Gold 5115, as recorded from one, so that an example prints the same on every machine.

#include <cpumap/core.hpp>

inline constexpr cpumap::cpu_data xeon_gold_5115 = [] {
    cpumap::cpu_data d;
    d.set_cpuid(0x0, 0, {.eax = 0x16, .ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69});
    d.set_cpuid(0x1, 0, {.eax = 0x00050654, .ebx = 0x23200800, .ecx = 0x7ffefbff, .edx = 0xbfebfbff});
    d.set_cpuid(0x6, 0, {.eax = 0x00000ef7, .ebx = 0x2, .ecx = 0x9, .edx = 0});
    d.set_cpuid(0x7, 0, {.eax = 0, .ebx = 0xd39ffffb, .ecx = 0x8, .edx = 0x0c000000});
    d.set_cpuid(0xd, 1, {.eax = 0xf, .ebx = 0xa00, .ecx = 0x100, .edx = 0});
    d.set_cpuid(0xf, 1, {.eax = 0, .ebx = 0xa000, .ecx = 0x4f, .edx = 0x7});
    d.set_cpuid(0x14, 0, {.eax = 0x1, .ebx = 0xf, .ecx = 0x7, .edx = 0});
    d.set_cpuid(0x80000001, 0, {.eax = 0, .ebx = 0, .ecx = 0x121, .edx = 0x2c100800});
    d.set_cpuid(0x80000007, 0, {.eax = 0, .ebx = 0, .ecx = 0, .edx = 0x100});
    return d;
}();
