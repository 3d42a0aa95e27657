// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: nova.conf cannot say this
// expect: because<.*mode_maximum
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = cpumap::maximum<>;
#else
using guest = cpumap::host_model<>;
#endif
static_assert(!nova::nova_conf<guest>.empty());
