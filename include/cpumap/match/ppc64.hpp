// SPDX-License-Identifier: BSL-1.0
#pragma once

// ppc64: libvirt's rules for POWER processors. A model is one generation, told by the processor version register (PVR),
// and has no features; a guest runs on hosts of its own generation, or on a later one in a compatibility mode.

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

namespace ppc64 {

/// What libvirt knows of ppc64 in the version that Map belongs to. Its models are the map's, then the names of older
/// libvirts for them, then the compatibility modes that a definition in mode host-model may name as its model.
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

/// What a POWER processor says of itself.
struct cpu_data {
    std::uint32_t pvr = 0;                    ///< the processor version register
    architecture arch = architecture::ppc64;  ///< ppc64 or ppc64le, which the description of the host repeats

    friend constexpr bool operator==(const cpu_data&, const cpu_data&) = default;
};

/// A value that a model's processors have in PVR, as far as the mask goes.
struct masked_pvr {
    std::uint32_t value = 0;  ///< what PVR has where the mask has ones
    std::uint32_t mask = 0;   ///< which bits count

    friend constexpr bool operator==(const masked_pvr&, const masked_pvr&) = default;
};

}  // namespace ppc64

namespace detail {

/// A name that libvirt once had for a model, and the model that it means.
struct ppc64_legacy_name {
    std::string_view name;
    std::string_view generation;
};
inline constexpr ppc64_legacy_name ppc64_legacy_names[] = {
    {"POWER7_v2.1", "POWER7"},
    {"POWER7_v2.3", "POWER7"},
    {"POWER7+_v2.1", "POWER7"},
    {"POWER8_v1.0", "POWER8"},
};

/// A compatibility mode, and the oldest model that has it; oldest first.
struct ppc64_mode {
    std::string_view name;
    std::string_view generation;
};
inline constexpr ppc64_mode ppc64_modes[] = {
    {"power6", "POWER6"}, {"power7", "POWER7"}, {"power8", "POWER8"}, {"power9", "POWER9"}, {"power10", "POWER10"},
};

template <class M>
constexpr std::size_t find_ppc64_model(std::string_view name) {
    using own = typename M::ppc64;
    return find_name(own::model_names, own::model_name_at, own::model_order, own::model_count, name);
}

/// The models of a map, the legacy names of those it has, and the compatibility modes of those it has.
template <class M>
struct ppc64_models {
    using own = typename M::ppc64;
    static constexpr std::size_t most = own::model_count + std::size(ppc64_legacy_names) + std::size(ppc64_modes);
    static constexpr std::size_t bytes = [] {
        std::size_t n = own::model_name_at[own::model_count];
        for (const auto& l : ppc64_legacy_names) n += l.name.size();
        for (const auto& m : ppc64_modes) n += m.name.size();
        return n;
    }();

    joined_names<bytes, most> names;
    char16_t vendor[most + 1]{};
    char16_t generation[most + 1]{};  ///< the map's model that is meant; of a mode the oldest that has it
    std::size_t legacy_end = 0;

    constexpr ppc64_models() {
        for (std::size_t i = 0; i < own::model_count; ++i)
            add(name_at(own::model_names, own::model_name_at, i), i, own::model_vendor[i]);
        for (const auto& l : ppc64_legacy_names)
            if (const std::size_t i = find_ppc64_model<M>(l.generation); i != no_index)
                add(l.name, i, own::model_vendor[i]);
        legacy_end = names.size;
        for (const auto& m : ppc64_modes)
            if (const std::size_t i = find_ppc64_model<M>(m.generation); i != no_index) add(m.name, i, no_index);
    }

private:
    constexpr void add(std::string_view name, std::size_t model, std::size_t of_vendor) {
        generation[names.size] = static_cast<char16_t>(model);
        vendor[names.size] = static_cast<char16_t>(of_vendor);
        names.add(name);
    }
};
template <class M>
inline constexpr ppc64_models<M> ppc64_models_of{};

template <class M>
struct ppc64_tables : plain_tables<ppc64::map<M>, 0, ppc64_models_of<M>.names.size> {
    using own = typename M::ppc64;

