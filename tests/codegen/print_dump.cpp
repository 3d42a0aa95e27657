// SPDX-License-Identifier: BSL-1.0

// Prints what the reader of recorded machines makes of files, for test_dumps.py:
//   print_dump [--map NAME] [--decode] [--quiet] FILE...
// A machine is its name, kind and format, then its words with the bits that are known, then with --decode the model that
// its data decodes to and the features. With --quiet just "read" or the error of each file.

#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <cpumap/match/decode.hpp>
#include <cpumap/match/default_map.hpp>

#include "host_dump.hpp"

namespace {

using namespace cpumap::codegen;

constexpr const char* kinds[] = {"cpuid", "flags", "definition"};

void print(const cpumap::cpuid_registers& r) { std::printf(" %08x %08x %08x %08x", r.eax, r.ebx, r.ecx, r.edx); }

void print(const host_dump& dump) {
    std::printf("host %s: %s, %s, %s\n", dump.name.c_str(), kinds[static_cast<int>(dump.kind())],
                to_string(dump.format).c_str(), to_string(dump.where).c_str());
    for (const dumped_leaf& leaf : dump.leaves) {
        std::printf("leaf %08x %02x:", leaf.leaf, leaf.subleaf);
        print(leaf.registers);
        std::printf(" known");
        print(leaf.known);
        std::printf("\n");
    }
    for (const dumped_msr& msr : dump.msrs) {
        std::printf("msr %08x: %016llx known %016llx\n", msr.index, static_cast<unsigned long long>(msr.value),
                    static_cast<unsigned long long>(msr.known));
    }
}

void print_decoded(const host_dump& dump, const name_map& names) {
    const cpumap::cpu_data data = data_of(dump);
    const auto signature = data.signature();
    std::printf("signature %u %u %u\nvendor %s\n", signature.family(), signature.model(), signature.stepping(),
                std::string(data.vendor_string().view()).c_str());
    const auto guest = cpumap::decode_guest<cpumap::default_map>(data);
    std::printf("model %s\nfeatures", guest ? std::string(guest->model().name()).c_str() : "none");
    for (const std::string& name : names.features_of(data)) {
        std::printf(" %s", name.c_str());
    }
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    const name_map* names = &default_name_map();
    bool decode = false;
    bool quiet = false;
    int failures = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--map") {
            names = find_name_map(argv[++i]);
        } else if (argument == "--decode") {
            decode = true;
        } else if (argument == "--quiet") {
            quiet = true;
        } else {
            try {
                diagnostics report(false);
                const std::vector<host_dump> hosts = read_host_dump(argument, *names, report);
                if (quiet) {
                    std::puts("read");
                }
                for (const host_dump& host : hosts) {
                    if (!quiet) {
                        print(host);
                    }
                    if (decode) {
                        print_decoded(host, *names);
                    }
                }
            } catch (const failure& error) {
                if (quiet) {
                    std::puts(error.what());
                } else {
                    std::cerr << error.what() << '\n';
                }
                failures = 1;
            }
        }
    }
    return quiet ? 0 : failures;
}
