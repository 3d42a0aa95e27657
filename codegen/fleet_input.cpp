// SPDX-License-Identifier: BSL-1.0
#include "fleet_input.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <system_error>

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return {path};
    }
    std::vector<fs::path> files;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        if (!at->path().filename().string().starts_with('.') && !at->is_directory(error)) {
            files.push_back(at->path());
        }
    }
    if (error) {
        throw failure({path}, "the folder cannot be read: " + error.message());
    }
    if (files.empty()) {
        throw failure({path}, "the folder holds no file; put one recorded machine a file into it");
    }
    std::ranges::sort(files);
    return files;
}

// How many bytes the character in front of a text has in UTF-8; 0 where it is none, or a control character.
std::size_t length_of_character(std::string_view text) {
    const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return first < 0x20 || first == 0x7f ? 0 : 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    const bool control = code < 0xa0;
    // Marks that turn the direction of writing make a text look like another one.
    const bool turning = code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
                         (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029;
    return overlong || surrogate || control || turning || code > 0x10ffff ? 0 : length;
}

}  // namespace

const name_map& parse_map(const std::string& text) {
    if (text.empty()) {
        return default_name_map();
    }
    if (const name_map* found = find_name_map(text)) {
        return *found;
    }
    std::string known;
    for (const shipped_map& map : shipped_maps) {
        known += (known.empty() ? "" : &map == &shipped_maps.back() ? " or " : ", ") + std::string(map.version);
    }
    throw usage_error("--map " + in_quotes(text) + " is none of ours; write " + known);
}

std::vector<host_dump> read_hosts(std::span<const std::string> paths, const name_map& names, diagnostics& report) {
    std::vector<host_dump> hosts;
    std::map<std::string, location> seen;
    for (const std::string& path : paths) {
        for (const fs::path& file : files_of(path)) {
            for (host_dump& host : read_host_dump(file, names, report)) {
                const auto [at, is_new] = seen.try_emplace(host.name, host.where);
                if (!is_new) {
                    throw failure(host.where, "a second machine is called " + in_quotes(shown_name(host.name)) +
                                                  "; the first is in " + to_string(at->second) +
                                                  ". Machines are called as their files, so rename one");
                }
                hosts.push_back(std::move(host));
            }
        }
    }
    return hosts;
}

std::string shown_name(std::string_view name) {
    std::string result;
    while (!name.empty()) {
        const std::size_t length = length_of_character(name);
        result += length == 0 ? "?" : std::string(name.substr(0, length));
        name.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

std::string reservation(dump_format format) {
    if (kind_of(format) == dump_kind::cpuid) {
        return {};
    }
    return "as far as " + to_string(format) +
           (format == dump_format::capabilities || format == dump_format::domain_caps ? " tell" : " tells");
}

std::string counted(std::size_t n, const std::string& what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

}  // namespace cpumap::codegen
