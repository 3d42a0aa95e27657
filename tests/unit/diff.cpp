// SPDX-License-Identifier: BSL-1.0
// Two maps side by side: every pair of the shipped maps, and two made-up ones in which all that can differ does; and
// definitions that are converted from one to the other.

#include <cpumap/match/convert.hpp>

#include <cstddef>
#include <string_view>

#include "../data/maps/after.hpp"
#include "../data/maps/before.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::feature_policy;
namespace maps = cpumap::maps;
using before = cpumap::maps::test_before;
using after = cpumap::maps::test_after;

template <class MapA, class MapB>
struct pair {
    using a = MapA;
    using b = MapB;
};
using pair_0_10_and_9_0 = pair<maps::libvirt_0_10, maps::libvirt_9_0>;
using pair_0_10_and_11_3 = pair<maps::libvirt_0_10, maps::libvirt_11_3>;
using pair_0_10_and_12_8 = pair<maps::libvirt_0_10, maps::libvirt_12_8>;
using pair_9_0_and_11_3 = pair<maps::libvirt_9_0, maps::libvirt_11_3>;
using pair_9_0_and_12_8 = pair<maps::libvirt_9_0, maps::libvirt_12_8>;
using pair_11_3_and_12_8 = pair<maps::libvirt_11_3, maps::libvirt_12_8>;
using own_pair = pair<before, after>;

/// Every two maps; a test looks at both directions. Each pair takes a compiler seconds: with sanitizers, one of them.
#if CPUMAP_EXPECT_SANITIZERS
#define EVERY_SHIPPED_PAIR pair_9_0_and_12_8
#else
#define EVERY_SHIPPED_PAIR \
    pair_0_10_and_9_0, pair_0_10_and_11_3, pair_0_10_and_12_8, pair_9_0_and_11_3, pair_9_0_and_12_8, pair_11_3_and_12_8
#endif
#define EVERY_PAIR EVERY_SHIPPED_PAIR, own_pair

