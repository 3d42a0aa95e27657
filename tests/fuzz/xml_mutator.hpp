// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changes XML as a tree, so that what comes out is XML again and gets past the parser: elements come, go, move and take
// each other's attributes; names and numbers are replaced by others of the document or by words that matter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace fuzz {

/// Values that are no numbers and no names of any map, but odd: what may end a literal, a comment or a line, or hide there.
inline constexpr std::string_view odd_values[] = {"",
                                                  "0",
                                                  "0x0",
                                                  "0x80000000",
                                                  "0xffffffff",
                                                  "0x100000000",
                                                  "-1",
                                                  "4294967295",
                                                  "*/",
                                                  "//",
                                                  "\\",
                                                  "?\?/",
                                                  "\"",
                                                  "a\nb",
                                                  "\xe2\x80\xa8",
                                                  "%s",
                                                  "\xe2\x80\xae"
                                                  "abc",
                                                  "\xef\xbf\xbd",
                                                  "and_",
                                                  "c-d.e",
                                                  "class",
                                                  "no",
                                                  "yes",
                                                  "on",
                                                  "off",
                                                  "</script>",
                                                  "host-model",
                                                  "x86",
                                                  "x86_64",
                                                  "0-15,3",
                                                  "1-0",
                                                  "GenuineIntel"};

class xml_mutator {
public:
    xml_mutator(std::span<const std::string_view> elements, std::span<const std::string_view> attributes)
        : elements_(elements), attributes_(attributes) {}

    /// One text, changed; empty where it is not XML.
    std::string operator()(std::string_view text, unsigned seed) {
        std::minstd_rand random(seed);
        const auto below = [&random](std::size_t end) {
            return end == 0 ? 0 : static_cast<std::size_t>(random() % end);
        };
        pugi::xml_document document;
        if (!document.load_buffer(text.data(), text.size(), pugi::parse_full & ~pugi::parse_doctype)) return {};
        for (std::size_t times = 1 + below(4); times > 0; --times) {
            std::vector<pugi::xml_node> nodes;
            struct : pugi::xml_tree_walker {
                bool for_each(pugi::xml_node& node) override {
                    if (node.type() == pugi::node_element) found->push_back(node);
                    return true;
                }
                std::vector<pugi::xml_node>* found = nullptr;
            } walker;
            walker.found = &nodes;
            document.traverse(walker);
            if (nodes.empty()) return {};
            pugi::xml_node node = nodes[below(nodes.size())];
            const pugi::xml_node other = nodes[below(nodes.size())];
            switch (below(9)) {
                case 0:
                    if (node.parent().type() == pugi::node_element) node.parent().remove_child(node);
                    break;
                case 1:
                    if (nodes.size() < 2000) other.parent().insert_copy_after(node, other);
                    break;
                case 2:
                    if (nodes.size() < 2000 && !node.empty()) node.append_copy(other);
                    break;
                case 3:
                    node.append_child(std::string(elements_[below(elements_.size())]).c_str());
                    break;
                case 4:
                    node.set_name(std::string(elements_[below(elements_.size())]).c_str());
                    break;
                case 5: {
                    const std::string name(attributes_[below(attributes_.size())]);
                    if (!node.attribute(name.c_str())) node.append_attribute(name.c_str());
                    node.attribute(name.c_str()).set_value(value(below, other).c_str());
                    break;
                }
                case 6:
                    if (pugi::xml_attribute a = attribute_of(node, below)) node.remove_attribute(a);
                    break;
                case 7:
                    if (node.first_child().type() == pugi::node_pcdata || node.first_child().empty())
                        node.text().set(value(below, other).c_str());
                    break;
                default:
                    if (pugi::xml_attribute a = attribute_of(node, below)) a.set_value(value(below, other).c_str());
                    break;
            }
        }
        std::ostringstream out;
        document.save(out, "", pugi::format_raw | pugi::format_no_declaration);
        return std::move(out).str();
    }

private:
    template <class Below>
    static pugi::xml_attribute attribute_of(const pugi::xml_node& node, Below below) {
        const auto all = node.attributes();
        const auto count = static_cast<std::size_t>(std::distance(all.begin(), all.end()));
        return count == 0 ? pugi::xml_attribute() : *std::next(all.begin(), static_cast<std::ptrdiff_t>(below(count)));
    }
    template <class Below>
    static std::string value(Below below, const pugi::xml_node& other) {
        switch (below(4)) {
            case 0:
                return std::string(odd_values[below(std::size(odd_values))]);
            case 1: {
                std::ostringstream number;
                number << "0x" << std::hex << (std::uint32_t{1} << below(32));
                return number.str();
            }
            case 2:
                return std::to_string(below(300));
            default:
                return attribute_of(other, below).value();
        }
    }

    std::span<const std::string_view> elements_;
    std::span<const std::string_view> attributes_;
};

/// For LLVMFuzzerCustomMutator: half of the time by the tree, else byte by byte. What lies before `begin` is not XML.
inline std::size_t mutate_xml(xml_mutator& mutator, std::uint8_t* data, std::size_t size, std::size_t max_size,
                              unsigned seed, std::size_t begin = 0, std::size_t end = std::string_view::npos) {
    if ((seed & 1) != 0 && begin < size) {
        const std::string_view whole(reinterpret_cast<const char*>(data), size);
        const std::string text = mutator(whole.substr(begin, end == whole.npos ? end : end - begin), seed >> 1);
        const std::string rest(end < size ? whole.substr(end) : std::string_view());
        if (!text.empty() && begin + text.size() + rest.size() <= max_size) {
            std::memcpy(data + begin, text.data(), text.size());
            std::memcpy(data + begin + text.size(), rest.data(), rest.size());
            return begin + text.size() + rest.size();
        }
    }
    return LLVMFuzzerMutate(data, size, max_size);
}

}  // namespace fuzz
