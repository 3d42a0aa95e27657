// SPDX-License-Identifier: BSL-1.0
#include "report_command.hpp"

#include <iostream>
#include <string_view>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "fleet_input.hpp"
#include "fleet_report.hpp"
#include "report_html.hpp"
#include "report_text.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::string_view report_help =
    R"(usage: cpumap-codegen report DUMP... [--map VERSION] [--models LIST] [--html FILE] [--output FILE]

Prints what recorded machines can do together: which CPU models run on which hosts and the features that each choice
loses against host-model, the baseline of all hosts, and from where to where guests with host-model can move.

  DUMP...          recorded machines: what cpuid -r, cat /proc/cpuinfo, virsh capabilities, virsh domcapabilities or virsh
                   dumpxml printed, or libvirt's <cpudata>; or a folder of such files. A host is called as its file
  --map VERSION    the libvirt of the hosts: 0.10, 9.0, 11.3 or 12.8, which it is unless given
  --models LIST    the models to look at, with commas between; unless given these are the model of each host's
                   host-model, and of each vendor's models that run on all its hosts those that no other one includes,
                   or nearly so
  --html FILE      write a page for a browser into FILE, replaced as a whole or left as it is
  --output FILE    write the text into FILE, replaced as a whole or left as it is

With --html or --output the counts alone are printed.

Answers are of what the processors have, which a hypervisor need not give. What a recording does not tell may be there:
an answer that hangs on it is marked with a question mark.

Exit code: 0 done, 1 a file is wrong or cannot be written, 2 wrong usage.
)";

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> parts;
    for (std::string_view rest = text;;) {
        const std::size_t comma = rest.find(',');
        parts.emplace_back(rest.substr(0, comma));
        if (parts.back().empty()) {
            throw usage_error("--models " + in_quotes(text) + " has nothing between two commas");
        }
        if (comma == rest.npos) {
            return parts;
        }
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace

int report_command(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--map", "--models", "--html", "--output"}, {"--help"});
    if (options.has("--help")) {
        std::cout << report_help;
        return ok;
    }
    if (options.operands().empty()) {
        throw usage_error("DUMP, a recorded machine, is missing");
    }
    const auto value = [&](const char* option) {
        return options.has_value(option) ? options.value(option) : std::string();
    };
    const std::string map_name = value("--map");
    const name_map& map = parse_map(map_name);
    const std::vector<std::string> models =
        options.has_value("--models") ? split_list(value("--models")) : std::vector<std::string>();
    const std::string html = value("--html");
    const std::string output = value("--output");
    if (!html.empty() && html == output) {
        throw usage_error("--html and --output name the same file");
    }

    diagnostics warnings(false);
    const fleet_report report = report_fleet(read_hosts(options.operands(), map, warnings), map, models);
    if (!html.empty()) {
        write_file(html, write_html(report));
    }
    if (!output.empty()) {
        write_file(output, write_text(report));
    }
    if (html.empty() && output.empty()) {
        std::cout << write_text(report);
    } else {
        std::cout << counted(report.hosts, "host") << " of " << counted(report.kinds.size(), "kind") << ", "
                  << counted(report.models.size(), "model") << '\n';
    }
    return ok;
}

}  // namespace cpumap::codegen