template <class A, class B>
constexpr bool same_handles(const A& a, const B& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// Whether a set holds just these features, names with a space between.
template <class Map>
constexpr bool holds(const cpumap::basic_feature_set<Map>& set, std::string_view names) {
    return set == unit::features_of<Map>(names);
}

// ---- Laws ------------------------------------------------------------------------------------------------------------

template <class A, class B>
constexpr int what_came_went_the_other_way(std::size_t) {
    using there = cpumap::diff<A, B>;
    using back = cpumap::diff<B, A>;
    CPUMAP_MUST(there::features_came() == back::features_went());
    CPUMAP_MUST(there::features_went() == back::features_came());
    CPUMAP_MUST(same_handles(there::models_came(), back::models_went()));
    CPUMAP_MUST(same_handles(there::models_went(), back::models_came()));
    CPUMAP_MUST(A::x86::feature_count - there::features_went().size() + there::features_came().size() ==
                B::x86::feature_count);
    CPUMAP_MUST(A::x86::model_count - there::models_went().size() + there::models_came().size() == B::x86::model_count);
    CPUMAP_MUST(there::features_changed().size() == back::features_changed().size());
    CPUMAP_MUST(there::models_changed().size() == back::models_changed().size());
    return 0;
}

/// Each feature from number `first` on: its counterpart, and whether it is said to have changed, by searching for names.
template <class A, class B>
constexpr int features_are_where_they_belong(std::size_t first) {
    using there = cpumap::diff<A, B>;
    const auto changed = there::features_changed();
    std::size_t next = 0;
    while (next < changed.size() && changed[next].before.index() < first) ++next;
    for (std::size_t i = first; i < A::x86::feature_count && i < first + 50; ++i) {
        const auto f = cpumap::features<A>()[i];
        const auto g = cpumap::counterpart<B>(f);
        CPUMAP_MUST(g.has_value() == !there::features_went().contains(f));
        if (!g) continue;
        CPUMAP_MUST(!there::features_came().contains(*g) && cpumap::counterpart<A>(*g) == f);
        CPUMAP_MUST((*g).name() == f.name() || cpumap::find_feature<A>((*g).name()) == f ||
                    cpumap::find_feature<B>(f.name()) == *g);
        bool same = (*g).name() == f.name() && (*g).register_bit() == f.register_bit() &&
                    (*g).migratable() == f.migratable() && (*g).aliases().size() == f.aliases().size();
        for (const auto alias : f.aliases())
            same = same && cpumap::find_feature<B>(alias) == *g && alias != (*g).name();
        const bool listed = next < changed.size() && changed[next].before == f;
        CPUMAP_MUST(listed == !same);
        if (!listed) continue;
        const auto c = changed[next++];
        CPUMAP_MUST(c && c.after == *g && c.name == ((*g).name() != f.name()));
        CPUMAP_MUST(c.bit == ((*g).register_bit() != f.register_bit()) &&
                    c.migratable == ((*g).migratable() != f.migratable()));
    }
    return 0;
}

/// The same for models, `step` apart: the names of their features are what counts.
template <class A, class B>
constexpr int models_are_what_they_are_said_to_be(std::size_t step) {
    using there = cpumap::diff<A, B>;
    const auto changed = there::models_changed();
    std::size_t next = 0;
    for (std::size_t i = 0; i < A::x86::model_count; i += step) {
        const auto m = cpumap::models<A>()[i];
        const auto n = cpumap::find_model<B>(m.name());
        CPUMAP_MUST(cpumap::counterpart<B>(m) == n);
        if (!n) continue;
        while (next < changed.size() && changed[next].before.index() < i) ++next;
        const bool listed = next < changed.size() && changed[next].before == m;
        const auto c = there::change(m, *n);
        CPUMAP_MUST(listed == static_cast<bool>(c));
        CPUMAP_MUST(m.features().includes(c.lost) && (*n).features().includes(c.gained));
        CPUMAP_MUST(m.features().size() - c.lost.size() + c.gained.size() == (*n).features().size());
        for (const auto f : c.lost) {
            const auto g = cpumap::counterpart<B>(f);
            CPUMAP_MUST(!g || !(*n).features().contains(*g));
        }
        for (const auto g : c.gained) {
            const auto f = cpumap::counterpart<A>(g);
            CPUMAP_MUST(!f || !m.features().contains(*f));
        }
        CPUMAP_MUST(c.vendor == (m.vendor() != (*n).vendor()));
        CPUMAP_MUST(c.decodes_host == (m.decodes_host() != (*n).decodes_host()));
        CPUMAP_MUST(c.decodes_guest == (m.decodes_guest() != (*n).decodes_guest()));
        CPUMAP_MUST(c.partial_check_compat == (m.partial_check_compat() != (*n).partial_check_compat()));

        const auto back = cpumap::diff<B, A>::change(*n, m);
        CPUMAP_MUST(back.lost == c.gained && back.gained == c.lost);
        CPUMAP_MUST(back.vendor == c.vendor && back.signatures == c.signatures && back.canonical == c.canonical &&
                    back.removed == c.removed && back.added == c.added && back.decodes_host == c.decodes_host &&
                    back.decodes_guest == c.decodes_guest && back.partial_check_compat == c.partial_check_compat);
    }
    return 0;
}

template <class Map>
constexpr int nothing_differs(std::size_t) {
    using same = cpumap::diff<Map, Map>;
    CPUMAP_MUST(same::empty());
    CPUMAP_MUST(same::features_came().empty() && same::features_went().empty() && same::features_changed().empty());
    CPUMAP_MUST(same::models_came().empty() && same::models_went().empty() && same::models_changed().empty());
    return 0;
}

TEMPLATE_TEST_CASE("a map does not differ from itself", "[diff]", CPUMAP_EVERY_MAP, before, after) {
    CPUMAP_BOTH(nothing_differs<TestType>, std::size_t{0});
}

/// The newest map, but all of its features migrate.
struct all_migrate : cpumap::maps::libvirt_12_8 {
    struct x86 : cpumap::maps::libvirt_12_8::x86 {
        static constexpr std::uint32_t non_migratable_count = 0;
    };
};

constexpr int one_flag_differs(std::size_t first) {
    using there = cpumap::diff<cpumap::maps::libvirt_12_8, all_migrate>;
    CPUMAP_MUST(!there::empty() && there::features_came().empty() && there::features_went().empty());
    CPUMAP_MUST(there::models_came().empty() && there::models_went().empty() && there::models_changed().empty());
    CPUMAP_MUST(there::features_changed().size() == 2);
    const auto change = there::features_changed()[first];
    CPUMAP_MUST(change.migratable && !change.name && !change.bit && !change.aliases);
    return 0;
}

TEST_CASE("maps differ where a flag of a feature does", "[diff]") { CPUMAP_BOTH(one_flag_differs, std::size_t{0}); }

TEMPLATE_TEST_CASE("what comes one way goes the other", "[diff]", EVERY_PAIR) {
    using a = typename TestType::a;
    using b = typename TestType::b;
    static_assert(!cpumap::diff<a, b>::empty());
    CPUMAP_BOTH((what_came_went_the_other_way<a, b>), std::size_t{0});
}

TEMPLATE_TEST_CASE("features that came, went or changed", "[diff]", EVERY_PAIR) {
    using a = typename TestType::a;
    using b = typename TestType::b;
    CPUMAP_BOTH((features_are_where_they_belong<a, b>), std::size_t{0});
    CPUMAP_BOTH((features_are_where_they_belong<b, a>), std::size_t{0});
    for (std::size_t first = 50; first < 400; first += 50) {
        CHECK(features_are_where_they_belong<a, b>(first) == 0);
        CHECK(features_are_where_they_belong<b, a>(first) == 0);
    }
}

TEMPLATE_TEST_CASE("models that came, went or changed", "[diff]", EVERY_PAIR) {
    using a = typename TestType::a;
    using b = typename TestType::b;
    CPUMAP_BOTH((models_are_what_they_are_said_to_be<a, b>), std::size_t{50});
    CHECK(models_are_what_they_are_said_to_be<a, b>(1) == 0);
    CHECK(models_are_what_they_are_said_to_be<b, a>(1) == 0);
}

// ---- What is known of the shipped maps -------------------------------------------------------------------------------

constexpr int vmx_controls_moved(std::size_t) {
    using diff = cpumap::diff<maps::libvirt_11_3, maps::libvirt_12_8>;
    CPUMAP_MUST(diff::features_changed().size() == 68);
    for (const auto c : diff::features_changed()) {
        CPUMAP_MUST(c.bit && !c.name && !c.migratable && !c.aliases);
        CPUMAP_MUST(c.before.name().substr(0, 4) == "vmx-");
        const auto from = c.before.register_bit();
        const auto to = c.after.register_bit();
        CPUMAP_MUST(from.from == cpumap::register_bit::source::msr && from.part == 'l' && to.part == 'h');
        CPUMAP_MUST(from.leaf == to.leaf && from.bit == to.bit);
    }
    CPUMAP_MUST(diff::features_came().size() == 36 && diff::features_went().empty());
    CPUMAP_MUST(diff::models_came().size() == 26 && diff::models_went().empty() && diff::models_changed().empty());
    return 0;
}

/// MPX was taken out of many models of Intel's between 9.0 and 11.3.
constexpr int mpx_went(std::size_t) {
    using diff = cpumap::diff<maps::libvirt_9_0, maps::libvirt_12_8>;
    std::size_t without = 0;
    for (const auto c : diff::models_changed()) {
        CPUMAP_MUST(c.gained.empty() && !c.vendor && !c.signatures && !c.decodes_host && !c.decodes_guest);
        if (c.lost.empty()) continue;
        CPUMAP_MUST(holds(c.lost, "mpx") && c.removed);
        ++without;
    }
    CPUMAP_MUST(without == 10);
    return 0;
}

TEST_CASE("what changed between libvirts", "[diff]") {
    CPUMAP_BOTH(vmx_controls_moved, std::size_t{0});
    CPUMAP_BOTH(mpx_went, std::size_t{0});
}

using maps::libvirt_0_10;
using maps::libvirt_11_3;
using maps::libvirt_12_8;
using maps::libvirt_9_0;

static_assert(cpumap::same_model<"EPYC-Rome", libvirt_9_0, libvirt_12_8>);
static_assert(cpumap::same_model<"Haswell", libvirt_0_10, libvirt_12_8>, "its signatures do not count");
static_assert(!cpumap::same_model<"Skylake-Client", libvirt_9_0, libvirt_12_8>);
static_assert(!cpumap::same_model<"SapphireRapids", libvirt_9_0, libvirt_12_8>, "9.0 has none");
static_assert(!cpumap::same_model<"SapphireRapids", libvirt_12_8, libvirt_9_0>);
static_assert(cpumap::same_model<"SapphireRapids", libvirt_11_3, libvirt_12_8>);

static_assert(cpumap::same_feature<"avx2", libvirt_0_10, libvirt_12_8>);
static_assert(!cpumap::same_feature<"vmx-ept", libvirt_11_3, libvirt_12_8>, "it moved");
static_assert(!cpumap::same_feature<"vmx-ept", libvirt_9_0, libvirt_11_3>, "9.0 has none");
static_assert(!cpumap::same_feature<"avx512f", libvirt_0_10, libvirt_12_8>, "0.10 has none");
static_assert(cpumap::same_feature<"sse4.1", libvirt_0_10, libvirt_12_8>, "other aliases do not count");
static_assert(!cpumap::same_feature<"sse4_1", libvirt_0_10, libvirt_12_8>, "0.10 does not know the alias");

// ---- What is known of the made-up maps -------------------------------------------------------------------------------

static_assert(cpumap::same_feature<"old-name", before, after>);
static_assert(!cpumap::same_feature<"new-name", before, after>, "before does not know the name");
static_assert(cpumap::same_feature<"long", before, after>);
static_assert(!cpumap::same_feature<"short", before, after>);
static_assert(!cpumap::same_feature<"x", before, after>, "a feature of its own, then an alias of y");
static_assert(!cpumap::same_feature<"moved", before, after> && !cpumap::same_feature<"frozen", before, after>);
static_assert(cpumap::same_feature<"known-as", before, after>);
static_assert(cpumap::same_model<"as-it-was", before, after> && cpumap::same_model<"as-it-was", after, before>);
static_assert(!cpumap::same_model<"other-features", before, after>);
static_assert(!cpumap::same_model<"fewer-features", before, after> &&
              !cpumap::same_model<"fewer-features", after, before>);
static_assert(!cpumap::same_model<"other-vendor", before, after> && !cpumap::same_model<"no-vendor", before, after>);
static_assert(cpumap::same_model<"other-signatures", before, after> &&
              cpumap::same_model<"other-canonical", before, after>);
static_assert(cpumap::same_model<"other-removed", before, after> && cpumap::same_model<"other-added", before, after>);
static_assert(cpumap::same_model<"other-decode", before, after> && cpumap::same_model<"other-check", before, after>);

constexpr int features_of_the_made_up_maps(std::size_t) {
    using diff = cpumap::diff<before, after>;
    CPUMAP_MUST(holds(diff::features_came(), "came twin"));
    CPUMAP_MUST(holds(diff::features_went(), "gone twin-a twin-b x"));
    const auto changed = diff::features_changed();
    CPUMAP_MUST(changed.size() == 6);
    const auto is = [&](std::size_t i, std::string_view name, std::string_view to) {
        return changed[i].before.name() == name && changed[i].after.name() == to;
    };
    const auto flags = [&](std::size_t i) {
        return changed[i].name << 3 | changed[i].bit << 2 | changed[i].migratable << 1 | int{changed[i].aliases};
    };
    CPUMAP_MUST(is(0, "old-name", "new-name") && flags(0) == 9);
    CPUMAP_MUST(is(1, "short", "long") && flags(1) == 9);
    CPUMAP_MUST(is(2, "y", "y") && flags(2) == 1);
    CPUMAP_MUST(is(3, "moved", "moved") && flags(3) == 4);
    CPUMAP_MUST(is(4, "frozen", "frozen") && flags(4) == 2);
    CPUMAP_MUST(is(5, "known-as", "known-as") && flags(5) == 1);
    return 0;
}

constexpr int models_of_the_made_up_maps(std::size_t) {
    using diff = cpumap::diff<before, after>;
    const auto came = diff::models_came();
    const auto went = diff::models_went();
    CPUMAP_MUST(came.size() == 2 && came[0].name() == "came-v1" && came[1].name() == "its-new-name");
    CPUMAP_MUST(went.size() == 2 && went[0].name() == "its-old-name" && went[1].name() == "went");
    const auto changed = diff::models_changed();
    CPUMAP_MUST(changed.size() == 12);
    const auto is = [&](std::size_t i, std::string_view name, int flags) {
        const auto c = changed[i];
        return c.before.name() == name && c.after.name() == name &&
               (c.vendor << 7 | c.signatures << 6 | c.canonical << 5 | c.removed << 4 | c.added << 3 |
                c.decodes_host << 2 | c.decodes_guest << 1 | int{c.partial_check_compat}) == flags;
    };
    CPUMAP_MUST(is(0, "other-features", 0));
    CPUMAP_MUST(holds(changed[0].gained, "came moved") && holds(changed[0].lost, "gone old-name"));
    CPUMAP_MUST(is(1, "fewer-features", 0));
    CPUMAP_MUST(changed[1].gained.empty() && holds(changed[1].lost, "moved"));
    CPUMAP_MUST(is(2, "other-vendor", 0x80) && is(3, "no-vendor", 0x80));
    CPUMAP_MUST(is(4, "other-signatures", 0x40) && is(5, "other-steppings", 0x40));
    CPUMAP_MUST(is(6, "other-canonical", 0x20));
    CPUMAP_MUST(is(7, "other-removed", 0x10) && is(8, "order-of-removed", 0x10));
    CPUMAP_MUST(is(9, "other-added", 8));
    CPUMAP_MUST(is(10, "other-decode", 6));
    CPUMAP_MUST(is(11, "other-check", 1));
    return 0;
}

constexpr int counterparts(std::string_view name) {
    CPUMAP_MUST((*cpumap::counterpart<after>(*cpumap::find_feature<before>(name))).name() == "new-name");
    CPUMAP_MUST(!cpumap::counterpart<after>(*cpumap::find_feature<before>("twin-a")));
    CPUMAP_MUST(!cpumap::counterpart<before>(*cpumap::find_feature<after>("twin")));
    CPUMAP_MUST((*cpumap::counterpart<after>(*cpumap::find_model<before>("no-vendor"))).name() == "no-vendor");
    CPUMAP_MUST(!cpumap::counterpart<after>(*cpumap::find_model<before>("went")));
    return 0;
}

/// One thing that differs is a change, whatever it is.
constexpr int anything_is_a_change(std::string_view name) {
    using change = cpumap::diff<before, after>::model_change;
    const change none{.before = *cpumap::find_model<before>(name), .after = *cpumap::find_model<after>(name)};
    CPUMAP_MUST(!none);
    for (const auto which : {&change::vendor, &change::signatures, &change::canonical, &change::removed, &change::added,
                             &change::decodes_host, &change::decodes_guest, &change::partial_check_compat}) {
        change one = none;
        one.*which = true;
        CPUMAP_MUST(one);
    }
    return 0;
}

TEST_CASE("all that can differ, in two made-up maps", "[diff]") {
    CPUMAP_BOTH(anything_is_a_change, std::string_view("as-it-was"));
    CPUMAP_BOTH(features_of_the_made_up_maps, std::size_t{0});
    CPUMAP_BOTH(models_of_the_made_up_maps, std::size_t{0});
    CPUMAP_BOTH(counterparts, std::string_view("old-name"));
    CPUMAP_BOTH(counterparts, std::string_view("older"));
}

// ---- Converting ------------------------------------------------------------------------------------------------------

constexpr cpumap::numa_cell cells[] = {{.id = 0, .memory_kib = 1024U}};

/// A definition with something in every part that libvirt knows with a model.
template <class Map>
constexpr cpumap::basic_guest_cpu<Map> full_guest() {
    cpumap::basic_guest_cpu<Map> guest(*cpumap::find_model<Map>("EPYC"));
    guest.set_match(cpumap::match::minimum);
    guest.set_check(cpumap::check::full);
    guest.set_fallback(cpumap::fallback::forbid);
    guest.set_deprecated_features(cpumap::deprecated_features::off);
    guest.set_vendor("AMD");
    guest.set_vendor_id("0123456789ab");
    guest.set_topology(cpumap::topology{.sockets = 1, .dies = 2, .clusters = 3, .cores = 4, .threads = 5});
    guest.set_cache(cpumap::cache{.level = 3U});
    guest.set_maxphysaddr(cpumap::maxphysaddr{.bits = 42U});
    guest.set_numa(cells);
    for (std::size_t i = 0; i < 5; ++i)
        guest.listed().put(unit::every_policy[i], *cpumap::find_feature<Map>(i == 0   ? "xsaves"
                                                                             : i == 1 ? "invtsc"
                                                                             : i == 2 ? "pcid"
                                                                             : i == 3 ? "svm"
                                                                                      : "avx"));
    return guest;
}

constexpr int every_part_is_carried(const cpumap::basic_guest_cpu<libvirt_12_8>& guest) {
    const auto there = cpumap::convert<libvirt_11_3>(guest);
    CPUMAP_MUST(there && unit::same_definition(*there, full_guest<libvirt_11_3>()));
    CPUMAP_MUST(there->listed().size() == 5);
    const auto back = cpumap::convert<libvirt_12_8>(*there);
    CPUMAP_MUST(back && unit::same_definition(*back, guest));
    const auto exact = cpumap::convert_exact<libvirt_11_3>(guest);
    CPUMAP_MUST(exact && unit::same_definition(*exact, *there));
    return 0;
}

/// A mode without a model; migratable goes only with such.
constexpr int modes_without_a_model(cpumap::mode mode) {
    cpumap::basic_guest_cpu<libvirt_9_0> guest;
    guest.set_mode(mode);
    if (mode != cpumap::mode::host_model) guest.set_migratable(cpumap::migratable::off);
    guest.listed().put(feature_policy::disable, *cpumap::find_feature<libvirt_9_0>("vmx"));
    const auto there = cpumap::convert<libvirt_12_8>(guest);
    CPUMAP_MUST(there && !there->has_model() && there->mode() == mode && there->migratable() == guest.migratable());
    CPUMAP_MUST(holds(there->listed().with_policy(feature_policy::disable), "vmx") && there->listed().size() == 1);
    const auto back = cpumap::convert_exact<libvirt_9_0>(*there);
    CPUMAP_MUST(back && unit::same_definition(*back, guest));
    return 0;
}

template <class To, class From>
constexpr bool refused(const cpumap::basic_guest_cpu<From>& guest, errc code, std::string_view name = {}) {
    const auto r = cpumap::convert<To>(guest);
    const auto exact = cpumap::convert_exact<To>(guest);
    return !r && r.error().code() == code && r.error().name() == name && !exact && exact.error() == r.error();
}

constexpr int what_the_target_does_not_know(std::string_view model) {
    using newest = cpumap::use<libvirt_12_8>;
    newest::guest_cpu guest(*newest::find_model(model));
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::unknown_model, model));
    CPUMAP_MUST(cpumap::convert<libvirt_9_0>(guest).error().features().empty());

    // The features are told with the model, and without.
    static_cast<void>(guest.set(feature_policy::require, "pcid"));
    static_cast<void>(guest.set(feature_policy::optional, "sm4"));
    static_cast<void>(guest.set(feature_policy::disable, "fred"));
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::unknown_model, model));
    CPUMAP_MUST(holds(cpumap::convert<libvirt_9_0>(guest).error().features(), "fred sm4"));
    guest.set_model(*newest::find_model("EPYC"));
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::unknown_feature, "sm4"));
    CPUMAP_MUST(holds(cpumap::convert<libvirt_9_0>(guest).error().features(), "fred sm4"));

    guest.listed().clear();
    guest.set_vendor("Hygon");
    CPUMAP_MUST(cpumap::convert<libvirt_9_0>(guest));
    newest::guest_cpu old(*newest::find_model("Opteron_G1"));
    old.set_vendor("Hygon");
    CPUMAP_MUST(refused<libvirt_0_10>(old, errc::unknown_vendor, "Hygon"));
    old.set_vendor("nobody");
    CPUMAP_MUST(refused<libvirt_11_3>(old, errc::unknown_vendor, "nobody"));
    return 0;
}

