// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::extra_flags<"-">>;
#else
using guest = cpumap::host_model<cpumap::extra_flags<"-vmx">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
