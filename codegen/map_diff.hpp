// SPDX-License-Identifier: BSL-1.0
#pragma once

// What differs between two CPU maps, as a table to read.

#include <string>
#include <vector>

#include "map_data.hpp"

namespace cpumap::codegen {

// A map to compare, and what the table calls it.
struct named_map {
    std::string title;
    map_data data;
};

// A feature or a model, and what is said of it.
struct difference_row {
    std::string name;
    std::string text;
};

struct difference_section {
    std::string kind;  // "features", "models"
    std::vector<difference_row> came;
    std::vector<difference_row> went;
    std::vector<difference_row> changed;
};

struct map_difference {
    std::string table;   // of whole lines; the last one is the counts
    std::string counts;  // that last line, without its line end
    std::vector<difference_section> sections;
};

// Features and models that came, went or changed from the one to the other, in map order. By the same rules as
// cpumap/match/diff.hpp, which compares maps when a program is compiled. Of ppc64 and arm there are sections only where
// something differs.
[[nodiscard]] map_difference compare_maps(const named_map& before, const named_map& after);

// How a table calls the place of a feature, "cpuid 0x7 ebx bit 5", and signatures, "6/85/0-4 6/86", or "none".
[[nodiscard]] std::string place_of(const x86::register_bit& bit);
[[nodiscard]] std::string signatures_text(const std::vector<x86::signature>& signatures);

}  // namespace cpumap::codegen
