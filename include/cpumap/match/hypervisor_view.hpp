// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a hypervisor on a host can do, as its users ask it (libvirt: virsh domcapabilities; QEMU:
// query-cpu-definitions). CPUID alone does not say that.

#include <cpumap/base/handles.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

/// Whether a hypervisor says that it can run a model on this host.
enum class usability : std::uint8_t { unknown, yes, no };

/// A model that the hypervisor knows.
template <class Map>
struct basic_usable_model {
    /// Which model.
    basic_model_ref<Map> model;
    /// The features of the model that it cannot give on this host; none where the model runs.
    basic_feature_set<Map> blockers{};
    usability usable = usability::unknown;  ///< what it says itself; counts in partial_check() alone

    /// Adds a blocker under its name or an alias, QEMU's say; names that the map lacks do not count and are ignored.
    constexpr void block(std::string_view feature) {
        const std::size_t index = detail::find_feature_index<Map>(feature);
        if (index != detail::no_index) blockers.set(index);
    }
};

/// What the hypervisor can do; as made, anything. The spans stay the caller's.
template <class Map>
struct basic_hypervisor_view {
    /// The models it knows; where this is set, no other model is ever an answer.
    given<std::span<const basic_usable_model<Map>>> models{};
    /// The features it can give to guests on this host.
    given<basic_feature_set<Map>> features{};

    /// What is known of a model; null where the hypervisor does not know it, or says nothing of models.
    [[nodiscard]] constexpr const basic_usable_model<Map>* find(basic_model_ref<Map> model) const {
        if (models)
            for (const auto& m : *models)
                if (m.model == model) return &m;
        return nullptr;
    }
};

}  // namespace cpumap::inline v0
