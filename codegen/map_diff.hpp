// SPDX-License-Identifier: BSL-1.0
#pragma once

// What differs between two CPU maps, as a table to read.

#include <string>

#include "map_data.hpp"

namespace cpumap::codegen {

// A map to compare, and what the table calls it.
struct named_map {
    std::string title;
    map_data data;
};

struct map_difference {
    std::string table;   // of whole lines; the last one is the counts
    std::string counts;  // that last line, without its line end
};

// Features and models that came, went or changed from the one to the other, in map order. By the same rules as
// cpumap/match/diff.hpp, which compares maps when a program is compiled. Of ppc64 and arm there are sections only where
// something differs.
[[nodiscard]] map_difference compare_maps(const named_map& before, const named_map& after);

}  // namespace cpumap::codegen
