// SPDX-License-Identifier: BSL-1.0
#include "fleet_input.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <system_error>

#include "shown_text.hpp"

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
        const std::size_t length = shown_length(name);
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
