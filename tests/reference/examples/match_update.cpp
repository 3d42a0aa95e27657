// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

#include <array>

constexpr auto host = cpumap::host_cpu::of<"Haswell-noTSX">();
constexpr auto guest = [] {
    cpumap::guest_cpu g(cpumap::model<"Nehalem">);
    static_cast<void>(g.set(cpumap::feature_policy::optional, "avx"));
    static_cast<void>(g.set(cpumap::feature_policy::optional, "svm"));
    return g;
}();

// Optional features are decided by what the host has.
constexpr auto updated = cpumap::update(guest, host);
static_assert(updated && updated->listed()[0].policy == cpumap::feature_policy::require);
static_assert(updated && updated->listed()[1].policy == cpumap::feature_policy::disable);

// A model that the hypervisor lacks is told by another one, with the same features.
constexpr std::array known{cpumap::usable_model{cpumap::model<"Penryn">}};
constexpr auto translated = cpumap::translate(*updated, {.models = known});
static_assert(translated && translated->model().name() == "Penryn" && translated->features() == updated->features());
