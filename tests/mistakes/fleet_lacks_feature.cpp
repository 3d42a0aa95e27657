// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*does not run on every recorded machine
// expect: on<rack_7_host::compute_02>
// expect: lacks<.*feature_id::sse4_1
// expect: known_by<.*recorded_from::flags>
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

#include "rack_7.hpp"

#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"n270", cpumap::require<"sse4.1">>;
#else
using guest = cpumap::custom<"n270">;
#endif
static_assert(cpumap::runs_on_all<guest, rack_7>);
