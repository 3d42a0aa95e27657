// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading libvirt's <cpu> element, of hosts and of guests, into the library's definitions.

#include "xml_input.hpp"

#include <cpumap/core.hpp>

#include <pugixml.hpp>

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace conformance {

/// What the NUMA cells of a definition point to.
struct numa_memory {
    std::vector<cpumap::numa_cell> cells;
    std::vector<std::vector<cpumap::numa_distance>> distances;
    std::vector<std::string> cpus;
};

/// A <cpu> element. The library's definitions hold names of the map only, so the others are kept beside them.
template <class Map>
struct cpu_element {
    bool is_host = false;  ///< it says its architecture, which guests do not
    cpumap::basic_guest_cpu<Map> guest;
    cpumap::basic_host_cpu<Map> host;
    std::string unknown_model;     ///< the model that the map lacks
    std::string unknown_feature;   ///< the first feature that the map lacks, optional ones aside
    std::string unknown;           ///< the first model or feature that the map lacks, optional features aside
    std::string unknown_optional;  ///< the first optional feature that the map lacks
    std::shared_ptr<const numa_memory> numa;
};

template <class Enum>
Enum one_of(const std::string& text, std::string_view names, const std::string& what) {
    const std::vector<std::string> all = split(std::string(names), '|');
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i] == text) return static_cast<Enum>(i);
    throw bad_input(what + " '" + text + "' is none of " + std::string(names));
}

/// An attribute as a value of an enumeration, if it is there.
template <class Enum>
cpumap::given<Enum> choice(const pugi::xml_node& node, const char* attribute, std::string_view names) {
    const pugi::xml_attribute a = node.attribute(attribute);
    if (!a) return {};
    return one_of<Enum>(a.value(), names, attribute);
}

inline cpumap::given<unsigned> number(const pugi::xml_node& node, const char* attribute) {
    const pugi::xml_attribute a = node.attribute(attribute);
    if (!a) return {};
    const std::string_view text = a.value();
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw bad_input(std::string(attribute) + " '" + a.value() + "' is no number");
    return value;
}

inline cpumap::given<cpumap::topology> read_topology(const pugi::xml_node& cpu) {
    const pugi::xml_node node = cpu.child("topology");
    if (!node) return {};
    return cpumap::topology{.sockets = number(node, "sockets").value_or(0),
                            .dies = number(node, "dies").value_or(1),
                            .clusters = number(node, "clusters").value_or(1),
                            .cores = number(node, "cores").value_or(0),
                            .threads = number(node, "threads").value_or(0)};
}

inline cpumap::cache read_cache(const pugi::xml_node& node) {
    const auto mode = choice<cpumap::cache_mode>(node, "mode", "emulate|passthrough|disable");
    if (!mode) throw bad_input("cache has no mode");
    if (node.next_sibling("cache")) throw bad_input("there is more than one cache");
    return {.level = number(node, "level"), .mode = *mode};
}

inline cpumap::maxphysaddr read_maxphysaddr(const pugi::xml_node& node) {
    const auto mode = choice<cpumap::maxphysaddr_mode>(node, "mode", "emulate|passthrough");
    if (!mode) throw bad_input("maxphysaddr has no mode");
    return {.mode = *mode, .bits = number(node, "bits"), .limit = number(node, "limit")};
}

inline std::shared_ptr<const numa_memory> read_numa(const pugi::xml_node& numa) {
    const auto read = std::make_shared<numa_memory>();
    for (const pugi::xml_node& node : numa.children("cell")) {
        cpumap::numa_cell cell{.id = number(node, "id").value_or(static_cast<unsigned>(read->cells.size()))};
        if (const std::string unit = node.attribute("unit").as_string("KiB"); unit != "KiB")
            throw bad_input("unit '" + unit + "' is not KiB");
        if (const auto memory = number(node, "memory")) cell.memory_kib = std::uint64_t{*memory};
        cell.access = choice<cpumap::memory_access>(node, "memAccess", "shared|private");
        if (const auto discard = choice<bool>(node, "discard", "no|yes")) cell.discard = *discard;
        read->cpus.emplace_back(node.attribute("cpus").value());
        read->distances.emplace_back();
        for (const pugi::xml_node& sibling : node.child("distances").children("sibling"))
            read->distances.back().push_back(
                {number(sibling, "id").value_or(~0U), number(sibling, "value").value_or(0)});
        read->cells.push_back(cell);
    }
    for (std::size_t i = 0; i < read->cells.size(); ++i) {  // now that nothing of this moves any more
        read->cells[i].cpus = read->cpus[i];
        read->cells[i].distances = read->distances[i];
    }
    return read;
}

