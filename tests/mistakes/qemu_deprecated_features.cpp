// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: deprecated_features
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_passthrough<cpumap::with<cpumap::deprecated_features::off>>;
#else
using guest = cpumap::host_passthrough<>;
#endif
static_assert(!cpumap::qemu_cpu<guest>.empty());
