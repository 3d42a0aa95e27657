// SPDX-License-Identifier: BSL-1.0
#pragma once

// QEMU's command line: what the options -cpu and -smp of qemu-system-x86_64 take for a definition, as libvirt hands it
// to QEMU. What a definition says of hosts (match, vendor, fallback, check none and partial) is decided before QEMU
// starts and adds nothing, and NUMA cells are options of their own.

#include <cpumap/emit/element.hpp>
#include <cpumap/emit/text.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

/// Shown by an error: the feature it is about.
template <auto Id>
struct about;

/// Whether QEMU has a property for a feature, in any version that gives the feature to guests. It never had one for
/// what the host's resource control measures (cmt, mbm_total, mbm_local), for the memory types of EPT, which come with
/// EPT, and for vmx-invvpid-single-context, which is one with vmx-invept-single-context there. osxsave and ospke are the
/// guest system's to set, cvt16 is in no processor, and pconfig came with QEMU 3.1 and went with 4.0: what old
/// versions had as their properties did nothing.
template <class Map>
constexpr bool has_qemu_property(basic_feature_ref<Map> feature) {
    return !has_word(
        "cmt|mbm_total|mbm_local|vmx-ept-uc|vmx-ept-wb|vmx-invvpid-single-context|osxsave|ospke|cvt16|pconfig|",
        feature.name());
}

/// Whether a name stays whole: QEMU ends options at a comma, which nothing escapes in -cpu, and their names at =.
constexpr bool is_qemu_name(std::string_view name, char also) {
    for (const char c : name)
        if (c == ',' || c == also) return false;
    return true;
}

/// Whether the guest gets the feature, or must not have it; of optional ones resolve() decides.
constexpr bool is_on(feature_policy policy) {
    return policy == feature_policy::force || policy == feature_policy::require;
}
constexpr bool is_off(feature_policy policy) {
    return policy == feature_policy::disable || policy == feature_policy::forbid;
}

/// What keeps a definition that breaks no rule from QEMU: a code, and the feature where it is about one.
struct qemu_problem {
    errc code = errc::none;
    std::size_t feature = no_index;
};

template <class Sink, std::size_t Size>
constexpr void put_literal(Sink& out, const char (&text)[Size]) {
    out.put(std::string_view(text, Size - 1));
}
template <class Sink, std::size_t Size>
constexpr void put_switch(Sink& out, const char (&name)[Size], bool on) {
    put_literal(out, name);
    if (on)
        put_literal(out, "=on");
    else
        put_literal(out, "=off");
}
template <class Sink, std::size_t Size>
constexpr void put_number(Sink& out, const char (&name)[Size], std::uint32_t value) {
    put_literal(out, name);
    xml_element::detail::put_value(out, value);
}

/// Writes what -cpu takes, see emit/text.hpp.
struct qemu_cpu_writer {
    template <class Map>
    static constexpr qemu_problem problem(const basic_guest_cpu<Map>& guest) {
        if constexpr (!x86_map<Map>) {
            return {errc::qemu_architecture};
        } else {
            const bool custom = guest.mode() == mode::custom;
            if (guest.mode() == mode::host_model || (custom && guest.has_model() && guest.match() == match::minimum))
                return {errc::not_resolved};
            // In custom mode without a model the element says nothing of them either.
            if (guest.deprecated_features() && (!custom || guest.has_model())) return {errc::qemu_deprecated_features};
            if (custom && guest.has_model() && !is_qemu_name(guest.model().name(), ',')) return {errc::qemu_name};
            for (const auto f : guest.listed()) {
                if (is_on(f.policy) && !has_qemu_property(f.feature)) return {errc::qemu_feature, f.feature.index()};
                if ((is_on(f.policy) || is_off(f.policy)) && !is_qemu_name(f.feature.qemu_name(), '='))
                    return {errc::qemu_name, f.feature.index()};
            }
            return {};
        }
    }

