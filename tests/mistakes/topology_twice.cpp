// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*option .*(twice|more than once)
#include <cpumap/cpumap.hpp>
constexpr cpumap::topology shape{.sockets = 1, .cores = 2, .threads = 1};
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::with<shape>, cpumap::with<shape>>;
#else
using guest = cpumap::host_model<cpumap::with<shape>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
