// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU vendor
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::custom<"Nehalem", cpumap::with<cpumap::vendor{"Hygon"}>>;
#else
using guest = old::custom<"Nehalem", cpumap::with<cpumap::vendor{"AMD"}>>;
#endif
static_assert(!old::xml<guest>.empty());