/// Each option with the libvirt that is too old for it.
constexpr int what_the_target_is_too_old_for(std::string_view model) {
    using newest = cpumap::use<libvirt_12_8>;
    const newest::guest_cpu plain(*newest::find_model(model));
    CPUMAP_MUST(cpumap::convert<libvirt_0_10>(plain));
    auto guest = plain;
    guest.set_topology(cpumap::topology{.sockets = 1, .dies = 2, .cores = 1, .threads = 1});
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::dies_since_6_1) && cpumap::convert<libvirt_9_0>(guest));
    guest.set_topology(cpumap::topology{.sockets = 1, .clusters = 2, .cores = 1, .threads = 1});
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::clusters_since_10_1) && cpumap::convert<libvirt_11_3>(guest));
    guest = plain;
    guest.set_check(cpumap::check::full);
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::check_since_3_2) && cpumap::convert<libvirt_9_0>(guest));
    guest = plain;
    guest.set_cache(cpumap::cache{.level = 3U});
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::cache_since_3_3) && cpumap::convert<libvirt_9_0>(guest));
    guest = plain;
    guest.set_maxphysaddr(cpumap::maxphysaddr{.bits = 40U});
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::maxphysaddr_since_8_7) && cpumap::convert<libvirt_9_0>(guest));
    guest.set_maxphysaddr(cpumap::maxphysaddr{});
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::maxphysaddr_without_bits_since_9_2));
    guest = plain;
    guest.set_deprecated_features(cpumap::deprecated_features::off);
    CPUMAP_MUST(refused<libvirt_9_0>(guest, errc::deprecated_features_since_11_0));
    CPUMAP_MUST(cpumap::convert<libvirt_11_3>(guest));
    guest = {};
    guest.set_mode(cpumap::mode::maximum);
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::maximum_since_7_1) && cpumap::convert<libvirt_9_0>(guest));
    guest.set_mode(cpumap::mode::host_passthrough);
    guest.set_migratable(cpumap::migratable::on);
    CPUMAP_MUST(refused<libvirt_0_10>(guest, errc::migratable_since_6_5) && cpumap::convert<libvirt_9_0>(guest));

    // What is wrong everywhere is refused too.
    guest = plain;
    guest.set_vendor_id("short");
    CPUMAP_MUST(refused<libvirt_11_3>(guest, errc::vendor_id_length));
    return 0;
}

