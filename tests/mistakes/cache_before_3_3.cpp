// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*3\.3
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::custom<"Nehalem", cpumap::with<cpumap::cache{.level = 3}>>;
#else
using guest = old::custom<"Nehalem", cpumap::with<cpumap::vendor{"Intel"}>>;
#endif
static_assert(!old::xml<guest>.empty());
