// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: only the virt_type kvm and qemu choose a CPU
// expect: settings<.*lxc.*host_model
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<cpumap::with<nova::virt_type::lxc>, cpumap::with<nova::cpu_mode::host_model>>;
#else
using guest = nova::policy<cpumap::with<nova::virt_type::lxc>, cpumap::with<nova::cpu_mode::none>>;
#endif
static_assert(cpumap::mode_policy<guest>);