    static constexpr char feature_names[] = "";
    static constexpr char16_t feature_name_at[] = u"\0";  // so that the first name, of none, is empty
    static constexpr char16_t feature_order[] = u"";
    static constexpr const auto& model_names = ppc64_models_of<M>.names.text;
    static constexpr const auto& model_name_at = ppc64_models_of<M>.names.at;
    static constexpr const auto& model_order = ppc64_models_of<M>.names.order;
    static constexpr const auto& model_vendor = ppc64_models_of<M>.vendor;
    static constexpr std::uint32_t vendor_count = own::vendor_count;
    static constexpr const auto& vendor_names = own::vendor_names;
    static constexpr const auto& vendor_name_at = own::vendor_name_at;
};
template <class M>
struct map_tables<ppc64::map<M>> {
    using type = ppc64_tables<M>;
};
template <class M>
struct data_for<ppc64::map<M>> {
    using type = ppc64::cpu_data;
};
template <class M>
inline constexpr architecture own_architecture<ppc64::map<M>> = architecture::ppc64;

template <class M>
constexpr bool is_ppc64_mode(basic_model_ref<ppc64::map<M>> model) {
    return model.index() >= ppc64_models_of<M>.legacy_end;
}

/// The map's own model that a name means; none for a compatibility mode.
template <class M>
constexpr given<basic_model_ref<ppc64::map<M>>> ppc64_generation(basic_model_ref<ppc64::map<M>> model) {
    if (is_ppc64_mode(model)) return {};
    return basic_model_ref<ppc64::map<M>>::from_index(ppc64_models_of<M>.generation[model.index()]);
}

template <class M>
constexpr bool is_legacy_ppc64_name(basic_model_ref<ppc64::map<M>> model) {
    return model.index() >= M::ppc64::model_count && !is_ppc64_mode(model);
}

/// The compatibility mode of a generation's own, as an index among the models, or no_index. Later ones have higher.
template <class M>
constexpr std::size_t ppc64_mode_of(basic_model_ref<ppc64::map<M>> generation) {
    const auto& models = ppc64_models_of<M>;
    for (std::size_t i = models.legacy_end; i < models.names.size; ++i)
        if (models.generation[i] == generation.index()) return i;
    return no_index;
}

/// The index of the model with this PVR, or no_index.
template <class M>
constexpr std::size_t find_pvr(std::uint32_t pvr) {
    using own = typename M::ppc64;
    for (std::size_t m = 0; m < own::model_count; ++m)
        for (std::size_t i = own::model_pvr_at[m]; i < own::model_pvr_at[m + 1]; ++i)
            if ((pvr & own::pvr_mask[i]) == own::pvr_value[i]) return m;
    return no_index;
}

struct pvr_access {
    const char32_t* value = nullptr;
    const char32_t* mask = nullptr;
    constexpr ppc64::masked_pvr operator()(std::size_t i) const { return {value[i], mask[i]}; }
};

// A model's name in a policy: as custom's model, and as host_model_as's compatibility mode.
template <class Map, fixed_string Name, std::size_t Index>
using ppc64_model_check =
    broken<ppc64_models_of<typename Map::source>.legacy_end <= index_or_first(Index) && Index != no_index
               ? errc::compatibility_mode_as_model
               : errc::none,
           typed<Name>>;
template <fixed_string Name>
struct ppc64_model_name {
    template <class Map>
    static constexpr std::size_t index = find_model_index<Map>(Name.view());
    template <class Map>
    struct checks {
        static_assert(sizeof(typename model_name_check<Map, Name, index<Map>>::type) != 0);
        static_assert(sizeof(ppc64_model_check<Map, Name, index<Map>>) != 0);
    };
    template <class Map>
    using check = checks<Map>;
    static constexpr bool given = true;
};
template <fixed_string Name>
struct ppc64_mode_name {
    template <class Map>
    static constexpr std::size_t index = find_model_index<Map>(Name.view());
    template <class Map>
    using check = broken<index<Map> != no_index && ppc64_models_of<typename Map::source>.legacy_end <= index<Map>
                             ? errc::none
                             : errc::unknown_compatibility_mode,
                         typed<Name>>;
    static constexpr bool given = true;
};

}  // namespace detail

