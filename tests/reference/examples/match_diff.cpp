// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/diff.hpp>

using debian12 = cpumap::maps::libvirt_9_0;
using newest = cpumap::maps::libvirt_12_8;
static_assert(cpumap::same_model<"EPYC-Rome", debian12, newest>);
static_assert(!cpumap::same_model<"Skylake-Server", debian12, newest>);  // it lost mpx
static_assert(cpumap::diff<debian12, newest>::features_went().empty());
