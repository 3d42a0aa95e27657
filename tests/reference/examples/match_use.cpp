// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

using debian12 = cpumap::use<cpumap::maps::libvirt_9_0>;
static_assert(debian12::find_model("SapphireRapids").has_value() == false);
static_assert(debian12::model<"Nehalem">.features().contains(debian12::feature<"sse4.2">));

// The same name, of another map.
static_assert(debian12::models().size() < cpumap::models().size());
