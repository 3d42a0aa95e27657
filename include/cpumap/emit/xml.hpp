// SPDX-License-Identifier: BSL-1.0
#pragma once

// The text of libvirt's <cpu> element: a constant of a policy, or written into the caller's memory.

#include <cpumap/emit/cpu_element.hpp>
#include <cpumap/emit/text.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

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

/// Writes <cpu> elements, see emit/text.hpp.
struct xml_writer {
    template <class Sink, class Map>
    static constexpr void put(Sink& out, const basic_guest_cpu<Map>& guest) {
        const std::span<const numa_cell> numa = guest.numa();
        const auto element = xml_element::make_element(guest, numa);
        if (!xml_element::is_empty(element)) xml_element::write_element(out, std::string_view("cpu", 3), element);
    }
    template <class Sink, class Map>
    static constexpr void put(Sink& out, const basic_host_cpu<Map>& host) {
        xml_element::write_element(out, std::string_view("cpu", 3), xml_element::make_element(host));
    }
};

}  // namespace detail

/// The <cpu> element of a policy, a constant with static storage; empty for a policy that says nothing.
template <class Policy>
inline constexpr std::string_view xml = detail::policy_text<detail::xml_writer, Policy>::view;

/// How many bytes write_xml() takes for a definition that breaks no rule.
template <class Map>
constexpr std::size_t xml_size(const basic_guest_cpu<Map>& guest) {
    return detail::count_text<detail::xml_writer>(guest);
}
/// How many bytes write_xml() takes for a description of a host.
template <class Map>
constexpr std::size_t xml_size(const basic_host_cpu<Map>& host) {
    return detail::count_text<detail::xml_writer>(host);
}

/// Writes the <cpu> element of a guest definition; returns the text, which lies in the memory given and is not
/// zero-terminated.
/// Errors: buffer_too_small, and then what the memory holds is nothing to go by; a code of check_definition() where
/// the definition breaks a rule, and then nothing is written.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_xml(std::span<char> to,
                                                                     const basic_guest_cpu<Map>& guest) {
    if (const errc e = detail::unwritable(guest); e != errc::none) return basic_error<Map>(e);
    return detail::write_text<detail::xml_writer>(to, guest);
}
/// Writes the <cpu> element of a host description, with its arch, as in host capabilities. Errors as for a guest.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_xml(std::span<char> to,
                                                                     const basic_host_cpu<Map>& host) {
    if (const errc e = detail::unwritable(host); e != errc::none) return basic_error<Map>(e);
    return detail::write_text<detail::xml_writer>(to, host);
}

}  // namespace cpumap::inline v0
