// SPDX-License-Identifier: BSL-1.0
#pragma once

// XML elements as plain aggregates. A member's type says what it is in the element and carries its XML name:
//
//     struct topology_element {
//         attribute<"sockets", unsigned> sockets;
//         attribute<"cores", unsigned> cores;
//     };
//
// write_element() walks the members in their order, and prints as libvirt prints: single quotes, two spaces of indent.

#include <cpumap/base/fixed_string.hpp>

#include <boost/pfr/core.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cpumap::inline v0::xml_element {

/// A text that XML holds as it is, one of the words of an enumeration.
struct word {
    std::string_view text{};  ///< the word

    /// No word.
    constexpr word() = default;
    /// This word.
    // NOLINTNEXTLINE(google-explicit-constructor): a word is written as a text
    constexpr word(std::string_view w) : text(w) {}
};

/// An attribute of the element, left out where it has no value. T is std::string_view, word or an unsigned integer.
template <fixed_string Name, class T = std::string_view>
struct attribute {
    given<T> value{};  ///< what stands between the quotes
};

/// The element's text; such an element has no children.
struct text {
    std::string_view value{};  ///< as it is, not yet escaped
};

/// A child element, left out where it has no value.
template <fixed_string Name, class Element>
struct child {
    given<Element> value{};  ///< the element
};

/// Children of one name, one for each element of a range.
template <fixed_string Name, class Range>
struct children {
    Range range{};  ///< the elements
};

/// An element that is nothing but text.
struct text_element {
    text value{};  ///< the text
};

/// A text in memory of a fixed size, so that a copy of all of it needs no loop.
template <std::size_t Capacity>
struct padded_text {
    char text[Capacity]{};  ///< the text, and zeros
    std::uint8_t size = 0;  ///< how many bytes it has

    /// The text.
    [[nodiscard]] constexpr std::string_view view() const {
        return {static_cast<const char*>(text), std::size_t{size}};
    }
};

/// A line of which only a name in the middle changes.
struct line_pattern {
    padded_text<48> before{};  ///< what stands before the name
    padded_text<16> after{};   ///< what stands behind it
};

/// Writes into the caller's memory, never beyond it.
class span_sink {
public:
    /// Writes from the beginning of this memory on.
    constexpr explicit span_sink(std::span<char> to) : span_sink(to.data(), to.size()) {}
    /// The same.
    constexpr span_sink(char* to, std::size_t size) : begin_(to), at_(to), room_(size) {}

    /// Appends a text, whole or not at all. Nothing is appended behind what did not fit.
    constexpr void put(std::string_view s) {
        if (s.size() > room_) {
            room_ = 0;
            overflow_ = true;
            return;
        }
        std::char_traits<char>::copy(at_, s.data(), s.size());
        advance(s.size());
    }
    /// Appends a line. The name is one of plain_feature_names, see base/map.hpp.
    constexpr void put_line(const line_pattern& pattern, std::string_view name) {
        constexpr std::size_t longest_name = 48;
        constexpr std::size_t most = sizeof pattern.before.text + longest_name + sizeof pattern.after.text;
        if (std::is_constant_evaluated() || room_ < most) {
            put(pattern.before.view());
            put(name);
            put(pattern.after.view());
            return;
        }
        // Copies of fixed sizes, each over the end of the one before. What is pointed to might be this very object, as
        // far as a compiler knows, so it is told once where the line ends.
        char* at = at_;
        std::char_traits<char>::copy(at, pattern.before.text, sizeof pattern.before.text);
        at += pattern.before.size;
        std::char_traits<char>::copy(at, name.data(), longest_name / 3);  // of most names this is all
        if (name.size() > longest_name / 3)
            std::char_traits<char>::copy(at + longest_name / 3, name.data() + longest_name / 3, longest_name * 2 / 3);
        at += name.size();
        std::char_traits<char>::copy(at, pattern.after.text, sizeof pattern.after.text);
        advance(std::size_t{pattern.before.size} + name.size() + pattern.after.size);
    }
    /// Whether something did not fit.
    [[nodiscard]] constexpr bool overflow() const { return overflow_; }
    /// What was written before something did not fit.
    [[nodiscard]] constexpr std::string_view written() const {
        return {static_cast<const char*>(begin_), static_cast<std::size_t>(at_ - begin_)};
    }

private:
    constexpr void advance(std::size_t size) {
        at_ += size;
        room_ -= size;
    }

