// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
static_assert(!old::feature<"avx512f">.name().empty());
#else
static_assert(!old::feature<"avx2">.name().empty());
#endif
