// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*vendor_id .*host_passthrough
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_passthrough<cpumap::with<cpumap::vendor_id{"123456789012"}>>;
#else
using guest = cpumap::host_model<cpumap::with<cpumap::vendor_id{"123456789012"}>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
