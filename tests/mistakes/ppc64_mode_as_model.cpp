// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: a compatibility mode is no model
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::ppc64::custom<"power8">;
#else
using guest = cpumap::ppc64::custom<"POWER8">;
#endif
static_assert(!cpumap::ppc64::xml<guest>.empty());
