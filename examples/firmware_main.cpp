// SPDX-License-Identifier: BSL-1.0

// The board that firmware.cpp runs on: it answers CPUID as one recorded machine does, and prints what comes back.

#include <cpumap/core.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "recorded_host.hpp"

extern "C" int guest_cpu_xml(cpumap::cpuid_registers (*cpuid)(std::uint32_t, std::uint32_t), char* text,
                             std::size_t capacity);

static cpumap::cpuid_registers recorded_cpuid(std::uint32_t leaf, std::uint32_t subleaf) {
    return xeon_gold_5115.cpuid(leaf, subleaf).value_or(cpumap::cpuid_registers{});
}

int main() {
    char text[4096];
    const int size = guest_cpu_xml(recorded_cpuid, text, sizeof text);
    if (size < 0) {
        const auto why = cpumap::message(static_cast<cpumap::errc>(-size));
        std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
        return 1;
    }
    std::fwrite(text, 1, static_cast<std::size_t>(size), stdout);
}
