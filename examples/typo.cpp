// SPDX-License-Identifier: BSL-1.0

// The same as fixed_choice.cpp with a letter missing. It does not compile, and shall not: examples/run shows what the
// compiler says to it.

#include <cpumap/cpumap.hpp>

using guest = cpumap::custom<"IvyBrige", cpumap::require<"pcid">>;

static_assert(!cpumap::xml<guest>.empty());
