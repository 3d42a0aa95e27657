// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading libvirt's <cpu> element, of hosts and of guests, into the library's definitions.

#include "xml_input.hpp"

#include <cpumap/core.hpp>

#include <pugixml.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

/// A <cpu> element. The library's definitions hold names of the map only, so the others are kept beside them.
template <class Map>
struct cpu_element {
    bool is_host = false;  ///< it says its architecture, which guests do not
    cpumap::basic_guest_cpu<Map> guest;
    cpumap::basic_host_cpu<Map> host;
    std::string unknown;           ///< the first model or feature that the map lacks, optional features aside
    std::string unknown_optional;  ///< the first optional feature that the map lacks
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
    return a.as_uint();
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
    if (const pugi::xml_node c = node.child("cache"))
        guest.set_cache(cpumap::cache{.level = number(c, "level"),
                                      .mode = *choice<cpumap::cache_mode>(c, "mode", "emulate|passthrough|disable")});
    if (const pugi::xml_node m = node.child("maxphysaddr"))
        guest.set_maxphysaddr(
            cpumap::maxphysaddr{.mode = *choice<cpumap::maxphysaddr_mode>(m, "mode", "emulate|passthrough"),
                                .bits = number(m, "bits"),
                                .limit = number(m, "limit")});
}

template <class Map>
cpu_element<Map> read_cpu(const pugi::xml_node& node) {
    cpu_element<Map> cpu;
    cpu.is_host = !node.child("arch").empty();
    if (cpu.is_host)
        read_host_parts(node, cpu.host);
    else
        read_guest_parts(node, cpu.guest);

    if (const std::string name = node.child_value("model"); !name.empty()) {
        if (const auto model = cpumap::find_model<Map>(name)) {
            cpu.host.set_model(*model);
            cpu.guest.set_model(*model);
        } else {
            cpu.unknown = name;
        }
    }
    for (const pugi::xml_node& f : node.children("feature")) {
        const std::string name = f.attribute("name").value();
        const auto policy = choice<cpumap::feature_policy>(f, "policy", "force|require|optional|disable|forbid")
                                .value_or(cpumap::feature_policy::require);
        // Aliases are QEMU's and Linux's names; in a definition libvirt takes its own alone.
        const auto feature = cpumap::find_feature<Map>(name);
        if (!feature || feature->name() != name) {
            std::string& unknown =
                policy == cpumap::feature_policy::optional && !cpu.is_host ? cpu.unknown_optional : cpu.unknown;
            if (unknown.empty()) unknown = name;
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
