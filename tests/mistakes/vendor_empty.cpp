// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU vendor
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor{""}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor{"Intel"}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
