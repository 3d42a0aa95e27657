// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::host_model<cpumap::disable<"avx512f">>;
#else
using guest = old::host_model<cpumap::disable<"avx2">>;
#endif
static_assert(!old::xml<guest>.empty());
