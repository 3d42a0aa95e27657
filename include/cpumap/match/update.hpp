// SPDX-License-Identifier: BSL-1.0
#pragma once

// From a definition that leaves things open to one that a hypervisor can run on a given host.

#include <cpumap/base/tables.hpp>
#include <cpumap/match/compare.hpp>
#include <cpumap/match/decode.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>

namespace cpumap::inline v0 {

namespace detail {

/// Lays what one definition says of features over another's.
template <class Map>
constexpr void lay_over(basic_feature_list<Map>& list, const basic_feature_list<Map>& over) {
    for (const auto f : over) list.put(f.policy, f.feature);
}

template <class Map>
constexpr void disable_removed(basic_guest_cpu<Map>& guest) {
    if (!guest.has_model()) return;
    for (const auto f : guest.model().removed()) guest.listed().put_if_missing(feature_policy::disable, f);
}

/// Update for a host whose features are known. `host` gives its model and the features beyond, as a guest definition;
/// it is called only where these are needed.
template <class Map, class HostModel>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> update_guest(const basic_guest_cpu<Map>& guest,
                                                                            const basic_feature_set<Map>& host_features,
                                                                            const HostModel& host) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    result r(guest);
    if (takes_host_cpu(guest.mode())) return r;
    for (const auto f : guest.listed())
        if (f.policy == feature_policy::optional)
            r->listed().put(host_features.contains(f.feature) ? feature_policy::require : feature_policy::disable,
                            f.feature);

    const bool host_model = guest.mode() == mode::host_model;
    if (host_model || (guest.has_model() && guest.match() == match::minimum)) {
        const result found = host();
        if (!found) return found;
        const basic_feature_list<Map> own = r->listed();
        r->set_model(found->model());
        r->listed() = found->listed();
        lay_over(r->listed(), own);
        r->set_mode(mode::custom);
        r->set_match(match::exact);
        if (host_model) {
            r->set_vendor(found->vendor());
        }
    }
    disable_removed(*r);
    return r;
}

}  // namespace detail

/// Turns a guest definition into one that says exactly what runs on the host. host-passthrough and maximum stay as
/// they are; optional features are required or disabled, by what the host has; host-model and match='minimum' become
/// the host's own model and features with the guest's laid over them. Features that the model lost in later libvirts
/// are disabled where nothing is said of them.
/// Error: missing_model where the host's model is needed and it has none.
template <detail::x86_map Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> update(const basic_guest_cpu<Map>& guest,
                                                                      const basic_host_cpu<Map>& host) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    return detail::update_guest(guest, host.features(), [&host]() -> result {
        if (!host.has_model()) return basic_error<Map>(errc::missing_model);
        result r(in_place);
        r->set_model(host.model());
        r->set_vendor(host.vendor());
        for (const auto f : host.listed()) r->listed().put(feature_policy::require, f.feature);
        return r;
    });
}

/// Replaces a model that the hypervisor does not know by the closest it does, with the features that make up the
/// difference. Definitions in other modes than custom, and those whose model is usable, come back unchanged.
/// Errors: model_not_supported with the model's name where the definition forbids a fallback; no_suitable_model.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> translate(const basic_guest_cpu<Map>& guest,
                                                                         const basic_hypervisor_view<Map>& hypervisor) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (guest.mode() != mode::custom || !guest.has_model() || !hypervisor.models ||
        hypervisor.find(guest.model()) != nullptr)
        return guest;
    if (guest.fallback() == fallback::forbid)
        return result(basic_error<Map>(errc::model_not_supported, guest.model().name()));

    cpu_signature signature;
    if (const auto signatures = guest.model().signatures(); !signatures.empty()) {
        const model_signature first = signatures[0];
        signature = cpu_signature(first.family, first.model, detail::lowest_bit(first.steppings));
    }
    const auto in =
        detail::make_decode_input<Map>(guest.features(), signature, detail::find_vendor<Map>(guest.model().vendor()));
    basic_decode_options<Map> options;
    options.hypervisor.models = hypervisor.models;
    const result found = detail::decode_guest_features<Map>(in, options);
    if (!found) return found;

    result r(guest);
    r->set_model(found->model());
    r->listed() = found->listed();
    detail::lay_over(r->listed(), guest.listed());
    return r;
}

