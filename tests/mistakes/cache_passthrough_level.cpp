// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*cache .*passthrough takes no level
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::maximum<cpumap::with<cpumap::cache{.level = 3, .mode = cpumap::cache_mode::passthrough}>>;
#else
using guest = cpumap::maximum<cpumap::with<cpumap::cache{.mode = cpumap::cache_mode::passthrough}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
