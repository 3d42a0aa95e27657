// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr auto guest = [] {
    cpumap::guest_cpu g(cpumap::model<"IvyBridge">);
    g.set_migratable(cpumap::migratable::on);  // which is for a CPU that is taken from the host
    return g;
}();
static_assert(cpumap::check_definition(guest) == cpumap::errc::migratable_mode);
