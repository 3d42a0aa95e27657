// SPDX-License-Identifier: BSL-1.0
// What processors are, by the tables of a map: decode host|guest FILE... reads <cpudata> and prints <cpu>. tests/conformance/decode
// makes the tables and builds it.

#include "xml_input.hpp"

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/conformance_map.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

namespace {

using lib = cpumap::use<cpumap::maps::conformance_map>;

template <class Result>
std::string text_of(const Result& found) {
    return found ? conformance::to_xml(*found) : "error: " + std::string(found.error().message()) + "\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view kind = argc > 1 ? argv[1] : "";
    if (argc < 3 || (kind != "host" && kind != "guest")) {
        std::fprintf(stderr, "usage: decode host|guest FILE...\n");
        return 2;
    }
    for (int i = 2; i < argc; ++i) {
        std::string text;
        try {
            const cpumap::cpu_data data = conformance::read_cpu_data(argv[i]);
            text = kind == "host" ? text_of(lib::decode_host(data)) : text_of(lib::decode_guest(data));
        } catch (const std::exception& e) {
            text = std::string("error: ") + e.what() + "\n";
        }
        std::printf("== %s\n%s", argv[i], text.c_str());
    }
    return 0;
}
