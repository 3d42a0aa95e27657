// SPDX-License-Identifier: BSL-1.0
#pragma once

// A fleet's report as a page for a browser: one file that loads nothing. The tables are there without JavaScript, which
// sorts and filters them.

#include <string>

#include "fleet_report.hpp"

namespace cpumap::codegen {

[[nodiscard]] std::string write_html(const fleet_report& report);

}  // namespace cpumap::codegen
