// SPDX-License-Identifier: BSL-1.0
// What processors are, by the tables of a map: decode host|guest FILE... reads <cpudata> and prints <cpu>. tests/conformance/decode
// makes the tables and builds it.

#include "cpu_input.hpp"
#include "plain_cases.hpp"
#include "xml_input.hpp"

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/conformance_map.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

namespace {

using map = cpumap::maps::conformance_map;

template <class Result>
std::string text_of(const Result& found) {
    if (found) return conformance::to_xml(*found);
    const std::string name(found.error().name());
    return "error: " + std::string(found.error().message()) + (name.empty() ? "" : ": " + name) + "\n";
}

template <class Lib, class Data>
std::string decoded(const Data& data, bool host) {
    return host ? text_of(Lib::decode_host(data)) : text_of(Lib::decode_guest(data));
}

/// What the <cpudata> of a file is, by the rules of the architecture that it names; x86 where it names none.
std::string decoded(const std::string& path, bool host) {
    const std::string arch = conformance::load(path).child("cpudata").attribute("arch").as_string("x86_64");
    const cpumap::architecture named = conformance::read_arch(arch);
    const auto is = [named](cpumap::architecture other) { return cpumap::detail::same_family(named, other); };
    using ppc64 = conformance::ppc64_cases<map>;
    using arm = conformance::arm_cases<map>;
    if (is(cpumap::architecture::ppc64)) return decoded<ppc64::lib>(ppc64::read_cpu_data(path), host);
    if (is(cpumap::architecture::aarch64)) return decoded<arm::lib>(arm::read_cpu_data(path), host);
    if (is(cpumap::architecture::x86_64)) return decoded<cpumap::use<map>>(conformance::read_cpu_data(path), host);
    throw conformance::bad_input(path + ": no processors of architecture " + arch + " are known here");
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
            text = decoded(argv[i], kind == "host");
        } catch (const std::exception& e) {
            text = std::string("error: ") + e.what() + "\n";
        }
        std::printf("== %s\n%s", argv[i], text.c_str());
    }
    return 0;
}