    char* begin_;
    char* at_;
    std::size_t room_;
    bool overflow_ = false;
};

/// Counts what would be written.
class counting_sink {
public:
    /// Counts the bytes of a text.
    constexpr void put(std::string_view s) { size_ += s.size(); }
    /// Counts the bytes of a line.
    constexpr void put_line(const line_pattern& pattern, std::string_view name) {
        size_ += pattern.before.size + name.size() + pattern.after.size;
    }
    /// How many bytes there were.
    [[nodiscard]] constexpr std::size_t size() const { return size_; }

private:
    std::size_t size_ = 0;
};

/// For the compiler's own use: keeps what fits and counts what does not, at the least cost for it.
template <std::size_t Capacity>
struct constant_sink {
    char text[Capacity + 1]{};  ///< what fits
    std::size_t size = 0;       ///< of all that was put

    /// Appends a text.
    constexpr void put(std::string_view s) {
        const char* const from = s.data();
        const std::size_t count = s.size();
        if (size + count <= Capacity)
            for (std::size_t i = 0; i < count; ++i) text[size + i] = from[i];
        size += count;
    }
    /// Appends a line.
    constexpr void put_line(const line_pattern& pattern, std::string_view name) {
        put(pattern.before.view());
        put(name);
        put(pattern.after.view());
    }
};

template <class Sink, class Element>
constexpr void write_element(Sink& out, std::string_view name, const Element& element, std::size_t depth = 0);

