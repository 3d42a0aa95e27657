// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that come with the library, as a command line names them; tests hold this list to the folder.

#include <array>
#include <string_view>

namespace cpumap::codegen {

struct shipped_map {
    std::string_view version;
    std::string_view release;
    std::string_view name;

    // Whether a text on the command line means this map.
    [[nodiscard]] constexpr bool is_called(std::string_view text) const {
        return text == version || text == release || text == name;
    }
};

inline constexpr std::array<shipped_map, 4> shipped_maps{{
    {"0.10", "0.10.2", "libvirt_0_10"},
    {"9.0", "9.0.0", "libvirt_9_0"},
    {"11.3", "11.3.0", "libvirt_11_3"},
    {"12.8", "12.8.0", "libvirt_12_8"},
}};

}  // namespace cpumap::codegen
