// SPDX-License-Identifier: BSL-1.0
#pragma once

// Cases of ppc64 and arm, whose models are names without features.

#include "cases.hpp"
#include "cpu_input.hpp"
#include "xml_input.hpp"

#include <cpumap/match/arm.hpp>
#include <cpumap/match/ppc64.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

/// The number that an element stands for: its attribute value, or the only one it has, or its text. libvirt itself has no
/// <cpudata> of these architectures, so whatever says one number is good.
inline std::uint64_t only_number(const pugi::xml_node& node, const std::string& path) {
    pugi::xml_attribute attribute = node.attribute("value");
    if (!attribute && node.first_attribute() == node.last_attribute()) attribute = node.first_attribute();
    const std::string text = attribute ? attribute.value() : node.child_value();
    std::size_t end = 0;
    std::uint64_t value = 0;
    try {
        value = std::stoull(text, &end, 16);
    } catch (const std::logic_error&) {
        end = 0;
    }
    if (end == 0 || end != text.size()) throw bad_input(path + ": <" + node.name() + "> is not one hexadecimal number");
    return value;
}

inline pugi::xml_node cpudata_of(const pugi::xml_document& document, const std::string& path) {
    const pugi::xml_node root = document.child("cpudata");
    if (!root) throw bad_input(path + ": no <cpudata>");
    return root;
}

/// The architecture that <cpudata> names, which must be one of these.
inline cpumap::architecture arch_of(const pugi::xml_node& root, cpumap::architecture family, const std::string& path) {
    const pugi::xml_attribute name = root.attribute("arch");
    if (!name) return family;
    const cpumap::architecture arch = read_arch(name.value());
    if (!cpumap::detail::same_family(arch, family))
        throw bad_input(path + ": <cpudata> is of another architecture, " + name.value());
    return arch;
}

template <class Map>
struct ppc64_cases {
    using lib = cpumap::ppc64::use<Map>;
    static constexpr bool guests_are_compared = true;

    /// <cpudata arch='ppc64'> with <pvr value='0x004b0201'/>
    static cpumap::ppc64::cpu_data read_cpu_data(const std::string& path) {
        const pugi::xml_document document = load(path);
        const pugi::xml_node root = cpudata_of(document, path);
        cpumap::ppc64::cpu_data data{.arch = arch_of(root, cpumap::architecture::ppc64, path)};
        bool found = false;
        for (const pugi::xml_node& node : root.children()) {
            if (std::string_view(node.name()) != "pvr")
                throw bad_input(path + ": <" + node.name() + "> is not known in <cpudata> of ppc64");
            if (found) throw bad_input(path + ": more than one <pvr>");
            found = true;
            const std::uint64_t pvr = only_number(node, path);
            if (pvr > 0xffffffffU) throw bad_input(path + ": <pvr> is no 32-bit number");
            data.pvr = static_cast<std::uint32_t>(pvr);
        }
        if (!found) throw bad_input(path + ": no <pvr>");
        return data;
    }
};

template <class Map>
struct arm_cases {
    using lib = cpumap::arm::use<Map>;
    static constexpr bool guests_are_compared = false;  // whatever they are, they run

    /// <cpudata arch='aarch64'> with <midr value='0x413fd0c1'/>, or in its stead <pvr>, the part number, and <vendor>, the
    /// implementer id; and with <hwcap value='0x…'/> or a <feature name='…'/> for each
    static cpumap::arm::cpu_data read_cpu_data(const std::string& path) {
        const pugi::xml_document document = load(path);
        const pugi::xml_node root = cpudata_of(document, path);
        cpumap::arm::cpu_data data{.arch = arch_of(root, cpumap::architecture::aarch64, path)};
        bool found = false;
        for (const pugi::xml_node& node : root.children()) {
            const std::string_view name = node.name();
            if (name == "feature") {
                const auto feature = lib::find_feature(node.attribute("name").value());
                if (!feature || feature->index() >= cpumap::detail::hwcap_count)
                    throw bad_input(path + ": feature '" + node.attribute("name").value() + "' is no bit of AT_HWCAP");
                data.hwcap |= std::uint64_t{1} << feature->index();
                continue;
            }
            const std::uint64_t value = only_number(node, path);
            if (name == "midr" || name == "midr_el1") {
                data.midr |= value;
            } else if (name == "pvr" || name == "part") {
                if (value > 0xfff) throw bad_input(path + ": a part number has 12 bits");
                data.midr |= value << 4;
            } else if (name == "vendor" || name == "vendor_id" || name == "implementer") {
                if (value > 0xff) throw bad_input(path + ": an implementer id has 8 bits");
                data.midr |= value << 24;
                continue;
            } else if (name == "hwcap" || name == "features") {
                data.hwcap |= value;
                continue;
            } else {
                throw bad_input(path + ": <" + node.name() + "> is not known in <cpudata> of arm");
            }
            found = true;
        }
        if (!found) throw bad_input(path + ": neither <midr> nor <pvr>");
        return data;
    }
};

