// SPDX-License-Identifier: BSL-1.0
#pragma once

// Recorded machines as the text of a header with constexpr data.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "host_dump.hpp"

namespace cpumap::codegen {

// What the header is made for.
struct fleet_description {
    std::vector<std::string> name;  // of the fleet, its namespaces first
    std::string map_shown;          // how a sentence calls the map in which names were looked up
};

// The same text for the same arguments, whenever and wherever. Each machine's name must be one of its own, also as an
// identifier; see find_same_name().
[[nodiscard]] std::string write_fleet(std::span<const host_dump> hosts, const fleet_description& description);

// Two machines that cannot be told apart by name, as indices; equal ones where there are none.
struct same_name {
    std::size_t first = 0;
    std::size_t second = 0;
};
[[nodiscard]] same_name find_same_name(std::span<const host_dump> hosts);

}  // namespace cpumap::codegen
