// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: the same option is given more than once
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"IvyBridge">, nova::models<"Haswell">>;
#else
using guest = nova::custom_first_of<nova::models<"IvyBridge", "Haswell">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
