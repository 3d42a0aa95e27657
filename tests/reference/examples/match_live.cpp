// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// A guest that asked for x2apic, on a hypervisor that gave its processor nothing at all.
constexpr auto guest = [] {
    cpumap::guest_cpu g(cpumap::model<"486">);
    static_cast<void>(g.set(cpumap::feature_policy::require, "x2apic"));
    return g;
}();
constexpr auto became = cpumap::update_live(guest, cpumap::cpu_data(), cpumap::cpu_data());
static_assert(became && became->features().empty());

// With check='full' that is an error, which names what is missing.
constexpr auto full = [] {
    auto g = guest;
    g.set_check(cpumap::check::full);
    return cpumap::update_live(g, cpumap::cpu_data(), cpumap::cpu_data());
}();
static_assert(full.error().code() == cpumap::errc::not_as_specified);
static_assert(full.error().features().contains(cpumap::feature<"x2apic">));