template <class Architecture>
struct plain_cases {
    using lib = typename Architecture::lib;
    using map = typename lib::map;
    using element = cpu_element<map>;
    using guest_type = typename lib::guest_cpu;
    using host_type = typename lib::host_cpu;

    static outcome decode_host(const test_case& c, const folder& data) { return decode(c, data, true); }
    static outcome decode_guest(const test_case& c, const folder& data) { return decode(c, data, false); }

    static outcome compare(const test_case& c, const folder& data) {
        return {expected_text(c, data), compared(read(c, data, c.host), read(c, data, c.cpu)) + "\n"};
    }

    static outcome update(const test_case& c, const folder& data) {
        const element host = read(c, data, c.host);
        const element cpu = read(c, data, c.cpu);
        if (has_unknown_feature(host) || has_unknown_feature(cpu)) return {expected_text(c, data), "error\n"};
        return {expected_text(c, data), with_unknown_model(host, cpu, [](const auto& guest, const auto& on) {
                    return lib::update(guest, on);
                })};
    }

    static outcome guest_cpu(const test_case& c, const folder& data) {
        const element host = read(c, data, c.host);
        const element cpu = read(c, data, c.cpu);
        const std::string verdict = compared(host, cpu);
        if (verdict == "error" || verdict == "incompatible" || has_unknown_feature(cpu))
            return {expected_text(c, data), "error\n"};
        std::vector<typename lib::usable_model> models;
        typename lib::hypervisor_view view;
        const std::vector<std::string> names = split(c.models, ',');
        for (const std::string& name : names)
            if (const auto model = lib::find_model(name)) models.push_back({*model});
        const bool listed = std::find(names.begin(), names.end(), cpu.unknown_model) != names.end();
        if (!names.empty() && !listed) view.models = models;
        return {expected_text(c, data), with_unknown_model(host, cpu, [&](const auto& guest, const auto& on) {
                    return lib::resolve(guest, on, view);
                })};
    }

    static outcome baseline_of_file(const test_case& c, const folder& data) {
        const pugi::xml_document document = load(data.file(c, c.cpu + ".xml"));
        std::vector<element> inputs;
        for (const pugi::xml_node& node : document.document_element().children("cpu"))
            inputs.push_back(read_cpu<map>(node));
        return {expected_text(c, data), baseline_of(inputs)};
    }

    static outcome baseline_of_files(const test_case& c, const folder& data) {
        std::vector<element> inputs;
        for (const std::string& name : split(c.cpu, ',')) inputs.push_back(read(c, data, name));
        return {expected_text(c, data), baseline_of(inputs)};
    }

    static outcome has_feature(const test_case& c, const folder& data) {
        const element host = read(c, data, c.host);
        const auto answer = host.is_host ? lib::has_feature(host.host, c.cpu) : lib::has_feature(host.guest, c.cpu);
        if (!answer || !host.unknown.empty()) return {expected_text(c, data), "error\n"};
        return {expected_text(c, data), *answer ? "yes\n" : "no\n"};
    }

    static outcome validate(const test_case& c, const folder& data) {
        const element cpu = read(c, data, c.cpu);
        const bool valid = cpu.is_host ? lib::validate(cpu.host).has_value() : lib::validate(cpu.guest).has_value();
        return {expected_text(c, data), valid && !has_unknown_feature(cpu) ? "ok\n" : "error\n"};
    }

private:
    static element read(const test_case& c, const folder& data, const std::string& name) {
        return read_cpu<map>(data.file(c, name + ".xml"));
    }

    static bool has_unknown_feature(const element& cpu) {
        return !cpu.unknown_feature.empty() || !cpu.unknown_optional.empty();
    }

    static outcome decode(const test_case& c, const folder& data, bool host) {
        const auto cpu = Architecture::read_cpu_data(data.file(c, c.host + ".xml"));
        typename lib::decode_options options;
        std::vector<typename lib::usable_model> models;
        if (!c.models.empty()) {
            models = read_models<map>(data.file(c, c.models + ".tsv"));
            options.hypervisor.models = models;
        }
        return {expected_text(c, data),
                host ? text_of(lib::decode_host(cpu, options)) : text_of(lib::decode_guest(cpu, options))};
    }

