// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*pcid
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"IvyBridge">, cpumap::extra_flags<"PCIDD">>;
#else
using guest = nova::custom_first_of<nova::models<"IvyBridge">, cpumap::extra_flags<"PCID">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