namespace ppc64 {

/// How to decode; see decode_guest().
template <class Map>
struct basic_decode_options {
    /// What the hypervisor can do; by default every model is usable. Features and blockers do not count.
    basic_hypervisor_view<map<Map>> hypervisor{};
};

/// The values of PVR that stand for a model; a range of masked_pvr, empty for a compatibility mode.
template <class Map>
constexpr auto pvrs(basic_model_ref<map<Map>> model) {
    using own = typename Map::ppc64;
    const auto of = detail::ppc64_generation(model);
    const std::size_t first = of ? own::model_pvr_at[of->index()] : 0;
    const std::size_t last = of ? own::model_pvr_at[of->index() + 1] : 0;
    return detail::table_range(detail::pvr_access{own::pvr_value, own::pvr_mask}, first, last - first);
}

/// The map's own model that a name means: a legacy name's generation, or the model itself; none for a compatibility
/// mode.
template <class Map>
constexpr given<basic_model_ref<map<Map>>> generation(basic_model_ref<map<Map>> model) {
    return detail::ppc64_generation(model);
}

/// Whether a name is that of a compatibility mode and so no model of its own.
template <class Map>
constexpr bool is_compatibility_mode(basic_model_ref<map<Map>> model) {
    return detail::is_ppc64_mode(model);
}

/// The definition with a legacy name of its model replaced by the generation that it means.
template <class Definition>
constexpr Definition without_legacy_name(Definition cpu) {
    if (cpu.has_model() && detail::is_legacy_ppc64_name(cpu.model())) cpu.set_model(*generation(cpu.model()));
    return cpu;
}

/// The description of a host with this data: the first model of the map that has its PVR, and that model's vendor.
/// Errors: unknown_pvr, with the PVR; model_not_supported, with the model, where the hypervisor does not know it.
template <class Map = default_map>
constexpr basic_result<basic_host_cpu<map<Map>>, basic_error<map<Map>>> decode_host(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    using result = basic_result<basic_host_cpu<map<Map>>, basic_error<map<Map>>>;
    const std::size_t found = detail::find_pvr<Map>(data.pvr);
    if (found == detail::no_index)
        return result(basic_error<map<Map>>(errc::unknown_pvr, detail::short_text{}.put_hex(data.pvr, 8).view()));
    const auto model = basic_model_ref<map<Map>>::from_index(found);
    if (options.hypervisor.models && options.hypervisor.find(model) == nullptr)
        return result(basic_error<map<Map>>(errc::model_not_supported, model.name()));
    basic_host_cpu<map<Map>> host(model);
    host.set_arch(data.arch);
    return host;
}

/// The guest CPU that a processor with this data is: its model, custom, match exact, fallback forbid.
/// Errors: those of decode_host().
template <class Map = default_map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> decode_guest(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    using result = basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>>;
    const auto host = decode_host<Map>(data, options);
    if (!host) return result(host.error());
    basic_guest_cpu<map<Map>> guest(host->model());
    guest.set_vendor(host->vendor());
    guest.set_fallback(fallback::forbid);
    return guest;
}

}  // namespace ppc64

