// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*SapphireRapids
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/diff.hpp>
using old = cpumap::maps::libvirt_9_0;
#ifdef CPUMAP_MISTAKE
static_assert(!cpumap::same_model<"SaphireRapids", cpumap::default_map, old>);
#else
static_assert(!cpumap::same_model<"SapphireRapids", cpumap::default_map, old>);
#endif
