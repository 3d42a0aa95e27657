// SPDX-License-Identifier: BSL-1.0
#include "nova_command.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "identifiers.hpp"
#include "nova_reader.hpp"
#include "nova_writer.hpp"
#include "shipped_maps.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::string_view nova_help =
    R"(usage: cpumap-codegen nova FILE --map VERSION --name NAME --output FILE
                           [--arch ARCH] [--ordered] [--strict] [--check]

Writes the CPU settings of a nova.conf as a header with a policy. What Nova itself refuses is an error at once; the
names of CPU models and flags are looked up when the header is compiled, which fails where that libvirt does not know
them, with the setting, the value and the nearest name.

  FILE               a nova.conf; cpu_mode, cpu_models, cpu_model_extra_flags and virt_type of [libvirt] are read, and
                     their older names
  --map VERSION      the libvirt of the compute nodes: 0.10, 9.0, 11.3 or 12.8; or the NAME that a map of your own got
                     from cpumap-codegen map
  --name NAME        of the policy, such as guest or fleet::guest
  --output FILE      the header to write; it is replaced as a whole or left as it is
  --arch ARCH        of the hosts: x86_64 (unless given), i686, aarch64 or ppc64le; Nova's default mode depends on it
  --ordered          the build also fails where a listed model lacks what the one before it has
  --strict           take what Nova accepts and is odd, a setting given twice say, as an error
  --check            write nothing; compare FILE with what would be written

Exit code: 0 done, 1 the file is wrong or the header cannot be written, 2 wrong usage, 3 --check found a difference.
)";

// The map's name, and how a sentence calls it.
struct named_map {
    std::string name;
    std::string shown;
};

named_map parse_map(const std::string& text) {
    for (const shipped_map& m : shipped_maps) {
        if (m.is_called(text)) {
            return {std::string(m.name), "libvirt " + std::string(m.release)};
        }
    }
    if (!is_plain_identifier(text)) {
        throw usage_error("--map " + in_quotes(text) +
                          " is none of ours; write 0.10, 9.0, 11.3 or 12.8, or the NAME of a map of your own, which "
                          "cpumap-codegen map makes");
    }
    return {text, "the map " + text};
}

std::string parse_architecture(const std::string& text) {
    constexpr std::string_view known[] = {"x86_64", "i686", "aarch64", "ppc64le"};
    if (std::ranges::find(known, text) == std::ranges::end(known)) {
        throw usage_error("--arch " + in_quotes(text) + " is not known; write x86_64, i686, aarch64 or ppc64le");
    }
    return text;
}

}  // namespace

int nova_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--map", "--name", "--output", "--arch"},
                               {"--ordered", "--strict", "--check", "--help"});
    if (options.has("--help")) {
        std::cout << nova_help;
        return ok;
    }
    const std::string& path = options.operand("FILE, the nova.conf");
    const named_map map = parse_map(options.value("--map"));
    const std::vector<std::string> name =
        parse_qualified_name(options.value("--name"), "policy", "guest or fleet::guest");
    const std::string& output = options.value("--output");
    const std::string arch = options.has_value("--arch") ? parse_architecture(options.value("--arch")) : "x86_64";

    diagnostics report(options.has("--strict"));
    const nova_settings settings = read_nova_conf(path, arch, report);
    if (report.failed()) {
        return failed;
    }
    const std::string text = write_nova_policy(settings, {map.name, map.shown, name, arch, options.has("--ordered")});
    std::string command = "cpumap-codegen nova " + shell_word(path) + " --map " + options.value("--map") + " --name " +
                          shell_word(options.value("--name")) + " --output " + shell_word(output);
    if (options.has_value("--arch")) {
        command += " --arch " + arch;
    }
    for (const std::string flag : {"--ordered", "--strict"}) {
        command += options.has(flag) ? ' ' + flag : "";
    }
    return write_or_check(output, text, options.has("--check"), command);
}

}  // namespace cpumap::codegen
