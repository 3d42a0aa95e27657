// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*mode host-model and match minimum
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<>;
#else
using guest = cpumap::host_passthrough<>;
#endif
static_assert(!cpumap::qemu_cpu<guest>.empty());
