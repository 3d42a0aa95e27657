// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*n270
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

#include "rack_7.hpp"

#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"n271", cpumap::require<"avx2">>;
#else
using guest = cpumap::custom<"n270">;
#endif
static_assert(cpumap::runs_on_all<guest, rack_7>);
