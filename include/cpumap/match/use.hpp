// SPDX-License-Identifier: BSL-1.0
#pragma once

// The library's names: those directly in cpumap are bound to the default map, use<Map> holds the same names bound to
// Map. Everything here is a template, so that a program which uses one map does not pay for another, nor for what it
// does not call.

#include <cpumap/base/handles.hpp>
#include <cpumap/base/map.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/baseline.hpp>
#include <cpumap/match/compare.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/decode.hpp>
#include <cpumap/match/default_map.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>
#include <cpumap/match/live.hpp>
#include <cpumap/match/update.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

/// The feature of a name or alias: `feature<"avx2">`. A compile error where the map has none.
template <fixed_string Name, class Map = default_map>
inline constexpr basic_feature_ref<Map> feature = detail::checked_feature<Map, Name>::value;

/// The model of a name: `model<"IvyBridge">`. A compile error where the map has none.
template <fixed_string Name, class Map = default_map>
inline constexpr basic_model_ref<Map> model = detail::checked_model<Map, Name>::value;

/// The feature of a name or alias that comes at run time, if the map has one.
template <class Map = default_map>
constexpr given<basic_feature_ref<Map>> find_feature(std::string_view name) {
    return detail::ref_at<basic_feature_ref, Map>(detail::find_feature_index<Map>(name));
}

/// The model of a name that comes at run time, if the map has one.
template <class Map = default_map>
constexpr given<basic_model_ref<Map>> find_model(std::string_view name) {
    return detail::ref_at<basic_model_ref, Map>(detail::find_model_index<Map>(name));
}

/// The feature whose name or alias is nearest to a misspelt one, if any is near: for messages.
template <class Map = default_map>
constexpr given<basic_feature_ref<Map>> nearest_feature(std::string_view name) {
    return detail::ref_at<basic_feature_ref, Map>(detail::nearest_feature_index<Map>(name));
}

/// The model whose name is nearest to a misspelt one, if any is near: for messages.
template <class Map = default_map>
constexpr given<basic_model_ref<Map>> nearest_model(std::string_view name) {
    return detail::ref_at<basic_model_ref, Map>(detail::nearest_model_index<Map>(name));
}

/// All features, in map order.
template <class Map = default_map>
constexpr auto features() {
    return detail::table_range(detail::feature_access<Map>{}, 0, detail::tables_of<Map>::feature_count);
}

/// All models, in map order.
template <class Map = default_map>
constexpr auto models() {
    return detail::table_range(detail::model_access<Map>{}, 0, detail::tables_of<Map>::model_count);
}

/// The class template of that name, for the default map.
/// @{
using feature_ref = basic_feature_ref<default_map>;
using model_ref = basic_model_ref<default_map>;
using feature_set = basic_feature_set<default_map>;
using feature_list = basic_feature_list<default_map>;
using listed_feature = basic_listed_feature<default_map>;
using guest_cpu = basic_guest_cpu<default_map>;
using host_cpu = basic_host_cpu<default_map>;
using comparison = basic_comparison<default_map>;
using usable_model = basic_usable_model<default_map>;
using hypervisor_view = basic_hypervisor_view<default_map>;
using decode_options = basic_decode_options<default_map>;
using baseline_options = basic_baseline_options<default_map>;
using assessment = basic_assessment<default_map>;
using error = basic_error<default_map>;
template <class T>
using result = basic_result<T, error>;
/// @}

// Named by use<> below, and defined in the layers policy, emit and host; using them takes including these.
template <class Map, mode Mode, class Model, class... Items>
struct basic_policy;
template <fixed_string Feature>
struct force;
template <fixed_string Feature>
struct require;
template <fixed_string Feature>
struct optional;
template <fixed_string Feature>
struct disable;
template <fixed_string Feature>
struct forbid;
template <fixed_string... Flags>
struct extra_flags;
template <auto Option>
struct with;
// Without its definition in <cpumap/host/native.hpp> using it is the compiler's error, not the linker's.
template <class Map = default_map>
auto native_cpu_data();
struct no_msrs;
template <class Map = default_map, class Cpuid, class Msr = no_msrs>
constexpr errc fill_cpu_data(cpu_data& to, Cpuid&& cpuid, Msr&& msr = {});
template <class Map = default_map, class Cpuid, class Msr = no_msrs>
constexpr basic_result<cpu_data, basic_error<Map>> read_cpu_data(Cpuid&& cpuid, Msr&& msr = {});

