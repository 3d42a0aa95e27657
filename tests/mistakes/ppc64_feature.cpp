// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: no_name_is_near
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::ppc64::custom<"POWER9", cpumap::require<"altivec">>;
#else
using guest = cpumap::ppc64::custom<"POWER9">;
#endif
static_assert(!cpumap::ppc64::xml<guest>.empty());
