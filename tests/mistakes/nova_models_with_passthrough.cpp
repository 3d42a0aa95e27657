// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: cpu_models.* go only with cpu_mode custom
// expect: settings<.*qemu.*host_passthrough
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<nova::cpu_mode::host_passthrough>, cpumap::with<nova::virt_type::qemu>,
                           nova::models<"IvyBridge">>;
#else
using guest = nova::policy<cpumap::with<nova::cpu_mode::host_passthrough>, cpumap::with<nova::virt_type::qemu>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