constexpr int a_model_that_lost_a_feature(std::string_view model) {
    using old = cpumap::use<libvirt_9_0>;
    using newest = cpumap::use<libvirt_12_8>;
    old::guest_cpu guest(*old::find_model(model));
    CPUMAP_MUST(guest.features().contains(*old::find_feature("mpx")));

    const auto named = cpumap::convert<libvirt_12_8>(guest);
    CPUMAP_MUST(named && named->model().name() == model && named->listed().empty());
    CPUMAP_MUST(!named->features().contains(*newest::find_feature("mpx")));
    const auto exact = cpumap::convert_exact<libvirt_12_8>(guest);
    CPUMAP_MUST(exact && exact->model().name() == model && exact->listed().size() == 1);
    CPUMAP_MUST(holds(exact->listed().with_policy(feature_policy::require), "mpx"));

    // And back, where the model has it.
    const newest::guest_cpu later(*newest::find_model(model));
    const auto without = cpumap::convert_exact<libvirt_9_0>(later);
    CPUMAP_MUST(without && without->listed().size() == 1);
    CPUMAP_MUST(holds(without->listed().with_policy(feature_policy::disable), "mpx"));
    CPUMAP_MUST(cpumap::convert<libvirt_9_0>(later)->features().contains(*old::find_feature("mpx")));

    // What the definition says already stays as it says.
    static_cast<void>(guest.set(feature_policy::optional, "mpx"));
    const auto said = cpumap::convert_exact<libvirt_12_8>(guest);
    CPUMAP_MUST(said && said->listed().size() == 1 && said->listed()[0].policy == feature_policy::optional);
    return 0;
}