namespace detail {

/// What is looked at before models: reason::none where it does not decide. An answer where it is not enough either.
template <class Map>
constexpr basic_comparison<Map> compare_vendors(const basic_host_cpu<Map>& host, architecture arch,
                                                std::string_view vendor) {
    basic_comparison<Map> answer;
    if (!host.has_model())
        answer.reason = reason::host_without_model;
    else if (!same_family(host.arch(), arch))
        answer.reason = reason::other_architecture;
    else if (!vendor.empty() && vendor != host.vendor())
        answer.reason = reason::other_vendor;
    return answer;
}

/// A host's model against one that must be the same; both must be the map's own.
template <class M, class Map = ppc64::map<M>>
constexpr basic_result<basic_comparison<Map>, basic_error<Map>> compare_ppc64_models(basic_model_ref<Map> host,
                                                                                     basic_model_ref<Map> other) {
    using result = basic_result<basic_comparison<Map>, basic_error<Map>>;
    for (const auto model : {host, other})
        if (model.index() >= M::ppc64::model_count) return result(basic_error<Map>(errc::unknown_model, model.name()));
    basic_comparison<Map> answer;
    if (host == other)
        answer.outcome = verdict::identical;
    else
        answer.reason = reason::other_model;
    return answer;
}

}  // namespace detail

