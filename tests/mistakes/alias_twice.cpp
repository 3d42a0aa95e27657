// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*(twice|more than once)
// expect: feature_id.*sse4_1
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::require<"sse4_1">, cpumap::disable<"sse4.1">>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::require<"sse4_1">, cpumap::disable<"sse4.2">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
