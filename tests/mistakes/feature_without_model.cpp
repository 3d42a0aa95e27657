// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*features .*need a model
#include <cpumap/cpumap.hpp>
constexpr cpumap::topology shape{.sockets = 1, .cores = 2, .threads = 1};
#ifdef CPUMAP_MISTAKE
using guest = cpumap::none<cpumap::require<"vmx">, cpumap::with<shape>>;
#else
using guest = cpumap::none<cpumap::with<shape>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