namespace detail {

using namespace std::string_view_literals;

template <class Sink>
constexpr void put_value(Sink& out, std::string_view value) {
    std::size_t done = 0;
    const char* const text = value.data();
    const std::size_t size = value.size();
    for (std::size_t i = 0; i < size; ++i) {
        if (text[i] > '>') continue;  // letters, nearly always
        std::string_view escaped;
        switch (text[i]) {
            case '&':
                escaped = "&amp;"sv;
                break;
            case '<':
                escaped = "&lt;"sv;
                break;
            case '>':
                escaped = "&gt;"sv;
                break;
            case '\'':
                escaped = "&apos;"sv;
                break;
            case '"':
                escaped = "&quot;"sv;
                break;
            default:
                continue;
        }
        out.put({text + done, i - done});
        out.put(escaped);
        done = i + 1;
    }
    out.put({text + done, size - done});
}

template <class Sink>
constexpr void put_value(Sink& out, const word& value) {
    out.put(value.text);
}
template <class Sink>
constexpr void put_value(Sink& out, std::uint32_t value) {
    char digits[10]{};
    std::size_t first = sizeof digits;
    do {
        digits[--first] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    out.put({static_cast<const char*>(digits) + first, sizeof digits - first});
}
template <class Sink>
constexpr void put_value(Sink& out, std::uint64_t value) {
    // Digit by digit from 16 bits at a time: a division of 64 bits is a call of the runtime library on 32-bit
    // processors.
    char digits[20]{};
    std::size_t first = sizeof digits;
    do {
        std::uint32_t rest = 0;
        std::uint64_t quotient = 0;
        for (unsigned shift = 64; shift > 0; shift -= 16) {
            const std::uint32_t part = rest << 16 | static_cast<std::uint32_t>(value >> (shift - 16) & 0xffff);
            quotient = quotient << 16 | part / 10;
            rest = part % 10;
        }
        digits[--first] = static_cast<char>('0' + rest);
        value = quotient;
    } while (value != 0);
    out.put({static_cast<const char*>(digits) + first, sizeof digits - first});
}

template <class Sink>
constexpr void put_indent(Sink& out, std::size_t depth) {
    for (std::size_t i = 0; i < depth; ++i) out.put("  "sv);
}

// Three passes over the members: attributes, whether anything follows them, and what follows.

template <class Sink, fixed_string Name, class T>
constexpr void put_attribute(Sink& out, const attribute<Name, T>& a) {
    if (!a.value) return;
    out.put(" "sv);
    out.put(Name.view());
    out.put("='"sv);
    put_value(out, *a.value);
    out.put("'"sv);
}
template <class Sink, class Member>
constexpr void put_attribute(Sink&, const Member&) {}

template <fixed_string Name, class Element>
constexpr bool has_content(const child<Name, Element>& c) {
    return c.value.has_value();
}
template <fixed_string Name, class Range>
constexpr bool has_content(const children<Name, Range>& c) {
    return c.range.begin() != c.range.end();
}
template <class Member>
constexpr bool has_content(const Member&) {
    return false;
}

template <class Sink, fixed_string Name, class Element>
constexpr void put_content(Sink& out, const child<Name, Element>& c, std::size_t depth) {
    if (c.value) write_element(out, Name.view(), *c.value, depth);
}
template <class Sink, fixed_string Name, class Range>
constexpr void put_content(Sink& out, const children<Name, Range>& c, std::size_t depth) {
    for (const auto& element : c.range) write_element(out, Name.view(), element, depth);
}
template <class Sink, class Member>
constexpr void put_content(Sink&, const Member&, std::size_t) {}

template <class Sink>
constexpr bool put_text(Sink& out, const text& t) {
    if (t.value.empty()) return false;
    out.put(">"sv);
    put_value(out, t.value);
    return true;
}
template <class Sink, class Member>
constexpr bool put_text(Sink&, const Member&) {
    return false;
}

template <class Sink, class... Members>
constexpr void write_members(Sink& out, std::string_view name, std::size_t depth, const Members&... members) {
    put_indent(out, depth);
    out.put("<"sv);
    out.put(name);
    (put_attribute(out, members), ...);
    if ((put_text(out, members) || ...)) {
        // text has been put
    } else if ((has_content(members) || ...)) {
        out.put(">\n"sv);
        (put_content(out, members, depth + 1), ...);
        put_indent(out, depth);
    } else {
        out.put("/>\n"sv);
        return;
    }
    out.put("</"sv);
    out.put(name);
    out.put(">\n"sv);
}

/// The same of an element, whose members are taken one by one, and once: for a compiler each is dear.
template <class Sink, class Element, std::size_t... I>
constexpr void write_members_of(Sink& out, std::string_view name, std::size_t depth, const Element& element,
                                std::index_sequence<I...>) {
    write_members(out, name, depth, boost::pfr::get<I>(element)...);
}

/// Whether an element says anything at all.
template <class Element, std::size_t... I>
constexpr bool says_anything(const Element& element, std::index_sequence<I...>) {
    const auto says = [](const auto& member) {
        if constexpr (requires { member.value.has_value(); })
            return member.value.has_value();
        else
            return has_content(member);
    };
    return (says(boost::pfr::get<I>(element)) || ...);
}

template <class Element>
using members_of = std::make_index_sequence<boost::pfr::tuple_size_v<Element>>;

}  // namespace detail

/// Writes an element and everything in it, `depth` levels in, with a newline at the end.
template <class Sink, class Element>
constexpr void write_element(Sink& out, std::string_view name, const Element& element, std::size_t depth) {
    detail::write_members_of(out, name, depth, element, detail::members_of<Element>{});
}

/// Whether an element has no attribute, child or text with a value.
template <class Element>
constexpr bool is_empty(const Element& element) {
    return !detail::says_anything(element, detail::members_of<Element>{});
}

}  // namespace cpumap::inline v0::xml_element
