// SPDX-License-Identifier: BSL-1.0
#pragma once

// arm: libvirt's rules for ARM processors. A model is a part number in MIDR_EL1, the vendor its implementer, and the
// features of a host are what Linux calls them in AT_HWCAP. What a hypervisor can do with them libvirt does not judge.

#include <cpumap/base/handles.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/base/short_text.hpp>
#include <cpumap/base/tables.hpp>
#include <cpumap/match/compare.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>
#include <cpumap/match/plain_tables.hpp>
#include <cpumap/match/rules.hpp>
#include <cpumap/match/use.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cpumap::inline v0 {

namespace arm {

/// What libvirt knows of arm in the version that Map belongs to. Its features are those that Linux reports, in the order
/// of their bits, then the map's others.
template <class Map>
struct map {
    /// The map that the names are from.
    using source = Map;
    /// As Map's.
    /// @{
    static constexpr std::string_view version = Map::version;
    static constexpr std::uint32_t version_number = Map::version_number;
    /// @}
};

/// What an ARM processor and its kernel say of it.
struct cpu_data {
    std::uint64_t midr = 0;   ///< MIDR_EL1
    std::uint64_t hwcap = 0;  ///< AT_HWCAP of 64-bit Linux; of the bits, the lowest 32 count
    architecture arch =
        architecture::aarch64;  ///< aarch64, armv7l or armv6l, which the description of the host repeats

    /// The 12 bits that tell an implementer's processors apart.
    [[nodiscard]] constexpr std::uint32_t part() const { return static_cast<std::uint32_t>(midr >> 4 & 0xfff); }
    /// Who made the processor; 0 is nobody that is known.
    [[nodiscard]] constexpr std::uint32_t implementer() const { return static_cast<std::uint32_t>(midr >> 24 & 0xff); }

    friend constexpr bool operator==(const cpu_data&, const cpu_data&) = default;
};

}  // namespace arm

namespace detail {

/// Linux's names for the bits of AT_HWCAP on aarch64, from bit 0; each ends with a bar.
inline constexpr std::string_view hwcap_names{
    "fp|asimd|evtstrm|aes|pmull|sha1|sha2|crc32|atomics|fphp|asimdhp|cpuid|asimdrdm|jscvt|fcma|lrcpc|dcpop|sha3|sm3|"
    "sm4|"
    "asimddp|sha512|sve|asimdfhm|dit|uscat|ilrcpc|flagm|ssbs|sb|paca|pacg|"};
inline constexpr std::size_t hwcap_count = 32;

/// The features of a map: Linux's, then the map's others.
template <class M>
struct arm_features {
    using own = typename M::arm;

    joined_names<hwcap_names.size() + own::feature_name_at[own::feature_count], hwcap_count + own::feature_count> names;
    bool in_map[hwcap_count + own::feature_count]{};

    constexpr arm_features() {
        std::size_t first = 0;
        for (std::size_t i = 0; i < hwcap_names.size(); ++i)
            if (hwcap_names[i] == '|') {
                const std::string_view name(hwcap_names.data() + first, i - first);
                in_map[names.size] = find(name) != no_index;
                names.add(name);
                first = i + 1;
            }
        for (std::size_t i = 0; i < own::feature_count; ++i) {
            const std::string_view name = name_at(own::feature_names, own::feature_name_at, i);
            if (names.find(name) != no_index) continue;
            in_map[names.size] = true;
            names.add(name);
        }
    }

private:
    static constexpr std::size_t find(std::string_view name) {
        return find_name(own::feature_names, own::feature_name_at, own::feature_order, own::feature_count, name);
    }
};
template <class M>
inline constexpr arm_features<M> arm_features_of{};

template <class M>
struct arm_tables : plain_tables<arm::map<M>, arm_features_of<M>.names.size, M::arm::model_count> {
    using own = typename M::arm;

