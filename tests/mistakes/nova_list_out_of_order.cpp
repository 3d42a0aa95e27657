// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: in a list of CPU models each must have
// expect: after<.*IvyBridge
// expect: comes<.*Haswell
// expect: loses<.*f16c.*rdrand
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
static_assert(nova::in_order<nova::models<"SandyBridge", "IvyBridge", "Haswell">>);
#else
static_assert(nova::in_order<nova::models<"SandyBridge", "IvyBridge">>);
#endif
