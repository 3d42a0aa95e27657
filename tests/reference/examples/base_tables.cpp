// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// Handles and sets of any architecture read the tables that their map stands for.
static_assert(cpumap::models().size() == cpumap::detail::tables_of<cpumap::default_map>::model_count);
