// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*more than once
// expect: feature_id.*vmx
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"IvyBridge">, cpumap::extra_flags<"-VMX", "vmx">>;
#else
using guest = nova::custom_first_of<nova::models<"IvyBridge">, cpumap::extra_flags<"-VMX">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
