// SPDX-License-Identifier: BSL-1.0
// A defect that clang-tidy has to report.

#include <string>
#include <utility>

int main() {
    std::string text = "a text";
    const std::string other = std::move(text);
    return text.size() == other.size() ? 0 : 1;
}
