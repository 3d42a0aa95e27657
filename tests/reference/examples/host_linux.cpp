// SPDX-License-Identifier: BSL-1.0
#include <cpumap/host/linux.hpp>

#include <cstdio>

int main() {
    if (const auto one = cpumap::read_this_cpu())
        std::printf("CPU %u has %zu features\n", one->cpu.value_or(0), one->data.features<>().size());
    const auto all = cpumap::survey_devices();  // through /dev/cpu/N/cpuid; survey_native() needs no root
    if (!all)
        std::puts("the devices take the kernel module cpuid, and root");
    else if (!all->equal())
        std::printf("CPU %u is not like CPU %u\n", all->first_different, all->cpu);
}
