// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::use<cpumap::maps::libvirt_0_10>::custom_first_of<nova::models<"SandyBridge", "IvyBridge">>;
#else
using guest = nova::use<cpumap::maps::libvirt_0_10>::custom_first_of<nova::models<"SandyBridge">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