namespace detail {

template <class Writer, class Policy>
struct policy_text;
struct xml_writer;
template <class Writer, class Policy>
struct qemu_text;
struct qemu_cpu_writer;
struct qemu_smp_writer;

template <fixed_string Name>
struct model_name;
struct no_model;

/// The text of a policy, which must be of this map.
template <class Map, class Policy, class Text>
struct text_for {
    static_assert(sizeof(broken < std::is_same_v<typename Policy::map_type, Map> ? errc::none : errc::other_map, Map,
                         Policy >) != 0);
    static constexpr std::string_view view = Text::view;
};

// use<> has members of the same names, which would hide these from the lookup by argument.
template <class Definition>
constexpr std::size_t call_xml_size(const Definition& definition) {
    return xml_size(definition);
}
template <class Definition>
constexpr auto call_write_xml(std::span<char> to, const Definition& definition) {
    return write_xml(to, definition);
}
template <class Guest>
constexpr std::size_t call_qemu_cpu_size(const Guest& guest) {
    return qemu_cpu_size(guest);
}
template <class Guest>
constexpr std::size_t call_qemu_smp_size(const Guest& guest) {
    return qemu_smp_size(guest);
}
template <class Guest>
constexpr auto call_write_qemu_cpu(std::span<char> to, const Guest& guest) {
    return write_qemu_cpu(to, guest);
}
template <class Guest>
constexpr auto call_write_qemu_smp(std::span<char> to, const Guest& guest) {
    return write_qemu_smp(to, guest);
}
}  // namespace detail

/// The names that use<> has for each architecture; it adds what is done with a processor's data.
template <class Map>
struct basic_names {
    using feature_ref = basic_feature_ref<Map>;
    using model_ref = basic_model_ref<Map>;
    using feature_set = basic_feature_set<Map>;
    using feature_list = basic_feature_list<Map>;
    using listed_feature = basic_listed_feature<Map>;
    using guest_cpu = basic_guest_cpu<Map>;
    using host_cpu = basic_host_cpu<Map>;
    using comparison = basic_comparison<Map>;
    using usable_model = basic_usable_model<Map>;
    using hypervisor_view = basic_hypervisor_view<Map>;
    using error = basic_error<Map>;
    template <class T>
    using result = basic_result<T, error>;

    template <fixed_string Name>
    static constexpr feature_ref feature = detail::checked_feature<Map, Name>::value;
    template <fixed_string Name>
    static constexpr model_ref model = detail::checked_model<Map, Name>::value;

    static constexpr auto find_feature(std::string_view name) { return cpumap::find_feature<Map>(name); }
    static constexpr auto find_model(std::string_view name) { return cpumap::find_model<Map>(name); }
    static constexpr auto nearest_feature(std::string_view name) { return cpumap::nearest_feature<Map>(name); }
    static constexpr auto nearest_model(std::string_view name) { return cpumap::nearest_model<Map>(name); }
    static constexpr auto features() { return cpumap::features<Map>(); }
    static constexpr auto models() { return cpumap::models<Map>(); }

    static constexpr result<bool> has_feature(const guest_cpu& guest, std::string_view feature) {
        return cpumap::has_feature(guest, feature);
    }
    static constexpr result<bool> has_feature(const host_cpu& host, std::string_view feature) {
        return cpumap::has_feature(host, feature);
    }
    static constexpr errc check_definition(const guest_cpu& guest) { return cpumap::check_definition(guest); }

    template <class... Items>
    using none = basic_policy<Map, mode::custom, detail::no_model, Items...>;
    template <fixed_string Model, class... Items>
    using custom = basic_policy<Map, mode::custom, detail::model_name<Model>, Items...>;
    template <class... Items>
    using host_model = basic_policy<Map, mode::host_model, detail::no_model, Items...>;
    template <class... Items>
    using host_passthrough = basic_policy<Map, mode::host_passthrough, detail::no_model, Items...>;
    template <class... Items>
    using maximum = basic_policy<Map, mode::maximum, detail::no_model, Items...>;

    // Directives and options belong to no map; they are here so that code bound to a map need not name two places.
    template <fixed_string Feature>
    using force = cpumap::force<Feature>;
    template <fixed_string Feature>
    using require = cpumap::require<Feature>;
    template <fixed_string Feature>
    using optional = cpumap::optional<Feature>;
    template <fixed_string Feature>
    using disable = cpumap::disable<Feature>;
    template <fixed_string Feature>
    using forbid = cpumap::forbid<Feature>;
    template <fixed_string... Flags>
    using extra_flags = cpumap::extra_flags<Flags...>;
    template <auto Option>
    using with = cpumap::with<Option>;

    template <class Policy>
    static constexpr std::string_view xml =
        detail::text_for<Map, Policy, detail::policy_text<detail::xml_writer, Policy>>::view;
    template <class Guest = guest_cpu>
    static constexpr std::size_t xml_size(const guest_cpu& guest) {
        return detail::call_xml_size<Guest>(guest);
    }
    template <class Host = host_cpu>
    static constexpr std::size_t xml_size(const host_cpu& host) {
        return detail::call_xml_size<Host>(host);
    }
    template <class Guest = guest_cpu>
    static constexpr result<std::string_view> write_xml(std::span<char> to, const guest_cpu& guest) {
        return detail::call_write_xml<Guest>(to, guest);
    }
    template <class Host = host_cpu>
    static constexpr result<std::string_view> write_xml(std::span<char> to, const host_cpu& host) {
        return detail::call_write_xml<Host>(to, host);
    }
};

