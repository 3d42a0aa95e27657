// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*7\.1
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::maximum<>;
#else
using guest = old::host_passthrough<>;
#endif
static_assert(!old::xml<guest>.empty());
