// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*cluster needs libvirt 10.1
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using lib = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest = lib::none<lib::with<cpumap::topology{.sockets = 1, .clusters = 2, .cores = 1, .threads = 1}>>;
#else
using guest = lib::none<lib::with<cpumap::topology{.sockets = 1, .clusters = 1, .cores = 1, .threads = 1}>>;
#endif
static_assert(!lib::qemu_smp<guest>.empty());
