// SPDX-License-Identifier: BSL-1.0
#pragma once

// Comparing: does a guest's CPU run on a host, and if not, what is at fault.

#include <cpumap/match/definition.hpp>

#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

/// How a host stands to a CPU: it cannot run it, is exactly that, or has more.
enum class verdict : std::uint8_t { incompatible, identical, superset };

/// Why a host cannot run a CPU; the first reason that holds, in this order.
enum class reason : std::uint8_t {
    none,
    host_without_model,
    other_architecture,
    other_vendor,        ///< the definition names a vendor that is not the host's
    forbidden_features,  ///< the host has features that the definition forbids
    missing_features,    ///< the host lacks features that the definition needs
    extra_features,      ///< match='strict', and the host has features that the definition does not mention
};

/// The answer of compare().
template <class Map>
struct basic_comparison {
    verdict outcome = verdict::incompatible;
    cpumap::reason reason = reason::none;
    basic_feature_set<Map> missing{};    ///< what the definition needs and the host lacks
    basic_feature_set<Map> forbidden{};  ///< what the definition forbids and the host has
    basic_feature_set<Map> extra{};      ///< what the host has beyond the definition, whatever the outcome
};

namespace detail {

/// What counts of the host when it is compared.
template <class Map>
struct host_facts {
    basic_feature_set<Map> features;
    std::string_view vendor;
};

template <class Map>
constexpr basic_comparison<Map> compare_features(const host_facts<Map>& host, const basic_feature_set<Map>& model,
                                                 const basic_feature_list<Map>& listed, std::string_view vendor,
                                                 bool strict) {
    basic_comparison<Map> answer;
    if (!vendor.empty() && vendor != host.vendor) {
        answer.reason = reason::other_vendor;
        // The features are compared all the same, so that the answer can name what the other vendor's host lacks.
    }
    const auto force = listed.with_policy(feature_policy::force);
    const auto optional = listed.with_policy(feature_policy::optional);
    const auto disable = listed.with_policy(feature_policy::disable);
    const auto required = (model | listed.with_policy(feature_policy::require)) - force - optional - disable;
    answer.forbidden = listed.with_policy(feature_policy::forbid) & host.features;
    answer.missing = required - host.features;
    answer.extra = host.features - optional - required - disable - force;
    if (answer.reason != reason::none) return answer;
    if (!answer.forbidden.empty())
        answer.reason = reason::forbidden_features;
    else if (!answer.missing.empty())
        answer.reason = reason::missing_features;
    else if (strict && !answer.extra.empty())
        answer.reason = reason::extra_features;
    else
        answer.outcome = answer.extra.empty() ? verdict::identical : verdict::superset;
    return answer;
}

template <class Map>
constexpr basic_comparison<Map> compare_guest(const host_facts<Map>& host, const basic_guest_cpu<Map>& guest) {
    return compare_features(host, guest.has_model() ? guest.model().features() : basic_feature_set<Map>{},
                            guest.listed(), guest.vendor(),
                            guest.mode() == mode::custom && guest.has_model() && guest.match() == match::strict);
}

}  // namespace detail

/// Whether a host can run a guest's CPU. Forced and optional features need not be on the host.
template <class Map>
constexpr basic_comparison<Map> compare(const basic_host_cpu<Map>& host, const basic_guest_cpu<Map>& guest) {
    if (!host.has_model()) return {.reason = reason::host_without_model};
    return detail::compare_guest<Map>({host.features(), host.vendor()}, guest);
}

/// Whether a host has all that another has, so that what runs there runs here.
template <class Map>
constexpr basic_comparison<Map> compare(const basic_host_cpu<Map>& host, const basic_host_cpu<Map>& other) {
    if (!host.has_model()) return {.reason = reason::host_without_model};
    if (!detail::same_family(host.arch(), other.arch())) return {.reason = reason::other_architecture};
    return detail::compare_features<Map>({host.features(), host.vendor()}, other.features(), {}, other.vendor(), false);
}

}  // namespace cpumap::inline v0
