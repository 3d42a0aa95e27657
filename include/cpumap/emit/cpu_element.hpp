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
struct model_element {
    attribute<"fallback"> fallback;
    attribute<"vendor_id"> vendor_id;
    text name;
};

/// A host's family, model and stepping.
struct signature_element {
    attribute<"family", std::uint32_t> family;
    attribute<"model", std::uint32_t> model;
    attribute<"stepping", std::uint32_t> stepping;
};

/// A host's microcode.
struct microcode_element {
    attribute<"version", std::uint32_t> version;
};

/// A host's counter.
struct counter_element {
    attribute<"name"> name;
    attribute<"frequency", std::uint64_t> frequency;
    attribute<"scaling"> scaling;
};

/// The processor's shape.
struct topology_element {
    attribute<"sockets", std::uint32_t> sockets;
    attribute<"dies", std::uint32_t> dies;
    attribute<"clusters", std::uint32_t> clusters;
    attribute<"cores", std::uint32_t> cores;
    attribute<"threads", std::uint32_t> threads;
};

/// The cache that the guest sees.
struct cache_element {
    attribute<"level", std::uint32_t> level;
    attribute<"mode"> mode;
};

/// The width of physical addresses.
struct maxphysaddr_element {
    attribute<"mode"> mode;
    attribute<"bits", std::uint32_t> bits;
    attribute<"limit", std::uint32_t> limit;
};

/// One feature; of a guest with what is said of it.
struct feature_element {
    attribute<"policy"> policy;
    attribute<"name"> name;
};

/// The distance to another cell.
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

struct make_sibling {
    constexpr sibling_element operator()(const numa_distance& d) const { return {{d.cell}, {d.value}}; }
};

}  // namespace detail

/// The distances from one cell to others.
struct distances_element {
    children<"sibling", detail::mapped_range<std::span<const numa_distance>, detail::make_sibling>> siblings;
};

/// One NUMA cell.
struct cell_element {
    attribute<"id", std::uint32_t> id;
    attribute<"cpus"> cpus;
    attribute<"memory", std::uint64_t> memory;
    attribute<"unit"> unit;
    attribute<"memAccess"> mem_access;
    attribute<"discard"> discard;
    child<"distances", distances_element> distances;
};

namespace detail {

struct make_cell {
    constexpr cell_element operator()(const numa_cell& c) const {
        cell_element e{{c.id}, {}, {c.memory_kib}, {"KiB"sv}, {}, {}, {}};
        if (!c.cpus.empty()) e.cpus.value = c.cpus;
        if (c.access) e.mem_access.value = name_of(*c.access);
        if (c.discard) e.discard.value = *c.discard ? "yes"sv : "no"sv;
        if (!c.distances.empty()) e.distances.value = distances_element{{{&c.distances, c.distances.size()}}};
        return e;
    }
};

}  // namespace detail

/// The NUMA cells.
struct numa_element {
    children<"cell", detail::mapped_range<std::span<const numa_cell>, detail::make_cell>> cells;
};

namespace detail {

template <class Map>
struct make_guest_feature {
    constexpr feature_element operator()(const basic_listed_feature<Map>& f) const {
        feature_element e{{}, {f.feature.name()}};
        if constexpr (Map::version_number >= cpumap::detail::since::policies) e.policy.value = name_of(f.policy);
        return e;
    }
};

template <class Map>
struct make_host_feature {
    constexpr feature_element operator()(const basic_listed_feature<Map>& f) const { return {{}, {f.feature.name()}}; }
};

}  // namespace detail

/// The <cpu> element; of guests and hosts alike, each uses its own part. MakeFeature turns a listed feature into its
/// element.
template <class Map, class MakeFeature>
struct cpu_element {
    attribute<"mode"> mode;
    attribute<"match"> match;
    attribute<"check"> check;
    attribute<"migratable"> migratable;
    attribute<"deprecated_features"> deprecated_features;
    child<"arch", text_element> arch;
    child<"model", model_element> model;
    child<"vendor", text_element> vendor;
    child<"microcode", microcode_element> microcode;
    child<"signature", signature_element> signature;
    child<"counter", counter_element> counter;
    child<"topology", topology_element> topology;
    child<"cache", cache_element> cache;
    child<"maxphysaddr", maxphysaddr_element> maxphysaddr;
    children<"feature", detail::mapped_range<basic_feature_list<Map>, MakeFeature>> features;
    child<"numa", numa_element> numa;
};

/// The element of a guest's definition.
template <class Map>
using guest_cpu_element = cpu_element<Map, detail::make_guest_feature<Map>>;
/// The element of a host's description.
template <class Map>
using host_cpu_element = cpu_element<Map, detail::make_host_feature<Map>>;

namespace detail {

namespace since = cpumap::detail::since;

constexpr topology_element make_topology(const topology& t, std::uint32_t version) {
    topology_element e;
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
        model_element m;
        if (guest.has_model()) {
            if (version >= since::fallback) m.fallback.value = name_of(guest.fallback());
            m.name.value = guest.model().name();
        }
        if (!guest.vendor_id().empty()) m.vendor_id.value = guest.vendor_id();
        e.model.value = m;
    }
    if (!takes_host_cpu && !guest.vendor().empty()) e.vendor.value = text_element{{guest.vendor()}};
    if (guest.topology()) e.topology.value = detail::make_topology(*guest.topology(), version);
    if (guest.cache()) {
        cache_element c;
        if (guest.cache().value.level) c.level.value = *guest.cache().value.level;
        c.mode.value = name_of(guest.cache().value.mode);
        e.cache.value = c;
    }
    if (guest.maxphysaddr()) {
        const maxphysaddr& from = *guest.maxphysaddr();
        maxphysaddr_element m;
        m.mode.value = name_of(from.mode);
        if (from.bits) m.bits.value = *from.bits;
        if (from.limit) m.limit.value = *from.limit;
        e.maxphysaddr.value = m;
    }
    e.features.range = {&guest.listed(), guest.listed().size()};
    if (!numa.empty()) e.numa.value = numa_element{{{&numa, numa.size()}}};
    return e;
}

/// The element of a host description, which must outlive it.
template <class Map>
constexpr host_cpu_element<Map> make_element(const basic_host_cpu<Map>& host) {
    host_cpu_element<Map> e;
    e.arch.value = text_element{{name_of(host.arch())}};
    if (host.has_model()) e.model.value = model_element{{}, {}, {host.model().name()}};
    if (!host.vendor().empty()) e.vendor.value = text_element{{host.vendor()}};
    if (const cpu_signature s = host.signature(); s.family() != 0)
        e.signature.value = signature_element{{s.family()}, {s.model()}, {s.stepping()}};
    if (host.microcode()) e.microcode.value = microcode_element{{*host.microcode()}};
    if (host.counter()) {
        counter_element c{{"tsc"sv}, {}, {}};
        if (host.counter()->frequency != 0) c.frequency.value = host.counter()->frequency;
        if (host.counter()->scaling) c.scaling.value = *host.counter()->scaling ? "yes"sv : "no"sv;
        e.counter.value = c;
    }
    if (host.topology()) e.topology.value = detail::make_topology(*host.topology(), Map::version_number);
    e.features.range = {&host.listed(), host.listed().size()};
    return e;
}

}  // namespace cpumap::inline v0::xml_element
