// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: .*checked for x86 only
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<cpumap::architecture::aarch64>, cpumap::extra_flags<"pcid">>;
#else
using guest = nova::policy<cpumap::with<cpumap::architecture::aarch64>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
