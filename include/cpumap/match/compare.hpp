// SPDX-License-Identifier: BSL-1.0
#pragma once

// Comparing: does a guest's CPU run on a host, and if not, what is at fault.

#include <cpumap/base/tables.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>

#include <cstddef>
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
    other_vendor,              ///< the definition names a vendor that is not the host's
    forbidden_features,        ///< the host has features that the definition forbids
    missing_features,          ///< the host lacks features that the definition needs
    extra_features,            ///< match='strict', and the host has features that the definition does not mention
    other_model,               ///< ppc64 and arm: the model is not the host's
    later_compatibility_mode,  ///< ppc64: the compatibility mode is of a generation behind the host's
};

/// The answer of compare().
template <class Map>
struct basic_comparison {
    verdict outcome = verdict::incompatible;  ///< whether the host runs the CPU
    cpumap::reason reason = reason::none;     ///< why it does not
    basic_feature_set<Map> missing{};         ///< what the definition needs and the host lacks
    basic_feature_set<Map> forbidden{};       ///< what the definition forbids and the host has
    basic_feature_set<Map> extra{};           ///< what the host has beyond the definition, whatever the outcome
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
    const auto& require = listed.with_policy(feature_policy::require);
    const auto& force = listed.with_policy(feature_policy::force);
    const auto& optional = listed.with_policy(feature_policy::optional);
    const auto& disable = listed.with_policy(feature_policy::disable);
    const auto& forbid = listed.with_policy(feature_policy::forbid);
    constexpr std::size_t words = basic_feature_set<Map>::word_count;
    std::uint64_t forbidden[words]{};
    std::uint64_t missing[words]{};
    std::uint64_t extra[words]{};
    for (std::size_t i = 0; i < words; ++i) {  // all at once: set by set takes three times as long
        const std::uint64_t has = host.features.word(i);
        const std::uint64_t does_not_count = force.word(i) | optional.word(i) | disable.word(i);
        const std::uint64_t required = (model.word(i) | require.word(i)) & ~does_not_count;
        forbidden[i] = forbid.word(i) & has;
        missing[i] = required & ~has;
        extra[i] = has & ~required & ~does_not_count;
    }
    answer.forbidden = basic_feature_set<Map>::from_words(forbidden);
    answer.missing = basic_feature_set<Map>::from_words(missing);
    answer.extra = basic_feature_set<Map>::from_words(extra);
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
constexpr basic_comparison<Map> compare_guest(const host_facts<Map>& host, const basic_guest_cpu<Map>& guest,
                                              bool strict) {
    return compare_features(host, guest.has_model() ? guest.model().features() : basic_feature_set<Map>{},
                            guest.listed(), guest.vendor(), strict);
}

}  // namespace detail

/// Whether a host can run a guest's CPU. Forced and optional features need not be on the host. As in libvirt,
/// match='strict' counts in every mode, also where it is not printed.
template <detail::x86_map Map>
constexpr basic_comparison<Map> compare(const basic_host_cpu<Map>& host, const basic_guest_cpu<Map>& guest) {
    if (!host.has_model()) return {.reason = reason::host_without_model};
    return detail::compare_guest<Map>({host.features(), host.vendor()}, guest, guest.match() == match::strict);
}

/// Whether a guest with check='partial' may start, as newer libvirts decide it: by what the hypervisor says of the
/// model, rather than by comparing features, which a guest of this model need not have to the letter.
/// `hypervisor.features` are those of the hypervisor's host-model. Falls back on compare() for definitions without a
/// model, models that the map marks `<check partial='compat'/>` or that the hypervisor does not list, and where the
/// hypervisor gives no host-model.
template <class Map>
constexpr basic_comparison<Map> partial_check(const basic_guest_cpu<Map>& guest, const basic_host_cpu<Map>& host,
                                              const basic_hypervisor_view<Map>& hypervisor) {
    const auto disabled = guest.listed().with_policy(feature_policy::disable);
    const auto* known = guest.has_model() ? hypervisor.find(guest.model()) : nullptr;
    if (known != nullptr && known->usable == usability::yes && guest.listed().listed() == disabled)
        return {.outcome = verdict::superset};
    if (known == nullptr || !hypervisor.features || guest.model().partial_check_compat()) return compare(host, guest);

    basic_comparison<Map> answer;
    answer.missing =
        (known->blockers - disabled) | (guest.listed().with_policy(feature_policy::require) - *hypervisor.features);
    if (answer.missing.empty())
        answer.outcome = verdict::superset;
    else
        answer.reason = reason::missing_features;
    return answer;
}

/// Whether a host has all that another has, so that what runs there runs here.
template <detail::x86_map Map>
constexpr basic_comparison<Map> compare(const basic_host_cpu<Map>& host, const basic_host_cpu<Map>& other) {
    if (!host.has_model()) return {.reason = reason::host_without_model};
    if (!detail::same_family(host.arch(), other.arch())) return {.reason = reason::other_architecture};
    return detail::compare_features<Map>({host.features(), host.vendor()}, other.features(), {}, other.vendor(), false);
}

}  // namespace cpumap::inline v0
