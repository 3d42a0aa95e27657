// SPDX-License-Identifier: BSL-1.0
#pragma once

// What may stand together in a definition, and what which libvirt understands. One function holds the rules: policies
// ask it at compile time, the XML writer at run time.

#include <cpumap/match/definition.hpp>

#include <cstddef>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

// All templates, each of one type: so they cost compilers little where no definition is checked.

/// Whether the text can be an attribute that comes back as it was: no control characters, and well-formed UTF-8.
template <class Text>
constexpr bool is_plain(Text text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) -> std::uint32_t {
            return k < text.size() ? static_cast<unsigned char>(text[k]) : 0;
        };
        const std::uint32_t first = byte(i);
        if (first < 0x80) {
            if (first < 0x20) return false;
            ++i;
            continue;
        }
        const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4) return false;
        std::uint32_t code = first & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xc0) != 0x80) return false;
            code = code << 6 | (byte(i + k) & 0x3f);
        }
        constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || code == 0xfffe ||
            code == 0xffff)
            return false;
        i += length;
    }
    return true;
}

/// Whether the text is a list of CPUs: "0-3,8,^2".
template <class Text>
constexpr bool is_cpu_list(Text text) {
    std::size_t i = 0;
    const auto number = [&] {
        const std::size_t first = i;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
        return i != first;
    };
    for (;;) {
        const bool excluded = i < text.size() && text[i] == '^';
        if (excluded) ++i;
        if (!number()) return false;
        if (!excluded && i < text.size() && text[i] == '-') {
            ++i;
            if (!number()) return false;
        }
        if (i == text.size()) return true;
        if (text[i++] != ',') return false;
    }
}

/// Whether an enumeration holds one of its own values; the last of them is given.
template <class Enum>
constexpr bool is_own(Enum value, Enum last) {
    return value <= last;
}

template <class Map>
constexpr bool has_bad_value(const basic_guest_cpu<Map>& g) {
    if (!g.listed().with_policy(detail::no_policy).empty()) return true;
    for (const numa_cell& c : g.numa())
        if (c.access && !is_own(*c.access, memory_access::private_)) return true;
    return !is_own(g.mode(), mode::maximum) || !is_own(g.match(), match::strict) ||
           !is_own(g.fallback(), fallback::forbid) || (g.check() && !is_own(*g.check(), check::full)) ||
           (g.migratable() && !is_own(*g.migratable(), migratable::on)) ||
           (g.deprecated_features() && !is_own(*g.deprecated_features(), deprecated_features::on)) ||
           (g.cache() && !is_own((*g.cache()).mode, cache_mode::disable)) ||
           (g.maxphysaddr() && !is_own((*g.maxphysaddr()).mode, maxphysaddr_mode::passthrough));
}

template <class Topology>
constexpr errc broken_topology_rule(const Topology& t, std::uint32_t version) {
    if (version < since::topology) return errc::topology_since_0_8;
    if (t.sockets == 0 || t.dies == 0 || t.clusters == 0 || t.cores == 0 || t.threads == 0) return errc::topology_zero;
    if (t.dies != 1 && version < since::dies) return errc::dies_since_6_1;
    if (t.clusters != 1 && version < since::clusters) return errc::clusters_since_10_1;
    return errc::none;
}

template <class Cache>
constexpr errc broken_cache_rule(const Cache& c, bool takes_host_cpu, std::uint32_t version) {
    if (version < since::cache) return errc::cache_since_3_3;
    if (c.mode == cache_mode::passthrough && !takes_host_cpu) return errc::cache_passthrough_mode;
    if (c.mode == cache_mode::passthrough && c.level) return errc::cache_passthrough_level;
    if (c.mode == cache_mode::disable && c.level) return errc::cache_disable_level;
    if (c.level && (*c.level < 1 || *c.level > 3)) return errc::cache_level_range;
    if (c.mode == cache_mode::emulate && c.level != given<unsigned>(3U)) return errc::cache_emulate_level;
    return errc::none;
}

template <class Maxphysaddr>
constexpr errc broken_maxphysaddr_rule(const Maxphysaddr& m, std::uint32_t version) {
    if (version < since::maxphysaddr) return errc::maxphysaddr_since_8_7;
    if (m.mode == maxphysaddr_mode::passthrough && m.bits) return errc::maxphysaddr_passthrough_bits;
    if (m.mode != maxphysaddr_mode::passthrough && m.limit) return errc::maxphysaddr_limit_mode;
    if (m.limit && version < since::maxphysaddr_limit) return errc::maxphysaddr_limit_since_9_3;
    if (m.mode == maxphysaddr_mode::emulate && !m.bits && version < since::maxphysaddr_without_bits)
        return errc::maxphysaddr_without_bits_since_9_2;
    return errc::none;
}

