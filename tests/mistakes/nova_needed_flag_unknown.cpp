// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*f16c
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"IvyBridge">, nova::needs<"F16">>;
#else
using guest = nova::custom_first_of<nova::models<"IvyBridge">, nova::needs<"F16C">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
