// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*sse4_[12]
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::require<"sse4_3">>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::require<"sse4_1">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
