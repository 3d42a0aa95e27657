// SPDX-License-Identifier: BSL-1.0
// What a policy with four directives costs the compiler, over its #include.

#include <cpumap/cpumap.hpp>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">, cpumap::require<"pdpe1gb">, cpumap::disable<"erms">,
                             cpumap::forbid<"vmx">>;

static_assert(cpumap::xml<guest>.size() > 200);
