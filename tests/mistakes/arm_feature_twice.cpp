// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: the same CPU feature is named more than once
#include <cpumap/arm.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::arm::custom<"a64fx", cpumap::require<"sve">, cpumap::disable<"sve">>;
#else
using guest = cpumap::arm::custom<"a64fx", cpumap::require<"sve">, cpumap::disable<"sve128">>;
#endif
static_assert(!cpumap::arm::xml<guest>.empty());
