// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*does not run on every recorded machine
// expect: on<rack_7_host::compute_02>
// expect: lacks<.*feature_id::avx2>
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

#include "rack_7.hpp"

#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::require<"avx2">>;
#else
using guest = cpumap::host_model<cpumap::optional<"avx2">>;
#endif
static_assert(cpumap::runs_on_all<guest, rack_7>);
