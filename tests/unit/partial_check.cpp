// SPDX-License-Identifier: BSL-1.0
// What newer libvirts do for check='partial', and the two names that a model can have.

#include <cstddef>

#include "support.hpp"

namespace {

using cpumap::feature_policy;
using cpumap::verdict;
using lib = cpumap::use<cpumap::maps::libvirt_12_8>;
template <cpumap::fixed_string Name>
constexpr auto feature = lib::feature<Name>;

/// A model that need not be compared feature by feature.
constexpr auto modern = lib::model<"SapphireRapids-v1">;
/// A model that must be.
constexpr auto old = lib::model<"Haswell">;

constexpr int goes_by_the_hypervisor(std::size_t) {
    CPUMAP_MUST(!modern.partial_check_compat() && old.partial_check_compat());
    const lib::host_cpu weak(lib::model<"Nehalem">);
    lib::usable_model known[2]{{modern}, {old}};
    lib::hypervisor_view view;
    view.models = known;
    view.features = modern.features();

    lib::guest_cpu guest(modern);
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);

    // Each blocker must be disabled by name; forbidding it does not do.
    known[0].block("avx512-fp16");
    auto answer = lib::partial_check(guest, weak, view);
    CPUMAP_MUST(answer.outcome == verdict::incompatible && answer.reason == cpumap::reason::missing_features);
    CPUMAP_MUST(answer.missing.size() == 1 && answer.missing.contains(feature<"avx512-fp16">));
    lib::guest_cpu forbidding = guest;
    CPUMAP_MUST(forbidding.set(feature_policy::forbid, feature<"avx512-fp16">));
    CPUMAP_MUST(lib::partial_check(forbidding, weak, view).outcome == verdict::incompatible);
    CPUMAP_MUST(guest.set(feature_policy::disable, feature<"avx512-fp16">));
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);

    // What is required beyond the model must be in the hypervisor's host-model; what is forced need not.
    CPUMAP_MUST(guest.set(feature_policy::force, feature<"svm">));
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);
    CPUMAP_MUST(guest.set(feature_policy::require, feature<"sse4a">));
    answer = lib::partial_check(guest, weak, view);
    CPUMAP_MUST(answer.outcome == verdict::incompatible && answer.missing.contains(feature<"sse4a">));
    CPUMAP_MUST(!answer.missing.contains(feature<"svm">));
    view.features->insert(feature<"sse4a">);
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);
    return 0;
}

constexpr int usable_is_enough(std::size_t) {
    const lib::host_cpu weak(lib::model<"Nehalem">);
    lib::usable_model known[1]{{old}};
    known[0].usable = cpumap::usability::yes;
    lib::hypervisor_view view;
    view.models = known;
    lib::guest_cpu guest(old);
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);
    CPUMAP_MUST(guest.set(feature_policy::disable, feature<"hle">));
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);
    CPUMAP_MUST(guest.set(feature_policy::optional, feature<"rtm">));
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::incompatible);
    known[0].usable = cpumap::usability::no;
    CPUMAP_MUST(lib::partial_check(lib::guest_cpu(old), weak, view).outcome == verdict::incompatible);
    return 0;
}

constexpr int falls_back_on_comparing(std::size_t) {
    const lib::host_cpu weak(lib::model<"Nehalem">);
    const lib::host_cpu strong(modern);
    lib::usable_model known[1]{{lib::model<"EPYC">}};
    lib::hypervisor_view view;
    view.features = modern.features();
    const lib::guest_cpu guest(modern);
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::incompatible);  // nothing said of models
    view.models = known;
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::incompatible);  // not of this one
    CPUMAP_MUST(lib::partial_check(guest, strong, view).outcome == verdict::identical);
    known[0].model = modern;
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::superset);
    view.features.reset();
    CPUMAP_MUST(lib::partial_check(guest, weak, view).outcome == verdict::incompatible);  // no host-model
    known[0].model = old;
    view.features = old.features();
    CPUMAP_MUST(lib::partial_check(lib::guest_cpu(old), weak, view).outcome == verdict::incompatible);  // compat
    CPUMAP_MUST(lib::partial_check(lib::guest_cpu(), weak, view).outcome == verdict::superset);         // no model
    return 0;
}

constexpr int two_names(std::size_t) {
    CPUMAP_MUST(lib::model<"Haswell">.canonical() == lib::model<"Haswell-v1">);
    CPUMAP_MUST(lib::model<"Haswell-v1">.unversioned() == lib::model<"Haswell">);
    CPUMAP_MUST(!lib::model<"Haswell">.unversioned() && !lib::model<"Haswell-v1">.canonical());
    std::size_t canonical = 0;
    for (const auto m : lib::models()) {
        if (!m.canonical()) continue;
        ++canonical;
        CPUMAP_MUST(m.canonical()->unversioned() == m && m.canonical()->features() == m.features());
    }
    CPUMAP_MUST(canonical > 20);
    return 0;
}

}  // namespace

TEST_CASE("a partial check goes by the hypervisor", "[partial_check]") {
    CPUMAP_BOTH(goes_by_the_hypervisor, std::size_t{0});
    CPUMAP_BOTH(usable_is_enough, std::size_t{0});
    CPUMAP_BOTH(falls_back_on_comparing, std::size_t{0});
}

TEST_CASE("a model and its canonical name name each other", "[handles]") { CPUMAP_BOTH(two_names, std::size_t{0}); }
