// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*mode host-model and match minimum
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"EPYC", cpumap::with<cpumap::match::minimum>>;
#else
using guest = cpumap::custom<"EPYC", cpumap::with<cpumap::match::strict>>;
#endif
static_assert(!cpumap::qemu_cpu<guest>.empty());
