// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

static_assert(cpumap::cpu_map<cpumap::maps::libvirt_9_0> && !cpumap::cpu_map<int>);
static_assert(cpumap::maps::libvirt_9_0::version == "9.0.0");
static_assert(cpumap::maps::libvirt_9_0::version_number == 9'000'000);
