// SPDX-License-Identifier: BSL-1.0

// The same with a model that one machine is too old for. It does not compile, and shall not: examples/run shows what
// the compiler says to it.

#include <cpumap/cpumap.hpp>

#include "rack_7.hpp"

using guest = cpumap::custom<"Broadwell-noTSX">;

static_assert(cpumap::runs_on_all<guest, rack_7>);
