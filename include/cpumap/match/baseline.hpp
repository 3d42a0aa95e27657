// SPDX-License-Identifier: BSL-1.0
#pragma once

// Baseline: the CPU that runs on all of several hosts. And expanding: a definition with every feature spelled out.

#include <cpumap/base/tables.hpp>
#include <cpumap/match/decode.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cpumap::inline v0 {

/// How baseline() works; see there.
template <class Map>
struct basic_baseline_options {
    /// What the hypervisors can do: the models that may be the answer, and the features that it may have.
    basic_hypervisor_view<Map> hypervisor{};
    bool expand = false;      ///< list every feature of the answer, as expand() does
    bool migratable = false;  ///< leave out features that do not migrate
};

namespace detail {

/// Puts every feature of a model behind what a definition says of features, and sorts all by the bytes of the names.
/// In the list itself, since a second one is much for a stack.
template <class Map>
constexpr void expand_list(basic_model_ref<Map> model, basic_feature_list<Map>& list, bool guest) {
    using tables = typename Map::x86;
    basic_feature_set<Map> all = model.features();
    feature_policy policies[tables::feature_count + 1]{};
    for (const auto f : all) policies[f.index()] = feature_policy::require;
    for (const auto f : list)
        if (!guest || f.policy == feature_policy::require || f.policy == feature_policy::disable) {
            policies[f.feature.index()] = guest ? f.policy : feature_policy::require;
            all.insert(f.feature);
        }
    if (guest)
        for (const auto f : model.removed())
            if (!all.contains(f)) {
                policies[f.index()] = feature_policy::disable;
                all.insert(f);
            }
    list.clear();
    for (std::size_t i = 0; i < tables::feature_count + tables::alias_count; ++i) {
        const std::size_t name = tables::feature_order[i];
        if (name < tables::feature_count && all.test(name))
            list.put_if_missing(policies[name], basic_feature_ref<Map>::from_index(name));
    }
}

/// Decodes what several CPUs have in common; the preferred models are those that they name. A function of its own for
/// the stack, as make_guest().
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> decode_common(const decode_input<Map>& in,
                                                                             const basic_decode_options<Map>& decoding,
                                                                             bool all_name_vendor, bool expand) {
    auto r = decode_guest_features<Map>(in, decoding);
    if (!r) return r;
    const bool is_theirs = decoding.preferred.size() == 1 && r->model() == decoding.preferred[0];
    r->set_fallback(is_theirs ? fallback::forbid : fallback::allow);
    if (!all_name_vendor) r->set_vendor({});
    if (expand) expand_list(r->model(), r->listed(), true);
    return r;
}

}  // namespace detail

/// A guest definition that lists every feature of its model as required, with what it requires and disables itself
/// laid over, and the features that the model lost disabled; sorted by name. What it forces, forbids or leaves
/// optional is no longer listed.
/// Error: missing_model.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> expand(const basic_guest_cpu<Map>& guest) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (!guest.has_model()) return result(basic_error<Map>(errc::missing_model));
    result r(guest);
    detail::expand_list(guest.model(), r->listed(), true);
    return r;
}

/// A host description that lists every feature of the host, sorted by name.
/// Error: missing_model.
template <class Map>
constexpr basic_result<basic_host_cpu<Map>, basic_error<Map>> expand(const basic_host_cpu<Map>& host) {
    using result = basic_result<basic_host_cpu<Map>, basic_error<Map>>;
    if (!host.has_model()) return result(basic_error<Map>(errc::missing_model));
    result r(host);
    detail::expand_list(host.model(), r->listed(), false);
    return r;
}

/// A definition without the features that do not migrate, whatever it says of them.
template <class Definition>
constexpr Definition migratable_copy(Definition cpu) {
    cpu.listed().remove(detail::non_migratable<typename Definition::map_type>());
    return cpu;
}

/// Whether a CPU has a feature, given by name or alias.
/// Error: unknown_feature.
template <class Definition>
constexpr basic_result<bool, basic_error<typename Definition::map_type>> has_feature(const Definition& cpu,
                                                                                     std::string_view feature) {
    using map = typename Definition::map_type;
    const std::size_t index = detail::find_feature_index<map>(feature);
    if (index == detail::no_index) return basic_error<map>(errc::unknown_feature, feature);
    return cpu.features().test(index);
}

/// The guest CPU that runs on all of several hosts, which may be host descriptions or guest definitions: the model
/// closest to what they have in common, and what completes it. The models of the inputs are preferred. The answer
/// names a vendor only where every input does, and forbids a fallback only where all inputs name one model and the
/// answer is that.
/// Errors: empty_input; missing_model; unknown_vendor; vendor_not_of_model, vendors_differ, each with the vendor;
/// nothing_in_common; no_suitable_model.
template <class Definition, class Map = typename Definition::map_type>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline_of(
    std::span<const Definition> cpus, const basic_baseline_options<Map>& options = {}) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (cpus.empty()) return result(basic_error<Map>(errc::empty_input));

    // At most so many distinct models count as preferred; a model more is one that the map cannot hold.
    basic_model_ref<Map> models[Map::x86::model_count + 1]{};
    std::size_t model_count = 0;
    basic_feature_set<Map> common;
    std::string_view vendor;
    bool all_name_vendor = true;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        const Definition& cpu = cpus[i];
        if (!cpu.has_model()) return result(basic_error<Map>(errc::missing_model));
        bool seen = false;
        for (std::size_t m = 0; m < model_count; ++m) seen = seen || models[m] == cpu.model();
        if (!seen) models[model_count++] = cpu.model();

        std::string_view stated = cpu.vendor();
        all_name_vendor = all_name_vendor && !stated.empty();
        if (i > 0) {
            const std::string_view of_model = cpu.model().vendor();
            if (!stated.empty() && !of_model.empty() && stated != of_model)
                return result(basic_error<Map>(errc::vendor_not_of_model, stated));
            if (stated.empty()) stated = of_model;
        }
        if (!stated.empty()) {
            if (!vendor.empty() && vendor != stated) return result(basic_error<Map>(errc::vendors_differ, stated));
            if (detail::find_vendor<Map>(stated) == detail::no_index)
                return result(basic_error<Map>(errc::unknown_vendor, stated));
            vendor = stated;
        }
        common = i == 0 ? cpu.features() : common & cpu.features();
    }
    if (options.hypervisor.features) common &= *options.hypervisor.features;
    if (common.empty()) return result(basic_error<Map>(errc::nothing_in_common));

    const auto in = detail::make_decode_input<Map>(common, {}, detail::find_vendor<Map>(vendor));
    basic_decode_options<Map> decoding;
    decoding.hypervisor.models = options.hypervisor.models;
    decoding.preferred = {models, model_count};
    decoding.migratable = options.migratable;
    return detail::decode_common<Map>(in, decoding, all_name_vendor, options.expand);
}

/// baseline_of() for whatever a span can be made of: an array, a vector, a span.
template <class Range,
          class Definition = std::remove_cv_t<typename decltype(std::span(std::declval<const Range&>()))::element_type>,
          detail::x86_map Map = typename Definition::map_type>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline(
    const Range& cpus, const basic_baseline_options<Map>& options = {}) {
    return baseline_of<Definition>(std::span<const Definition>(cpus), options);
}

}  // namespace cpumap::inline v0
