// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<"EPIC">>;
#else
using guest = nova::custom_first_of<nova::models<"EPYC">>;
#endif
static_assert(!nova::nova_conf<guest>.empty());
