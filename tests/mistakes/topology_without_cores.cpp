// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*topology .*(at least 1|zero)
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 1, .threads = 1}>>;
#else
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 1, .cores = 1, .threads = 1}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
