// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the pages for a browser share: their look, and names from files as text that no browser takes for anything else.

#include <string>
#include <string_view>

namespace cpumap::codegen {

// Text between tags and in attributes.
[[nodiscard]] std::string escaped(std::string_view text);

// A JSON string that may stand in a <script>: nothing in it looks like a tag, a comment or a reference.
[[nodiscard]] std::string json_string(std::string_view text);

template <class List, class Write>
std::string json_list(const List& list, Write write) {
    // Put together by appending: g++ 12 warns of a text in front of a temporary string, wrongly.
    std::string result = "[";
    for (const auto& item : list) {
        result += result.size() == 1 ? "" : ",";
        result += write(item);
    }
    result += ']';
    return result;
}

// A page up to where its body starts. It loads nothing, and the browser is told to let it load nothing; style is put behind
// the one that all pages have.
[[nodiscard]] std::string page_head(std::string_view title, std::string_view style);

}  // namespace cpumap::codegen
