// SPDX-License-Identifier: BSL-1.0
#pragma once

// CPU maps as a page for a browser to explore: one file that loads nothing. Tables and pictures are there without
// JavaScript, which searches, compares and links.

#include <string>
#include <vector>

#include "map_diff.hpp"

namespace cpumap::codegen {

// A map, and what a link to it in the page calls it.
struct explored_map {
    std::string key;
    named_map map;
};

// Of the x86 tables of maps, of which each is compared with the one before it.
[[nodiscard]] std::string write_explore_html(const std::vector<explored_map>& maps);

}  // namespace cpumap::codegen
