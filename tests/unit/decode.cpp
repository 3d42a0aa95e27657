// SPDX-License-Identifier: BSL-1.0
// Decoding: recorded hosts with libvirt's answers, and what must hold for every model of every map.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../data/hosts.hpp"
#include "support.hpp"

namespace {

using cpumap::cpu_data;
using cpumap::cpu_signature;
using cpumap::errc;
using cpumap::feature_policy;
using debian13_map = cpumap::maps::libvirt_11_3;
using debian13 = cpumap::use<debian13_map>;
using newest = cpumap::use<cpumap::maps::libvirt_12_8>;

// ---- Recorded hosts -------------------------------------------------------------------------------------------------

constexpr int decoded_as_libvirt_does(std::size_t which) {
    const recorded::host& h = recorded::hosts[which];
    const cpu_data data = h.data();

    const auto host = debian13::decode_host(data);
    CPUMAP_MUST(host && host->has_model() && host->model().name() == h.host_model && host->vendor() == h.vendor);
    CPUMAP_MUST(host->signature() == data.signature() && host->arch() == cpumap::architecture::x86_64);
    std::size_t at = 0;
    CPUMAP_MUST(unit::lists(host->listed(), at, feature_policy::require, h.host_features) &&
                at == host->listed().size());
    CPUMAP_MUST(host->features().includes(host->model().features()));

    const auto guest = debian13::decode_guest(data);
    CPUMAP_MUST(guest && guest->has_model() && guest->model().name() == h.guest_model && guest->vendor() == h.vendor);
    at = 0;
    CPUMAP_MUST(unit::lists(guest->listed(), at, feature_policy::require, h.guest_required));
    CPUMAP_MUST(unit::lists(guest->listed(), at, feature_policy::disable, h.guest_disabled) &&
                at == guest->listed().size());
    CPUMAP_MUST(guest->mode() == cpumap::mode::custom && guest->match() == cpumap::match::exact);
    CPUMAP_MUST(guest->fallback() == cpumap::fallback::forbid && !guest->check() && guest->vendor_id().empty());
    CPUMAP_MUST(guest->features() == host->features());
    return 0;
}

constexpr int tsx_that_does_not_work_is_not_there(std::size_t which) {
    const auto tsx = unit::features_of<debian13_map>("hle rtm");
    cpu_data data = recorded::hosts[which].data();
    const auto without = debian13::decode_guest(data);
    for (const auto f : tsx) unit::change_bit<debian13_map>(data, f, unit::change::set);
    CPUMAP_MUST(data.features<debian13_map>().includes(tsx));  // the data itself shows it
    CPUMAP_MUST(without && debian13::decode_guest(data)->listed() == without->listed());
    CPUMAP_MUST((debian13::decode_host(data)->features() & tsx).empty());

    // On other models, steppings and vendors it is.
    const auto has_tsx = [&data, &tsx](cpu_signature s) {
        unit::set_signature(data, s);
        return debian13::decode_guest(data)->features().includes(tsx);
    };
    CPUMAP_MUST(!has_tsx({6, 60, 3}) && !has_tsx({6, 69, 1}) && !has_tsx({6, 70, 15}));
    CPUMAP_MUST(!has_tsx({6, 63, 0}) && !has_tsx({6, 63, 3}) && has_tsx({6, 63, 4}) && has_tsx({6, 61, 0}));
    CPUMAP_MUST(has_tsx({7, 60, 3}) && has_tsx({21, 60, 3}) && has_tsx({}));
    unit::set_vendor(data, "AMD");
    CPUMAP_MUST(has_tsx({6, 60, 3}));
    unit::set_vendor(data, "nobody's CPU");
    CPUMAP_MUST(has_tsx({6, 60, 3}));
    return 0;
}

}  // namespace