    static constexpr const auto& feature_names = arm_features_of<M>.names.text;
    static constexpr const auto& feature_name_at = arm_features_of<M>.names.at;
    static constexpr const auto& feature_order = arm_features_of<M>.names.order;
    static constexpr const auto& model_names = own::model_names;
    static constexpr const auto& model_name_at = own::model_name_at;
    static constexpr const auto& model_order = own::model_order;
    static constexpr const auto& model_vendor = own::model_vendor;
    static constexpr std::uint32_t vendor_count = own::vendor_count;
    static constexpr const auto& vendor_names = own::vendor_names;
    static constexpr const auto& vendor_name_at = own::vendor_name_at;
};
template <class M>
struct map_tables<arm::map<M>> {
    using type = arm_tables<M>;
};
template <class M>
struct data_for<arm::map<M>> {
    using type = arm::cpu_data;
};
template <class M>
inline constexpr architecture own_architecture<arm::map<M>> = architecture::aarch64;

template <class M>
constexpr std::size_t find_part(std::uint32_t part) {
    for (std::size_t i = 0; i < M::arm::model_count; ++i)
        if (M::arm::model_part[i] == part) return i;
    return no_index;
}

template <class M>
constexpr std::size_t find_implementer(std::uint32_t implementer) {
    for (std::size_t i = 0; i < M::arm::vendor_count; ++i)
        if (M::arm::vendor_implementer[i] == implementer) return i;
    return no_index;
}

/// An error about a processor, which gives both of its numbers.
template <class M>
constexpr basic_error<arm::map<M>> midr_error(errc code, const arm::cpu_data& data) {
    short_text text;
    text.put(std::string_view("implementer ", 12)).put_hex(data.implementer(), 2);
    text.put(std::string_view(", part ", 7)).put_hex(data.part(), 3);
    return basic_error<arm::map<M>>(code, text.view());
}

}  // namespace detail

