// SPDX-License-Identifier: BSL-1.0
#pragma once

// Output files of the programs: replaced as a whole or not at all, and compared with what would be written.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cpumap::codegen {

// The bytes of a regular file, or nothing when there is none. Throws failure when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);

// Writes a file under another name in the same folder and renames it when it is complete and on the disk, so that a
// reader sees the old text or the new one, and a failure leaves the old one. A device is written to directly, since
// a rename would replace it. Throws failure.
void write_file(const std::filesystem::path& path, std::string_view text);

// Exit codes of the programs.
enum exit_code : int { ok = 0, failed = 1, wrong_usage = 2, stale = 3 };

// What both programs do with their text: write it, or with check set compare it with the file and say on stderr when
// that differs; command is what brings it up to date.
[[nodiscard]] exit_code write_or_check(const std::filesystem::path& path, std::string_view text, bool check,
                                       const std::string& command);

}  // namespace cpumap::codegen
