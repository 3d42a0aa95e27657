// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<.*EPYC_Milan
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
constexpr auto host = cpumap::host_cpu::of<"EPYC-Milna">();
#else
constexpr auto host = cpumap::host_cpu::of<"EPYC-Milan">();
#endif
static_assert(host.has_model());
