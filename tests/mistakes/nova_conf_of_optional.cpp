// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: nova.conf cannot say this
// expect: because<.*policy_optional
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::optional<"vmx">>;
#else
using guest = cpumap::host_model<cpumap::require<"vmx">>;
#endif
static_assert(!nova::nova_conf<guest>.empty());
