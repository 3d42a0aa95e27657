// SPDX-License-Identifier: BSL-1.0

// For firmware: this file is compiled freestanding, without exceptions and RTTI, and its object needs nothing from
// outside but the C library's functions of memory. No heap, no static initialisation. firmware_main.cpp stands for
// the board.

#include <cpumap/core.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/host/native.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

/// The board's way to read CPUID; cpumap::native_cpuid{} executes the instruction.
using cpuid_function = cpumap::cpuid_registers(std::uint32_t leaf, std::uint32_t subleaf);

/// Writes the <cpu> element of the guest CPU that is closest to the processor; returns its length, or the error's
/// negative code.
extern "C" int guest_cpu_xml(cpuid_function* cpuid, char* text, std::size_t capacity) {
    cpumap::cpu_data data;
    if (const auto failed = cpumap::fill_cpu_data(data, cpuid); failed != cpumap::errc::none)
        return -static_cast<int>(failed);
    const auto guest = cpumap::decode_guest(data);
    if (!guest) return -static_cast<int>(guest.error().code());
    const auto xml = cpumap::write_xml(std::span(text, capacity), *guest);
    if (!xml) return -static_cast<int>(xml.error().code());
    return static_cast<int>(xml->size());
}
