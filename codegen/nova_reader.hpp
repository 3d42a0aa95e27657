// SPDX-License-Identifier: BSL-1.0
#pragma once

// The CPU settings of a nova.conf: reads the file as oslo.config does, and checks what Nova itself would refuse, or
// would pass over in silence though it is a slip of the pen.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diagnostics.hpp"

namespace cpumap::codegen {

// One value, or one entry of a list, and where it stands.
struct nova_value {
    std::string text;
    std::size_t line = 0;
    std::string written = text;  // as the file has it, where text is in lower case
};

struct nova_settings {
    std::string file;
    std::optional<nova_value> mode;  // one of Nova's
    std::optional<nova_value> virt;  // one of Nova's
    std::string models_name;         // cpu_models, or the older name that the file uses
    std::vector<nova_value> models;
    std::string flags_name;
    std::vector<nova_value> flags;  // in lower case, each once, with its sign if it has one
};

// Throws failure, naming the place and the setting, for what is no nova.conf and for settings that exclude each other.
// What Nova takes and is odd all the same goes to the report.
[[nodiscard]] nova_settings read_nova_conf(const std::filesystem::path& path, const std::string& architecture,
                                           diagnostics& report);

}  // namespace cpumap::codegen