constexpr int definitions_of_the_made_up_maps(std::string_view renamed) {
    using old = cpumap::use<before>;
    old::guest_cpu guest(*old::find_model("as-it-was"));
    static_cast<void>(guest.set(feature_policy::force, "known-as"));
    static_cast<void>(guest.set(feature_policy::forbid, renamed));
    static_cast<void>(guest.set(feature_policy::optional, "short"));
    const auto there = cpumap::convert<after>(guest);
    std::size_t at = 0;
    CPUMAP_MUST(there && unit::lists(there->listed(), at, feature_policy::force, "known-as"));
    CPUMAP_MUST(unit::lists(there->listed(), at, feature_policy::forbid, "new-name"));
    CPUMAP_MUST(unit::lists(there->listed(), at, feature_policy::optional, "long") && there->listed().size() == at);
    const auto back = cpumap::convert<before>(*there);
    CPUMAP_MUST(back && unit::same_definition(*back, guest));

    // A model that lost one feature which the target does not know, and one which it does.
    const old::guest_cpu other(*old::find_model("other-features"));
    CPUMAP_MUST(cpumap::convert<after>(other) && cpumap::convert<after>(other)->listed().empty());
    const auto exact = cpumap::convert_exact<after>(other);
    CPUMAP_MUST(!exact && exact.error().code() == errc::unknown_feature && exact.error().name() == "gone");
    CPUMAP_MUST(holds(exact.error().features(), "gone"));
    // The other way it gained both.
    const cpumap::basic_guest_cpu<after> later(*cpumap::find_model<after>("other-features"));
    const auto unable = cpumap::convert_exact<before>(later);
    CPUMAP_MUST(!unable && unable.error().name() == "came" && holds(unable.error().features(), "came"));

    const old::guest_cpu ambiguous = [] {
        old::guest_cpu g(*old::find_model("as-it-was"));
        static_cast<void>(g.set(feature_policy::disable, "twin-a"));
        return g;
    }();
    CPUMAP_MUST(refused<after>(ambiguous, errc::unknown_feature, "twin-a"));
    old::guest_cpu of_second(*old::find_model("as-it-was"));
    of_second.set_vendor("Second");
    CPUMAP_MUST(refused<after>(of_second, errc::unknown_vendor, "Second"));
    return 0;
}

