// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
static_assert(!old::model<"EPYC">.features().empty());
#else
static_assert(!old::model<"phenom">.features().empty());
#endif
