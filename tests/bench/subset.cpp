// SPDX-License-Identifier: BSL-1.0
// What a firmware for two processors carries: compiled for size, without an operating system.

#include <cpumap/core.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/host/native.hpp>
#include <cpumap/match/subset.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

using board = cpumap::use<cpumap::subset<cpumap::models<"Skylake-Server-IBRS", "Cascadelake-Server-noTSX">>>;

using cpuid_function = cpumap::cpuid_registers(std::uint32_t leaf, std::uint32_t subleaf);

extern "C" std::size_t guest_cpu_xml(cpuid_function* cpuid, char* text, std::size_t capacity) {
    cpumap::cpu_data data;
    if (cpumap::fill_cpu_data(data, cpuid) != cpumap::errc::none) return 0;
    const auto guest = board::decode_guest(data);
    if (!guest) return 0;
    const auto xml = board::write_xml(std::span(text, capacity), *guest);
    return xml ? xml->size() : 0;
}
