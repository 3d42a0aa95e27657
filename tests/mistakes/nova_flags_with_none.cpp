// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: cpu_model_extra_flags go with
// expect: settings<.*none
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<nova::cpu_mode::none>, cpumap::extra_flags<"pcid">>;
#else
using guest = nova::policy<cpumap::with<nova::cpu_mode::none>, cpumap::extra_flags<>>;
#endif
static_assert(cpumap::mode_policy<guest>);