namespace ppc64 {

/// Whether a host can run a guest's CPU. A custom one must be of the host's own model, which legacy names of it are
/// too; host-passthrough, maximum and host-model always are. A host-model definition with a model asks for that
/// compatibility mode, which must not be of a generation behind the host's. There is nothing between incompatible and
/// identical.
/// Errors: missing_model, where a custom definition has none; unknown_model, where the host's is a legacy name or a
/// compatibility mode, or the guest's a compatibility mode; unknown_compatibility_mode; no_compatibility_modes.
template <class Map>
constexpr basic_result<basic_comparison<map<Map>>, basic_error<map<Map>>> compare(
    const basic_host_cpu<map<Map>>& host, const basic_guest_cpu<map<Map>>& guest) {
    using error = basic_error<map<Map>>;
    using result = basic_result<basic_comparison<map<Map>>, error>;
    auto answer = detail::compare_vendors(host, host.arch(), guest.vendor());
    if (answer.reason != reason::none) return answer;
    if (guest.mode() == mode::custom) {
        if (!guest.has_model()) return result(error(errc::missing_model));
        return detail::compare_ppc64_models<Map>(host.model(), without_legacy_name(guest).model());
    }
    if (host.model().index() >= Map::ppc64::model_count) return result(error(errc::unknown_model, host.model().name()));
    if (guest.mode() == mode::host_model && guest.has_model()) {
        const std::size_t highest = detail::ppc64_mode_of(host.model());
        if (highest == detail::no_index) return result(error(errc::no_compatibility_modes, host.model().name()));
        if (!is_compatibility_mode(guest.model()))
            return result(error(errc::unknown_compatibility_mode, guest.model().name()));
        if (guest.model().index() > highest) {
            answer.reason = reason::later_compatibility_mode;
            return answer;
        }
    }
    answer.outcome = verdict::identical;
    return answer;
}

/// Whether a host is of the same model as another, so that what runs there runs here.
/// Errors: missing_model, where the other has none; unknown_model as for guests.
template <class Map>
constexpr basic_result<basic_comparison<map<Map>>, basic_error<map<Map>>> compare(
    const basic_host_cpu<map<Map>>& host, const basic_host_cpu<map<Map>>& other) {
    using result = basic_result<basic_comparison<map<Map>>, basic_error<map<Map>>>;
    const auto answer = detail::compare_vendors(host, other.arch(), other.vendor());
    if (answer.reason != reason::none) return answer;
    if (!other.has_model()) return result(basic_error<map<Map>>(errc::missing_model));
    return detail::compare_ppc64_models<Map>(host.model(), without_legacy_name(other).model());
}

/// Turns a guest definition into one that says exactly what runs on the host: custom ones become match exact.
/// Everything else stays as it is, the compatibility mode of host-model and legacy names too; the host does not count.
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> update(const basic_guest_cpu<map<Map>>& guest,
                                                                                const basic_host_cpu<map<Map>>&) {
    basic_guest_cpu<map<Map>> updated(guest);
    if (guest.mode() == mode::custom) updated.set_match(match::exact);
    return updated;
}

/// The definition as it is where the hypervisor knows its model, or says nothing of models; no other model ever stands
/// in for one.
/// Error: model_not_supported, with the model.
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> translate(
    const basic_guest_cpu<map<Map>>& guest, const basic_hypervisor_view<map<Map>>& hypervisor) {
    return detail::translate_by_name(guest, hypervisor);
}

/// What a definition comes to on a described host: a legacy name becomes its generation, and the definition is
/// compared, updated and translated.
/// Errors: missing_model; vendors_differ, with the vendor; incompatible, with the guest's model; those of compare() and
/// translate().
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> resolve(
    const basic_guest_cpu<map<Map>>& given, const basic_host_cpu<map<Map>>& host,
    const basic_hypervisor_view<map<Map>>& hypervisor = {}) {
    using error = basic_error<map<Map>>;
    using result = basic_result<basic_guest_cpu<map<Map>>, error>;
    const auto guest = without_legacy_name(given);
    const auto compared = ppc64::compare(host, guest);
    if (!compared) return result(compared.error());
    if (compared->reason == reason::host_without_model) return result(error(errc::missing_model));
    if (compared->reason == reason::other_vendor) return result(error(errc::vendors_differ, guest.vendor()));
    if (compared->outcome == verdict::incompatible) return result(error(errc::incompatible, guest.model().name()));
    return ppc64::translate(*ppc64::update(guest, host), hypervisor);
}

/// What a definition comes to on a host with this data and this hypervisor. What names no model and leaves the CPU to
/// the hypervisor comes back unchanged.
/// Errors: a code of check_definition(); unknown_pvr; those of resolve() with a described host.
template <class Map>
constexpr basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>> resolve(
    const basic_guest_cpu<map<Map>>& guest, const cpu_data& data,
    const basic_hypervisor_view<map<Map>>& hypervisor = {}) {
    using result = basic_result<basic_guest_cpu<map<Map>>, basic_error<map<Map>>>;
    if (const errc e = check_definition(guest); e != errc::none) return result(basic_error<map<Map>>(e));
    if (guest.mode() == mode::custom && !guest.has_model()) return guest;
    const auto host = decode_host<Map>(data);
    if (!host) return result(host.error());
    return ppc64::resolve(guest, *host, hypervisor);
}

/// The guest CPU that runs on all of several hosts, which must be of one model. The answer forbids a fallback, and names
/// a vendor only where every input that names one names the same and the map gives the model none.
/// Errors: empty_input; missing_model; unknown_model, which a legacy name is too; incompatible, with the model that
/// differs; unknown_vendor, vendor_not_of_model, vendors_differ, each with the vendor.
template <class Definition, class Map = typename Definition::map_type>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline_of(std::span<const Definition> cpus) {
    using error = basic_error<Map>;
    using result = basic_result<basic_guest_cpu<Map>, error>;
    if (cpus.empty()) return result(error(errc::empty_input));
    for (const Definition& cpu : cpus)
        if (!cpu.has_model()) return result(error(errc::missing_model));
    const basic_model_ref<Map> model = cpus[0].model();
    if (model.index() >= Map::source::ppc64::model_count) return result(error(errc::unknown_model, model.name()));
    std::string_view vendor;
    for (const Definition& cpu : cpus) {
        if (cpu.model() != model) return result(error(errc::incompatible, cpu.model().name()));
        if (cpu.vendor().empty()) continue;
        if (detail::find_vendor<Map>(cpu.vendor()) == detail::no_index)
            return result(error(errc::unknown_vendor, cpu.vendor()));
        if (!model.vendor().empty()) {
            if (model.vendor() != cpu.vendor()) return result(error(errc::vendor_not_of_model, cpu.vendor()));
        } else if (vendor.empty()) {
            vendor = cpu.vendor();
        } else if (vendor != cpu.vendor()) {
            return result(error(errc::vendors_differ, cpu.vendor()));
        }
    }
    basic_guest_cpu<Map> guest(model);
    guest.set_fallback(fallback::forbid);
    guest.set_vendor(vendor);
    return guest;
}

/// baseline_of() for whatever a span can be made of: an array, a vector, a span.
template <class Range,
          class Definition = std::remove_cv_t<typename decltype(std::span(std::declval<const Range&>()))::element_type>>
constexpr auto baseline(const Range& cpus) {
    return ppc64::baseline_of<Definition>(std::span<const Definition>(cpus));
}

/// Whether every feature that a definition or description lists is in the map; ppc64 has none, and so a list of names
/// that could be made is always in order.
template <class Definition>
constexpr basic_result<void, basic_error<typename Definition::map_type>> validate(const Definition&) {
    return {};
}

// Defined in <cpumap/host/native_ppc64.hpp>; without that, using these is the compiler's error.
template <class Map = default_map>
auto native_cpu_data();
template <class Map = default_map, class Pvr>
constexpr basic_result<cpu_data, basic_error<map<Map>>> read_cpu_data(Pvr&& pvr,
                                                                      architecture arch = architecture::ppc64);

/// The library for ppc64 bound to one map: `using debian12 = cpumap::ppc64::use<cpumap::maps::libvirt_9_0>;`
template <class Map>
struct use : basic_names<ppc64::map<Map>> {
private:
    using names = basic_names<ppc64::map<Map>>;

public:
    static_assert(cpu_map<Map>,
                  "cpumap: this is no CPU map, or one of another layout: make it again with cpumap-codegen");
    using map = ppc64::map<Map>;

