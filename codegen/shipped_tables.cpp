// SPDX-License-Identifier: BSL-1.0
#include "shipped_tables.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include <cpumap/base/handles.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

namespace cpumap::codegen {
namespace {

template <class Map>
x86::tables tables_of() {
    using source = typename Map::x86;
    x86::tables result;
    for (std::size_t i = 0; i < source::vendor_count; ++i) {
        result.vendors.push_back({std::string(detail::vendor_name<Map>(i)), {&source::vendor_strings[12 * i], 12}});
    }
    for (std::size_t i = 0; i < source::feature_count; ++i) {
        const auto feature = basic_feature_ref<Map>::from_index(i);
        const register_bit at = feature.register_bit();
        result.features.push_back(
            {std::string(feature.name()), {at.leaf, at.subleaf, at.part, at.bit}, feature.migratable()});
    }
    for (std::size_t i = 0; i < source::alias_count; ++i) {
        result.aliases.push_back({std::string(detail::feature_name_access<Map>{}(source::feature_count + i)),
                                  source::alias_of[i], source::alias_source[i]});
    }
    for (std::size_t i = 0; i < source::model_count; ++i) {
        const auto from = basic_model_ref<Map>::from_index(i);
        x86::model model;
        model.name = from.name();
        model.features.resize(source::feature_count);
        for (const auto feature : from.features()) {
            model.features[feature.index()] = true;
        }
        for (const auto feature : from.removed()) {
            model.removed.push_back(feature.index());
        }
        for (const auto feature : from.added()) {
            model.added.push_back(feature.index());
        }
        if (const std::size_t vendor = source::model_vendor[i]; vendor != detail::no_index) {
            model.vendor = vendor;
        }
        if (const auto canonical = from.canonical()) {
            model.canonical = canonical->index();
        }
        for (const model_signature s : from.signatures()) {
            model.signatures.push_back({s.family, s.model, s.steppings});
        }
        model.decodes_host = from.decodes_host();
        model.decodes_guest = from.decodes_guest();
        model.partial_compat = from.partial_check_compat();
        result.models.push_back(model);
    }
    return result;
}

}  // namespace

x86::tables shipped_tables(const shipped_map& map) {
    if (map.release == maps::libvirt_0_10::version) {
        return tables_of<maps::libvirt_0_10>();
    }
    if (map.release == maps::libvirt_9_0::version) {
        return tables_of<maps::libvirt_9_0>();
    }
    if (map.release == maps::libvirt_11_3::version) {
        return tables_of<maps::libvirt_11_3>();
    }
    if (map.release == maps::libvirt_12_8::version) {
        return tables_of<maps::libvirt_12_8>();
    }
    throw std::logic_error("no tables of " + std::string(map.name));
}

}  // namespace cpumap::codegen
