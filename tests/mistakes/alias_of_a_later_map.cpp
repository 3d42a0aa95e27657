// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*sse4_1
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::custom<"Nehalem", cpumap::require<"sse4_1">>;
#else
using guest = old::custom<"Nehalem", cpumap::require<"sse4.1">>;
#endif
static_assert(!old::xml<guest>.empty());
