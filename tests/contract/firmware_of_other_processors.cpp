// SPDX-License-Identifier: BSL-1.0
// What of ppc64 and arm is meant for firmware, in a program that contract/check builds freestanding and links alone.

#include <cpumap/emit/xml.hpp>
#include <cpumap/match/arm.hpp>
#include <cpumap/match/ppc64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

extern "C" int power_xml(std::uint32_t pvr, const char* model, std::size_t size, char* text, std::size_t capacity) {
    const auto named = cpumap::ppc64::find_model(std::string_view(model, size));
    if (!named) return -1;
    const auto guest = cpumap::ppc64::resolve(cpumap::ppc64::guest_cpu(*named), cpumap::ppc64::cpu_data{.pvr = pvr});
    if (!guest) return -2 - static_cast<int>(guest.error().message().size());
    const auto xml = cpumap::write_xml(std::span<char>(text, capacity), *guest);
    return xml ? static_cast<int>(xml->size()) : -2;
}

extern "C" int power_common(std::uint32_t a, std::uint32_t b) {
    const auto first = cpumap::ppc64::decode_host({.pvr = a});
    const auto second = cpumap::ppc64::decode_host({.pvr = b});
    if (!first || !second) return -1;
    const auto common = cpumap::ppc64::baseline(std::array{*first, *second});
    return common ? static_cast<int>(common->model().index()) : -2;
}

extern "C" int arm_xml(std::uint64_t midr, std::uint64_t hwcap, char* text, std::size_t capacity) {
    cpumap::arm::guest_cpu guest;
    guest.set_mode(cpumap::mode::host_model);
    const auto found = cpumap::arm::resolve(guest, cpumap::arm::cpu_data{.midr = midr, .hwcap = hwcap});
    if (!found) return -static_cast<int>(found.error().name().size());
    const auto xml = cpumap::write_xml(std::span<char>(text, capacity), *found);
    return xml ? static_cast<int>(xml->size()) : -2;
}
