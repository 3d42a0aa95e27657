// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// What the names directly in cpumap are bound to.
static_assert(cpumap::use<cpumap::default_map>::models().size() == cpumap::models().size());
