// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr cpumap::feature_set sandy = cpumap::model<"SandyBridge">.features();
constexpr cpumap::feature_set ivy = cpumap::model<"IvyBridge">.features();
static_assert(ivy.includes(sandy) && !sandy.includes(ivy));

// What is new, in the order of the map.
constexpr auto more = ivy - sandy;
static_assert(more.contains(cpumap::feature<"f16c">) && !more.contains(cpumap::feature<"avx">));

int main() {
    cpumap::feature_set set;
    for (const auto f : more)
        if (f.migratable()) set.insert(f);
    return set == more ? 0 : 1;
}
