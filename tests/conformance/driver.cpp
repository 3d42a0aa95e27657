// SPDX-License-Identifier: BSL-1.0
// Runs cases of libvirt's own CPU test suite against the tables of a map: driver CASES DATA_FOLDER. tests/conformance/run
// makes the tables and builds it.

#include "xml_input.hpp"

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/conformance_map.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace conformance;
using map = cpumap::maps::conformance_map;
using lib = cpumap::use<map>;

/// A line of the cases file.
struct test_case {
    std::string op, arch, host, cpu, models, flags, expected;
};

/// Where a case finds its files.
struct folder {
    std::string path;

    std::string file(const test_case& c, const std::string& name) const { return path + "/" + c.arch + "-" + name; }
};

/// What a case came to: the expected text and the one we made.
struct outcome {
    std::string expected, actual;
};

std::string decode(const test_case& c, const folder& data, bool host) {
    const cpumap::cpu_data cpu = read_cpu_data(data.file(c, c.host + ".xml"));
    lib::decode_options options;
    std::vector<lib::usable_model> models;
    if (!c.models.empty()) {
        models = read_models<map>(data.file(c, c.models + ".tsv"));
        options.hypervisor.models = models;
    }
    if (host) {
        const auto found = lib::decode_host(cpu, options);
        return found ? to_xml(*found) : "error: " + std::string(found.error().message()) + "\n";
    }
    const auto found = lib::decode_guest(cpu, options);
    return found ? to_xml(*found) : "error: " + std::string(found.error().message()) + "\n";
}

outcome decode_host(const test_case& c, const folder& data) {
    return {read_file(data.file(c, c.expected + ".xml")), decode(c, data, true)};
}

outcome decode_guest(const test_case& c, const folder& data) {
    return {read_file(data.file(c, c.expected + ".xml")), decode(c, data, false)};
}

outcome signature(const test_case& c, const folder& data) {
    const cpumap::cpu_signature s = read_cpu_data(data.file(c, c.host + ".xml")).signature();
    char text[128];
    std::snprintf(text, sizeof text, "%06lx\n%-10s%3u (0x%02x)\n%-10s%3u (0x%02x)\n%-10s%3u (0x%02x)\n",
                  static_cast<unsigned long>(s.number()), "family: ", s.family(), s.family(), "model: ", s.model(),
                  s.model(), "stepping: ", s.stepping(), s.stepping());
    return {read_file(data.file(c, c.expected)), text};
}

const std::map<std::string, std::function<outcome(const test_case&, const folder&)>> operations = {
    {"decode-host", decode_host},
    {"decode-guest", decode_guest},
    {"signature", signature},
};

/// The lines of both texts, those they share once; short texts, so the plain longest common subsequence will do.
std::string diff(const std::string& expected, const std::string& actual) {
    const std::vector<std::string> a = split(expected, '\n');
    const std::vector<std::string> b = split(actual, '\n');
    std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    std::string text = "  --- expected\n  +++ actual\n";
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            text += "   " + a[i] + "\n";
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
            text += "  -" + a[i++] + "\n";
        } else {
            text += "  +" + b[j++] + "\n";
        }
    }
    if (a == b) text += "  (only the ends of lines differ)\n";
    return text;
}

test_case read_case(const std::string& line) {
    std::vector<std::string> columns = split(line, '\t');
    columns.resize(7);
    return {columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6]};
}

/// Returns what speaks against a case, empty if nothing does.
std::string run(const test_case& c, const folder& data) {
    const auto operation = operations.find(c.op);
    if (operation == operations.end()) return "  the driver does not know this operation yet\n";
    if (c.arch != "x86_64") return "  the driver does not know this architecture yet\n";
    try {
        const outcome o = operation->second(c, data);
        return o.expected == o.actual ? "" : diff(o.expected, o.actual);
    } catch (const std::exception& e) {
        return std::string("  ") + e.what() + "\n";
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: driver CASES DATA_FOLDER\n");
        return 2;
    }
    std::size_t passed = 0;
    std::size_t failed = 0;
    try {
        const folder data{argv[2]};
        for (const std::string& line : split(read_file(argv[1]), '\n')) {
            const test_case c = read_case(line);
            if (c.op.empty() || c.op == "op") continue;
            const std::string against = run(c, data);
            std::printf("%s %s %s %s %s\n%s", against.empty() ? "ok" : "FAIL", c.op.c_str(), c.arch.c_str(),
                        c.host.c_str(), c.cpu.c_str(), against.c_str());
            ++(against.empty() ? passed : failed);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "driver: %s\n", e.what());
        return 2;
    }
    std::printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 && passed != 0 ? 0 : 1;
}
