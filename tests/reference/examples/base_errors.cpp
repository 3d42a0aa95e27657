// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr auto none = cpumap::find_model("IvyBrige");
static_assert(!none);
static_assert(cpumap::message(cpumap::errc::unknown_model) == "unknown CPU model: this map has none of that name");
