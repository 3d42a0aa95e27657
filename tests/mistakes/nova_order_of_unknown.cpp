// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*Penryn
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
static_assert(nova::in_order<nova::models<"Conroe", "Penrin">>);
#else
static_assert(nova::in_order<nova::models<"Conroe", "Penryn">>);
#endif
