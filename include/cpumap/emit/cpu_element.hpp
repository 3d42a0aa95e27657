// SPDX-License-Identifier: BSL-1.0
#pragma once

// libvirt's <cpu> element, and how a definition becomes one. What the map's libvirt does not know is left out.

#include <cpumap/emit/element.hpp>
#include <cpumap/match/definition.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0::xml_element {

using namespace std::string_view_literals;

/// Word number i of a text whose words end with a bar; empty where there are not so many. A table of words would be a
/// table of pointers, which need relocation.
constexpr std::string_view word_at(std::string_view words, std::size_t i) {
    std::size_t first = 0;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (words[at] != '|') continue;
        if (i-- == 0) return {words.data() + first, at - first};
        first = at + 1;
    }
    return {};
}

/// What libvirt calls a value of an attribute; empty where the value is none of the enumeration's.
/// @{
constexpr std::string_view name_of(mode v) {
    return word_at("custom|host-model|host-passthrough|maximum|"sv, std::size_t(v));
}
constexpr std::string_view name_of(match v) { return word_at("minimum|exact|strict|"sv, std::size_t(v)); }
constexpr std::string_view name_of(check v) { return word_at("none|partial|full|"sv, std::size_t(v)); }
constexpr std::string_view name_of(fallback v) { return word_at("allow|forbid|"sv, std::size_t(v)); }
constexpr std::string_view name_of(migratable v) { return word_at("off|on|"sv, std::size_t(v)); }
constexpr std::string_view name_of(deprecated_features v) { return word_at("off|on|"sv, std::size_t(v)); }
constexpr std::string_view name_of(feature_policy v) {
    return word_at("force|require|optional|disable|forbid|"sv, std::size_t(v));
}
constexpr std::string_view name_of(cache_mode v) { return word_at("emulate|passthrough|disable|"sv, std::size_t(v)); }
constexpr std::string_view name_of(maxphysaddr_mode v) { return word_at("emulate|passthrough|"sv, std::size_t(v)); }
constexpr std::string_view name_of(memory_access v) { return word_at("shared|private|"sv, std::size_t(v)); }
constexpr std::string_view name_of(architecture v) {
    return word_at("x86_64|i686|ppc64|ppc64le|aarch64|armv7l|armv6l|"sv, std::size_t(v));
}
/// @}

/// The model, or in modes that have none what the guest shows as vendor.
template <class Map>
struct model_element {
    attribute<"fallback", word> fallback;
    attribute<"vendor_id"> vendor_id;
    text name;
};

/// A host's family, model and stepping.
template <class Map>
struct signature_element {
    attribute<"family", std::uint32_t> family;
    attribute<"model", std::uint32_t> model;
    attribute<"stepping", std::uint32_t> stepping;
};

/// A host's microcode.
template <class Map>
struct microcode_element {
    attribute<"version", std::uint32_t> version;
};

/// A host's counter.
template <class Map>
struct counter_element {
    attribute<"name", word> name;
    attribute<"frequency", std::uint64_t> frequency;
    attribute<"scaling", word> scaling;
};

/// The processor's shape.
template <class Map>
struct topology_element {
    attribute<"sockets", std::uint32_t> sockets;
    attribute<"dies", std::uint32_t> dies;
    attribute<"clusters", std::uint32_t> clusters;
    attribute<"cores", std::uint32_t> cores;
    attribute<"threads", std::uint32_t> threads;
};

/// The cache that the guest sees.
template <class Map>
struct cache_element {
    attribute<"level", std::uint32_t> level;
    attribute<"mode", word> mode;
};

/// The width of physical addresses.
template <class Map>
struct maxphysaddr_element {
    attribute<"mode", word> mode;
    attribute<"bits", std::uint32_t> bits;
    attribute<"limit", std::uint32_t> limit;
};

/// One feature; of a guest with what is said of it.
template <class Map>
struct feature_element {
    attribute<"policy", word> policy;
    attribute<"name"> name;
};

/// The distance to another cell.
template <class Map>
struct sibling_element {
    attribute<"id", std::uint32_t> id;
    attribute<"value", std::uint32_t> value;
};

namespace detail {

/// A range over Source whose elements are Make{}(element of Source).
template <class Source, class Make>
struct mapped_range {
    const Source* source = nullptr;
    std::size_t size = 0;

