// SPDX-License-Identifier: BSL-1.0
#pragma once

// One XML file, read more strictly than pugixml does it by itself: what XML does not allow is an error here, and
// so is a document type, which libvirt never writes and which could only serve to define entities.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <pugixml.hpp>

#include "diagnostics.hpp"

namespace cpumap::codegen {

class xml_file {
public:
    static constexpr std::size_t max_size = std::size_t{64} << 20;

    // shown is how messages call the file. Throws failure.
    xml_file(const std::filesystem::path& path, std::string shown);

    [[nodiscard]] pugi::xml_node document() const { return document_; }
    [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] const std::string& shown() const { return shown_; }
    [[nodiscard]] location at(const pugi::xml_node& node) const;

private:
    [[nodiscard]] location at_offset(std::size_t offset) const;
    void check_characters() const;
    void parse();
    void check_top_level() const;
    void check_and_expand(pugi::xml_node node) const;

    std::string shown_;
    std::string bytes_;
    std::vector<std::size_t> line_ends_;
    pugi::xml_document document_;
};

}  // namespace cpumap::codegen
