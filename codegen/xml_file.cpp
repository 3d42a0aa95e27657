// SPDX-License-Identifier: BSL-1.0
#include "xml_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "atomic_file.hpp"

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

std::string to_utf8(std::uint32_t code) {
    const auto tail = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) {
        return {static_cast<char>(code)};
    }
    if (code < 0x800) {
        return {static_cast<char>(0xc0 | code >> 6), tail(0)};
    }
    if (code < 0x10000) {
        return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
    }
    return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

bool is_xml_character(std::uint32_t code) {
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xd800) ||
           (code >= 0xe000 && code < 0xfffe) || (code >= 0x10000 && code <= 0x10ffff);
}

// What stands for a reference such as amp or #x41, without its & and ;
std::optional<std::string> resolve_reference(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> entities[] = {
        {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
    for (const auto& [entity, text] : entities) {
        if (name == entity) {
            return std::string(text);
        }
    }
    if (!name.starts_with('#')) {
        return std::nullopt;
    }
    name.remove_prefix(1);
    const int base = name.starts_with('x') ? 16 : 10;
    name.remove_prefix(base == 16 ? 1 : 0);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, base);
    if (error != std::errc() || end != name.data() + name.size() || !is_xml_character(code)) {
        return std::nullopt;
    }
    return to_utf8(code);
}

// The length of the UTF-8 sequence at the front of the text, 0 when there is no valid one.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4 || length > text.size()) {
        return 0;
    }
    std::uint32_t code = length == 1 ? first : first & (0x7f >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3f);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= least[length] && is_xml_character(code) ? length : 0;
}

}  // namespace

xml_file::xml_file(const fs::path& path, std::string shown) : shown_(std::move(shown)) {
    std::error_code error;
    const auto size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
    if (size > max_size) {
        throw failure({shown_}, "is larger than 64 MiB; no file of libvirt's is");
    }
    std::optional<std::string> bytes = read_file(path);
    if (!bytes) {
        throw failure({shown_}, "no such file");
    }
    bytes_ = std::move(*bytes);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (bytes_[i] == '\n') {
            line_ends_.push_back(i);
        }
    }
    check_characters();
    parse();
    check_top_level();

    struct walker : pugi::xml_tree_walker {
        explicit walker(const xml_file& f) : file(f) {}
        bool for_each(pugi::xml_node& node) override {
            file.check_and_expand(node);
            return true;
        }
        const xml_file& file;
    } walk(*this);
    document_.traverse(walk);
}

location xml_file::at_offset(std::size_t offset) const {
    const auto line = std::ranges::lower_bound(line_ends_, offset) - line_ends_.begin();
    return {shown_, static_cast<std::size_t>(line) + 1};
}

location xml_file::at(const pugi::xml_node& node) const {
    const std::ptrdiff_t offset = node.offset_debug();
    std::size_t begin = offset < 0 ? 0 : static_cast<std::size_t>(offset);
    if (node.type() == pugi::node_pcdata) {  // begins where the tag before it ends, often a line or more above
        begin = std::min(bytes_.find_first_not_of(" \t\r\n", begin), bytes_.size());
    }
    return at_offset(begin);
}

void xml_file::check_characters() const {
    const std::string_view text = bytes_;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text.substr(i));
        if (length == 0) {
            throw failure(at_offset(i), "a byte that is no UTF-8 text; save the file as UTF-8");
        }
        i += length;
    }
}

void xml_file::parse() {
    // References are left as they stand, since pugixml lets through what is none; check_and_expand looks at them.
    constexpr unsigned flags = (pugi::parse_full & ~pugi::parse_escapes) | pugi::parse_fragment;
    const pugi::xml_parse_result result =
        document_.load_buffer(bytes_.data(), bytes_.size(), flags, pugi::encoding_utf8);
    if (!result) {
        throw failure(at_offset(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0))),
                      "not well-formed XML: " + std::string(result.description()));
    }
}

void xml_file::check_top_level() const {
    const pugi::xml_node root = document_.document_element();
    for (const pugi::xml_node node : document_.children()) {
        if (node.type() == pugi::node_doctype) {
            throw failure(at(node), "a document type (<!DOCTYPE>) is refused; remove it, libvirt writes none");
        }
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
            throw failure(at(node), "not well-formed XML: text outside the root element");
        }
        if (node.type() == pugi::node_element && node != root) {
            throw failure(at(node), "not well-formed XML: a second root element <" + std::string(node.name()) + '>');
        }
        if (node.type() == pugi::node_declaration) {
            const std::string_view version = node.attribute("version").value();
            if (node.first_attribute() != node.attribute("version") || (version != "1.0" && version != "1.1")) {
                throw failure(at(node), "not well-formed XML: a declaration is <?xml version='1.0'?>");
            }
            std::string encoding = node.attribute("encoding").value();
            std::ranges::transform(encoding, encoding.begin(),
                                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            if (!encoding.empty() && encoding != "utf-8" && encoding != "us-ascii") {
                throw failure(at(node), "encoding " + in_quotes(encoding) + " is not read; save the file as UTF-8");
            }
        }
    }
    if (!root) {
        throw failure({shown_, 1}, "not well-formed XML: there is no root element");
    }
}

void xml_file::check_and_expand(pugi::xml_node node) const {
    const auto expand = [&](std::string_view text, const std::string& place) {
        std::string result;
        while (!text.empty()) {
            const std::size_t special = text.find_first_of("&<");
            result += text.substr(0, special);
            if (special == text.npos) {
                break;
            }
            text.remove_prefix(special);
            const std::size_t end = text.find(';');
            const auto character =
                text[0] == '&' && end != text.npos ? resolve_reference(text.substr(1, end - 1)) : std::nullopt;
            if (!character) {
                throw failure(at(node), "not well-formed XML: '" + std::string(1, text[0]) + "' in " + place +
                                            (text[0] == '&' ? " begins no reference that is known; write &amp;"
                                                            : "; write &lt;"));
            }
            result += *character;
            text.remove_prefix(end + 1);
        }
        return result;
    };

    if (node.type() == pugi::node_pcdata) {
        expand(node.value(), "text");
    }
    if (node.type() == pugi::node_comment && std::string_view(node.value()).find("--") != std::string_view::npos) {
        throw failure(at(node), "not well-formed XML: '--' inside a comment");
    }
    std::set<std::string_view> seen;
    for (pugi::xml_attribute attribute : node.attributes()) {
        const std::string name = attribute.name();
        if (!seen.insert(attribute.name()).second) {
            throw failure(at(node), "not well-formed XML: <" + std::string(node.name()) + "> has the attribute " +
                                        in_quotes(name) + " twice");
        }
        const std::string_view raw = attribute.value();
        if (raw.find_first_of("&<") != raw.npos) {
            attribute.set_value(expand(raw, "the attribute " + in_quotes(name)).c_str());
        }
    }
}

}  // namespace cpumap::codegen
