// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*maxphysaddr limit .*passthrough
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{.bits = 42, .limit = 42}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::maxphysaddr{.bits = 42}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
