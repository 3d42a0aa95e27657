// SPDX-License-Identifier: BSL-1.0
// What a decode_guest() at compile time costs the compiler, over its #include.

#include <cpumap/cpumap.hpp>

constexpr cpumap::cpu_data xeon_gold_5115 = [] {
    cpumap::cpu_data d;
    d.set_cpuid(0x0, 0, {.eax = 0x16, .ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69});
    d.set_cpuid(0x1, 0, {.eax = 0x00050654, .ebx = 0x23200800, .ecx = 0x7ffefbff, .edx = 0xbfebfbff});
    d.set_cpuid(0x7, 0, {.eax = 0, .ebx = 0xd39ffffb, .ecx = 0x8, .edx = 0x0c000000});
    d.set_cpuid(0xd, 1, {.eax = 0xf, .ebx = 0xa00, .ecx = 0x100, .edx = 0});
    d.set_cpuid(0x80000001, 0, {.eax = 0, .ebx = 0, .ecx = 0x121, .edx = 0x2c100800});
    return d;
}();

static_assert(cpumap::decode_guest(xeon_gold_5115)->model().name() == "Skylake-Server-IBRS");
