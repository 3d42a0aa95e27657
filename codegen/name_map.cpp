// SPDX-License-Identifier: BSL-1.0
#include "name_map.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

namespace cpumap::codegen {
namespace {

template <class Map>
class name_map_of final : public name_map {
    using tables = typename Map::x86;

public:
    const shipped_map& shipped() const override {
        const auto found = std::ranges::find(shipped_maps, Map::version, &shipped_map::release);
        return found == shipped_maps.end() ? shipped_maps.back() : *found;
    }

    std::optional<register_bit> find_feature(std::string_view name) const override {
        const std::size_t index = detail::find_feature_index<Map>(name);
        if (index == detail::no_index) {
            return std::nullopt;
        }
        return basic_feature_ref<Map>::from_index(index).register_bit();
    }

    std::string nearest_feature(std::string_view name) const override {
        const std::size_t index = detail::nearest_feature_index<Map>(name);
        return index == detail::no_index ? std::string()
                                         : std::string(basic_feature_ref<Map>::from_index(index).name());
    }

    std::optional<model> find_model(std::string_view name) const override {
        const std::size_t index = detail::find_model_index<Map>(name);
        if (index == detail::no_index) {
            return std::nullopt;
        }
        const auto found = basic_model_ref<Map>::from_index(index);
        model result;
        for (const auto feature : found.features()) {
            result.features.push_back(feature.register_bit());
        }
        result.vendor = found.vendor();
        if (const auto signatures = found.signatures(); !signatures.empty()) {
            const model_signature first = signatures[0];
            std::uint32_t stepping = 0;
            while (stepping < 15 && (first.steppings >> stepping & 1U) == 0) {
                ++stepping;
            }
            result.signature = cpu_signature(first.family, first.model, stepping);
        }
        return result;
    }

    std::string nearest_model(std::string_view name) const override {
        const std::size_t index = detail::nearest_model_index<Map>(name);
        return index == detail::no_index ? std::string() : std::string(basic_model_ref<Map>::from_index(index).name());
    }

    std::optional<std::string> vendor_string(std::string_view name) const override {
        const std::size_t index = detail::find_vendor<Map>(name);
        if (index == detail::no_index) {
            return std::nullopt;
        }
        return std::string(&tables::vendor_strings[12 * index], 12);
    }

    std::vector<std::string> features_of(const cpu_data& data) const override {
        std::vector<std::string> names;
        for (const auto feature : data.features<Map>()) {
            names.emplace_back(feature.name());
        }
        return names;
    }
};

const name_map_of<maps::libvirt_0_10> map_0_10;
const name_map_of<maps::libvirt_9_0> map_9_0;
const name_map_of<maps::libvirt_11_3> map_11_3;
const name_map_of<maps::libvirt_12_8> map_12_8;

template <class Map>
bool has_register_in(bool is_msr, std::uint32_t leaf, std::uint32_t subleaf) {
    using tables = typename Map::x86;
    for (std::size_t i = 0; i < tables::register_count; ++i) {
        if (tables::register_leaf[i] == leaf && tables::register_subleaf[i] == subleaf &&
            detail::is_msr_register<Map>(i) == is_msr) {
            return true;
        }
    }
    return false;
}

}  // namespace

const name_map* find_name_map(std::string_view text) {
    constexpr std::array<const name_map*, 4> all{&map_0_10, &map_9_0, &map_11_3, &map_12_8};
    const auto found = std::ranges::find_if(all, [text](const name_map* m) { return m->shipped().is_called(text); });
    return found == all.end() ? nullptr : *found;
}

const name_map& default_name_map() { return map_12_8; }

bool is_decoded(bool is_msr, std::uint32_t leaf, std::uint32_t subleaf) {
    if (!is_msr && subleaf == 0 && (leaf == 0 || leaf == 1)) {  // the vendor and the signature
        return true;
    }
    return has_register_in<maps::libvirt_0_10>(is_msr, leaf, subleaf) ||
           has_register_in<maps::libvirt_9_0>(is_msr, leaf, subleaf) ||
           has_register_in<maps::libvirt_11_3>(is_msr, leaf, subleaf) ||
           has_register_in<maps::libvirt_12_8>(is_msr, leaf, subleaf);
}

}  // namespace cpumap::codegen
