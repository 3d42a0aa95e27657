// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

static_assert(CPUMAP_VERSION >= 100);  // 0.1.0
