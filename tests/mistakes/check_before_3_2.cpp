// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*3\.2
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
using old = cpumap::use<cpumap::maps::libvirt_0_10>;
#ifdef CPUMAP_MISTAKE
using guest = old::custom<"Nehalem", cpumap::with<cpumap::check::full>>;
#else
using guest = old::custom<"Nehalem", cpumap::with<cpumap::match::strict>>;
#endif
static_assert(!old::xml<guest>.empty());
