// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*vendor needs a model
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::with<cpumap::vendor{"Intel"}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor{"Intel"}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