TEST_CASE("recorded hosts are decoded as libvirt 11.3 does", "[decode][hosts]") {
    CPUMAP_BOTH(decoded_as_libvirt_does, std::size_t{0});
    CPUMAP_BOTH(decoded_as_libvirt_does, std::size_t{6});
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i) {
        INFO(recorded::hosts[i].name);
        CHECK(decoded_as_libvirt_does(i) == 0);
    }
}

TEST_CASE("TSX is left out where it does not work", "[decode]") {
    CPUMAP_BOTH(tsx_that_does_not_work_is_not_there, std::size_t{2});
}

// ---- Laws -----------------------------------------------------------------------------------------------------------

namespace {

template <class Map>
using model_ref = cpumap::basic_model_ref<Map>;
template <class Map>
using set = cpumap::basic_feature_set<Map>;

/// The features that decoding goes by: the data's but for TSX where it does not work.
template <class Map>
constexpr set<Map> counted_features(const cpu_data& data) {
    auto features = data.features<Map>();
    const cpu_signature s = data.signature();
    const auto m = s.model();
    if (data.vendor<Map>() == "Intel" && s.family() == 6 &&
        (m == 60 || m == 69 || m == 70 || (m == 63 && s.stepping() < 4)))
        for (const std::string_view name : {"hle", "rtm"})
            if (const auto f = cpumap::find_feature<Map>(name)) features.erase(*f);
    return features;
}

template <class Map>
constexpr set<Map> non_migratable() {
    set<Map> s;
    for (const auto f : cpumap::features<Map>())
        if (!f.migratable()) s.insert(f);
    return s;
}

/// What holds of every decoding without blockers, whatever the data.
template <class Map>
constexpr int decoding_is_faithful(const cpu_data& data) {
    const auto counted = counted_features<Map>(data);
    const auto guest = cpumap::decode_guest<Map>(data);
    CPUMAP_MUST(guest && guest->model().decodes_guest() && guest->features() == counted);
    CPUMAP_MUST(guest->vendor() == data.vendor<Map>());
    for (const auto f : guest->listed())
        CPUMAP_MUST(f.policy == (counted.contains(f.feature) ? feature_policy::require : feature_policy::disable));
    for (const auto f : guest->model().removed()) CPUMAP_MUST(guest->listed().listed().contains(f));
    CPUMAP_MUST(cpumap::check_definition(*guest) == errc::none);

    // migratable takes features off the list, and changes nothing else.
    cpumap::basic_decode_options<Map> options;
    options.migratable = true;
    const auto migratable = cpumap::decode_guest<Map>(data, options);
    CPUMAP_MUST(migratable && migratable->model() == guest->model());
    auto expected = guest->listed();
    expected.remove(non_migratable<Map>());
    CPUMAP_MUST(migratable->listed() == expected);

    const auto host = cpumap::decode_host<Map>(data);
    if (!host) {
        CPUMAP_MUST(host.error().code() == errc::no_suitable_model);
        return 0;
    }
    CPUMAP_MUST(host->model().decodes_host() && counted.includes(host->model().features()));
    CPUMAP_MUST(host->features() == counted && (host->listed().listed() & host->model().features()).empty());
    CPUMAP_MUST(host->signature() == data.signature() && host->vendor() == data.vendor<Map>());
    const auto migrates = cpumap::decode_host<Map>(data, options);
    CPUMAP_MUST(migrates && migrates->model() == host->model());
    CPUMAP_MUST(migrates->listed().listed() == host->listed().listed() - non_migratable<Map>());
    return 0;
}

/// A processor that is just a model is decoded as that model or one with the same features.
template <class Map>
constexpr int model_is_recognised(std::size_t which, std::size_t& exact) {
    const auto m = cpumap::models<Map>()[which];
    const cpu_data data = unit::data_of<Map>(m.features(), m.vendor(), unit::signature_of(m));
    CPUMAP_MUST(data.features<Map>() == m.features() && data.vendor<Map>() == m.vendor());
    if (const int line = decoding_is_faithful<Map>(data); line != 0) return line;

    const bool whole = counted_features<Map>(data) == m.features();
    const auto guest = cpumap::decode_guest<Map>(data);
    // A model with removed features lists them, so that another may need fewer; and some models are never an answer.
    if (whole && m.decodes_guest() && m.removed().empty()) {
        CPUMAP_MUST(guest->model().features() == m.features() && guest->listed().empty());
        ++exact;
    }
    if (whole && m.decodes_host()) {
        const auto host = cpumap::decode_host<Map>(data);
        CPUMAP_MUST(host && host->model().features() == m.features() && host->listed().empty());
    }
    // Preferred alone, it is the answer and nothing but its removed features is listed.
    if (m.decodes_guest()) {
        const model_ref<Map> preferred[] = {m};
        cpumap::basic_decode_options<Map> options;
        options.preferred = preferred;
        const auto answer = cpumap::decode_guest<Map>(data, options);
        CPUMAP_MUST(answer && answer->model() == m);
        if (whole) {
            CPUMAP_MUST(answer->listed().size() == m.removed().size());
            for (std::size_t i = 0; i < m.removed().size(); ++i)
                CPUMAP_MUST(answer->listed()[i].feature == m.removed()[i] &&
                            answer->listed()[i].policy == feature_policy::disable);
        }
    }
    return 0;
}

template <class Map>
constexpr int models_are_recognised(std::size_t step) {
    std::size_t exact = 0;
    std::size_t tried = 0;
    for (std::size_t i = 0; i < cpumap::models<Map>().size(); i += step, ++tried)
        if (const int line = model_is_recognised<Map>(i, exact); line != 0) return line;
    CPUMAP_MUST(exact * 4 >= tried);  // the versioned ones are for hosts only
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("a processor that is a model is recognised", "[decode]", CPUMAP_EVERY_MAP) {
    static_assert(models_are_recognised<TestType>(25) == 0);
    CHECK(models_are_recognised<TestType>(unit::opaque(std::size_t{1})) == 0);
}

TEMPLATE_TEST_CASE("decoding is faithful to any data", "[decode]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    for (const recorded::host& h : recorded::hosts) {
        INFO(h.name);
        CHECK(decoding_is_faithful<Map>(h.data()) == 0);
    }
    const cpu_data nothing;
    CHECK(decoding_is_faithful<Map>(nothing) == 0);
    CHECK(cpumap::decode_guest<Map>(nothing)->vendor().empty());

    cpu_data everything;
    for (const auto f : cpumap::features<Map>()) unit::change_bit<Map>(everything, f, unit::change::set);
    CHECK(decoding_is_faithful<Map>(everything) == 0);
    for (std::size_t i = 0; i < everything.size(); ++i)  // every bit of every leaf, described or not
        if (const auto& e = everything[i]; e.is_msr)
            everything.set_msr(e.leaf, ~std::uint64_t{0});
        else
            everything.set_cpuid(e.leaf, e.subleaf, {~0U, ~0U, ~0U, ~0U});
    everything.set_cpuid(0, 0, {~0U, ~0U, ~0U, ~0U});
    CHECK(decoding_is_faithful<Map>(everything) == 0);
    CHECK(cpumap::decode_guest<Map>(everything)->features().size() == cpumap::features<Map>().size());

    unit::random random(5);
    for (int round = 0; round < 100; ++round) {
        set<Map> features;
        for (const auto f : cpumap::features<Map>())
            if (random.one_in(2)) features.insert(f);
        const auto m = cpumap::models<Map>()[random.below(cpumap::models<Map>().size())];
        REQUIRE(decoding_is_faithful<Map>(unit::data_of<Map>(features, m.vendor(), unit::signature_of(m))) == 0);
    }
}

// ---- Options --------------------------------------------------------------------------------------------------------

namespace {

template <class Map>
constexpr int only_usable_models_are_answers(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();
    const auto all = cpumap::models<Map>();
    cpumap::basic_decode_options<Map> options;
    options.hypervisor.models.emplace();
    const auto none = cpumap::decode_guest<Map>(data, options);  // a list that is empty is a list
    CPUMAP_MUST(!none && none.error().code() == errc::no_suitable_model);
    CPUMAP_MUST(!cpumap::decode_host<Map>(data, options));

    for (std::size_t i = 0; i < all.size(); ++i) {
        const cpumap::basic_usable_model<Map> usable[] = {{.model = all[i]}};
        options.hypervisor.models = usable;
        const auto guest = cpumap::decode_guest<Map>(data, options);
        const bool fits = all[i].decodes_guest() && (all[i].vendor().empty() || data.vendor<Map>().empty() ||
                                                     all[i].vendor() == data.vendor<Map>());
        CPUMAP_MUST(guest.has_value() == fits);
        if (fits) CPUMAP_MUST(guest->model() == all[i] && guest->features() == counted_features<Map>(data));
        if (!fits) CPUMAP_MUST(guest.error().code() == errc::no_suitable_model);
        const auto host = cpumap::decode_host<Map>(data, options);
        if (host) CPUMAP_MUST(host->model() == all[i]);
    }
    return 0;
}

constexpr int blockers_are_disabled(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();  // Cascadelake-Server
    newest::usable_model usable[] = {{.model = newest::model<"Cascadelake-Server">}};
    newest::decode_options options;
    options.hypervisor.models = usable;
    const auto free = newest::decode_guest(data, options);
    CPUMAP_MUST(free && !free->listed().listed().contains(newest::feature<"avx512f">));

    usable[0].block("avx512f");         // the model's own
    usable[0].block("svm");             // neither the model's nor the data's
    usable[0].block("vmx");             // the data's beyond the model: the data has it, so it is required all the same
    usable[0].block("flux-capacitor");  // unknown, so ignored
    usable[0].block("sse4_1");          // by the name that QEMU has for it
    const auto blocked = newest::decode_guest(data, options);
    CPUMAP_MUST(blocked && blocked->model() == free->model());
    const auto disabled = unit::features_of<newest::map>("avx512f svm sse4.1");
    CPUMAP_MUST(blocked->listed().with_policy(feature_policy::disable) ==
                (free->listed().with_policy(feature_policy::disable) | disabled));
    CPUMAP_MUST(blocked->listed().with_policy(feature_policy::require) ==
                free->listed().with_policy(feature_policy::require));
    CPUMAP_MUST(blocked->features() == free->features() - disabled);
    CPUMAP_MUST(!newest::decode_host(data, options));  // a host has nothing to disable
    return 0;
}

constexpr int preferred_models_win(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();  // a Haswell
    newest::decode_options options;
    const auto best = newest::decode_guest(data, options);
    CPUMAP_MUST(best && best->model() == newest::model<"Haswell-noTSX">);

    const newest::model_ref worse[] = {newest::model<"Westmere">};
    options.preferred = worse;
    const auto westmere = newest::decode_guest(data, options);
    CPUMAP_MUST(westmere && westmere->model() == worse[0] && westmere->features() == best->features());

    const newest::model_ref other_vendor[] = {newest::model<"EPYC">};
    options.preferred = other_vendor;
    CPUMAP_MUST(newest::decode_guest(data, options)->model() == best->model());

    // Of several, one is taken over a better model only for having fewer features to disable; the signature still
    // counts more.
    const newest::model_ref several[] = {newest::model<"Penryn">, newest::model<"Westmere">};
    options.preferred = several;
    CPUMAP_MUST(newest::decode_guest(data, options)->model() == best->model());
    cpu_data unsigned_data = data;
    unit::set_signature(unsigned_data, {});
    const auto free = newest::decode_guest(unsigned_data);
    CPUMAP_MUST(free &&
                free->listed().with_policy(feature_policy::disable).size() == 1);  // x2apic, which Westmere has not
    CPUMAP_MUST(free->model() != newest::model<"Westmere">);
    const auto chosen = newest::decode_guest(unsigned_data, options);
    CPUMAP_MUST(chosen && chosen->listed().with_policy(feature_policy::disable).empty());
    CPUMAP_MUST(chosen->model() == newest::model<"Westmere">);
    return 0;
}

constexpr int hypervisor_features_are_all_there_is(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();
    newest::decode_options options;
    options.hypervisor.features = data.features() - unit::features_of<newest::map>("vmx avx512f");
    const auto masked = newest::decode_guest(data, options);
    cpu_data without = data;
    unit::change_bit<newest::map>(without, newest::feature<"vmx">, unit::change::clear);
    unit::change_bit<newest::map>(without, newest::feature<"avx512f">, unit::change::clear);
    const auto cleared = newest::decode_guest(without);
    CPUMAP_MUST(masked && cleared && masked->model() == cleared->model() && masked->listed() == cleared->listed());
    CPUMAP_MUST(!masked->features().contains(newest::feature<"vmx">));
    return 0;
}

/// What assess_guest() says of each model leads to the model that decode_guest() chooses.
template <class Map>
constexpr int assessments_explain_the_choice(std::size_t which) {
    using assessment = cpumap::basic_assessment<Map>;
    constexpr assessment nothing;
    CPUMAP_MUST(nothing.listed == 0 && nothing.disabled == 0 && nothing.score == 0 && nothing.penalty == 0);
    const cpu_data data = recorded::hosts[which].data();
    const auto chosen = cpumap::decode_guest<Map>(data);
    const auto won = cpumap::assess_guest<Map>(data, chosen->model());
    CPUMAP_MUST(won.state == assessment::standing::candidate && won.listed == chosen->listed().size());
    CPUMAP_MUST(won.disabled == chosen->listed().with_policy(feature_policy::disable).size());
    for (const auto m : cpumap::models<Map>()) {
        const auto a = cpumap::assess_guest<Map>(data, m);
        if (!m.vendor().empty() && !data.vendor<Map>().empty() && m.vendor() != data.vendor<Map>()) {
            CPUMAP_MUST(a.state == assessment::standing::other_vendor);
        } else if (!m.decodes_guest()) {
            CPUMAP_MUST(a.state == assessment::standing::not_for_decoding);
        } else {
            CPUMAP_MUST(a.state == assessment::standing::candidate);
            if (a.has_signature == won.has_signature)
                CPUMAP_MUST(a.score > won.score || (a.score == won.score && a.penalty >= won.penalty));
            else
                CPUMAP_MUST(won.has_signature);
        }
    }
    const cpumap::basic_usable_model<Map> usable[] = {{.model = cpumap::models<Map>()[0]}};
    cpumap::basic_hypervisor_view<Map> view;
    view.models = usable;
    CPUMAP_MUST(cpumap::assess_guest<Map>(data, cpumap::models<Map>()[1], view).state ==
                assessment::standing::not_usable);
    CPUMAP_MUST(cpumap::assess_guest<Map>(data, cpumap::models<Map>()[0], view).state !=
                assessment::standing::not_usable);
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("only models that the hypervisor lists are answers", "[decode]", CPUMAP_EVERY_MAP) {
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i)
        CHECK(only_usable_models_are_answers<TestType>(i) == 0);
}

TEST_CASE("features that block a model are disabled", "[decode]") {
    CPUMAP_BOTH(blockers_are_disabled, std::size_t{6});
}

TEST_CASE("preferred models win where they may", "[decode]") { CPUMAP_BOTH(preferred_models_win, std::size_t{2}); }

TEST_CASE("what the hypervisor cannot give is not there", "[decode]") {
    CPUMAP_BOTH(hypervisor_features_are_all_there_is, std::size_t{6});
}

TEMPLATE_TEST_CASE("the assessments of the models explain the choice", "[decode]", CPUMAP_EVERY_MAP) {
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i)
        CHECK(assessments_explain_the_choice<TestType>(i) == 0);
}