    using cpu_data = ppc64::cpu_data;
    using typename names::comparison;
    using typename names::error;
    using typename names::guest_cpu;
    using typename names::host_cpu;
    using typename names::hypervisor_view;
    using typename names::model_ref;
    template <class T>
    using result = typename names::template result<T>;
    using decode_options = basic_decode_options<Map>;

    static constexpr auto models() {
        return detail::table_range(detail::model_access<map>{}, 0, Map::ppc64::model_count);
    }
    static constexpr auto legacy_names() {
        return detail::table_range(detail::model_access<map>{}, Map::ppc64::model_count,
                                   detail::ppc64_models_of<Map>.legacy_end - Map::ppc64::model_count);
    }
    static constexpr auto compatibility_modes() {
        return detail::table_range(detail::model_access<map>{}, detail::ppc64_models_of<Map>.legacy_end,
                                   detail::ppc64_models_of<Map>.names.size - detail::ppc64_models_of<Map>.legacy_end);
    }
    static constexpr auto pvrs(model_ref model) { return ppc64::pvrs(model); }
    static constexpr given<model_ref> generation(model_ref model) { return ppc64::generation(model); }
    static constexpr bool is_compatibility_mode(model_ref model) { return ppc64::is_compatibility_mode(model); }

    static constexpr result<host_cpu> decode_host(const cpu_data& data, const decode_options& options = {}) {
        return ppc64::decode_host<Map>(data, options);
    }
    static constexpr result<guest_cpu> decode_guest(const cpu_data& data, const decode_options& options = {}) {
        return ppc64::decode_guest<Map>(data, options);
    }
    static constexpr result<comparison> compare(const host_cpu& host, const guest_cpu& guest) {
        return ppc64::compare(host, guest);
    }
    static constexpr result<comparison> compare(const host_cpu& host, const host_cpu& other) {
        return ppc64::compare(host, other);
    }
    static constexpr result<guest_cpu> update(const guest_cpu& guest, const host_cpu& host) {
        return ppc64::update(guest, host);
    }
    static constexpr result<guest_cpu> translate(const guest_cpu& guest, const hypervisor_view& view) {
        return ppc64::translate(guest, view);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const cpu_data& data,
                                               const hypervisor_view& view = {}) {
        return ppc64::resolve(guest, data, view);
    }
    static constexpr result<guest_cpu> resolve(const guest_cpu& guest, const host_cpu& host,
                                               const hypervisor_view& view = {}) {
        return ppc64::resolve(guest, host, view);
    }
    static constexpr result<guest_cpu> baseline(std::span<const host_cpu> cpus) { return ppc64::baseline_of(cpus); }
    static constexpr result<guest_cpu> baseline(std::span<const guest_cpu> cpus) { return ppc64::baseline_of(cpus); }
    static constexpr result<void> validate(const guest_cpu& guest) { return ppc64::validate(guest); }
    static constexpr result<void> validate(const host_cpu& host) { return ppc64::validate(host); }

