// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*11\.0
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using old = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest = old::host_model<cpumap::with<cpumap::deprecated_features::off>>;
#else
using guest = old::host_model<cpumap::with<cpumap::check::none>>;
#endif
static_assert(!old::xml<guest>.empty());
