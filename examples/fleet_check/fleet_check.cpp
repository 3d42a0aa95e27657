// SPDX-License-Identifier: BSL-1.0

// A fleet of three machines, as recorded: the compiler checks that a guest's CPU runs on each of them, and finds the CPU
// that they have in common. The header is made from the files in rack_7:
//
//   cpumap-codegen hosts rack_7/compute-01.cpuid rack_7/compute-02.cpuinfo rack_7/compute-03.xml --name rack_7
//       --output rack_7.hpp

#include <cpumap/cpumap.hpp>

#include <array>
#include <iostream>

#include "rack_7.hpp"

using guest = cpumap::custom<"Haswell-noTSX">;

// The build fails where one machine does not run it; see too_new.cpp.
static_assert(cpumap::runs_on_all<guest, rack_7>);

// What host-model comes to differs: guests move from the oldest machine to the others, and not back.
constexpr auto on_the_oldest = cpumap::host_model<>::resolve(rack_7[rack_7_host::compute_02].data());
constexpr auto on_the_newest = cpumap::host_model<>::resolve(rack_7[rack_7_host::compute_03].data());
static_assert(on_the_oldest && on_the_newest);
static_assert(on_the_newest->features().includes(guest::features()));

// What all of them have: the most that a guest can get and still move everywhere.
constexpr std::array machines{*cpumap::decode_host(rack_7[rack_7_host::compute_01].data()),
                              *cpumap::decode_host(rack_7[rack_7_host::compute_02].data()),
                              *cpumap::decode_host(rack_7[rack_7_host::compute_03].data())};
constexpr auto common = cpumap::baseline(machines);
static_assert(common && common->features().includes(guest::features()));

constexpr const char* sources[] = {"CPUID", "Linux's flags, which do not show everything", "a definition of libvirt's"};

int main() {
    for (const cpumap::recorded_host& host : rack_7) {
        const auto found = cpumap::host_model<>::resolve(host.data());
        if (!found) return 1;
        std::cout << host.name << ": host-model is " << found->model().name() << ", by "
                  << sources[static_cast<int>(host.from)] << '\n';
    }
    std::cout << "In common: " << common->model().name() << " and " << common->listed().size() << " features more\n";
}