namespace arm {

/// How to decode; see decode_guest().
template <class Map>
struct basic_decode_options {
    /// What the hypervisor can do; by default every model is usable. Features and blockers do not count.
    basic_hypervisor_view<map<Map>> hypervisor{};
};

/// The part number of a model, 12 bits of MIDR_EL1.
template <class Map>
constexpr std::uint32_t part(basic_model_ref<map<Map>> model) {
    return Map::arm::model_part[model.index()];
}

/// The implementer id of a vendor, 8 bits of MIDR_EL1, if the map knows the vendor.
template <class Map = default_map>
constexpr given<std::uint32_t> implementer(std::string_view vendor) {
    const std::size_t index = detail::find_vendor<map<Map>>(vendor);
    if (index == detail::no_index) return {};
    return std::uint32_t{Map::arm::vendor_implementer[index]};
}

/// Whether the map itself names a feature, so that validate() takes it; Linux names others besides.
template <class Map>
constexpr bool is_in_map(basic_feature_ref<map<Map>> feature) {
    return detail::arm_features_of<Map>.in_map[feature.index()];
}

/// The features that AT_HWCAP reports.
template <class Map = default_map>
constexpr basic_feature_set<map<Map>> features_of(const cpu_data& data) {
    basic_feature_set<map<Map>> set;
    for (std::size_t bit = 0; bit < detail::hwcap_count; ++bit)
        if ((data.hwcap >> bit & 1) != 0) set.set(bit);
    return set;
}

/// The description of a host with this data: the first model of the map with its part number, the vendor with its
/// implementer id, none for 0, and the features that Linux reports.
/// Errors: unknown_part and unknown_implementer, with both numbers; model_not_supported, with the model, where the
/// hypervisor does not know it.
template <class Map = default_map>
constexpr basic_result<basic_host_cpu<map<Map>>, basic_error<map<Map>>> decode_host(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    using result = basic_result<basic_host_cpu<map<Map>>, basic_error<map<Map>>>;
    const std::size_t found = detail::find_part<Map>(data.part());
    if (found == detail::no_index) return result(detail::midr_error<Map>(errc::unknown_part, data));
    const std::size_t vendor =
        data.implementer() == 0 ? detail::no_index : detail::find_implementer<Map>(data.implementer());
    if (vendor == detail::no_index && data.implementer() != 0)
        return result(detail::midr_error<Map>(errc::unknown_implementer, data));
    const auto model = basic_model_ref<map<Map>>::from_index(found);
    if (options.hypervisor.models && options.hypervisor.find(model) == nullptr)
        return result(basic_error<map<Map>>(errc::model_not_supported, model.name()));
    basic_host_cpu<map<Map>> host(model);
    host.set_arch(data.arch);
    host.set_vendor(detail::vendor_name<map<Map>>(vendor));
    host.listed().append(feature_policy::require, features_of<Map>(data));
    return host;
}

/// The guest CPU that a processor with this data is: its model, vendor and features, custom, match exact, fallback
/// forbid.
/// Errors: those of decode_host().
template <class Map = default_map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> decode_guest(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    using result = basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>>;
    const auto host = decode_host<Map>(data, options);
    if (!host) return result(host.error());
    result r{basic_guest_cpu<map<Map>>(host->model())};
    r->set_vendor(host->vendor());
    r->set_fallback(fallback::forbid);
    r->listed() = host->listed();
    return r;
}

/// Whether a host can run a guest's CPU: identical, always. libvirt leaves it to the hypervisor.
template <class Map>
constexpr basic_comparison<map<Map>> compare(const basic_host_cpu<map<Map>>&, const basic_guest_cpu<map<Map>>&) {
    return {.outcome = verdict::identical};
}

/// Whether a host is of the same vendor and model as another; features do not count. There is nothing between
/// incompatible and identical.
template <class Map>
constexpr basic_comparison<map<Map>> compare(const basic_host_cpu<map<Map>>& host,
                                             const basic_host_cpu<map<Map>>& other) {
    if (!host.has_model()) return {.reason = reason::host_without_model};
    if (!detail::same_family(host.arch(), other.arch())) return {.reason = reason::other_architecture};
    if (host.vendor() != other.vendor()) return {.reason = reason::other_vendor};
    if (!other.has_model() || host.model() != other.model()) return {.reason = reason::other_model};
    return {.outcome = verdict::identical};
}

/// Turns a guest definition into one that says exactly what runs on the host: host-model becomes custom, match exact,
/// with the host's model, vendor and features in place of its own. All else stays as it is.
/// Error: missing_model where the host's model is needed and it has none.
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> update(const basic_guest_cpu<map<Map>>& guest,
                                                                                const basic_host_cpu<map<Map>>& host) {
    using result = basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>>;
    if (guest.mode() != mode::host_model) return guest;
    if (!host.has_model()) return result(basic_error<map<Map>>(errc::missing_model));
    result r(guest);
    r->set_mode(mode::custom);
    r->set_match(match::exact);
    r->set_model(host.model());
    r->set_vendor(host.vendor());
    r->set_vendor_id({});
    r->listed() = host.listed();
    return r;
}

/// The definition as it is where the hypervisor knows its model, or says nothing of models; no other model ever stands
/// in for one.
/// Error: model_not_supported, with the model.
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> translate(
    const basic_guest_cpu<map<Map>>& guest, const basic_hypervisor_view<map<Map>>& hypervisor) {
    return detail::translate_by_name(guest, hypervisor);
}

/// What a definition comes to on a described host: it is updated and translated, since comparing refuses nothing.
/// Errors: those of update() and translate().
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> resolve(
    const basic_guest_cpu<map<Map>>& guest, const basic_host_cpu<map<Map>>& host,
    const basic_hypervisor_view<map<Map>>& hypervisor = {}) {
    const auto updated = arm::update(guest, host);
    if (!updated) return updated;
    return arm::translate(*updated, hypervisor);
}

/// What a definition comes to on a host with this data and this hypervisor. The data counts for host-model alone.
/// Errors: a code of check_definition(); those of decode_host() and translate().
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> resolve(
    const basic_guest_cpu<map<Map>>& guest, const cpu_data& data,
    const basic_hypervisor_view<map<Map>>& hypervisor = {}) {
    using result = basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>>;
    if (const errc e = check_definition(guest); e != errc::none) return result(basic_error<map<Map>>(e));
    if (guest.mode() != mode::host_model) return arm::translate(guest, hypervisor);
    const auto host = decode_host<Map>(data);
    if (!host) return result(host.error());
    return arm::resolve(guest, *host, hypervisor);
}

/// The guest CPU that libvirt takes for several hosts: the model of the first, without vendor and features.
/// Errors: empty_input; missing_model, where any has none.
template <class Definition, class Map = typename Definition::map_type>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline_of(std::span<const Definition> cpus) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (cpus.empty()) return result(basic_error<Map>(errc::empty_input));
    for (const Definition& cpu : cpus)
        if (!cpu.has_model()) return result(basic_error<Map>(errc::missing_model));
    return basic_guest_cpu<Map>(cpus[0].model());
}

