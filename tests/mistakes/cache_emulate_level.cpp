// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*cache .*emulate needs level 3
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::cache{.level = 2}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::cache{.level = 3}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
