// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*belongs to another map
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
using lib = cpumap::use<cpumap::maps::libvirt_9_0>;
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"EPYC">;
#else
using guest = lib::custom<"EPYC">;
#endif
static_assert(!lib::qemu_cpu<guest>.empty());
