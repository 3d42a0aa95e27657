// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cstdio>

static_assert(CPUMAP_VERSION >= 100);

int main() {
    constexpr auto xml = cpumap::xml<cpumap::custom<"IvyBridge", cpumap::require<"pcid">>>;
    std::fwrite(xml.data(), 1, xml.size(), stdout);
}