    // The library's definitions hold models of the map only. Names that it lacks are compared here.
    static std::string compared(const element& host, const element& cpu) {
        if (!cpu.is_host && !Architecture::guests_are_compared) return word(lib::compare(host.host, cpu.guest));
        const std::string vendor = cpu.is_host ? std::string(cpu.host.vendor()) : std::string(cpu.guest.vendor());
        const bool other_arch = cpu.is_host && !cpumap::detail::same_family(host.host.arch(), cpu.host.arch());
        if (Architecture::guests_are_compared) {
            if (!host.unknown_model.empty())
                return other_arch || (!vendor.empty() && vendor != host.host.vendor()) ? "incompatible" : "error";
        } else if (!host.unknown_model.empty() || !cpu.unknown_model.empty()) {
            return !other_arch && vendor == host.host.vendor() && host.unknown_model == cpu.unknown_model
                       ? "identical"
                       : "incompatible";
        }
        const std::string verdict =
            cpu.is_host ? word(lib::compare(host.host, cpu.host)) : word(lib::compare(host.host, cpu.guest));
        const bool no_model_needed = !cpu.is_host && cpumap::detail::takes_host_cpu(cpu.guest.mode());
        if (cpu.unknown_model.empty() || no_model_needed) return verdict;
        return verdict == "incompatible" ? verdict : "error";  // what was looked at before the model
    }

    static std::string word(const cpumap::basic_comparison<map>& answer) { return verdict_of(answer); }
    static std::string word(const typename lib::template result<cpumap::basic_comparison<map>>& answer) {
        return answer ? verdict_of(*answer) : "error";
    }

    /// What an operation makes of a guest and a host. A model that the map lacks is put back in the text for one that
    /// stands in for it; these operations do not look at models.
    template <class Operation>
    static std::string with_unknown_model(const element& host, const element& cpu, const Operation& operation) {
        guest_type guest = cpu.guest;
        host_type on = host.host;
        if (cpu.unknown_model.empty() && host.unknown_model.empty()) return text_of(operation(guest, on));
        if (lib::models().empty()) throw bad_input("the map has no model that could stand in for an unknown one");
        const auto stand_in = lib::models()[0];
        if (!cpu.unknown_model.empty() && !cpumap::detail::takes_host_cpu(guest.mode())) guest.set_model(stand_in);
        if (!host.unknown_model.empty()) on.set_model(stand_in);
        const auto made = operation(guest, on);
        if (!made) return "error\n";
        std::string text = to_xml(*made);
        const bool from_host = !Architecture::guests_are_compared && cpu.guest.mode() == cpumap::mode::host_model;
        const std::string& name = from_host ? host.unknown_model : cpu.unknown_model;
        const std::string shown = ">" + std::string(stand_in.name()) + "</model>";
        if (const std::size_t at = text.find(shown); at != text.npos && !name.empty())
            text.replace(at, shown.size(), ">" + escaped(name) + "</model>");
        return text;
    }

    static std::string escaped(const std::string& name) {
        std::string text;
        for (const char c : name)
            text += c == '&'    ? "&amp;"
                    : c == '<'  ? "&lt;"
                    : c == '>'  ? "&gt;"
                    : c == '\'' ? "&apos;"
                    : c == '"'  ? "&quot;"
                                : std::string(1, c);
        return text;
    }

    template <class Cpu>
    static std::string baseline_of_all(const std::vector<Cpu>& cpus) {
        const auto answer = lib::baseline(cpus);
        if (!answer) return "error\n";
        for (const Cpu& cpu : cpus) {
            host_type host(cpu.model());
            host.set_vendor(cpu.vendor());
            if (const std::string verdict = word(lib::compare(host, *answer)); verdict != "identical")
                return "the answer is " + verdict + " on an input\n" + to_xml(*answer);
        }
        return to_xml(*answer);
    }

    /// The inputs of a baseline, which are all hosts or all guests.
    static std::string baseline_of(const std::vector<element>& inputs) {
        std::vector<host_type> hosts;
        std::vector<guest_type> guests;
        for (const element& input : inputs) {
            if (!input.unknown_model.empty()) return "error\n";
            if (input.is_host)
                hosts.push_back(input.host);
            else
                guests.push_back(input.guest);
        }
        if (!hosts.empty() && !guests.empty()) throw bad_input("hosts and guests in one baseline");
        return guests.empty() ? baseline_of_all(hosts) : baseline_of_all(guests);
    }
};

}  // namespace conformance
