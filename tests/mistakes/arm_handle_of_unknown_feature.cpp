// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<'p', 'a', 'u', 't', 'h'>
#include <cpumap/arm.hpp>
#ifdef CPUMAP_MISTAKE
static_assert(cpumap::arm::feature<"pauht">.migratable());
#else
static_assert(cpumap::arm::feature<"pauth">.migratable());
#endif
