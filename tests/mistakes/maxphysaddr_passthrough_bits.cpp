// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*maxphysaddr .*passthrough takes no bits
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest =
    cpumap::custom<"Nehalem",
                   cpumap::with<cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough, .bits = 42}>>;
#else
using guest =
    cpumap::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
