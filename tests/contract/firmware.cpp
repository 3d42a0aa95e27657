// SPDX-License-Identifier: BSL-1.0
// Everything that is meant for firmware, in a program that contract/check builds freestanding and links alone.

#include <cpumap/core.hpp>
#include <cpumap/emit/qemu.hpp>
#include <cpumap/emit/xml.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

extern "C" int has_feature(const cpumap::cpu_data& data, const char* name, std::size_t size) {
    const auto feature = cpumap::find_feature(std::string_view(name, size));
    return feature ? data.features().contains(*feature) : -1;
}

extern "C" int model_features(const char* name, std::size_t size) {
    const auto model = cpumap::find_model(std::string_view(name, size));
    return model ? static_cast<int>(model->features().size()) : -1;
}

extern "C" int guest_xml(std::uint32_t signature, char* text, std::size_t capacity) {
    cpumap::cpu_data data;
    data.set_cpuid(1, 0, {.eax = signature});
    const auto guest = cpumap::decode_guest(data);
    if (!guest) return -1;
    const auto xml = cpumap::write_xml(std::span<char>(text, capacity), *guest);
    return xml ? static_cast<int>(xml->size()) : -2;
}

extern "C" int guest_qemu_cpu(const cpumap::guest_cpu& guest, char* text, std::size_t capacity) {
    const auto cpu = cpumap::write_qemu_cpu(std::span<char>(text, capacity), guest);
    const auto smp = cpumap::write_qemu_smp(std::span<char>(text, capacity), guest);
    return cpu && smp ? static_cast<int>(cpu->size()) : -1;
}
