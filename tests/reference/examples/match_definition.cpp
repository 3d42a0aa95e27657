// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr auto guest = [] {
    cpumap::guest_cpu g(cpumap::model<"IvyBridge">);
    g.set_match(cpumap::match::minimum);
    g.set_topology(cpumap::topology{.sockets = 1, .cores = 4, .threads = 2});
    static_cast<void>(g.set(cpumap::feature_policy::require, "pcid"));
    static_cast<void>(g.set(cpumap::feature_policy::disable, cpumap::feature<"avx">));
    return g;
}();
static_assert(guest.features().contains(cpumap::feature<"pcid">));
static_assert(!guest.features().contains(cpumap::feature<"avx">));
static_assert(guest.listed().size() == 2 && guest.listed()[0].feature.name() == "pcid");

constexpr auto host = cpumap::host_cpu::of<"EPYC-Milan">();
static_assert(host.vendor() == "AMD" && host.features() == host.model().features());
