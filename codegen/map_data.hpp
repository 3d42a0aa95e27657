// SPDX-License-Identifier: BSL-1.0
#pragma once

// A CPU map as plain values: what map_reader makes of the XML and map_writer writes as tables. Names are held as they
// stand in the map; what refers to another entry does so by its index, in map order.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cpumap::codegen {

namespace x86 {

// The bit of a CPUID register ('a' to 'd') or of an MSR's low or high word ('l', 'h').
struct register_bit {
    std::uint32_t leaf = 0;  // or the index of the MSR
    std::uint32_t subleaf = 0;
    char part = 0;
    unsigned bit = 0;

    auto operator<=>(const register_bit&) const = default;
    [[nodiscard]] bool same_register(const register_bit& other) const {
        return leaf == other.leaf && subleaf == other.subleaf && part == other.part;
    }
};

struct feature {
    std::string name;
    register_bit bit;
    bool migratable = true;
};

struct alias {
    std::string name;
    std::size_t feature = 0;
    char source = '?';  // 'q' QEMU, 'l' Linux, '?' not stated
};

struct signature {
    std::uint16_t family = 0;
    std::uint16_t model = 0;
    std::uint16_t steppings = 0;  // bit n: stepping n

    auto operator<=>(const signature&) const = default;
};

struct model {
    std::string name;
    std::vector<bool> features;        // one for each feature of the map
    std::vector<std::size_t> removed;  // in the model's own order
    std::vector<std::size_t> added;
    std::optional<std::size_t> vendor;
    std::optional<std::size_t> canonical;
    std::vector<signature> signatures;
    bool decodes_host = true;
    bool decodes_guest = true;
    bool partial_compat = false;
};

struct vendor {
    std::string name;
    std::string string;
};

struct tables {
    std::vector<vendor> vendors;
    std::vector<feature> features;
    std::vector<alias> aliases;
    std::vector<model> models;
};

}  // namespace x86

namespace ppc64 {

struct pvr {
    std::uint32_t value = 0;
    std::uint32_t mask = 0;
};

struct model {
    std::string name;
    std::optional<std::size_t> vendor;
    std::vector<pvr> pvrs;
};

struct tables {
    std::vector<std::string> vendors;
    std::vector<model> models;
};

}  // namespace ppc64

namespace arm {

struct vendor {
    std::string name;
    std::uint32_t implementer = 0;
};

struct model {
    std::string name;
    std::optional<std::size_t> vendor;
    std::uint32_t part = 0;
};

struct tables {
    std::vector<vendor> vendors;
    std::vector<std::string> features;
    std::vector<model> models;
};

}  // namespace arm

struct map_data {
    codegen::x86::tables x86;
    codegen::ppc64::tables ppc64;
    codegen::arm::tables arm;
};

}  // namespace cpumap::codegen
