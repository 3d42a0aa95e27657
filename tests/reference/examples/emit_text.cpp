// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

// All texts are made in one way: the constant of a policy is what is written at run time for its definition.
using guest = cpumap::custom<"EPYC-Milan">;

int main() {
    char text[256];
    const auto written = cpumap::write_xml(text, guest::definition());
    return written && *written == cpumap::xml<guest> ? 0 : 1;
}
