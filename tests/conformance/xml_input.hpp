// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the conformance programs read: libvirt's <cpudata>, and lists of a hypervisor's models. The library parses
// nothing.

#include <cpumap/core.hpp>
#include <cpumap/emit/xml.hpp>

#include <pugixml.hpp>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace conformance {

/// What is wrong with an input file; names the file.
struct bad_input : std::runtime_error {
    using runtime_error::runtime_error;
};

inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw bad_input(path + ": cannot be read");
    return text.str();
}

/// A number in hexadecimal, 0 where the attribute is absent.
inline std::uint32_t hex(const pugi::xml_node& node, const char* name, const std::string& path) {
    const std::string text = node.attribute(name).as_string("0");
    std::size_t end = 0;
    unsigned long value = 0;
    try {
        value = std::stoul(text, &end, 16);
    } catch (const std::logic_error&) {
        end = 0;
    }
    if (end == 0 || end != text.size() || value > 0xffffffffUL)
        throw bad_input(path + ": " + node.name() + " " + name + "='" + text + "' is no 32-bit number");
    return static_cast<std::uint32_t>(value);
}

inline cpumap::cpu_data read_cpu_data(const std::string& path) {
    pugi::xml_document document;
    if (const auto parsed = document.load_file(path.c_str()); !parsed)
        throw bad_input(path + ": " + parsed.description());
    const pugi::xml_node root = document.child("cpudata");
    if (!root) throw bad_input(path + ": no <cpudata>");
    cpumap::cpu_data data;
    for (const pugi::xml_node& leaf : root.children("cpuid"))
        data.set_cpuid(
            hex(leaf, "eax_in", path), hex(leaf, "ecx_in", path),
            {hex(leaf, "eax", path), hex(leaf, "ebx", path), hex(leaf, "ecx", path), hex(leaf, "edx", path)});
    for (const pugi::xml_node& msr : root.children("msr"))
        data.set_msr(hex(msr, "index", path), std::uint64_t{hex(msr, "edx", path)} << 32 | hex(msr, "eax", path));
    if (!data.complete()) throw bad_input(path + ": more leaves and MSRs than cpu_data holds");
    return data;
}

inline std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, at);) parts.push_back(part);
    return parts;
}

/// A list of usable models: a line each, the name, a tab, and what blocks it. Models that the map lacks are left out.
template <class Map>
std::vector<cpumap::basic_usable_model<Map>> read_models(const std::string& path) {
    std::vector<cpumap::basic_usable_model<Map>> models;
    for (const std::string& line : split(read_file(path), '\n')) {
        const std::vector<std::string> columns = split(line, '\t');
        if (columns.empty()) continue;
        const auto model = cpumap::find_model<Map>(columns[0]);
        if (!model) continue;
        cpumap::basic_usable_model<Map> usable{*model};
        if (columns.size() > 1)
            for (const std::string& blocker : split(columns[1], ',')) usable.block(blocker);
        models.push_back(usable);
    }
    return models;
}

/// The text of a definition or description.
template <class Definition>
std::string to_xml(const Definition& definition) {
    std::string text(cpumap::xml_size(definition), '\0');
    const auto written = cpumap::write_xml(text, definition);
    if (!written) return "error: " + std::string(written.error().message()) + "\n";
    return text;
}

}  // namespace conformance
