// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the commands for recorded machines share on their way in: hosts of files and folders, the option --map.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics.hpp"
#include "host_dump.hpp"
#include "name_map.hpp"

namespace cpumap::codegen {

// The map of the option --map, or the newest where it is not given (empty). Throws usage_error.
[[nodiscard]] const name_map& parse_map(const std::string& text);

// The machines of files, and of all files in folders, in the order given; files of a folder by name, those with a dot in
// front left out. Throws failure, also where two machines have one name, which would mix them up.
[[nodiscard]] std::vector<host_dump> read_hosts(std::span<const std::string> paths, const name_map& names,
                                                diagnostics& report);

// A name that came from a file's, for people to read: what is not UTF-8 or may steer a terminal is '?'.
[[nodiscard]] std::string shown_name(std::string_view name);

// "as far as /proc/cpuinfo tells" where what is not recorded may still be there, otherwise empty.
[[nodiscard]] std::string reservation(dump_format format);

// "1 host", "2 hosts".
[[nodiscard]] std::string counted(std::size_t n, const std::string& what);

}  // namespace cpumap::codegen
