// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*XML cannot hold
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{"12345678901\1"}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{"12345678901\x7f"}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
