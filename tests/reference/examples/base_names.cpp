// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// The nearest name, for a message.
static_assert(cpumap::nearest_model("IvyBrige")->name() == "IvyBridge");
static_assert(cpumap::nearest_feature("pcidd")->name() == "pcid");
static_assert(!cpumap::nearest_model("nothing like any model"));
