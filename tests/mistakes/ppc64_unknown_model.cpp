// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<'P', 'O', 'W', 'E', 'R', '9'>
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::ppc64::custom<"POWER09">;
#else
using guest = cpumap::ppc64::custom<"POWER9">;
#endif
static_assert(!cpumap::ppc64::xml<guest>.empty());
