// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU model
// expect: no_name_is_near
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"a name like no other">;
#else
using guest = cpumap::custom<"core2duo">;
#endif
static_assert(!cpumap::xml<guest>.empty());