    class iterator {
    public:
        constexpr explicit iterator(const Source* source, std::size_t at) : source_(source), at_(at) {}
        constexpr auto operator*() const { return Make{}((*source_)[at_]); }
        constexpr iterator& operator++() {
            ++at_;
            return *this;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

    private:
        const Source* source_;
        std::size_t at_;
    };
    [[nodiscard]] constexpr iterator begin() const { return iterator(source, 0); }
    [[nodiscard]] constexpr iterator end() const { return iterator(source, size); }
};

template <class Map>
struct make_sibling {
    constexpr sibling_element<Map> operator()(const numa_distance& d) const { return {{d.cell}, {d.value}}; }
};

}  // namespace detail

/// The distances from one cell to others.
template <class Map>
struct distances_element {
    children<"sibling", detail::mapped_range<std::span<const numa_distance>, detail::make_sibling<Map>>> siblings;
};

/// One NUMA cell.
template <class Map>
struct cell_element {
    attribute<"id", std::uint32_t> id;
    attribute<"cpus"> cpus;
    attribute<"memory", std::uint64_t> memory;
    attribute<"unit", word> unit;
    attribute<"memAccess", word> mem_access;
    attribute<"discard", word> discard;
    child<"distances", distances_element<Map>> distances;
};

namespace detail {

template <class Map>
struct make_cell {
    constexpr cell_element<Map> operator()(const numa_cell& c) const {
        cell_element<Map> e{{c.id}, {}, {c.memory_kib}, {"KiB"sv}, {}, {}, {}};
        if (!c.cpus.empty()) e.cpus.value = c.cpus;
        if (c.access) e.mem_access.value = name_of(*c.access);
        if (c.discard) e.discard.value = *c.discard ? "yes"sv : "no"sv;
        if (!c.distances.empty()) e.distances.value = distances_element<Map>{{{&c.distances, c.distances.size()}}};
        return e;
    }
};

}  // namespace detail

/// The NUMA cells.
template <class Map>
struct numa_element {
    children<"cell", detail::mapped_range<std::span<const numa_cell>, detail::make_cell<Map>>> cells;
};

namespace detail {

template <class Map>
struct make_guest_feature {
    constexpr feature_element<Map> operator()(const basic_listed_feature<Map>& f) const {
        feature_element<Map> e{{}, {f.feature.name()}};
        if constexpr (Map::version_number >= cpumap::detail::since::policies) e.policy.value = name_of(f.policy);
        return e;
    }
};

template <class Map>
struct make_host_feature {
    constexpr feature_element<Map> operator()(const basic_listed_feature<Map>& f) const {
        return {{}, {f.feature.name()}};
    }
};

}  // namespace detail

namespace detail {

/// The lines of features, by what is said of them: as the writer itself writes them, cut where the name stands.
template <class Map, class Make>
struct feature_lines {
    static constexpr std::size_t depth = 1;
    line_pattern of_policy[static_cast<std::size_t>(cpumap::detail::no_policy) + 1]{};

