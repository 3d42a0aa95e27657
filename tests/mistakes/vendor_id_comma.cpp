// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*vendor_id .*comma
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{"KVM,KVM,KVM,"}>>;
#else
using guest = cpumap::custom<"Nehalem", cpumap::with<cpumap::vendor_id{"KVM KVM KVM "}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
