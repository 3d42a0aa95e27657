// SPDX-License-Identifier: BSL-1.0
#include "explore_command.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "explore_html.hpp"
#include "map_reader.hpp"
#include "map_source.hpp"
#if CPUMAP_CODEGEN_FLEET
#include "shipped_tables.hpp"
#endif

namespace cpumap::codegen {
namespace {

constexpr std::string_view explore_help =
#if CPUMAP_CODEGEN_FLEET
    R"(usage: cpumap-codegen explore [PATH...] [--maps LIST] --html FILE [--strict]
)"
#else
    R"(usage: cpumap-codegen explore PATH... --html FILE [--strict]
)"
#endif
    R"(
Writes CPU maps as a page for a browser: models and features to search and to compare, which model includes which as a
picture, and what changed from one map to the next.

  PATH...      maps of your own: each a cpu_map.xml, or a folder with index.xml or cpu_map.xml
)"
#if CPUMAP_CODEGEN_FLEET
    R"(  --maps LIST  the library's maps to show, with commas between: 0.10, 9.0, 11.3, 12.8; all of them where neither this
               nor PATH is given
)"
#endif
    R"(  --html FILE  the page to write; it is replaced as a whole or left as it is
  --strict     take what a map holds and this program does not know as an error

The page loads nothing; its tables and pictures are there without JavaScript too. It shows the maps' x86 part. Maps are
compared in the order given)"
#if CPUMAP_CODEGEN_FLEET
    R"(, the library's first)"
#endif
    R"(.

Exit code: 0 done, 1 a map is wrong or the file cannot be written, 2 wrong usage.
)";

#if CPUMAP_CODEGEN_FLEET
void add_shipped(std::vector<explored_map>& maps, const shipped_map& map) {
    named_map named{"libvirt " + std::string(map.release), {}};
    named.data.x86 = shipped_tables(map);
    maps.push_back({std::string(map.name), std::move(named)});
}

void add_listed(std::vector<explored_map>& maps, const std::string& list) {
    for (std::string_view rest = list;;) {
        const std::size_t comma = rest.find(',');
        const std::string called(rest.substr(0, comma));
        const auto found =
            std::ranges::find_if(shipped_maps, [&](const shipped_map& m) { return m.is_called(called); });
        if (found == shipped_maps.end()) {
            throw usage_error("--maps " + in_quotes(list) + ": there is no map " + in_quotes(called) +
                              "; write 0.10, 9.0, 11.3 or 12.8");
        }
        add_shipped(maps, *found);
        if (comma == rest.npos) {
            return;
        }
        rest.remove_prefix(comma + 1);
    }
}
#endif

}  // namespace

int explore_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--maps", "--html"}, {"--strict", "--help"});
    if (options.has("--help")) {
        std::cout << explore_help;
        return ok;
    }
    const std::string& html = options.value("--html");

    std::vector<explored_map> maps;
#if CPUMAP_CODEGEN_FLEET
    if (options.has_value("--maps")) {
        add_listed(maps, options.value("--maps"));
    } else if (options.operands().empty()) {
        for (const shipped_map& map : shipped_maps) {
            add_shipped(maps, map);
        }
    }
#else
    if (options.has_value("--maps")) {
        throw usage_error("--maps: this program is built without the library's maps; give the PATH of one");
    }
    if (options.operands().empty()) {
        throw usage_error("PATH of a map is missing");
    }
#endif
    diagnostics report(options.has("--strict"));
    for (const std::string& path : options.operands()) {
        maps.push_back({path, {path, read_map(read_source(path, report), report)}});
    }
    if (report.failed()) {
        return failed;
    }
    for (std::size_t i = 0; i < maps.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (maps[i].key == maps[k].key) {
                throw usage_error("the map " + in_quotes(maps[i].key) + " is given twice");
            }
        }
    }
    write_file(html, write_explore_html(maps));
    for (const explored_map& shown : maps) {
        std::cout << shown.map.title << ": " << shown.map.data.x86.models.size() << " models, "
                  << shown.map.data.x86.features.size() << " features\n";
    }
    return ok;
}

}  // namespace cpumap::codegen