/// baseline_of() for whatever a span can be made of: an array, a vector, a span.
template <class Range,
          class Definition = std::remove_cv_t<typename decltype(std::span(std::declval<const Range&>()))::element_type>>
constexpr auto baseline(const Range& cpus) {
    return arm::baseline_of<Definition>(std::span<const Definition>(cpus));
}

/// Whether the map itself names every feature that a definition or description lists.
/// Error: unknown_feature, with the first that it does not name, and all of them as a set.
template <class Definition>
constexpr basic_result<void, basic_error<typename Definition::map_type>> validate(const Definition& cpu) {
    using map_type = typename Definition::map_type;
    basic_feature_set<map_type> unknown;
    std::string_view first;
    for (const auto f : cpu.listed()) {
        if (is_in_map(f.feature)) continue;
        if (unknown.empty()) first = f.feature.name();
        unknown.insert(f.feature);
    }
    if (!unknown.empty()) return basic_error<map_type>(errc::unknown_feature, first, unknown);
    return {};
}

// Defined in <cpumap/host/native_arm.hpp>; without that, using these is the compiler's error.
template <class Map = default_map>
auto native_cpu_data();
template <class Map = default_map, class Midr, class Hwcap>
constexpr basic_result<cpu_data, basic_error<map<Map>>> read_cpu_data(Midr&& midr, Hwcap&& hwcap);

/// The library for arm bound to one map: `using debian12 = cpumap::arm::use<cpumap::maps::libvirt_9_0>;`
template <class Map>
struct use : basic_names<arm::map<Map>> {
private:
    using names = basic_names<arm::map<Map>>;

public:
    static_assert(cpu_map<Map>,
                  "cpumap: this is no CPU map, or one of another layout: make it again with cpumap-codegen");
    using map = arm::map<Map>;

    using cpu_data = arm::cpu_data;
    using typename names::comparison;
    using typename names::error;
    using typename names::feature_ref;
    using typename names::feature_set;
    using typename names::guest_cpu;
    using typename names::host_cpu;
    using typename names::hypervisor_view;
    using typename names::model_ref;
    template <class T>
    using result = typename names::template result<T>;
    using decode_options = basic_decode_options<Map>;

    static constexpr std::uint32_t part(model_ref model) { return arm::part(model); }
    static constexpr given<std::uint32_t> implementer(std::string_view vendor) { return arm::implementer<Map>(vendor); }
    static constexpr bool is_in_map(feature_ref feature) { return arm::is_in_map(feature); }
    static constexpr feature_set features_of(const cpu_data& data) { return arm::features_of<Map>(data); }

    static constexpr result<host_cpu> decode_host(const cpu_data& data, const decode_options& options = {}) {
        return arm::decode_host<Map>(data, options);
    }
    static constexpr result<guest_cpu> decode_guest(const cpu_data& data, const decode_options& options = {}) {
        return arm::decode_guest<Map>(data, options);
    }
    static constexpr comparison compare(const host_cpu& host, const guest_cpu& guest) {
        return arm::compare(host, guest);
    }
    static constexpr comparison compare(const host_cpu& host, const host_cpu& other) {
        return arm::compare(host, other);
    }
    static constexpr result<guest_cpu> update(const guest_cpu& guest, const host_cpu& host) {
        return arm::update(guest, host);
    }
    static constexpr result<guest_cpu> translate(const guest_cpu& guest, const hypervisor_view& view) {
        return arm::translate(guest, view);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const cpu_data& data,
                                               const hypervisor_view& view = {}) {
        return arm::resolve(guest, data, view);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const host_cpu& host,
                                               const hypervisor_view& view = {}) {
        return arm::resolve(guest, host, view);
    }
    static constexpr result<guest_cpu> baseline(std::span<const host_cpu> cpus) { return arm::baseline_of(cpus); }
    static constexpr result<guest_cpu> baseline(std::span<const guest_cpu> cpus) { return arm::baseline_of(cpus); }
    static constexpr result<void> validate(const guest_cpu& guest) { return arm::validate(guest); }
    static constexpr result<void> validate(const host_cpu& host) { return arm::validate(host); }

