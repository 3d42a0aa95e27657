// SPDX-License-Identifier: BSL-1.0
#pragma once

// Text in two fixed forms: fixed_string is a name given as a template argument, inline_text is a short copy of a text
// that somebody else owns. Neither allocates.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

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

/// A value that may be absent: as std::optional, into which it converts, but with public members so that it can be part
/// of a template argument, and without <optional>, which takes compilers as long as a quarter of this library.
template <class T>
struct given {
    /// The value; a T{} where it is absent.
    T held{};
    /// Whether there is a value.
    bool present = false;

    /// No value.
    constexpr given() = default;
    /// This value.
    // NOLINTNEXTLINE(google-explicit-constructor): `.level = 3` is how it is written
    constexpr given(T v) : held(v), present(true) {}
    /// Something that converts to a T, such as an array to a span of it.
    template <class U>
    requires(std::is_class_v<T> && !std::is_same_v<U, given> && !std::is_same_v<U, T> &&
             std::is_convertible_v<const U&, T>)
        // NOLINTNEXTLINE(google-explicit-constructor): as above
        constexpr given(const U& v)
        : held(v), present(true) {}

    /// Whether there is a value.
    [[nodiscard]] constexpr bool has_value() const { return present; }
    /// Whether there is a value.
    constexpr explicit operator bool() const { return present; }
    /// The value; there must be one.
    constexpr const T& operator*() const { return held; }
    /// The value; there must be one.
    constexpr T& operator*() { return held; }
    /// The value; there must be one.
    constexpr const T* operator->() const { return &held; }
    /// The value; there must be one.
    constexpr T* operator->() { return &held; }
    /// The value; there must be one.
    [[nodiscard]] constexpr const T& value() const { return held; }
    /// From now on this value, or without an argument a T{}.
    constexpr T& emplace(const T& v = T{}) {
        held = v;
        present = true;
        return held;
    }
    /// From now on no value.
    constexpr void reset() { *this = {}; }
    /// The value, or the other where there is none.
    [[nodiscard]] constexpr T value_or(const T& other) const { return present ? held : other; }

    /// The same as a std::optional<T>.
    template <class Optional>
    requires(std::is_same_v<typename Optional::value_type, T>&& requires(const Optional& o) { o.has_value(); } &&
             std::is_default_constructible_v<Optional>)
        // NOLINTNEXTLINE(google-explicit-constructor): who writes std::optional shall get one
        constexpr
        operator Optional() const {
        return present ? Optional(held) : Optional();
    }

    /// Both without a value, or both with the same. Not defaulted: that takes compilers longer, in every T.
    friend constexpr bool operator==(const given& a, const given& b) {
        return a.present == b.present && (!a.present || a.held == b.held);
    }
};

}  // namespace cpumap::inline v0