template <class Text>
constexpr errc broken_vendor_id_rule(Text id, bool takes_host_cpu, std::uint32_t version) {
    if (id.empty()) return errc::none;
    if (id.size() != 12) return errc::vendor_id_length;
    for (const char c : id)
        if (c == ',') return errc::vendor_id_comma;
    if (!is_plain(id)) return errc::not_printable;
    if (version < since::vendor_id) return errc::vendor_id_since_0_10;
    if (takes_host_cpu) return errc::vendor_id_mode;
    return errc::none;
}

template <class Cells>
constexpr errc broken_numa_rule(const Cells& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!cells[i].cpus.empty() && !is_cpu_list(cells[i].cpus)) return errc::numa_cpus;
        if (!cells[i].memory_kib) return errc::numa_memory;
        for (std::size_t j = 0; j < i; ++j)
            if (cells[j].id == cells[i].id) return errc::numa_cell_twice;
        const auto& distances = cells[i].distances;
        for (std::size_t k = 0; k < distances.size(); ++k) {
            const numa_distance d = distances[k];
            if (d.value < 10 || d.value > 255) return errc::numa_distance_range;
            if ((d.value == 10) != (d.cell == cells[i].id)) return errc::numa_distance_self;
            bool known = false;
            for (const numa_cell& other : cells) known = known || other.id == d.cell;
            if (!known) return errc::numa_distance_sibling;
            for (std::size_t l = 0; l < k; ++l)
                if (distances[l].cell == d.cell) return errc::numa_distance_twice;
        }
    }
    return errc::none;
}

}  // namespace detail

/// The first rule that a definition breaks, for the libvirt that Map belongs to; errc::none where it breaks none. The
/// rules are libvirt's own for its <cpu> element, and that nothing is asked of a libvirt that came before it.
template <class Map>
constexpr errc check_definition(const basic_guest_cpu<Map>& guest) {
    constexpr std::uint32_t version = Map::version_number;
    const bool custom = guest.mode() == mode::custom;
    const bool takes_host_cpu = detail::takes_host_cpu(guest.mode());

    if (detail::has_bad_value(guest)) return errc::bad_value;
    if (!custom && version < detail::since::mode) return errc::mode_since_0_9_10;
    if (guest.mode() == mode::maximum && version < detail::since::maximum) return errc::maximum_since_7_1;
    if (takes_host_cpu && guest.has_model()) return errc::model_mode;
    if (custom && guest.has_model() && guest.match() != match::exact && version < detail::since::match)
        return errc::match_since_0_7_5;
    if (guest.check()) {
        if (version < detail::since::check) return errc::check_since_3_2;
        if (custom && !guest.has_model()) return errc::check_needs_model;
    }
    if (guest.deprecated_features() && version < detail::since::deprecated_features)
        return errc::deprecated_features_since_11_0;
    if (guest.migratable()) {
        if (!takes_host_cpu) return errc::migratable_mode;
        if (version < detail::since::migratable) return errc::migratable_since_6_5;
    }
    if (!guest.vendor().empty()) {
        if (takes_host_cpu) return errc::vendor_mode;
        if (!guest.has_model()) return errc::vendor_needs_model;
        if (version < detail::since::vendor) return errc::vendor_since_0_8;
        if (guest.vendor_cut()) return errc::vendor_length;
        if (!detail::is_plain(guest.vendor())) return errc::not_printable;
    }
    if (const errc e = detail::broken_vendor_id_rule(guest.vendor_id(), takes_host_cpu, version); e != errc::none)
        return e;
    if (custom && !guest.has_model() && !guest.listed().empty()) return errc::features_need_model;
    if (version < detail::since::policies &&
        guest.listed().with_policy(feature_policy::require).size() < guest.listed().size())
        return errc::policies_since_0_8;
    if (guest.topology())
        if (const errc e = detail::broken_topology_rule(*guest.topology(), version); e != errc::none) return e;
    if (guest.cache())
        if (const errc e = detail::broken_cache_rule(*guest.cache(), takes_host_cpu, version); e != errc::none)
            return e;
    if (guest.maxphysaddr())
        if (const errc e = detail::broken_maxphysaddr_rule(*guest.maxphysaddr(), version); e != errc::none) return e;
    return detail::broken_numa_rule(guest.numa());
}

}  // namespace cpumap::inline v0
