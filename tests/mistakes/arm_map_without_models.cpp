// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: no_name_is_near
#include <cpumap/arm.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#ifdef CPUMAP_MISTAKE
using lib = cpumap::arm::use<cpumap::maps::libvirt_0_10>;
#else
using lib = cpumap::arm::use<cpumap::maps::libvirt_9_0>;
#endif
static_assert(!lib::xml<lib::custom<"a64fx">>.empty());
