// SPDX-License-Identifier: BSL-1.0
#include <cpumap/host.hpp>

#include <cstdio>

int main() {
    const auto machine = cpumap::survey_devices<>();
    if (!machine) return 0;
    std::printf("%u logical CPUs%s\n", machine->answered, machine->equal() ? ", all alike" : "");
}
