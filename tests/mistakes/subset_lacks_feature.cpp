// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*sse4a
#include <cpumap/cpumap.hpp>
#include <cpumap/match/subset.hpp>
using board = cpumap::use<cpumap::subset<cpumap::models<"EPYC-Rome">>>;
#ifdef CPUMAP_MISTAKE
using guest = board::custom<"EPYC-Rome", board::disable<"sse4aa">>;
#else
using guest = board::custom<"EPYC-Rome", board::disable<"sse4a">>;
#endif
static_assert(!board::xml<guest>.empty());
