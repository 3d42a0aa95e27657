// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*invtsc
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
static_assert(cpumap::feature<"invtcs">.migratable());
#else
static_assert(!cpumap::feature<"invtsc">.migratable());
#endif
