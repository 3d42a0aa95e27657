// SPDX-License-Identifier: BSL-1.0
#include "hosts_command.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "host_dump.hpp"
#include "hosts_writer.hpp"
#include "identifiers.hpp"
#include "name_map.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::string_view hosts_help =
    R"(usage: cpumap-codegen hosts DUMP... --name NAME [--output FILE] [--map VERSION] [--strict] [--check]

Writes recorded machines as a header of constexpr data, so that the compiler decodes, compares and checks against them.

  DUMP           what cpuid -r, cat /proc/cpuinfo, virsh capabilities, virsh domcapabilities or virsh dumpxml prints,
                 or libvirt's <cpudata>; the format is found in the file, whose name without its suffix is the machine's
  --name NAME    of the fleet, such as rack_7 or fleet::rack_7
  --output FILE  the header to write, replaced as a whole or left as it is; it is printed where none is given
  --map VERSION  the libvirt that knows the names in the files: 0.10, 9.0, 11.3 or 12.8 (unless given)
  --strict       take what a file holds and is not known, and CPUs of one machine that differ, as an error
  --check        write nothing; compare FILE with what would be written

Exit code: 0 done, 1 a file is wrong or the header cannot be written, 2 wrong usage, 3 --check found a difference.
)";

const name_map& parse_map(const command_line& options) {
    if (!options.has_value("--map")) {
        return default_name_map();
    }
    const name_map* found = find_name_map(options.value("--map"));
    if (found == nullptr) {
        throw usage_error("--map " + in_quotes(options.value("--map")) +
                          " is none of ours; write 0.10, 9.0, 11.3 or 12.8");
    }
    return *found;
}

// A recording that says less than a machine's should.
void check_completeness(const host_dump& host, diagnostics& report) {
    const auto has = [&](std::uint32_t leaf) {
        return std::ranges::any_of(host.leaves,
                                   [leaf](const dumped_leaf& l) { return l.leaf == leaf && l.subleaf == 0; });
    };
    if (!has(0)) {
        report.unknown(host.where, "there is no CPUID leaf 0, so nobody knows this machine's vendor");
    }
    if (!has(1)) {
        report.unknown(host.where, "there is no CPUID leaf 1, so nobody knows this machine's signature");
    }
}

}  // namespace

int hosts_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--name", "--output", "--map"}, {"--strict", "--check", "--help"});
    if (options.has("--help")) {
        std::cout << hosts_help;
        return ok;
    }
    if (options.operands().empty()) {
        throw usage_error("DUMP, a recorded machine, is missing");
    }
    const std::vector<std::string> name =
        parse_qualified_name(options.value("--name"), "constant", "rack_7 or fleet::rack_7");
    const name_map& names = parse_map(options);
    if (options.has("--check") && !options.has_value("--output")) {
        throw usage_error("--check needs --output, the header to compare");
    }

    diagnostics report(options.has("--strict"));
    std::vector<host_dump> hosts;
    for (const std::string& path : options.operands()) {
        for (host_dump& host : read_host_dump(path, names, report)) {
            check_completeness(host, report);
            hosts.push_back(std::move(host));
        }
    }
    if (report.failed()) {
        return failed;
    }
    if (hosts.size() > 0xffff) {
        throw usage_error("more than 65535 machines do not go into one fleet; make several");
    }
    if (const auto [first, second] = find_same_name(hosts); first != second) {
        throw failure(hosts[second].where, in_quotes(hosts[second].name) + " would be the name of two machines, as " +
                                               in_quotes(hosts[first].name) + " of " +
                                               codegen::to_string(hosts[first].where) +
                                               " is the same identifier; rename one of the files");
    }

    const std::string text = write_fleet(hosts, {name, names.shown()});
    if (!options.has_value("--output")) {
        std::cout << text;
        return ok;
    }
    const std::string& output = options.value("--output");
    std::string command = "cpumap-codegen hosts";
    for (const std::string& path : options.operands()) {
        command += ' ' + shell_word(path);
    }
    command += " --name " + shell_word(options.value("--name")) + " --output " + shell_word(output);
    if (options.has_value("--map")) {
        command += " --map " + options.value("--map");
    }
    command += options.has("--strict") ? " --strict" : "";
    return write_or_check(output, text, options.has("--check"), command);
}

}  // namespace cpumap::codegen
