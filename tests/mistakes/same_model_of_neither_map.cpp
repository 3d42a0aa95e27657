// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*EPYC_Rome
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/diff.hpp>
using old = cpumap::maps::libvirt_9_0;
#ifdef CPUMAP_MISTAKE
constexpr bool same = cpumap::same_model<"EPYC-Romee", old, cpumap::default_map>;
#else
constexpr bool same = cpumap::same_model<"EPYC-Rome", old, cpumap::default_map>;
#endif
static_assert(same || !same);