    template <class Sink, class Map>
    static constexpr void put(Sink& out, const basic_guest_cpu<Map>& guest) {
        if constexpr (x86_map<Map>) {
            const bool takes_host = takes_host_cpu(guest.mode());
            const unsigned bits = guest.maxphysaddr() ? (*guest.maxphysaddr()).bits.value_or(0) : 0;
            const unsigned limit = guest.maxphysaddr() ? (*guest.maxphysaddr()).limit.value_or(0) : 0;
            const bool host_bits = guest.maxphysaddr() && (*guest.maxphysaddr()).mode == maxphysaddr_mode::passthrough;

            if (guest.mode() == mode::maximum)
                put_literal(out, "max");
            else if (guest.mode() != mode::custom)
                put_literal(out, "host");
            else if (guest.has_model())
                out.put(guest.model().name());
            else if (!guest.vendor_id().empty() || guest.cache() || host_bits || bits != 0)
                put_literal(out, "qemu64");  // QEMU's own default, for the options to go with
            else
                return;
            if (!guest.vendor_id().empty()) {
                put_literal(out, ",vendor=");
                out.put(guest.vendor_id());
            }
            if (guest.migratable()) put_switch(out, ",migratable", *guest.migratable() == migratable::on);
            for (const auto f : guest.listed()) {
                if (!has_qemu_property(f.feature) || !(is_on(f.policy) || is_off(f.policy))) continue;
                put_literal(out, ",");
                out.put(f.feature.qemu_name());
                put_switch(out, "", is_on(f.policy));
            }
            if (guest.cache()) {
                const cache_mode kind = (*guest.cache()).mode;
                if (takes_host) put_switch(out, ",host-cache-info", kind == cache_mode::passthrough);
                put_switch(out, ",l3-cache", kind == cache_mode::emulate);
            }
            // host and max have the host's width, whatever phys-bits says, until they are told not to.
            if (host_bits || (guest.maxphysaddr() && takes_host)) put_switch(out, ",host-phys-bits", host_bits);
            if (limit != 0) put_number(out, ",host-phys-bits-limit=", limit);
            if (bits != 0) put_number(out, ",phys-bits=", bits);
            if (guest.check() && *guest.check() == check::full) put_literal(out, ",enforce");
        }
    }
};

/// Writes what -smp takes, see emit/text.hpp.
struct qemu_smp_writer {
    template <class Map>
    static constexpr qemu_problem problem(const basic_guest_cpu<Map>& guest) {
        if constexpr (!x86_map<Map>) return {errc::qemu_architecture};
        if (!guest.topology()) return {};
        const topology& t = *guest.topology();
        if (t.clusters != 1) return {errc::qemu_clusters};
        std::uint64_t count = t.sockets;
        for (const unsigned n : {t.dies, t.cores, t.threads})
            if ((count *= n) > 0xffffffff) return {errc::qemu_topology_size};
        return {};
    }

    template <class Sink, class Map>
    static constexpr void put(Sink& out, const basic_guest_cpu<Map>& guest) {
        if (!guest.topology()) return;
        const topology& t = *guest.topology();
        put_number(out, "", t.sockets * t.dies * t.cores * t.threads);
        put_number(out, ",sockets=", t.sockets);
        if (t.dies != 1) put_number(out, ",dies=", t.dies);  // QEMU before 4.1 does not know it
        put_number(out, ",cores=", t.cores);
        put_number(out, ",threads=", t.threads);
    }
};

/// A policy's mistake as the compiler's error.
template <class Policy, errc Code, std::size_t Feature>
struct qemu_check {
    using feature_id = typename tables_of<typename Policy::map_type>::feature_id;
    static_assert(sizeof(broken<Code, about<static_cast<feature_id>(Feature)>, Policy>) != 0);
};
template <class Policy, errc Code>
struct qemu_check<Policy, Code, no_index> {
    static_assert(sizeof(broken<Code, Policy>) != 0);
};

