// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr auto done = [] {
    cpumap::guest_cpu guest(cpumap::model<"IvyBridge">);
    return guest.set(cpumap::feature_policy::require, "pcidd");
}();
static_assert(!done && done.error().code() == cpumap::errc::unknown_feature && done.error().name() == "pcidd");

constexpr cpumap::result<int> right = 5;
static_assert(right && *right == 5 && right.value_or(7) == 5);
