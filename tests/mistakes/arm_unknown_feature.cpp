// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<'s', 'v', 'e', '2', '5', '6'>
#include <cpumap/arm.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::arm::custom<"a64fx", cpumap::require<"sve">, cpumap::require<"sv256">>;
#else
using guest = cpumap::arm::custom<"a64fx", cpumap::require<"sve">, cpumap::require<"sve256">>;
#endif
static_assert(!cpumap::arm::xml<guest>.empty());
