// SPDX-License-Identifier: BSL-1.0
#pragma once

// Text from files of others as it is shown to people: in a terminal it must neither obey what it reads, nor show a name as
// another one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cpumap::codegen {

// How many bytes the character in front of a text has in UTF-8; 0 where it is none, a control character, a line or
// paragraph separator, or a mark that turns the direction of writing or has no width.
inline std::size_t shown_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return first < 0x20 || first == 0x7f ? 0 : 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte(i) & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    const bool control = code < 0xa0;
    const bool mark = code == 0xad || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
                      (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
                      (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
    return overlong || surrogate || control || mark || code > 0x10ffff ? 0 : length;
}

// The text with every byte that is not to be shown as \x and two digits.
inline std::string shown_text(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = shown_length(text);
        if (length == 0) {
            const auto byte = static_cast<unsigned char>(text[0]);
            result += {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

// How many characters a text has that is shown as it is.
inline std::size_t shown_width(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace cpumap::codegen
