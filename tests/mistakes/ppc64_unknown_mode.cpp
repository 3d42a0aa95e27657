// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: unknown compatibility mode
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::ppc64::host_model_as<"POWER8">;
#else
using guest = cpumap::ppc64::host_model_as<"power8">;
#endif
static_assert(!cpumap::ppc64::xml<guest>.empty());
