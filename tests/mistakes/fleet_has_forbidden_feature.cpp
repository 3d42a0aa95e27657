// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*does not run on every recorded machine
// expect: on<rack_7_host::compute_01>
// expect: has<.*feature_id::vmx>
// expect: known_by<.*recorded_from::cpuid>
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

#include "rack_7.hpp"

#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"n270", cpumap::forbid<"vmx">>;
#else
using guest = cpumap::custom<"n270", cpumap::disable<"vmx">>;
#endif
static_assert(cpumap::runs_on_all<guest, rack_7>);
