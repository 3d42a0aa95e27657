// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*vendor_id .*12 char
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{""}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{"            "}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
