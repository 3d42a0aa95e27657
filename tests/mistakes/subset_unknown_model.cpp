// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*EPYC_Milan
#include <cpumap/core.hpp>
#include <cpumap/match/subset.hpp>
#ifdef CPUMAP_MISTAKE
using board = cpumap::subset<cpumap::models<"EPYC-Rome", "EPYC-Milano">>;
#else
using board = cpumap::subset<cpumap::models<"EPYC-Rome", "EPYC-Milan">>;
#endif
static_assert(board::version_number > 0);
