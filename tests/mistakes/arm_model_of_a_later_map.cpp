// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
#include <cpumap/arm.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#ifdef CPUMAP_MISTAKE
using lib = cpumap::arm::use<cpumap::maps::libvirt_9_0>;
#else
using lib = cpumap::arm::use<cpumap::default_map>;
#endif
static_assert(!lib::xml<lib::custom<"Ampere-1">>.empty());
