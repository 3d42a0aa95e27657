// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*cache .*disable takes no level
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::cache{.level = 3, .mode = cpumap::cache_mode::disable}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::cache{.mode = cpumap::cache_mode::disable}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
