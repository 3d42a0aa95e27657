// SPDX-License-Identifier: BSL-1.0
#pragma once

// The command cpumap-codegen explore.

#include <span>
#include <string>

namespace cpumap::codegen {

// Takes the arguments behind the command; returns the program's exit code. Throws usage_error and failure.
[[nodiscard]] int explore_command(std::span<const std::string> arguments);

}  // namespace cpumap::codegen
