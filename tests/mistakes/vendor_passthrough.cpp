// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*no vendor .*host_passthrough
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_passthrough<cpumap::with<cpumap::vendor{"Intel"}>>;
#else
using guest = cpumap::host_passthrough<>;
#endif
static_assert(!cpumap::xml<guest>.empty());