/// The library bound to one map: `using debian12 = cpumap::use<cpumap::maps::libvirt_9_0>;`
template <class Map>
struct use : basic_names<Map> {
private:
    using names = basic_names<Map>;

public:
    static_assert(cpu_map<Map>,
                  "cpumap: this is no CPU map, or one of another layout: make it again with cpumap-codegen");
    /// The map.
    using map = Map;

    using typename names::comparison;
    using typename names::error;
    using typename names::guest_cpu;
    using typename names::host_cpu;
    using typename names::hypervisor_view;
    using typename names::model_ref;
    template <class T>
    using result = typename names::template result<T>;
    using decode_options = basic_decode_options<Map>;
    using baseline_options = basic_baseline_options<Map>;
    using assessment = basic_assessment<Map>;

    static constexpr result<guest_cpu> decode_guest(const cpu_data& data, const decode_options& options = {}) {
        return cpumap::decode_guest<Map>(data, options);
    }
    static constexpr result<host_cpu> decode_host(const cpu_data& data, const decode_options& options = {}) {
        return cpumap::decode_host<Map>(data, options);
    }
    static constexpr assessment assess_guest(const cpu_data& data, model_ref model, const hypervisor_view& view = {}) {
        return cpumap::assess_guest<Map>(data, model, view);
    }
    static constexpr comparison compare(const host_cpu& host, const guest_cpu& guest) {
        return cpumap::compare(host, guest);
    }
    static constexpr comparison compare(const host_cpu& host, const host_cpu& other) {
        return cpumap::compare(host, other);
    }
    static constexpr comparison partial_check(const guest_cpu& guest, const host_cpu& host,
                                              const hypervisor_view& view) {
        return cpumap::partial_check(guest, host, view);
    }
    static constexpr result<guest_cpu> update(const guest_cpu& guest, const host_cpu& host) {
        return cpumap::update(guest, host);
    }
    static constexpr result<guest_cpu> translate(const guest_cpu& guest, const hypervisor_view& view) {
        return cpumap::translate(guest, view);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const cpu_data& data,
                                               const hypervisor_view& view = {}) {
        return cpumap::resolve(guest, data, view);
    }
    static constexpr result<guest_cpu> baseline(std::span<const host_cpu> cpus, const baseline_options& options = {}) {
        return cpumap::baseline_of(cpus, options);
    }
    static constexpr result<guest_cpu> baseline(std::span<const guest_cpu> cpus, const baseline_options& options = {}) {
        return cpumap::baseline_of(cpus, options);
    }
    static constexpr result<guest_cpu> expand(const guest_cpu& guest) { return cpumap::expand(guest); }
    static constexpr result<host_cpu> expand(const host_cpu& host) { return cpumap::expand(host); }
    static constexpr guest_cpu migratable_copy(const guest_cpu& guest) { return cpumap::migratable_copy(guest); }
    static constexpr host_cpu migratable_copy(const host_cpu& host) { return cpumap::migratable_copy(host); }
    static constexpr result<guest_cpu> update_live(const guest_cpu& guest, const cpu_data& enabled,
                                                   const cpu_data& disabled) {
        return cpumap::update_live(guest, enabled, disabled);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const host_cpu& host,
                                               const hypervisor_view& view = {}) {
        return cpumap::resolve(guest, host, view);
    }

    template <class Policy>
    static constexpr std::string_view qemu_cpu =
        detail::text_for<Map, Policy, detail::qemu_text<detail::qemu_cpu_writer, Policy>>::view;
    template <class Policy>
    static constexpr std::string_view qemu_smp =
        detail::text_for<Map, Policy, detail::qemu_text<detail::qemu_smp_writer, Policy>>::view;
    template <class Guest = guest_cpu>
    static constexpr std::size_t qemu_cpu_size(const guest_cpu& guest) {
        return detail::call_qemu_cpu_size<Guest>(guest);
    }
    template <class Guest = guest_cpu>
    static constexpr std::size_t qemu_smp_size(const guest_cpu& guest) {
        return detail::call_qemu_smp_size<Guest>(guest);
    }
    template <class Guest = guest_cpu>
    static constexpr result<std::string_view> write_qemu_cpu(std::span<char> to, const guest_cpu& guest) {
        return detail::call_write_qemu_cpu<Guest>(to, guest);
    }
    template <class Guest = guest_cpu>
    static constexpr result<std::string_view> write_qemu_smp(std::span<char> to, const guest_cpu& guest) {
        return detail::call_write_qemu_smp<Guest>(to, guest);
    }

    template <class M = Map>
    static result<cpu_data> native_cpu_data() {
        return cpumap::native_cpu_data<M>();
    }
    template <class Cpuid, class... Msr>
    static constexpr result<cpu_data> read_cpu_data(Cpuid&& cpuid, Msr&&... msr) {
        return cpumap::read_cpu_data<Map>(cpuid, msr...);
    }
    template <class Cpuid, class... Msr>
    static constexpr errc fill_cpu_data(cpu_data& to, Cpuid&& cpuid, Msr&&... msr) {
        return cpumap::fill_cpu_data<Map>(to, cpuid, msr...);
    }
};

}  // namespace cpumap::inline v0
