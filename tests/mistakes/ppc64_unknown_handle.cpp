// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: no_name_is_near
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
static_assert(cpumap::ppc64::model<"Nehalem">.vendor() == "IBM");
#else
static_assert(cpumap::ppc64::model<"POWER8_v1.0">.vendor() == "IBM");
#endif