namespace detail {

/// The error that a comparison comes to, with errc::none where the host can run the guest.
template <class Map>
constexpr basic_error<Map> error_of(const basic_comparison<Map>& compared, const basic_guest_cpu<Map>& guest) {
    const auto with = [](const basic_feature_set<Map>& features) {
        return basic_error<Map>(errc::incompatible, (*features.begin()).name(), features);
    };
    switch (compared.reason) {
        case reason::none:
            return basic_error<Map>(errc::none);
        case reason::host_without_model:
            return basic_error<Map>(errc::missing_model);
        case reason::other_architecture:
        case reason::other_model:
        case reason::later_compatibility_mode:
            return basic_error<Map>(errc::incompatible);
        case reason::other_vendor:
            return basic_error<Map>(errc::vendors_differ, guest.vendor(), compared.missing);
        case reason::forbidden_features:
            return with(compared.forbidden);
        case reason::missing_features:
            return with(compared.missing);
        case reason::extra_features:
            return with(compared.extra);
    }
    return basic_error<Map>(errc::incompatible);
}

}  // namespace detail

/// What a definition comes to on a described host: it is compared, updated, and translated to the models that the
/// hypervisor knows. The guest CPU of libvirt's host capabilities and guest definition.
/// Errors: missing_model; vendors_differ; incompatible, with the features that the host lacks or that are forbidden
/// on it; those of update() and translate().
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> resolve(
    const basic_guest_cpu<Map>& guest, const basic_host_cpu<Map>& host,
    const basic_hypervisor_view<Map>& hypervisor = {}) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (const auto e = detail::error_of(compare(host, guest), guest); e.code() != errc::none) return result(e);
    const result updated = update(guest, host);
    if (!updated) return updated;
    return translate(*updated, hypervisor);
}

/// What a definition comes to on a host with this data and this hypervisor: it is compared, updated and translated.
/// host-model becomes what decode_guest() finds, without features that do not migrate.
/// Errors: vendors_differ; incompatible, with the features that the host lacks, that are forbidden on it, or that
/// block the model on the hypervisor and are not disabled; a code of check_definition(); those of decode_guest() and
/// translate().
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> resolve(
    const basic_guest_cpu<Map>& guest, const cpu_data& data, const basic_hypervisor_view<Map>& hypervisor = {}) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (const errc e = check_definition(guest); e != errc::none) return result(basic_error<Map>(e));
    if (guest.mode() == mode::custom && !guest.has_model()) return guest;
    if (!data.complete()) return result(basic_error<Map>(errc::cpu_data_full));

    const auto in = detail::make_decode_input<Map>(data, hypervisor);
    // What a mode does not print does not count here.
    const bool strict = guest.mode() == mode::custom && guest.match() == match::strict;
    const auto compared = detail::compare_guest<Map>({in.features, detail::vendor_name<Map>(in.vendor)}, guest, strict);
    if (const auto e = detail::error_of(compared, guest); e.code() != errc::none) return result(e);
    if (const auto* known = guest.mode() == mode::custom ? hypervisor.find(guest.model()) : nullptr; known != nullptr) {
        const auto required = guest.listed().with_policy(feature_policy::require);
        const auto blocked = known->blockers - (guest.listed().listed() - required);
        if (!blocked.empty()) return result(basic_error<Map>(errc::incompatible, (*blocked.begin()).name(), blocked));
    }
    const result updated = detail::update_guest(guest, in.features, [&]() -> result {
        return detail::decode_guest_features<Map>(in, {.hypervisor = hypervisor, .migratable = true});
    });
    if (!updated) return updated;
    return translate(*updated, hypervisor);
}

}  // namespace cpumap::inline v0
