// SPDX-License-Identifier: BSL-1.0

// cpumap-codegen: makes C++ from CPU maps, from a nova.conf and from recorded machines, and compares and shows maps. One
// command a task.

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "explore_command.hpp"
#include "identifiers.hpp"
#include "map_diff.hpp"
#include "map_reader.hpp"
#include "map_source.hpp"
#include "map_writer.hpp"
#include "nova_command.hpp"
#if CPUMAP_CODEGEN_FLEET
#include "drift_command.hpp"
#include "hosts_command.hpp"
#include "report_command.hpp"
#endif

namespace cpumap::codegen {
namespace {

constexpr std::string_view program_help =
    R"(usage: cpumap-codegen COMMAND ...
       cpumap-codegen --help | --version

Commands:
  map      write a CPU map of libvirt as a header of constexpr tables
  diff     print what came, went or changed from one CPU map to another
  explore  write CPU maps as a page for a browser
  nova     write the CPU settings of a nova.conf as a header with a policy
)"
#if CPUMAP_CODEGEN_FLEET
    R"(  hosts    write recorded machines as a header of constexpr data
  report   print what recorded machines can do together, as text or as a page for a browser
  drift    print what changed on hosts from one recording to another
)"
#endif
    R"(
cpumap-codegen COMMAND --help explains a command.
)";

constexpr std::string_view map_help =
    R"(usage: cpumap-codegen map PATH --libvirt VERSION --name NAME --output FILE [--strict] [--check]

Writes a CPU map of libvirt as a header of constexpr tables.

  PATH               a cpu_map.xml, or a folder with index.xml or cpu_map.xml
  --libvirt VERSION  the libvirt that the map belongs to, MAJOR.MINOR[.MICRO]
  --name NAME        of the type in namespace cpumap::maps, such as libvirt_12_8
  --output FILE      the header to write; it is replaced as a whole or left as it is
  --strict           take what the map holds and this program does not know as an error
  --check            write nothing; compare FILE with what would be written

Exit code: 0 done, 1 the map is wrong or the file cannot be written, 2 wrong usage, 3 --check found a difference.
)";

constexpr std::string_view diff_help =
    R"(usage: cpumap-codegen diff A B [--from VERSION] [--to VERSION] [--output FILE] [--strict]

Prints the features and models that came, went or changed from map A to map B, each in map order, and counts them.

  A, B            each a cpu_map.xml, or a folder with index.xml or cpu_map.xml
  --from VERSION  the libvirt that A belongs to, MAJOR.MINOR[.MICRO], to be shown beside it
  --to VERSION    the same for B
  --output FILE   write the table into FILE, replaced as a whole or left as it is, and print the counts alone
  --strict        take what a map holds and this program does not know as an error

A feature is the same in both by its name, or where aliases show it to be renamed.

Exit code: 0 done, whether the maps differ or not, 1 a map is wrong or the file cannot be written, 2 wrong usage.
)";

struct version {
    std::string text;  // MAJOR.MINOR.MICRO
    std::uint32_t number = 0;
};

