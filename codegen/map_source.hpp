// SPDX-License-Identifier: BSL-1.0
#pragma once

// The files of a CPU map, in both layouts libvirt has had, as one list of elements for each architecture. Every element
// and attribute is accounted for here: it is known and read, known and skipped for a reason, or reported as unknown.

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pugixml.hpp>

#include "diagnostics.hpp"
#include "xml_file.hpp"

namespace cpumap::codegen {

enum class architecture : std::size_t { x86, ppc64, arm };

inline constexpr std::array<const char*, 3> architecture_names{"x86", "ppc64", "arm"};

// An element and the file it stands in.
struct source_element {
    const xml_file* file;
    pugi::xml_node node;

    [[nodiscard]] location where() const { return file->at(node); }
    [[nodiscard]] std::string tag() const { return node.name(); }
    [[nodiscard]] std::optional<std::string> attribute(const char* name) const {
        const pugi::xml_attribute found = node.attribute(name);
        return found ? std::optional<std::string>(found.value()) : std::nullopt;
    }
    [[nodiscard]] std::vector<source_element> children(const char* name) const {
        std::vector<source_element> result;
        for (const pugi::xml_node child : node.children(name)) {
            result.push_back({file, child});
        }
        return result;
    }
};

struct map_source {
    std::vector<std::unique_ptr<xml_file>> files;         // in reading order
    std::array<std::vector<source_element>, 3> elements;  // known vendors, features and models, in document order

    [[nodiscard]] const std::vector<source_element>& of(architecture arch) const {
        return elements[static_cast<std::size_t>(arch)];
    }

    // SHA-256 of all files, one behind the other in reading order.
    [[nodiscard]] std::string digest() const;
};

// Reads a map: a folder with index.xml or cpu_map.xml, or one of these files. Throws failure.
[[nodiscard]] map_source read_source(const std::filesystem::path& path, diagnostics& report);

}  // namespace cpumap::codegen
