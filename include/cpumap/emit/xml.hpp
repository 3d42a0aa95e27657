// SPDX-License-Identifier: BSL-1.0
#pragma once

// The text of libvirt's <cpu> element: a constant of a policy, or written into the caller's memory.

#include <cpumap/emit/cpu_element.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

template <class Sink, class Map>
constexpr void put_xml(Sink& out, const basic_guest_cpu<Map>& guest) {
    const std::span<const numa_cell> numa = guest.numa();
    const auto element = xml_element::make_element(guest, numa);
    if (!xml_element::is_empty(element)) xml_element::write_element(out, std::string_view("cpu", 3), element);
}

template <class Sink, class Map>
constexpr void put_xml(Sink& out, const basic_host_cpu<Map>& host) {
    xml_element::write_element(out, std::string_view("cpu", 3), xml_element::make_element(host));
}

/// What keeps a definition from being written.
template <class Map>
constexpr errc unwritable(const basic_guest_cpu<Map>& guest) {
    return check_definition(guest);
}
template <class Map>
constexpr errc unwritable(const basic_host_cpu<Map>& host) {
    if (host.arch() >= architecture::other) return errc::bad_value;
    if (!is_plain(host.vendor())) return errc::not_printable;
    return host.topology() ? broken_topology_rule(*host.topology(), Map::version_number) : errc::none;
}

template <class Definition>
constexpr std::size_t count_xml(const Definition& definition) {
    xml_element::counting_sink out;
    put_xml(out, definition);
    return out.size();
}

template <class Definition>
constexpr auto write_definition(std::span<char> to, const Definition& definition)
    -> basic_result<std::string_view, basic_error<typename Definition::map_type>> {
    using error = basic_error<typename Definition::map_type>;
    if (const errc e = unwritable(definition); e != errc::none) return error(e);
    xml_element::span_sink out(to);
    put_xml(out, definition);
    if (out.overflow()) return error(errc::buffer_too_small);
    return out.written();
}

/// The text of a policy's definition. The policy itself refuses what may not be, so nothing is checked again here,
/// and a policy that is wrong makes one error and not two.
template <class Policy>
struct xml_text {
    static constexpr std::size_t size = count_xml(Policy::definition());
    struct storage {
        char text[size + 1]{};
    };
    static constexpr storage make() {
        storage s;
        const auto definition = Policy::definition();
        xml_element::span_sink out(std::span<char>(s.text, size));
        put_xml(out, definition);
        return s;
    }
    static constexpr storage value = make();
    static constexpr std::string_view view{value.text, size};
};

}  // namespace detail

/// The <cpu> element of a policy, a constant with static storage; empty for a policy that says nothing.
template <class Policy>
inline constexpr std::string_view xml = detail::xml_text<Policy>::view;

/// How many bytes write_xml() takes for a definition that breaks no rule.
template <class Map>
constexpr std::size_t xml_size(const basic_guest_cpu<Map>& guest) {
    return detail::count_xml(guest);
}
/// How many bytes write_xml() takes for a description of a host.
template <class Map>
constexpr std::size_t xml_size(const basic_host_cpu<Map>& host) {
    return detail::count_xml(host);
}

/// Writes the <cpu> element of a guest definition; returns the text, which lies in the memory given and is not
/// zero-terminated.
/// Errors: buffer_too_small, and then what the memory holds is nothing to go by; a code of check_definition() where
/// the definition breaks a rule, and then nothing is written.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_xml(std::span<char> to,
                                                                     const basic_guest_cpu<Map>& guest) {
    return detail::write_definition(to, guest);
}
/// Writes the <cpu> element of a host description, with its arch, as in host capabilities. Errors as for a guest.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_xml(std::span<char> to,
                                                                     const basic_host_cpu<Map>& host) {
    return detail::write_definition(to, host);
}

}  // namespace cpumap::inline v0
