// SPDX-License-Identifier: BSL-1.0
#pragma once

// The map that the names directly in cpumap are bound to.

#include <cpumap/maps/libvirt_12_8.hpp>

namespace cpumap::inline v0 {

/// The newest libvirt's map. It changes only with a new minor version before 1.0 and with a major one after; code
/// that must not change names its map with use<>.
using default_map = maps::libvirt_12_8;

}  // namespace cpumap::inline v0