TEST_CASE("a guest's definition is converted with all its parts", "[convert]") {
    static_assert(cpumap::check_definition(full_guest<libvirt_12_8>()) == errc::none);
    CPUMAP_BOTH(every_part_is_carried, full_guest<libvirt_12_8>());
    CPUMAP_BOTH(modes_without_a_model, cpumap::mode::host_model);
    CPUMAP_BOTH(modes_without_a_model, cpumap::mode::host_passthrough);
    CPUMAP_BOTH(modes_without_a_model, cpumap::mode::maximum);
    CPUMAP_BOTH(definitions_of_the_made_up_maps, std::string_view("old-name"));
    CPUMAP_BOTH(definitions_of_the_made_up_maps, std::string_view("older"));
}

TEST_CASE("what the other libvirt does not know is named", "[convert]") {
    CPUMAP_BOTH(what_the_target_does_not_know, std::string_view("SapphireRapids"));
    CPUMAP_BOTH(what_the_target_is_too_old_for, std::string_view("Nehalem"));
}

TEST_CASE("a model with other features keeps its name, or its features", "[convert]") {
    CPUMAP_BOTH(a_model_that_lost_a_feature, std::string_view("Skylake-Client"));
    CPUMAP_BOTH(a_model_that_lost_a_feature, std::string_view("Icelake-Server"));
}

