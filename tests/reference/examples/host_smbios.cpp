// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/host/smbios.hpp>

// The signature of a Xeon of the Haswell generation, and all of leaf 1 EDX.
constexpr auto name = [] {
    cpumap::cpu_data data;
    data.set_cpuid(1, 0, {.eax = 0x000306f2, .ebx = 0, .ecx = 0, .edx = 0xbfebfbff});
    return cpumap::name_by_signature(data, {});
}();
static_assert(name.sure == cpumap::certainty::several && (*name.model).name() == "Haswell-noTSX");
static_assert(name.certain.contains(cpumap::feature<"avx2">));
