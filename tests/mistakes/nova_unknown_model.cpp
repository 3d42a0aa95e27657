// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*IvyBridge
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"SandyBridge", "ivybrige">>;
#else
using guest = nova::custom_first_of<nova::models<"SandyBridge", "ivybridge">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