    constexpr feature_lines() {
        for (std::size_t p = 0; p <= static_cast<std::size_t>(cpumap::detail::no_policy); ++p) {
            const basic_listed_feature<Map> any{basic_feature_ref<Map>::from_index(0), static_cast<feature_policy>(p)};
            auto element = Make{}(any);
            element.name.value = "|"sv;
            constant_sink<sizeof(line_pattern)> out;
            write_element(out, "feature"sv, element, depth);
            const std::string_view line(out.text, out.size);
            std::size_t at = 0;
            while (line[at] != '|') ++at;
            of_policy[p].before = padded<sizeof line_pattern{}.before.text>(line.substr(0, at));
            of_policy[p].after = padded<sizeof line_pattern{}.after.text>(line.substr(at + 1));
        }
    }

private:
    template <std::size_t Capacity>
    static constexpr padded_text<Capacity> padded(std::string_view text) {
        padded_text<Capacity> result;
        for (const char c : text) result.text[result.size++] = c;
        return result;
    }
};
template <class Map, class Make>
inline constexpr feature_lines<Map, Make> lines_of{};

template <class Map>
concept has_plain_names = requires {
    requires cpumap::detail::tables_of<Map>::plain_feature_names;
};

// Features are all that an element has many of: they are written a line at a time.
template <class Sink, fixed_string Name, has_plain_names Map, class Make>
constexpr void put_content(Sink& out, const children<Name, mapped_range<basic_feature_list<Map>, Make>>& c,
                           std::size_t depth) {
    if (depth != feature_lines<Map, Make>::depth) {
        for (const auto& element : c.range) write_element(out, Name.view(), element, depth);
        return;
    }
    for (std::size_t i = 0; i < c.range.size; ++i) {
        const basic_listed_feature<Map> f = (*c.range.source)[i];
        out.put_line(lines_of<Map, Make>.of_policy[static_cast<std::size_t>(f.policy)], f.feature.name());
    }
}

}  // namespace detail

/// The <cpu> element; of guests and hosts alike, each uses its own part. MakeFeature turns a listed feature into its
/// element.
template <class Map, class MakeFeature>
struct cpu_element {
    attribute<"mode", word> mode;
    attribute<"match", word> match;
    attribute<"check", word> check;
    attribute<"migratable", word> migratable;
    attribute<"deprecated_features", word> deprecated_features;
    child<"arch", text_element> arch;
    child<"model", model_element<Map>> model;
    child<"vendor", text_element> vendor;
    child<"microcode", microcode_element<Map>> microcode;
    child<"signature", signature_element<Map>> signature;
    child<"counter", counter_element<Map>> counter;
    child<"topology", topology_element<Map>> topology;
    child<"cache", cache_element<Map>> cache;
    child<"maxphysaddr", maxphysaddr_element<Map>> maxphysaddr;
    children<"feature", detail::mapped_range<basic_feature_list<Map>, MakeFeature>> features;
    child<"numa", numa_element<Map>> numa;
};

/// The element of a guest's definition.
template <class Map>
using guest_cpu_element = cpu_element<Map, detail::make_guest_feature<Map>>;
/// The element of a host's description.
template <class Map>
using host_cpu_element = cpu_element<Map, detail::make_host_feature<Map>>;

namespace detail {

namespace since = cpumap::detail::since;

template <class Map>
constexpr topology_element<Map> make_topology(const topology& t) {
    constexpr std::uint32_t version = Map::version_number;
    topology_element<Map> e;
    e.sockets.value = t.sockets;
    if (version >= since::dies) e.dies.value = t.dies;
    if (version >= since::clusters) e.clusters.value = t.clusters;
    e.cores.value = t.cores;
    e.threads.value = t.threads;
    return e;
}

}  // namespace detail

/// The element of a guest definition, which must outlive it.
template <class Map>
constexpr guest_cpu_element<Map> make_element(const basic_guest_cpu<Map>& guest,
                                              const std::span<const numa_cell>& numa) {
    namespace since = detail::since;
    constexpr std::uint32_t version = Map::version_number;
    const bool takes_host_cpu = cpumap::detail::takes_host_cpu(guest.mode());
    guest_cpu_element<Map> e;
    if (guest.mode() != mode::custom || guest.has_model()) {
        if (version >= since::mode) e.mode.value = name_of(guest.mode());
        if (guest.mode() == mode::custom && version >= since::match) e.match.value = name_of(guest.match());
        if (guest.check()) e.check.value = name_of(*guest.check());
        if (guest.migratable()) e.migratable.value = name_of(*guest.migratable());
        if (guest.deprecated_features()) e.deprecated_features.value = name_of(*guest.deprecated_features());
    }
    if (!takes_host_cpu && (guest.has_model() || !guest.vendor_id().empty())) {
        model_element<Map> m;
        if (guest.has_model()) {
            if (version >= since::fallback) m.fallback.value = name_of(guest.fallback());
            m.name.value = guest.model().name();
        }
        if (!guest.vendor_id().empty()) m.vendor_id.value = guest.vendor_id();
        e.model.value = m;
    }
    if (!takes_host_cpu && !guest.vendor().empty()) e.vendor.value = text_element{{guest.vendor()}};
    if (guest.topology()) e.topology.value = detail::make_topology<Map>(*guest.topology());
    if (guest.cache()) {
        cache_element<Map> c;
        if (guest.cache()->level) c.level.value = *guest.cache()->level;
        c.mode.value = name_of(guest.cache()->mode);
        e.cache.value = c;
    }
    if (guest.maxphysaddr()) {
        const maxphysaddr& from = *guest.maxphysaddr();
        maxphysaddr_element<Map> m;
        m.mode.value = name_of(from.mode);
        if (from.bits) m.bits.value = *from.bits;
        if (from.limit) m.limit.value = *from.limit;
        e.maxphysaddr.value = m;
    }
    e.features.range = {&guest.listed(), guest.listed().size()};
    if (!numa.empty()) e.numa.value = numa_element<Map>{{{&numa, numa.size()}}};
    return e;
}

/// The element of a host description, which must outlive it.
template <class Map>
constexpr host_cpu_element<Map> make_element(const basic_host_cpu<Map>& host) {
    host_cpu_element<Map> e;
    e.arch.value = text_element{{name_of(host.arch())}};
    if (host.has_model()) e.model.value = model_element<Map>{{}, {}, {host.model().name()}};
    if (!host.vendor().empty()) e.vendor.value = text_element{{host.vendor()}};
    if (const cpu_signature s = host.signature(); s.family() != 0)
        e.signature.value = signature_element<Map>{{s.family()}, {s.model()}, {s.stepping()}};
    if (host.microcode()) e.microcode.value = microcode_element<Map>{{*host.microcode()}};
    if (host.counter()) {
        counter_element<Map> c{{"tsc"sv}, {}, {}};
        if (host.counter()->frequency != 0) c.frequency.value = host.counter()->frequency;
        if (host.counter()->scaling) c.scaling.value = *host.counter()->scaling ? "yes"sv : "no"sv;
        e.counter.value = c;
    }
    if (host.topology()) e.topology.value = detail::make_topology<Map>(*host.topology());
    e.features.range = {&host.listed(), host.listed().size()};
    return e;
}

}  // namespace cpumap::inline v0::xml_element
