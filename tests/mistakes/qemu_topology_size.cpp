// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: the topology has more processors
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 65536, .cores = 65536, .threads = 1}>>;
#else
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 65535, .cores = 65535, .threads = 1}>>;
#endif
static_assert(!cpumap::qemu_smp<guest>.empty());
