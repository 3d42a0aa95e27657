// SPDX-License-Identifier: BSL-1.0
#pragma once

// The library's maps for the readers of recorded machines, which choose one when the program runs: names of features and
// models as register bits. Only what includes the library stands behind this; see CPUMAP_CODEGEN_FLEET.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cpumap/base/handles.hpp>
#include <cpumap/match/cpu_data.hpp>

#include "shipped_maps.hpp"

namespace cpumap::codegen {

// A map of the library whose type is forgotten.
class name_map {
public:
    name_map() = default;
    name_map(const name_map&) = delete;
    name_map& operator=(const name_map&) = delete;
    virtual ~name_map() = default;

    [[nodiscard]] virtual const shipped_map& shipped() const = 0;
    // How a sentence calls it: "libvirt 12.8.0".
    [[nodiscard]] std::string shown() const { return "libvirt " + std::string(shipped().release); }

    // Where a feature is reported, by its name or an alias.
    [[nodiscard]] virtual std::optional<register_bit> find_feature(std::string_view name) const = 0;
    [[nodiscard]] virtual std::string nearest_feature(std::string_view name) const = 0;

    struct model {
        std::vector<register_bit> features;
        std::string vendor;       // its name in the map, empty where the model has none
        cpu_signature signature;  // the first of the model's, none where it has none
    };
    [[nodiscard]] virtual std::optional<model> find_model(std::string_view name) const = 0;
    [[nodiscard]] virtual std::string nearest_model(std::string_view name) const = 0;

    // The twelve bytes that CPUID leaf 0 has for a vendor's name.
    [[nodiscard]] virtual std::optional<std::string> vendor_string(std::string_view name) const = 0;

    // The features that data shows, by name in map order.
    [[nodiscard]] virtual std::vector<std::string> features_of(const cpu_data& data) const = 0;
};

// The map that a command line names by version, release or type; nullptr where there is none.
[[nodiscard]] const name_map* find_name_map(std::string_view text);

// The newest one.
[[nodiscard]] const name_map& default_name_map();

// Whether any of the shipped maps finds a feature in this leaf or MSR, or what else decoding takes is there.
[[nodiscard]] bool is_decoded(bool is_msr, std::uint32_t leaf, std::uint32_t subleaf);

}  // namespace cpumap::codegen