version parse_version(const std::string& option, const std::string& text) {
    const auto refuse = [&] {
        return usage_error(option + ' ' + in_quotes(text) + " is no version; write MAJOR.MINOR[.MICRO] such as 12.8.0");
    };
    std::vector<std::uint32_t> parts;
    for (std::string_view rest = text;;) {
        const std::size_t dot = rest.find('.');
        const std::string_view part = rest.substr(0, dot);
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        const bool leading_zero = part.size() > 1 && part[0] == '0';
        if (error != std::errc() || end != part.data() + part.size() || value > 999 || leading_zero) {
            throw refuse();
        }
        parts.push_back(value);
        if (dot == rest.npos) {
            break;
        }
        rest.remove_prefix(dot + 1);
    }
    if (parts.size() == 2) {
        parts.push_back(0);
    }
    if (parts.size() != 3) {
        throw refuse();
    }
    return {std::to_string(parts[0]) + '.' + std::to_string(parts[1]) + '.' + std::to_string(parts[2]),
            parts[0] * 1'000'000 + parts[1] * 1'000 + parts[2]};
}

std::string parse_name(const std::string& name) {
    // What the type itself holds cannot be its name.
    constexpr std::string_view members[] = {"arm", "format", "ppc64", "version", "version_number", "x86"};
    if (!is_plain_identifier(name) || std::ranges::find(members, name) != std::ranges::end(members)) {
        throw usage_error("--name " + in_quotes(name) +
                          " cannot name a type; write an identifier that is not reserved, such as libvirt_12_8");
    }
    return name;
}

void print_summary(const map_data& map, const diagnostics& report) {
    const auto count = [](std::size_t n, const std::string& what) {
        return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
    };
    std::cout << "x86: " << count(map.x86.features.size(), "feature") << ", " << map.x86.aliases.size()
              << (map.x86.aliases.size() == 1 ? " alias, " : " aliases, ") << count(map.x86.models.size(), "model")
              << ", " << count(map.x86.vendors.size(), "vendor") << '\n'
              << "ppc64: " << count(map.ppc64.models.size(), "model") << ", "
              << count(map.ppc64.vendors.size(), "vendor") << '\n'
              << "arm: " << count(map.arm.features.size(), "feature") << ", " << count(map.arm.models.size(), "model")
              << ", " << count(map.arm.vendors.size(), "vendor") << '\n';
    for (const auto& [what, number] : report.skipped()) {
        std::cout << "skipped: " << number << " of " << what << '\n';
    }
    if (report.unknown_count() != 0) {
        std::cout << "left out: " << report.unknown_count() << " unknown, see the warnings\n";
    }
}

int map_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--libvirt", "--name", "--output"}, {"--strict", "--check", "--help"});
    if (options.has("--help")) {
        std::cout << map_help;
        return ok;
    }
    const std::string& path = options.operand("PATH of the map");
    const version libvirt = parse_version("--libvirt", options.value("--libvirt"));
    const std::string name = parse_name(options.value("--name"));
    const std::string& output = options.value("--output");

    diagnostics report(options.has("--strict"));
    const map_source source = read_source(path, report);
    const map_data map = read_map(source, report);
    if (report.failed()) {
        return failed;
    }
    std::string text;
    try {
        text = write_map(map, {name, libvirt.text, libvirt.number, source.digest(), source.files.size()});
    } catch (const std::length_error& error) {
        throw failure({source.files.front()->shown(), 1}, error.what());
    }
    const std::string command = "cpumap-codegen map " + shell_word(path) + " --libvirt " + libvirt.text + " --name " +
                                name + " --output " + shell_word(output) + (options.has("--strict") ? " --strict" : "");
    const exit_code code = write_or_check(output, text, options.has("--check"), command);
    if (code == ok) {
        print_summary(map, report);
    }
    return code;
}

named_map read_named_map(const std::string& path, const command_line& options, const std::string& version_option,
                         diagnostics& report) {
    named_map result{path, read_map(read_source(path, report), report)};
    if (options.has_value(version_option)) {
        result.title += ", libvirt " + parse_version(version_option, options.value(version_option)).text;
    }
    return result;
}

int diff_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--from", "--to", "--output"}, {"--strict", "--help"});
    if (options.has("--help")) {
        std::cout << diff_help;
        return ok;
    }
    const std::vector<std::string>& paths = options.operands({"PATH of the first map", "PATH of the second map"});
    for (const char* option : {"--from", "--to"}) {
        if (options.has_value(option)) {
            static_cast<void>(parse_version(option, options.value(option)));
        }
    }

    diagnostics report(options.has("--strict"));
    const named_map before = read_named_map(paths[0], options, "--from", report);
    const named_map after = read_named_map(paths[1], options, "--to", report);
    if (report.failed()) {
        return failed;
    }
    const map_difference difference = compare_maps(before, after);
    if (!options.has_value("--output")) {
        std::cout << difference.table;
        return ok;
    }
    write_file(options.value("--output"), difference.table);
    std::cout << difference.counts << '\n';
    return ok;
}

int run(std::span<const std::string> arguments) {
    if (arguments.empty()) {
        throw usage_error("a command is missing");
    }
    const std::string& first = arguments[0];
    if (first == "--help") {
        std::cout << program_help;
        return ok;
    }
    if (first == "--version") {
        std::cout << "cpumap-codegen " CPUMAP_PROGRAM_VERSION "\n";
        return ok;
    }
    if (first == "map") {
        return map_command(arguments.subspan(1));
    }
    if (first == "diff") {
        return diff_command(arguments.subspan(1));
    }
    if (first == "explore") {
        return explore_command(arguments.subspan(1));
    }
    if (first == "nova") {
        return nova_command(arguments.subspan(1));
    }
#if CPUMAP_CODEGEN_FLEET
    if (first == "hosts") {
        return hosts_command(arguments.subspan(1));
    }
    if (first == "report") {
        return report_command(arguments.subspan(1));
    }
    if (first == "drift") {
        return drift_command(arguments.subspan(1));
    }
#endif
    throw usage_error((first.starts_with('-') ? "unknown option " : "unknown command ") + in_quotes(first));
}

}  // namespace
}  // namespace cpumap::codegen

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return cpumap::codegen::run_program("cpumap-codegen", [&] { return cpumap::codegen::run(arguments); });
}
