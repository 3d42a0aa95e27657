// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*does not run on every recorded machine
// expect: on<rack_7_host::compute_01, *rack_7_host::compute_02>
// expect: because<.*errc::vendors_differ>
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

#include "rack_7.hpp"

#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"n270", cpumap::with<cpumap::vendor{"AMD"}>>;
#else
using guest = cpumap::custom<"n270", cpumap::with<cpumap::vendor{"Intel"}>>;
#endif
static_assert(cpumap::runs_on_all<guest, rack_7>);
