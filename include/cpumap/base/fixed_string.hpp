// SPDX-License-Identifier: BSL-1.0
#pragma once

// Text in two fixed forms: fixed_string is a name given as a template argument, inline_text is a short copy of a text
// that somebody else owns. Neither allocates.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

/// A string literal as a template argument: `model<"IvyBridge">`.
template <std::size_t Size>
struct fixed_string {
    /// The characters and their final zero. Public, as template arguments need it.
    char text[Size]{};

    /// As many zeros.
    constexpr fixed_string() = default;
    /// The literal.
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to convert
    constexpr fixed_string(const char (&literal)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) text[i] = literal[i];
    }

    /// The text without its final zero.
    [[nodiscard]] constexpr std::string_view view() const { return {text, Size - 1}; }

    friend constexpr bool operator==(const fixed_string&, const fixed_string&) = default;
};

/// Up to Capacity bytes of a text, owned; what does not fit is cut off, and cut() says so.
template <std::size_t Capacity>
class inline_text {
    static_assert(Capacity <= 255);

public:
    /// The empty text.
    constexpr inline_text() = default;
    /// The first Capacity bytes of a text.
    constexpr explicit inline_text(std::string_view text) {
        cut_ = text.size() > Capacity;
        size_ = static_cast<std::uint8_t>(cut_ ? Capacity : text.size());
        for (std::size_t i = 0; i < size_; ++i) text_[i] = text[i];
    }

    /// The text, as long as this object lives.
    [[nodiscard]] constexpr std::string_view view() const { return {text_, std::size_t{size_}}; }
    /// Whether the text is empty.
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    /// Whether the text given was longer than Capacity bytes.
    [[nodiscard]] constexpr bool cut() const { return cut_; }

    /// Whether the texts that are kept are equal.
    friend constexpr bool operator==(const inline_text& a, const inline_text& b) { return a.view() == b.view(); }

private:
    char text_[Capacity]{};
    std::uint8_t size_ = 0;
    bool cut_ = false;
};

/// A value that may be absent, with public members so that it can be part of a template argument (std::optional
/// cannot).
template <class T>
struct given {
    /// The value; a T{} where it is absent.
    T value{};
    /// Whether there is a value.
    bool present = false;

    /// No value.
    constexpr given() = default;
    /// This value.
    // NOLINTNEXTLINE(google-explicit-constructor): `.level = 3` is how it is written
    constexpr given(T v) : value(v), present(true) {}

    /// Whether there is a value.
    [[nodiscard]] constexpr bool has_value() const { return present; }
    /// Whether there is a value.
    constexpr explicit operator bool() const { return present; }
    /// The value; there must be one.
    constexpr const T& operator*() const { return value; }
    /// The value; there must be one.
    constexpr const T* operator->() const { return &value; }
    /// The value, or the other where there is none.
    [[nodiscard]] constexpr T value_or(const T& other) const { return present ? value : other; }

    friend constexpr bool operator==(const given&, const given&) = default;
};

}  // namespace cpumap::inline v0
