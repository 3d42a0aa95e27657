// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: the policy or definition belongs to another map
#include <cpumap/cpumap.hpp>
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
using bound = cpumap::use<cpumap::default_map>;
#else
using bound = cpumap::ppc64::use<cpumap::default_map>;
#endif
static_assert(!bound::xml<cpumap::ppc64::custom<"POWER9">>.empty());
