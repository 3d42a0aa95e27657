// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reads what `cpuid -r` prints of a machine, the first CPU of it. cpumap itself reads no text: cpumap-codegen reads this
// and other formats, at build time, and says what is wrong with them in more words.

#include <cpumap/core.hpp>

#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

inline std::optional<cpumap::cpu_data> read_cpuid_dump(const std::string& path) {
    std::ifstream file(path);
    cpumap::cpu_data data;
    bool begun = false;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("CPU", 0) == 0) {
            if (begun) break;  // the next CPU
            begun = true;
            continue;
        }
        unsigned leaf = 0, subleaf = 0, eax = 0, ebx = 0, ecx = 0, edx = 0;
        if (std::sscanf(line.c_str(), " 0x%x 0x%x: eax=0x%x ebx=0x%x ecx=0x%x edx=0x%x", &leaf, &subleaf, &eax, &ebx,
                        &ecx, &edx) == 6)
            data.set_cpuid(leaf, subleaf, {eax, ebx, ecx, edx});
    }
    if (data.size() == 0) return std::nullopt;
    return data;
}
