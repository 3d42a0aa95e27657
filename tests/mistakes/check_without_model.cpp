// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*check .*needs a model
#include <cpumap/cpumap.hpp>
constexpr cpumap::topology shape{.sockets = 1, .cores = 2, .threads = 1};
#ifdef CPUMAP_MISTAKE
using guest = cpumap::none<cpumap::with<cpumap::check::full>, cpumap::with<shape>>;
#else
using guest = cpumap::none<cpumap::with<shape>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
