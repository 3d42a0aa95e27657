// SPDX-License-Identifier: BSL-1.0
#pragma once

// Baseline: the CPU that runs on all of several hosts. And expanding: a definition with every feature spelled out.

#include <cpumap/base/tables.hpp>
#include <cpumap/match/decode.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>

#include <cstddef>
#include <cstdint>
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

namespace detail {

/// What a baseline needs to know of the CPUs it was given, in room that does not grow with their number. Sums of parts
/// make the sum of the whole. All of it is plain bytes, which another process of the same program can be sent.
template <class Map>
struct baseline_sum {
    static constexpr std::uint16_t no_vendor = 0xffff;
    static constexpr std::size_t model_words = Map::x86::model_count / 64 + 1;

    basic_feature_set<Map> common{};
    std::uint64_t models[model_words]{};  // those that are named, a bit for each
    std::uint64_t count = 0;
    std::uint16_t vendor = no_vendor;                                    // the one that all have which have any
    std::uint16_t first_stated = no_vendor, first_of_model = no_vendor;  // of the first CPU, whose model need not agree
    bool all_name_vendor = true;

    /// What is wrong, of which error_of() makes an error; after one the sum means nothing.
    constexpr errc add(basic_model_ref<Map> model, std::string_view stated, const basic_feature_set<Map>& features) {
        // As they are in nearly all hosts: of the vendor of their model.
        const std::uint16_t of_model = Map::x86::model_vendor[model.index()];
        const bool agrees = of_model != no_vendor && stated == vendor_name<Map>(of_model);
        const std::uint16_t named = agrees ? of_model : static_cast<std::uint16_t>(find_vendor<Map>(stated));
        if (count == 0) {
            first_stated = named;
            first_of_model = of_model;
        } else if (!stated.empty() && of_model != no_vendor && named != of_model) {
            return errc::vendor_not_of_model;
        }
        if (!stated.empty() && named == no_vendor)
            return vendor == no_vendor ? errc::unknown_vendor : errc::vendors_differ;
        const errc e = take_vendor(!stated.empty() ? named : count == 0 ? no_vendor : of_model);
        if (e != errc::none) return e;
        all_name_vendor = all_name_vendor && !stated.empty();
        models[model.index() / 64] |= std::uint64_t{1} << model.index() % 64;
        if (count++ == 0) common = features;
        common &= features;
        return errc::none;
    }
    static constexpr basic_error<Map> error_of(errc code, basic_model_ref<Map> model, std::string_view stated) {
        return basic_error<Map>(code, !stated.empty() ? stated : model.vendor());
    }
    /// The CPUs of another sum behind those of this one.
    constexpr basic_error<Map> add(const baseline_sum& o) {
        if (o.count == 0) return basic_error<Map>(errc::none);
        if (count == 0) {
            *this = o;
            return basic_error<Map>(errc::none);
        }
        // Its first CPU is no longer the first of all.
        if (o.first_stated != no_vendor && o.first_of_model != no_vendor && o.first_stated != o.first_of_model)
            return basic_error<Map>(errc::vendor_not_of_model, vendor_name<Map>(o.first_stated));
        for (const std::uint16_t v : {o.first_stated == no_vendor ? o.first_of_model : no_vendor, o.vendor})
            if (const errc e = take_vendor(v); e != errc::none) return basic_error<Map>(e, vendor_name<Map>(v));
        all_name_vendor = all_name_vendor && o.all_name_vendor;
        for (std::size_t i = 0; i < model_words; ++i) models[i] |= o.models[i];
        common &= o.common;
        count += o.count;
        return basic_error<Map>(errc::none);
    }

private:
    constexpr errc take_vendor(std::uint16_t v) {
        if (v == no_vendor) return errc::none;
        if (vendor != no_vendor && vendor != v) return errc::vendors_differ;
        vendor = v;
        return errc::none;
    }
};

// Very many CPUs come from memory, and lie further apart than a processor foresees, so it is told of each so many before.
inline constexpr std::size_t cpus_ahead = 32;

/// Begins to read what a baseline needs of a host's description, which is at its beginning.
inline void fetch_early(const void* cpu) {
    for (std::size_t i = 0; i < 3; ++i) __builtin_prefetch(static_cast<const char*>(cpu) + 64 * i);
}

/// The baseline of the CPUs that were summed up.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> finish_baseline(
    const baseline_sum<Map>& sum, const basic_baseline_options<Map>& options) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (sum.count == 0) return result(basic_error<Map>(errc::empty_input));
    basic_feature_set<Map> common = sum.common;
    if (options.hypervisor.features) common &= *options.hypervisor.features;
    if (common.empty()) return result(basic_error<Map>(errc::nothing_in_common));
    basic_model_ref<Map> models[Map::x86::model_count + 1]{};
    std::size_t model_count = 0;
    for (std::size_t i = 0; i < Map::x86::model_count; ++i)
        if ((sum.models[i / 64] >> i % 64 & 1) != 0) models[model_count++] = basic_model_ref<Map>::from_index(i);
    const auto in = make_decode_input<Map>(common, {}, sum.vendor == sum.no_vendor ? no_index : sum.vendor);
    basic_decode_options<Map> decoding;
    decoding.hypervisor.models = options.hypervisor.models;
    decoding.preferred = {models, model_count};
    decoding.migratable = options.migratable;
    return decode_common<Map>(in, decoding, sum.all_name_vendor, options.expand);
}

}  // namespace detail

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
    detail::baseline_sum<Map> sum;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        const Definition& cpu = cpus[i];
        if (!std::is_constant_evaluated() && i + detail::cpus_ahead < cpus.size())
            detail::fetch_early(&cpus[i + detail::cpus_ahead]);
        if (!cpu.has_model()) return result(basic_error<Map>(errc::missing_model));
        const errc e = sum.add(cpu.model(), cpu.vendor(), cpu.features());
        if (e != errc::none) return result(sum.error_of(e, cpu.model(), cpu.vendor()));
    }
    return detail::finish_baseline<Map>(sum, options);
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
