// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*9\.3
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using old = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest =
    old::custom<"Nehalem",
                cpumap::with<cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough, .limit = 42}>>;
#else
using guest = old::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough}>>;
#endif
static_assert(!old::xml<guest>.empty());
