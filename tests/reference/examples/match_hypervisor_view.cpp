// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

#include <array>

// A hypervisor that knows two models, one of which lacks a feature on this host.
constexpr std::array known = [] {
    std::array models{cpumap::usable_model{cpumap::model<"Nehalem">},
                      cpumap::usable_model{cpumap::model<"Skylake-Client">}};
    models[1].block("mpx");
    return models;
}();
constexpr cpumap::hypervisor_view view{.models = known};
static_assert(view.models->size() == 2 && known[1].blockers.contains(cpumap::feature<"mpx">));
