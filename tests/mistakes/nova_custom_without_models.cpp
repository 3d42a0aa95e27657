// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: cpu_mode custom needs cpu_models
// expect: settings<.*kvm.*custom
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<nova::cpu_mode::custom>>;
#else
using guest = nova::policy<cpumap::with<nova::cpu_mode::host_model>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
