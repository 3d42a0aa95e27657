// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*vmx
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::require<"VMX">>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::extra_flags<"VMX">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
