// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*policy takes directives
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<int>;
#else
using guest = cpumap::host_model<cpumap::require<"vmx">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
