// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: nova.conf cannot say this
// expect: because<.*check
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"EPYC", cpumap::with<cpumap::check::full>>;
#else
using guest = cpumap::custom<"EPYC">;
#endif
static_assert(!nova::nova_conf<guest>.empty());