inline cpumap::architecture read_arch(const std::string& name) {
    try {
        return one_of<cpumap::architecture>(name, "x86_64|i686|ppc64|ppc64le|aarch64|armv7l|armv6l", "arch");
    } catch (const bad_input&) {
        return cpumap::architecture::other;
    }
}

template <class Map>
void read_host_parts(const pugi::xml_node& node, cpumap::basic_host_cpu<Map>& host) {
    host.set_arch(read_arch(node.child_value("arch")));
    host.set_vendor(node.child_value("vendor"));
    host.set_topology(read_topology(node));
    if (const pugi::xml_node microcode = node.child("microcode")) host.set_microcode(number(microcode, "version"));
    if (const pugi::xml_node s = node.child("signature"))
        host.set_signature(
            {number(s, "family").value_or(0), number(s, "model").value_or(0), number(s, "stepping").value_or(0)});
    if (const pugi::xml_node c = node.child("counter"))
        host.set_counter(cpumap::counter{
            c.attribute("frequency").as_ullong(),
            c.attribute("scaling") ? cpumap::given<bool>(c.attribute("scaling").as_bool()) : cpumap::given<bool>()});
}

template <class Map>
void read_guest_parts(const pugi::xml_node& node, cpumap::basic_guest_cpu<Map>& guest) {
    guest.set_mode(choice<cpumap::mode>(node, "mode", "custom|host-model|host-passthrough|maximum")
                       .value_or(cpumap::mode::custom));
    guest.set_match(choice<cpumap::match>(node, "match", "minimum|exact|strict").value_or(cpumap::match::exact));
    guest.set_check(choice<cpumap::check>(node, "check", "none|partial|full"));
    guest.set_migratable(choice<cpumap::migratable>(node, "migratable", "off|on"));
    guest.set_deprecated_features(choice<cpumap::deprecated_features>(node, "deprecated_features", "off|on"));
    const pugi::xml_node model = node.child("model");
    guest.set_fallback(choice<cpumap::fallback>(model, "fallback", "allow|forbid").value_or(cpumap::fallback::allow));
    guest.set_vendor_id(model.attribute("vendor_id").value());
    guest.set_vendor(node.child_value("vendor"));
    guest.set_topology(read_topology(node));
    if (const pugi::xml_node c = node.child("cache")) guest.set_cache(read_cache(c));
    if (const pugi::xml_node m = node.child("maxphysaddr")) guest.set_maxphysaddr(read_maxphysaddr(m));
}

template <class Map>
cpu_element<Map> read_cpu(const pugi::xml_node& node) {
    cpu_element<Map> cpu;
    cpu.is_host = !node.child("arch").empty();
    if (cpu.is_host)
        read_host_parts(node, cpu.host);
    else
        read_guest_parts(node, cpu.guest);
    if (const pugi::xml_node numa = node.child("numa"); numa && !cpu.is_host) {
        cpu.numa = read_numa(numa);
        cpu.guest.set_numa(cpu.numa->cells);
    }

    if (const std::string name = node.child_value("model"); !name.empty()) {
        if (const auto model = cpumap::find_model<Map>(name)) {
            cpu.host.set_model(*model);
            cpu.guest.set_model(*model);
        } else {
            cpu.unknown = name;
            cpu.unknown_model = name;
        }
    }
    for (const pugi::xml_node& f : node.children("feature")) {
        const std::string name = f.attribute("name").value();
        if (name.empty()) throw bad_input("a feature has no name");
        const auto policy = choice<cpumap::feature_policy>(f, "policy", "force|require|optional|disable|forbid")
                                .value_or(cpumap::feature_policy::require);
        // Aliases are QEMU's and Linux's names; in a definition libvirt takes its own alone.
        const auto feature = cpumap::find_feature<Map>(name);
        if (!feature || feature->name() != name) {
            std::string& unknown =
                policy == cpumap::feature_policy::optional && !cpu.is_host ? cpu.unknown_optional : cpu.unknown;
            if (unknown.empty()) unknown = name;
            if (&unknown == &cpu.unknown && cpu.unknown_feature.empty()) cpu.unknown_feature = name;
            continue;
        }
        const bool twice =
            cpu.is_host ? !cpu.host.set(*feature).has_value() : !cpu.guest.set(policy, *feature).has_value();
        if (twice) throw bad_input("feature '" + name + "' is listed twice");
    }
    return cpu;
}

inline pugi::xml_document load(const std::string& path) {
    pugi::xml_document document;
    if (const auto parsed = document.load_file(path.c_str()); !parsed)
        throw bad_input(path + ": " + parsed.description());
    return document;
}

template <class Map>
cpu_element<Map> read_cpu(const std::string& path) {
    const pugi::xml_document document = load(path);
    if (!document.child("cpu")) throw bad_input(path + ": no <cpu>");
    return read_cpu<Map>(document.child("cpu"));
}

}  // namespace conformance