/// Whether a definition of one map has just the features of another map's, by counterpart().
template <class A, class B>
bool same_features(const cpumap::basic_feature_set<A>& a, const cpumap::basic_feature_set<B>& b) {
    std::size_t shared = 0;
    for (const auto f : a) {
        const auto g = cpumap::counterpart<B>(f);
        if (g && b.contains(*g)) ++shared;
    }
    return shared == a.size() && shared == b.size();
}

/// What a definition promises whatever the host has: an optional feature is the host's to say, also one of the model.
template <class Map>
cpumap::basic_feature_set<Map> promised(const cpumap::basic_guest_cpu<Map>& guest) {
    return guest.features() - guest.listed().with_policy(feature_policy::optional);
}

template <class A, class B>
int random_guests_there_and_back() {
    unit::random random(20);
    int converted = 0;
    for (int n = 0; n < 400; ++n) {
        const auto guest = unit::random_guest<A>(random);
        const auto there = cpumap::convert<B>(guest);
        const bool known = cpumap::find_model<B>(guest.model().name()) &&
                           (guest.listed().listed() & cpumap::diff<A, B>::features_went()).empty();
        const bool vendor_known = guest.vendor().empty() || guest.vendor() == "Intel" || guest.vendor() == "AMD";
        CPUMAP_MUST(vendor_known && there.has_value() == known);
        const auto exact = cpumap::convert_exact<B>(guest);
        if (exact) CPUMAP_MUST(same_features(promised(guest), promised(*exact)));
        if (!known) continue;
        ++converted;
        const auto back = cpumap::convert<A>(*there);
        CPUMAP_MUST(back && unit::same_definition(*back, guest));
        CPUMAP_MUST(there->model().name() == guest.model().name() && there->listed().size() == guest.listed().size());
        if (exact) {
            const auto again = cpumap::convert_exact<A>(*exact);
            CPUMAP_MUST(again && promised(*again) == promised(guest));
        }
    }
    return converted > 0 ? 0 : __LINE__;
}

TEMPLATE_TEST_CASE("guests there and back are what they were", "[convert]", EVERY_SHIPPED_PAIR) {
    using a = typename TestType::a;
    using b = typename TestType::b;
    CHECK(random_guests_there_and_back<a, b>() == 0);
    CHECK(random_guests_there_and_back<b, a>() == 0);
}

template <class A, class B>
int every_model_exactly() {
    for (const auto m : cpumap::models<A>()) {
        const cpumap::basic_guest_cpu<A> guest(m);
        const auto there = cpumap::convert_exact<B>(guest);
        CPUMAP_MUST(there.has_value() == cpumap::find_model<B>(m.name()).has_value());
        if (there) CPUMAP_MUST(there->model().name() == m.name() && same_features(m.features(), there->features()));
    }
    return 0;
}

TEMPLATE_TEST_CASE("every model can be converted with its features", "[convert]", EVERY_SHIPPED_PAIR) {
    CHECK(every_model_exactly<typename TestType::a, typename TestType::b>() == 0);
    CHECK(every_model_exactly<typename TestType::b, typename TestType::a>() == 0);
}

// ---- Hosts -----------------------------------------------------------------------------------------------------------

