// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: did_you_mean<'N', 'e', 'o', 'v', 'e', 'r', 's', 'e', '-', 'N', '1'>
#include <cpumap/arm.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::arm::custom<"Neoverse-1">;
#else
using guest = cpumap::arm::custom<"Neoverse-N1">;
#endif
static_assert(!cpumap::arm::xml<guest>.empty());
