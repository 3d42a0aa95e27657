// SPDX-License-Identifier: BSL-1.0
#pragma once

// A short text put together piece by piece: the name in an error, or a path.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0::detail {

/// Up to Capacity bytes; what is too much is left out, and cut() says so.
template <std::size_t Capacity>
class basic_short_text {
public:
    constexpr basic_short_text& put(std::string_view s) {
        for (const char c : s) {
            cut_ = cut_ || size_ == Capacity;
            if (!cut_) text_[size_++] = c;
        }
        return *this;
    }
    /// A number in hexadecimal, with at least so many digits.
    constexpr basic_short_text& put_hex(std::uint64_t value, int digits) {
        put(std::string_view("0x", 2));
        for (int d = 16; d-- > 0;) {
            const auto digit = static_cast<std::size_t>(value >> (4 * d) & 0xf);
            if (d < digits || (value >> (4 * d)) != 0) put(std::string_view(&"0123456789abcdef"[digit], 1));
        }
        return *this;
    }
    /// A number in decimal.
    constexpr basic_short_text& put_number(std::uint32_t value) {
        char digits[10]{};
        std::size_t first = 10;
        do digits[--first] = static_cast<char>('0' + value % 10);
        while ((value /= 10) != 0);
        return put({static_cast<const char*>(digits) + first, 10 - first});
    }
    /// What the system says of a call or a file: its number for the error.
    constexpr basic_short_text& put_errno(int number) {
        return put(std::string_view(": errno ", 8)).put_number(static_cast<std::uint32_t>(number));
    }
    [[nodiscard]] constexpr std::string_view view() const { return {static_cast<const char*>(text_), size_}; }
    /// The text with a zero behind it.
    [[nodiscard]] constexpr const char* c_str() const { return static_cast<const char*>(text_); }
    [[nodiscard]] constexpr bool cut() const { return cut_; }

private:
    char text_[Capacity + 1]{};
    std::size_t size_ = 0;
    bool cut_ = false;
};

/// As long as the name in an error can be.
using short_text = basic_short_text<63>;

}  // namespace cpumap::inline v0::detail