template <class Map>
constexpr cpumap::basic_host_cpu<Map> full_host(std::string_view model) {
    cpumap::basic_host_cpu<Map> host(*cpumap::find_model<Map>(model));
    host.set_arch(cpumap::architecture::i686);
    host.set_signature({6, 94, 3});
    host.set_microcode(0x123U);
    host.set_counter(cpumap::counter{.frequency = 2'000'000'000, .scaling = true});
    host.set_topology(cpumap::topology{.sockets = 2, .cores = 4, .threads = 2});
    static_cast<void>(host.set("vmx"));
    static_cast<void>(host.set("invtsc"));
    return host;
}

constexpr int hosts_keep_their_features(std::string_view model) {
    const auto host = full_host<libvirt_9_0>(model);
    const auto there = cpumap::convert<libvirt_12_8>(host);
    CPUMAP_MUST(there && there->model().name() == model && there->vendor() == "Intel");
    CPUMAP_MUST(there->arch() == host.arch() && there->signature() == host.signature() &&
                there->microcode() == host.microcode() && there->counter() == host.counter() &&
                there->topology() == host.topology());
    std::size_t at = 0;
    CPUMAP_MUST(unit::lists(there->listed(), at, feature_policy::require, "vmx invtsc mpx"));
    CPUMAP_MUST(there->listed().size() == at && there->features().size() == host.features().size());
    // What the model has again is listed no longer.
    const auto back = cpumap::convert<libvirt_9_0>(*there);
    CPUMAP_MUST(back && unit::same_definition(*back, host));

    // A host without MPX is not what the model is to 9.0.
    const auto later = full_host<libvirt_12_8>(model);
    const auto wrong = cpumap::convert<libvirt_9_0>(later);
    CPUMAP_MUST(!wrong && wrong.error().code() == errc::model_gained_features && wrong.error().name() == "mpx");
    CPUMAP_MUST(holds(wrong.error().features(), "mpx"));
    const auto same = cpumap::convert<libvirt_11_3>(later);
    CPUMAP_MUST(same && unit::same_definition(*same, full_host<libvirt_11_3>(model)));
    return 0;
}

constexpr int hosts_that_the_target_does_not_know(std::string_view model) {
    using newest = cpumap::use<libvirt_12_8>;
    newest::host_cpu host(*newest::find_model(model));
    static_cast<void>(host.set("fred"));
    const auto unknown = cpumap::convert<libvirt_9_0>(host);
    CPUMAP_MUST(!unknown && unknown.error().code() == errc::unknown_model && unknown.error().name() == model);
    CPUMAP_MUST(holds(unknown.error().features(), "fred"));
    host.set_model(*newest::find_model("EPYC"));
    const auto features = cpumap::convert<libvirt_9_0>(host);
    CPUMAP_MUST(!features && features.error().code() == errc::unknown_feature && features.error().name() == "fred");
    newest::host_cpu other(*newest::find_model("Opteron_G1"));
    other.set_vendor("Hygon");
    const auto vendor = cpumap::convert<libvirt_0_10>(other);
    CPUMAP_MUST(!vendor && vendor.error().code() == errc::unknown_vendor && vendor.error().name() == "Hygon");

    const auto none = cpumap::convert<libvirt_9_0>(newest::host_cpu{});
    CPUMAP_MUST(none && !none->has_model() && none->listed().empty());
    // A feature that the model gained and From has no name for.
    const auto gained =
        cpumap::convert<after>(cpumap::basic_host_cpu<before>(*cpumap::find_model<before>("as-it-was")));
    CPUMAP_MUST(gained && gained->vendor() == "First");
    cpumap::basic_host_cpu<after> later(*cpumap::find_model<after>("fewer-features"));
    const auto wrong = cpumap::convert<before>(later);
    CPUMAP_MUST(!wrong && wrong.error().code() == errc::model_gained_features && wrong.error().name() == "moved");
    return 0;
}

TEST_CASE("a host's description is converted", "[convert]") {
    CPUMAP_BOTH(hosts_keep_their_features, std::string_view("Skylake-Client"));
    CPUMAP_BOTH(hosts_that_the_target_does_not_know, std::string_view("SapphireRapids"));
}

template <class A, class B>
int random_hosts_there_and_back() {
    unit::random random(21);
    int converted = 0;
    for (int n = 0; n < 300; ++n) {
        cpumap::basic_host_cpu<A> host(unit::random_model<A>(random));
        for (std::size_t left = random.below(6); left > 0; --left) {
            const auto f = unit::random_feature<A>(random);
            if (!host.model().features().contains(f)) host.listed().put_if_missing(feature_policy::require, f);
        }
        const auto there = cpumap::convert<B>(host);
        if (!there) continue;
        ++converted;
        CPUMAP_MUST(same_features(host.features(), there->features()));
        CPUMAP_MUST((there->listed().listed() & there->model().features()).empty());
        const auto back = cpumap::convert<A>(*there);
        CPUMAP_MUST(back && back->model() == host.model() && back->features() == host.features());
        CPUMAP_MUST(back->listed().listed() == host.listed().listed());
    }
    return converted > 0 ? 0 : __LINE__;
}

TEMPLATE_TEST_CASE("hosts there and back have what they had", "[convert]", EVERY_SHIPPED_PAIR) {
    using a = typename TestType::a;
    using b = typename TestType::b;
    CHECK(random_hosts_there_and_back<a, b>() == 0);
    CHECK(random_hosts_there_and_back<b, a>() == 0);
}

}  // namespace
