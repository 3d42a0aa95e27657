// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*10\.1
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using old = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest = old::none<cpumap::with<cpumap::topology{.sockets = 1, .clusters = 2, .cores = 1, .threads = 1}>>;
#else
using guest = old::none<cpumap::with<cpumap::topology{.sockets = 1, .dies = 2, .cores = 1, .threads = 1}>>;
#endif
static_assert(!old::xml<guest>.empty());
