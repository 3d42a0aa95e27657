// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

#include <cstdio>

static_assert(cpumap::xml<cpumap::host_passthrough<>> == "<cpu mode='host-passthrough'/>\n");

int main() {
    const cpumap::guest_cpu guest(cpumap::model<"EPYC-Milan">);
    char text[256];
    const auto written = cpumap::write_xml(text, guest);  // or the error buffer_too_small
    if (!written || written->size() != cpumap::xml_size(guest)) return 1;
    std::fwrite(written->data(), 1, written->size(), stdout);
}