/// The text of a policy, where QEMU can be told it. A policy that is wrong itself is one error already.
template <class Writer, class Policy>
struct qemu_text {
    static constexpr qemu_problem problem =
        check_definition(Policy::definition()) == errc::none ? Writer::problem(Policy::definition()) : qemu_problem{};
    static_assert(sizeof(qemu_check<Policy, problem.code, problem.feature>) != 0);
    static constexpr std::string_view view = policy_text<Writer, Policy>::view;
};

template <class Map>
constexpr basic_error<Map> qemu_error(const basic_guest_cpu<Map>& guest, qemu_problem problem) {
    if (problem.feature == no_index)
        return basic_error<Map>(problem.code,
                                problem.code == errc::qemu_name ? guest.model().name() : std::string_view());
    basic_feature_set<Map> features;
    if (problem.code == errc::qemu_feature)
        for (const auto f : guest.listed())
            if (is_on(f.policy) && !has_qemu_property(f.feature)) features.insert(f.feature);
    features.set(problem.feature);
    return basic_error<Map>(problem.code, basic_feature_ref<Map>::from_index(problem.feature).name(), features);
}

template <class Writer, class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_qemu(std::span<char> to,
                                                                      const basic_guest_cpu<Map>& guest) {
    if (const errc e = check_definition(guest); e != errc::none) return basic_error<Map>(e);
    if (const auto problem = Writer::problem(guest); problem.code != errc::none) return qemu_error(guest, problem);
    return write_text<Writer>(to, guest);
}

}  // namespace detail

/// What QEMU's -cpu takes for a policy, a constant with static storage: "IvyBridge,pcid=on". Empty for a policy that says
/// nothing of the CPU: give no -cpu then. With QEMU's own names of features, in the policy's order; optional ones are
/// left out, and so are disabled ones that QEMU has no property for, which libvirt does not tell QEMU of either. With
/// check::full it ends in "enforce": QEMU then does not start where it cannot give all. Compile errors: the codes
/// of write_qemu_cpu().
template <class Policy>
inline constexpr std::string_view qemu_cpu = detail::qemu_text<detail::qemu_cpu_writer, Policy>::view;

/// What QEMU's -smp takes for a policy's topology, a constant with static storage: "8,sockets=1,cores=4,threads=2". Empty
/// where the policy has none. Compile errors: the codes of write_qemu_smp().
template <class Policy>
inline constexpr std::string_view qemu_smp = detail::qemu_text<detail::qemu_smp_writer, Policy>::view;

/// How many bytes write_qemu_cpu() takes for a definition that it does not refuse.
template <class Map>
constexpr std::size_t qemu_cpu_size(const basic_guest_cpu<Map>& guest) {
    return detail::count_text<detail::qemu_cpu_writer>(guest);
}
/// How many bytes write_qemu_smp() takes for a definition that it does not refuse.
template <class Map>
constexpr std::size_t qemu_smp_size(const basic_guest_cpu<Map>& guest) {
    return detail::count_text<detail::qemu_smp_writer>(guest);
}

/// Writes what QEMU's -cpu takes for a definition, see qemu_cpu; returns the text, which lies in the memory given and is
/// not zero-terminated.
/// Errors: a code of check_definition(); not_resolved for mode host_model and match minimum;
/// qemu_deprecated_features; qemu_feature where a feature is forced or required that QEMU has no property for, with
/// the first as name and all as features; qemu_name, with the name; qemu_architecture; buffer_too_small, and then what
/// the memory holds is nothing to go by.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_qemu_cpu(std::span<char> to,
                                                                          const basic_guest_cpu<Map>& guest) {
    return detail::write_qemu<detail::qemu_cpu_writer>(to, guest);
}

/// Writes what QEMU's -smp takes for a definition, see qemu_smp; returns the text as write_qemu_cpu() does.
/// Errors: a code of check_definition(); qemu_clusters for more than one cluster; qemu_topology_size; qemu_architecture;
/// buffer_too_small.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_qemu_smp(std::span<char> to,
                                                                          const basic_guest_cpu<Map>& guest) {
    return detail::write_qemu<detail::qemu_smp_writer>(to, guest);
}

}  // namespace cpumap::inline v0
