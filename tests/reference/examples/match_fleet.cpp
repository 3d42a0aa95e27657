// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/match/fleet.hpp>

// Hosts come one after the other, and none is kept.
constexpr auto guest = [] {
    cpumap::fleet rack;
    static_cast<void>(rack.add(cpumap::host_cpu::of<"Haswell">()));
    static_cast<void>(rack.add(cpumap::host_cpu::of<"Broadwell">()));
    return rack.baseline();
}();
static_assert(guest && guest->features() == cpumap::model<"Haswell">.features());
