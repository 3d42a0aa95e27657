// SPDX-License-Identifier: BSL-1.0
#pragma once

// How a definition becomes text, whatever the text says: counted, written into the caller's memory, or as the constant
// of a policy. A writer is a type with put(sink, definition), which puts the same text into every sink.

#include <cpumap/base/result.hpp>
#include <cpumap/emit/element.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace cpumap::inline v0::detail {

/// How many bytes the text takes.
template <class Writer, class Definition>
constexpr std::size_t count_text(const Definition& definition) {
    xml_element::counting_sink out;
    Writer::put(out, definition);
    return out.size();
}

/// Writes the text of a definition that is known to break no rule. Error: buffer_too_small.
template <class Writer, class Definition>
constexpr auto write_text(std::span<char> to, const Definition& definition)
    -> basic_result<std::string_view, basic_error<typename Definition::map_type>> {
    xml_element::span_sink out(to);
    Writer::put(out, definition);
    if (out.overflow()) return basic_error<typename Definition::map_type>(errc::buffer_too_small);
    return out.written();
}

/// The text of a policy's definition. The policy itself refuses what may not be, so nothing is checked again here,
/// and a policy that is wrong makes one error and not two.
template <class Writer, class Policy>
struct policy_text {
    template <std::size_t Capacity>
    static constexpr xml_element::constant_sink<Capacity> written() {
        xml_element::constant_sink<Capacity> out;
        Writer::put(out, Policy::definition());
        return out;
    }
    // Most texts are shorter, and need be written but once.
    static constexpr xml_element::constant_sink<640> attempt = written<640>();
    static constexpr std::size_t size = attempt.size;
    struct storage {
        char text[size + 1]{};
    };
    static constexpr storage make() {
        storage s;
        const auto copy = [&s](const char* from) {
            for (std::size_t i = 0; i < size; ++i) s.text[i] = from[i];
        };
        if constexpr (size < sizeof attempt.text)
            copy(attempt.text);
        else
            copy(written<size>().text);
        return s;
    }
    static constexpr storage value = make();
    static constexpr std::string_view view{value.text, size};
};

}  // namespace cpumap::inline v0::detail
