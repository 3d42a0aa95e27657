// SPDX-License-Identifier: BSL-1.0
#pragma once

// A definition of one map as one of another: for a fleet with two libvirts. Names are what is carried, since names are
// what libvirt reads.

#include <cpumap/match/definition.hpp>
#include <cpumap/match/diff.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

/// What of a definition To does not know by name, as an error; errc::none where it knows all.
template <class To, class From>
constexpr basic_error<From> unknown_to(given<basic_model_ref<From>> model, const basic_feature_set<From>& features,
                                       std::string_view vendor) {
    basic_feature_set<From> unknown;
    static_cast<void>(partners_of<To>(features, feature_pairs<From, To>.forward, unknown));
    if (model && !counterpart<To>(*model)) return basic_error<From>(errc::unknown_model, (*model).name(), unknown);
    if (!unknown.empty()) return basic_error<From>(errc::unknown_feature, (*unknown.begin()).name(), unknown);
    if (!vendor.empty() && find_vendor<To>(vendor) == no_index) return basic_error<From>(errc::unknown_vendor, vendor);
    return basic_error<From>(errc::none);
}

/// Lists the features of one list in another, in their order; To knows all of them.
template <class From, class To>
constexpr void carry_features(const basic_feature_list<From>& from, basic_feature_list<To>& to) {
    for (const auto f : from)
        to.put(f.policy, basic_feature_ref<To>::from_index(feature_pairs<From, To>.forward[f.feature.index()]));
}

template <class To, class From>
constexpr basic_result<basic_guest_cpu<To>, basic_error<From>> convert_guest(const basic_guest_cpu<From>& guest,
                                                                             bool exact) {
    using result = basic_result<basic_guest_cpu<To>, basic_error<From>>;
    basic_feature_set<From> needed = guest.listed().listed();
    given<basic_model_ref<To>> target;
    if (guest.has_model()) target = counterpart<To>(guest.model());
    // What the model lost has to be listed instead, and so has to be known.
    basic_model_change<From, To> change{};
    if (target && exact) {
        change = change_of(guest.model(), *target);
        needed |= change.lost;
    }
    const given<basic_model_ref<From>> named =
        guest.has_model() ? given(guest.model()) : given<basic_model_ref<From>>();
    if (const auto unknown = unknown_to<To>(named, needed, guest.vendor()); unknown.code() != errc::none)
        return result(unknown);

    result r(in_place);
    r->set_mode(guest.mode());
    r->set_match(guest.match());
    r->set_check(guest.check());
    r->set_fallback(guest.fallback());
    r->set_migratable(guest.migratable());
    r->set_deprecated_features(guest.deprecated_features());
    if (target) r->set_model(*target);
    r->set_vendor(guest.vendor());
    r->set_vendor_id(guest.vendor_id());
    r->set_topology(guest.topology());
    r->set_cache(guest.cache());
    r->set_maxphysaddr(guest.maxphysaddr());
    r->set_numa(guest.numa());
    carry_features(guest.listed(), r->listed());
    basic_feature_set<From> none;
    r->listed().append(feature_policy::require, partners_of<To>(change.lost, feature_pairs<From, To>.forward, none));
    r->listed().append(feature_policy::disable, change.gained);

    if (const errc code = check_definition(*r); code != errc::none) return result(basic_error<From>(code));
    return r;
}

}  // namespace detail

/// A guest's definition for the libvirt of another map: `convert<maps::libvirt_9_0>(guest)`. Every part is carried;
/// model and features by name, features that are renamed by counterpart(). A model that has other features there
/// keeps its name, as when the same XML is given to the other libvirt, so the guest's CPU then differs;
/// convert_exact() keeps the CPU.
/// Errors: unknown_model with its name, and with the listed features that To lacks too; unknown_feature with these;
/// unknown_vendor; and what check_definition() finds for To, such as dies_since_6_1, where its libvirt is too old.
template <class To, class From>
constexpr basic_result<basic_guest_cpu<To>, basic_error<From>> convert(const basic_guest_cpu<From>& guest) {
    return detail::convert_guest<To>(guest, false);
}

/// The same, so that the guest has the same features by name: what the model lost is required, and what it gained is
/// disabled, both at the end of the list and unless the definition says something of it already. An optional feature
/// stays optional, so the host still decides; features() may count it, as one of the model, in only one of the maps.
/// Errors: as of convert(); unknown_feature also where To lacks a feature that the model lost.
template <class To, class From>
constexpr basic_result<basic_guest_cpu<To>, basic_error<From>> convert_exact(const basic_guest_cpu<From>& guest) {
    return detail::convert_guest<To>(guest, true);
}

/// A host's description in the words of another map, with the same features by name. What the model lost is listed
/// at the end, and what it gained is listed no longer. What To has and From has not counts as absent; decoding the
/// processor's data again finds it.
/// Errors: unknown_model, unknown_feature and unknown_vendor as for a guest; model_gained_features with the first such
/// feature where the model has features there that the host does not show: no list can take them away again.
template <class To, class From>
constexpr basic_result<basic_host_cpu<To>, basic_error<From>> convert(const basic_host_cpu<From>& host) {
    using result = basic_result<basic_host_cpu<To>, basic_error<From>>;
    basic_feature_set<From> needed = host.listed().listed();
    given<basic_model_ref<To>> target;
    if (host.has_model()) target = counterpart<To>(host.model());
    basic_model_change<From, To> change{};
    if (target) {
        change = detail::change_of(host.model(), *target);
        needed |= change.lost;
    }
    const given<basic_model_ref<From>> named = host.has_model() ? given(host.model()) : given<basic_model_ref<From>>();
    if (const auto unknown = detail::unknown_to<To>(named, needed, host.vendor()); unknown.code() != errc::none)
        return result(unknown);
    const auto& pairs = detail::feature_pairs<From, To>;
    basic_feature_set<From> none;
    const basic_feature_set<To> listed = detail::partners_of<To>(host.listed().listed(), pairs.forward, none);
    if (const auto wrong = change.gained - listed; !wrong.empty()) {
        basic_feature_set<To> only_in_target;
        return result(basic_error<From>(errc::model_gained_features, (*wrong.begin()).name(),
                                        detail::partners_of<From>(wrong, pairs.backward, only_in_target)));
    }

    result r(in_place);
    r->set_arch(host.arch());
    if (target) r->set_model(*target);
    r->set_vendor(host.vendor());
    r->set_signature(host.signature());
    r->set_microcode(host.microcode());
    r->set_counter(host.counter());
    r->set_topology(host.topology());
    detail::carry_features(host.listed(), r->listed());
    r->listed().remove(change.gained);
    r->listed().append(feature_policy::require, detail::partners_of<To>(change.lost, pairs.forward, none));
    return r;
}

}  // namespace cpumap::inline v0