    template <fixed_string Model, class... Items>
    using custom = basic_policy<map, mode::custom, detail::ppc64_model_name<Model>, Items...>;
    template <fixed_string Mode, class... Items>
    using host_model_as = basic_policy<map, mode::host_model, detail::ppc64_mode_name<Mode>, Items...>;

    template <class M = Map>
    static result<cpu_data> native_cpu_data() {
        return ppc64::native_cpu_data<M>();
    }
    template <class Pvr>
    static constexpr result<cpu_data> read_cpu_data(Pvr&& pvr, architecture arch = architecture::ppc64) {
        return ppc64::read_cpu_data<Map>(pvr, arch);
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

/// The model of a name, a legacy name or a compatibility mode: `model<"POWER9">`. A compile error on any other.
template <fixed_string Name, class Map = default_map>
inline constexpr basic_model_ref<map<Map>> model = detail::checked_model<map<Map>, Name>::value;

/// The model of a name, a legacy name or a compatibility mode that comes at run time, if it is one.
template <class Map = default_map>
constexpr given<basic_model_ref<map<Map>>> find_model(std::string_view name) {
    return cpumap::find_model<map<Map>>(name);
}
/// The model whose name is nearest to a misspelt one, if any is near: for messages.
template <class Map = default_map>
constexpr given<basic_model_ref<map<Map>>> nearest_model(std::string_view name) {
    return cpumap::nearest_model<map<Map>>(name);
}
/// The map's own models, in map order.
template <class Map = default_map>
constexpr auto models() {
    return use<Map>::models();
}
/// The names that older libvirts had for models of the map; a definition may still use them.
template <class Map = default_map>
constexpr auto legacy_names() {
    return use<Map>::legacy_names();
}
/// The compatibility modes, oldest first: names that a definition in mode host-model may give as its model.
template <class Map = default_map>
constexpr auto compatibility_modes() {
    return use<Map>::compatibility_modes();
}

/// No model: the hypervisor's own default. Takes options only, topology say.
template <class... Items>
using none = use<default_map>::none<Items...>;
/// A fixed model: `custom<"POWER9">`. A compile error on a compatibility mode.
template <fixed_string Model, class... Items>
using custom = use<default_map>::custom<Model, Items...>;
/// The host's model.
template <class... Items>
using host_model = use<default_map>::host_model<Items...>;
/// The host's processor in a compatibility mode: `host_model_as<"power8">` is host-model with that model. A compile
/// error on any other name.
template <fixed_string Mode, class... Items>
using host_model_as = use<default_map>::host_model_as<Mode, Items...>;
/// Exactly the host's CPU.
template <class... Items>
using host_passthrough = use<default_map>::host_passthrough<Items...>;
/// All that the hypervisor can give on this host.
template <class... Items>
using maximum = use<default_map>::maximum<Items...>;

}  // namespace ppc64

}  // namespace cpumap::inline v0
