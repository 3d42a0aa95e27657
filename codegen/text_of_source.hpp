// SPDX-License-Identifier: BSL-1.0
#pragma once

// Text from files of others in the C++ that is written: what they hold may not end a literal or a comment.

#include <algorithm>
#include <string>
#include <string_view>

namespace cpumap::codegen {

// A text inside a string literal. Octal escapes have three digits, so that no digit behind one joins it.
inline std::string escape(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '?') {  // '?' might begin a trigraph
            result += '\\';
            result += c;
        } else if (c < ' ' || c > '~') {
            const auto byte = static_cast<unsigned char>(c);
            result += {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
                       static_cast<char>('0' + (byte & 7))};
        } else {
            result += c;
        }
    }
    return result;
}

// A text in a comment: what might end the line or go on with it is replaced.
inline std::string in_comment(std::string_view text) {
    std::string result(text);
    std::ranges::replace_if(
        result, [](char c) { return c < ' ' || c > '~' || c == '\\' || c == '?'; }, '_');
    return result;
}

inline std::string literal(std::string_view text) { return '"' + escape(text) + '"'; }

}  // namespace cpumap::codegen
