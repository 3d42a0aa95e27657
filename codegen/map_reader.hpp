// SPDX-License-Identifier: BSL-1.0
#pragma once

// The meaning of a CPU map's elements: checks them and gives them as plain values, with models' ancestors resolved.

#include "diagnostics.hpp"
#include "map_data.hpp"
#include "map_source.hpp"

namespace cpumap::codegen {

// Throws failure, naming the place and the name at fault, for what no table could be right for.
[[nodiscard]] map_data read_map(const map_source& source, diagnostics& report);

}  // namespace cpumap::codegen
