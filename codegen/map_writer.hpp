// SPDX-License-Identifier: BSL-1.0
#pragma once

// A CPU map as the text of a header, in the layout that include/cpumap/base/map.hpp describes.

#include <cstddef>
#include <cstdint>
#include <string>

#include "map_data.hpp"

namespace cpumap::codegen {

// What the header says about itself.
struct map_description {
    std::string name;     // of the type
    std::string version;  // of libvirt, MAJOR.MINOR.MICRO
    std::uint32_t version_number = 0;
    std::string digest;  // SHA-256 of the source's files
    std::size_t file_count = 0;
};

// The same text for the same arguments, whenever and wherever. Throws std::length_error naming the table when an index
// does not fit its 16 bits.
[[nodiscard]] std::string write_map(const map_data& map, const map_description& description);

}  // namespace cpumap::codegen
