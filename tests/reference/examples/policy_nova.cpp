// SPDX-License-Identifier: BSL-1.0
#include <cpumap/policy/nova.hpp>

namespace nova = cpumap::nova;

// The first of the list that has the flag.
using guest =
    nova::custom_first_of<nova::models<"SandyBridge", "IvyBridge">, nova::needs<"f16c">, cpumap::require<"pcid">>;
static_assert(guest::definition().model().name() == "IvyBridge");
static_assert(nova::in_order<nova::models<"SandyBridge", "IvyBridge">>);
