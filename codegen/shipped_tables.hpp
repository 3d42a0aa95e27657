// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that come with the library as plain values, as if read from libvirt's XML. Only what includes the library
// stands behind this; see CPUMAP_CODEGEN_FLEET.

#include "map_data.hpp"
#include "shipped_maps.hpp"

namespace cpumap::codegen {

// The x86 tables of one of shipped_maps.
[[nodiscard]] x86::tables shipped_tables(const shipped_map& map);

}  // namespace cpumap::codegen
