// SPDX-License-Identifier: BSL-1.0
#pragma once

// A fleet's report as plain text, at most 110 columns wide but for single words that are longer.

#include <cstddef>
#include <string>
#include <vector>

#include "fleet_report.hpp"

namespace cpumap::codegen {

inline constexpr std::size_t text_width = 110;

// Words behind a heading, the lines after the first one indented: "  lacks: avx avx2 ...".
[[nodiscard]] std::string wrapped(const std::string& heading, const std::vector<std::string>& words, std::size_t indent,
                                  const std::string& between = " ");

[[nodiscard]] std::vector<std::string> names_of(const feature_numbers& numbers,
                                                const std::vector<std::string>& features);

// "Haswell-noTSX, 12 more features, 2 disabled".
[[nodiscard]] std::string summary_of(const guest_facts& guest);

[[nodiscard]] std::string write_text(const fleet_report& report);

}  // namespace cpumap::codegen
