// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*pcid
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"EPYC", cpumap::require<"pcidd">>;
#else
using guest = cpumap::custom<"EPYC", cpumap::require<"pcid">>;
#endif
static_assert(!cpumap::qemu_cpu<guest>.empty());
