// SPDX-License-Identifier: BSL-1.0
// From the start of a process to its first answer: the baseline of hosts that are the models named, on standard output.

#include <cpumap/cpumap.hpp>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
    std::vector<cpumap::host_cpu> hosts;
    for (int i = 1; i < argc; ++i) {
        const auto model = cpumap::find_model(argv[i]);
        if (!model) return 2;
        hosts.emplace_back(*model);
    }
    const auto guest = cpumap::baseline(hosts);
    if (!guest) return 1;
    char text[8192];
    const auto xml = cpumap::write_xml(text, *guest);
    return !xml || std::fwrite(xml->data(), 1, xml->size(), stdout) != xml->size() ? 1 : 0;
}
