// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: the same option is given more than once
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<nova::cpu_mode::none>, cpumap::with<nova::cpu_mode::none>>;
#else
using guest = nova::policy<cpumap::with<nova::cpu_mode::none>>;
#endif
static_assert(cpumap::mode_policy<guest>);
