// SPDX-License-Identifier: BSL-1.0
// What fleet_mpi must say, without MPI and without sums: the baseline of the hosts' descriptions.

#include <cpumap/cpumap.hpp>

#include <iostream>
#include <string>
#include <vector>

#include "../../examples/fleet_mpi/dump.hpp"

int main(int argc, char** argv) {
    std::vector<cpumap::host_cpu> hosts;
    for (int i = 1; i < argc; ++i) {
        const auto data = read_cpuid_dump(argv[i]);
        if (!data) return 1;
        const auto host = cpumap::decode_host(*data);
        if (!host) return 1;
        hosts.push_back(*host);
    }
    const auto guest = cpumap::baseline(hosts);
    if (!guest) return 1;
    std::string xml(cpumap::xml_size(*guest), '\0');
    if (!cpumap::write_xml(xml, *guest)) return 1;
    std::cout << xml;
}
