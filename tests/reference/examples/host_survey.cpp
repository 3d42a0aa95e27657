// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/host/survey.hpp>

// A machine of two CPUs, of which the second has no AVX.
constexpr auto machine = cpumap::survey_cpus(2, [](unsigned cpu, cpumap::cpu_data& to) {
    to.set_cpuid(1, 0, {.eax = 0x000306a9, .ebx = 0, .ecx = cpu == 0 ? 1U << 28 : 0, .edx = 0});
    return cpumap::errc::none;
});
static_assert(machine && !machine->equal() && machine->first_different == 1);
static_assert(machine->uneven.contains(cpumap::feature<"avx">) && machine->data.features<>().empty());
