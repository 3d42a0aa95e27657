// SPDX-License-Identifier: BSL-1.0
#include "drift_command.hpp"

#include <filesystem>
#include <iostream>
#include <string_view>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "drift_report.hpp"
#include "fleet_input.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::string_view drift_help =
    R"(usage: cpumap-codegen drift OLD NEW [--map VERSION] [--exit-code]

Prints what changed on hosts from one recording to another, after an update of microcode or firmware say: features that
came and went, the CPU models that a host runs no longer or now, its host-model, and whether a guest that was started
with the old host-model still runs.

  OLD, NEW       each a recorded machine as for report, a file with several, or a folder of such files; machines in
                 folders are paired by their names, those of two files by their places in these
  --map VERSION  the libvirt of the hosts: 0.10, 9.0, 11.3 or 12.8, which it is unless given
  --exit-code    exit with 3 where something changed

Of models with the same features one is named. Recordings of two kinds, flags and CPUID words say, are compared in what
both tell.

Exit code: 0 done, 1 a file is wrong, 2 wrong usage, 3 --exit-code found a change.
)";

std::vector<host_dump> read(const std::string& path, const name_map& map, diagnostics& warnings) {
    return read_hosts(std::vector<std::string>{path}, map, warnings);
}

}  // namespace

int drift_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--map"}, {"--exit-code", "--help"});
    if (options.has("--help")) {
        std::cout << drift_help;
        return ok;
    }
    const std::vector<std::string>& paths =
        options.operands({"OLD, a recorded machine", "NEW, the same machine recorded again"});
    const std::string map_name = options.has_value("--map") ? options.value("--map") : std::string();
    const name_map& map = parse_map(map_name);

    diagnostics warnings(false);
    const std::vector<host_dump> before = read(paths[0], map, warnings);
    const std::vector<host_dump> after = read(paths[1], map, warnings);
    const bool by_place = !std::filesystem::is_directory(paths[0]) && !std::filesystem::is_directory(paths[1]);
    const drift_report report = find_drift(before, after, by_place, map);
    if (report.hosts.empty()) {
        throw failure({paths[1]}, "no machine here has the name of one in " + paths[0] +
                                      "; machines are called as their files without the last suffix, so rename these");
    }
    std::cout << write_text(report);
    return options.has("--exit-code") && report.changed() ? stale : ok;
}

}  // namespace cpumap::codegen
