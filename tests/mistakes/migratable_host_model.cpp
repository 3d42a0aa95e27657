// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*migratable .*(passthrough|maximum)
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::with<cpumap::migratable::off>>;
#else
using guest = cpumap::host_passthrough<cpumap::with<cpumap::migratable::off>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