    template <class M = Map>
    static result<cpu_data> native_cpu_data() {
        return arm::native_cpu_data<M>();
    }
    template <class Midr, class Hwcap>
    static constexpr result<cpu_data> read_cpu_data(Midr&& midr, Hwcap&& hwcap) {
        return arm::read_cpu_data<Map>(midr, hwcap);
    }
};

/// The class template of that name, for the default map.
/// @{
using feature_ref = basic_feature_ref<map<default_map>>;
using model_ref = basic_model_ref<map<default_map>>;
using feature_set = basic_feature_set<map<default_map>>;
using guest_cpu = basic_guest_cpu<map<default_map>>;
using host_cpu = basic_host_cpu<map<default_map>>;
using comparison = basic_comparison<map<default_map>>;
using usable_model = basic_usable_model<map<default_map>>;
using hypervisor_view = basic_hypervisor_view<map<default_map>>;
using decode_options = basic_decode_options<default_map>;
using error = basic_error<map<default_map>>;
template <class T>
using result = basic_result<T, error>;
/// @}

/// The feature of a name, the map's or Linux's: `feature<"sve">`. A compile error on any other.
template <fixed_string Name, class Map = default_map>
inline constexpr basic_feature_ref<map<Map>> feature = detail::checked_feature<map<Map>, Name>::value;
/// The model of a name: `model<"Neoverse-N1">`. A compile error where the map has none.
template <fixed_string Name, class Map = default_map>
inline constexpr basic_model_ref<map<Map>> model = detail::checked_model<map<Map>, Name>::value;

/// The feature of a name, the map's or Linux's, that comes at run time, if it is one.
template <class Map = default_map>
constexpr given<basic_feature_ref<map<Map>>> find_feature(std::string_view name) {
    return cpumap::find_feature<map<Map>>(name);
}
/// The model of a name that comes at run time, if the map has one.
template <class Map = default_map>
constexpr given<basic_model_ref<map<Map>>> find_model(std::string_view name) {
    return cpumap::find_model<map<Map>>(name);
}
/// The feature whose name is nearest to a misspelt one, if any is near: for messages.
template <class Map = default_map>
constexpr given<basic_feature_ref<map<Map>>> nearest_feature(std::string_view name) {
    return cpumap::nearest_feature<map<Map>>(name);
}
/// The model whose name is nearest to a misspelt one, if any is near: for messages.
template <class Map = default_map>
constexpr given<basic_model_ref<map<Map>>> nearest_model(std::string_view name) {
    return cpumap::nearest_model<map<Map>>(name);
}
/// All features: Linux's in the order of their bits, then the map's others in map order.
template <class Map = default_map>
constexpr auto features() {
    return cpumap::features<map<Map>>();
}
/// All models, in map order.
template <class Map = default_map>
constexpr auto models() {
    return cpumap::models<map<Map>>();
}

/// No model: the hypervisor's own default. Takes options only, topology say.
template <class... Items>
using none = use<default_map>::none<Items...>;
/// A fixed model: `custom<"Neoverse-N1", require<"sve">>`.
template <fixed_string Model, class... Items>
using custom = use<default_map>::custom<Model, Items...>;
/// The host's model and features.
template <class... Items>
using host_model = use<default_map>::host_model<Items...>;
/// Exactly the host's CPU.
template <class... Items>
using host_passthrough = use<default_map>::host_passthrough<Items...>;
/// All that the hypervisor can give on this host.
template <class... Items>
using maximum = use<default_map>::maximum<Items...>;

}  // namespace arm

}  // namespace cpumap::inline v0
