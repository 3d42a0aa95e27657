// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// A literal as a template argument, and a value that may be absent.
template <cpumap::fixed_string Name>
constexpr std::size_t length = Name.view().size();
static_assert(length<"IvyBridge"> == 9);

constexpr cpumap::cache third{.level = 3};
static_assert(third.level && *third.level == 3);
static_assert(cpumap::given<unsigned>().value_or(7) == 7);
