// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*9\.2
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using old = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest = old::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{}>>;
#else
using guest = old::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{.bits = 42}>>;
#endif
static_assert(!old::xml<guest>.empty());
