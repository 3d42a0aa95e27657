// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: no CPU model of the list has all the flags
// expect: among<.*SandyBridge.*IvyBridge
// expect: wanted<.*avx2
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"SandyBridge", "IvyBridge">, nova::needs<"avx", "avx2">>;
#else
using guest = nova::custom_first_of<nova::models<"SandyBridge", "Haswell">, nova::needs<"avx", "avx2">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
