// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: its x86 machines have no clusters
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 1, .clusters = 2, .cores = 1, .threads = 1}>>;
#else
using guest = cpumap::none<cpumap::with<cpumap::topology{.sockets = 1, .dies = 2, .cores = 1, .threads = 1}>>;
#endif
static_assert(!cpumap::qemu_smp<guest>.empty());
