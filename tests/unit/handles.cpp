// SPDX-License-Identifier: BSL-1.0
// Handles, swept over every feature and model of every map.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>

#include "support.hpp"

namespace {

/// What holds of each feature by itself.
template <class Map>
constexpr int feature_is_sound(std::size_t i) {
    const auto all = cpumap::features<Map>();
    const auto f = all[i];
    CPUMAP_MUST(f.index() == i && f == cpumap::basic_feature_ref<Map>::from_index(i));
    CPUMAP_MUST(static_cast<std::size_t>(f.id()) == i);
    CPUMAP_MUST(cpumap::find_feature<Map>(f.name()) == f);
    for (const auto alias : f.aliases()) CPUMAP_MUST(cpumap::find_feature<Map>(alias) == f);
    for (const char c : f.name()) CPUMAP_MUST(c > ' ' && c < 0x7f);

    const cpumap::register_bit b = f.register_bit();
    CPUMAP_MUST(b.bit < 32 && b == f.register_bit());
    if (b.from == cpumap::register_bit::source::cpuid)
        CPUMAP_MUST(b.part >= 'a' && b.part <= 'd');
    else
        CPUMAP_MUST((b.part == 'l' || b.part == 'h') && b.subleaf == 0);

    // The bit alone, in otherwise empty data, is the feature alone.
    cpumap::cpu_data data;
    unit::change_bit<Map>(data, f, unit::change::set);
    const auto found = data.features<Map>();
    CPUMAP_MUST(found.size() == 1 && found.contains(f));
    unit::change_bit<Map>(data, f, unit::change::clear);
    CPUMAP_MUST(data.features<Map>().empty());
    return 0;
}

template <class Map>
constexpr int features_are_sound(std::size_t step) {
    for (std::size_t i = 0; i < cpumap::features<Map>().size(); i += step)
        if (const int line = feature_is_sound<Map>(i); line != 0) return line;
    return 0;
}

template <class Map>
constexpr int models_are_sound(std::size_t step) {
    const auto all = cpumap::models<Map>();
    for (std::size_t i = 0; i < all.size(); i += step) {
        const auto m = all[i];
        CPUMAP_MUST(m.index() == i && m == cpumap::basic_model_ref<Map>::from_index(i));
        CPUMAP_MUST(static_cast<std::size_t>(m.id()) == i && cpumap::find_model<Map>(m.name()) == m);
        CPUMAP_MUST(!m.features().empty());
        CPUMAP_MUST(m.features().size() == Map::x86::model_size[i]);

        for (const auto s : m.signatures()) {
            CPUMAP_MUST(s.family >= 4 && s.family <= 270 && s.steppings != 0);
            // The number that CPUID would show gives family and model back.
            const cpumap::cpu_signature number(cpumap::cpu_signature(s.family, s.model, 0).number());
            CPUMAP_MUST(number.family() == s.family && number.model() == s.model);
        }
        CPUMAP_MUST(m.signatures().empty() == (m.signatures().size() == 0));

        for (const auto f : m.removed())
            CPUMAP_MUST(!m.features().contains(f) && cpumap::find_feature<Map>(f.name()) == f);
        CPUMAP_MUST((m.added() & m.features()).empty());

        if (const auto c = m.canonical()) {
            CPUMAP_MUST(*c != m && c->features() == m.features() && c->vendor() == m.vendor() && !c->canonical());
            CPUMAP_MUST(c->signatures().size() == m.signatures().size() && c->unversioned() == m);
        }
        if (const auto u = m.unversioned()) CPUMAP_MUST(u->index() < all.size() && u->canonical() == m);
    }
    return 0;
}

/// The ranges are ranges: sized, with iterators that agree with operator[].
template <class Map>
constexpr int ranges_are_ranges(std::size_t start) {
    std::size_t n = start;
    for (const auto f : cpumap::features<Map>()) CPUMAP_MUST(f == cpumap::features<Map>()[n++]);
    CPUMAP_MUST(n - start == cpumap::features<Map>().size() && n - start == Map::x86::feature_count);
    n = start;
    const auto models = cpumap::models<Map>();
    auto it = models.begin();
    while (it != models.end()) CPUMAP_MUST(*it++ == models[n++]);
    CPUMAP_MUST(n - start == models.size() && !models.empty());
    CPUMAP_MUST(cpumap::use<Map>::models().size() == models.size());
    CPUMAP_MUST(cpumap::use<Map>::features().size() == cpumap::features<Map>().size());
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("every feature's handle is sound", "[handles]", CPUMAP_EVERY_MAP) {
    static_assert(features_are_sound<TestType>(60) == 0);
    CHECK(features_are_sound<TestType>(unit::opaque(std::size_t{1})) == 0);
}

TEMPLATE_TEST_CASE("every model's handle is sound", "[handles]", CPUMAP_EVERY_MAP) {
    static_assert(models_are_sound<TestType>(10) == 0);
    CHECK(models_are_sound<TestType>(unit::opaque(std::size_t{1})) == 0);
}

TEMPLATE_TEST_CASE("the ranges of a map are ranges", "[handles]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(ranges_are_ranges<TestType>, std::size_t{0});
}

TEMPLATE_TEST_CASE("no two features share a name or a bit", "[handles]", CPUMAP_EVERY_MAP) {
    std::set<std::string_view> names;
    std::set<std::tuple<bool, std::uint32_t, std::uint32_t, char, unsigned>> bits;
    std::size_t expected_names = 0;
    for (const auto f : cpumap::features<TestType>()) {
        const cpumap::register_bit b = f.register_bit();
        bits.emplace(b.from == cpumap::register_bit::source::msr, b.leaf, b.subleaf, b.part, b.bit);
        names.insert(f.name());
        for (const auto alias : f.aliases()) names.insert(alias);
        expected_names += 1 + f.aliases().size();
    }
    CHECK(bits.size() == cpumap::features<TestType>().size());
    CHECK(names.size() == expected_names);
    CHECK(expected_names == cpumap::features<TestType>().size() + TestType::x86::alias_count);
}

TEMPLATE_TEST_CASE("the features of any words are the bits that are set", "[handles]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    unit::random random(2);
    for (int round = 0; round < 40; ++round) {
        cpumap::cpu_data data;
        cpumap::basic_feature_set<Map> expected;
        // Every register that a feature lives in gets random words; what other bits say must not matter.
        for (const auto f : cpumap::features<Map>()) {
            const cpumap::register_bit b = f.register_bit();
            const auto word = [&random] { return static_cast<std::uint32_t>(random.next()); };
            if (b.from == cpumap::register_bit::source::msr) {
                if (!data.msr(b.leaf)) data.set_msr(b.leaf, random.next());
            } else if (!data.cpuid(b.leaf, b.subleaf)) {
                data.set_cpuid(b.leaf, b.subleaf, {word(), word(), word(), word()});
            }
        }
        for (const auto f : cpumap::features<Map>()) {
            const cpumap::register_bit b = f.register_bit();
            std::uint32_t word = 0;
            if (b.from == cpumap::register_bit::source::msr) {
                word = static_cast<std::uint32_t>(b.part == 'l' ? *data.msr(b.leaf) : *data.msr(b.leaf) >> 32);
            } else {
                const auto r = *data.cpuid(b.leaf, b.subleaf);
                word = b.part == 'a' ? r.eax : b.part == 'b' ? r.ebx : b.part == 'c' ? r.ecx : r.edx;
            }
            if ((word >> b.bit & 1) != 0) expected.insert(f);
        }
        REQUIRE((data.features<Map>() == expected));
    }
}

constexpr cpumap::model_signature untold;

TEST_CASE("a signature says nothing until it is told", "[handles]") {
    STATIC_REQUIRE((untold.family == 0 && untold.model == 0 && untold.steppings == 0xffff));
    STATIC_REQUIRE(untold != cpumap::model_signature{.family = 0, .model = 1});
}

TEST_CASE("the maps know what their libvirt's files say", "[handles]") {
    using essex = cpumap::use<cpumap::maps::libvirt_0_10>;
    using debian12 = cpumap::use<cpumap::maps::libvirt_9_0>;
    using debian13 = cpumap::use<cpumap::maps::libvirt_11_3>;
    using newest = cpumap::use<cpumap::maps::libvirt_12_8>;
    const auto removed = [](auto model, std::string_view names) {
        std::size_t n = 0;
        for (const auto f : model.removed()) {
            const std::string_view name = f.name();
            if (names.substr(0, name.size()) != name) return false;
            names.remove_prefix(name.size() < names.size() ? name.size() + 1 : name.size());
            ++n;
        }
        return names.empty() && n == model.removed().size();
    };
    static_assert(essex::feature<"pni">.aliases().empty() && newest::feature<"pni">.aliases().size() > 0);
    static_assert(newest::feature<"sse4.2"> == newest::feature<"sse4_2">);
    static_assert(essex::feature<"tsc-deadline">.register_bit().leaf == 1);
    static_assert(newest::feature<"rdctl-no">.register_bit() ==
                  cpumap::register_bit{cpumap::register_bit::source::msr, 0x10a, 0, 'l', 0});
    static_assert(newest::feature<"invpcid">.register_bit() ==
                  cpumap::register_bit{cpumap::register_bit::source::cpuid, 7, 0, 'b', 10});
    // What may not migrate.
    static_assert(!newest::feature<"invtsc">.migratable() && !newest::feature<"xsaves">.migratable());
    static_assert(newest::feature<"avx2">.migratable());
    // 68 VMX features moved from the low word of their MSR to the high one.
    std::size_t moved = 0;
    for (const auto f : debian13::features())
        if (const auto g = newest::find_feature(f.name()); g && f.register_bit().part == 'l' &&
                                                           g->register_bit().part == 'h' &&
                                                           g->register_bit().leaf == f.register_bit().leaf)
            ++moved;
    CHECK(moved == 68);

    static_assert(essex::model<"Nehalem">.vendor() == "Intel" && newest::model<"kvm64">.vendor().empty());
    static_assert(newest::model<"Dhyana">.vendor() == "Hygon" && newest::model<"EPYC">.vendor() == "AMD");
    static_assert(essex::model<"Nehalem">.signatures().empty());
    static_assert(debian12::model<"Nehalem">.signatures()[0].family == 6 &&
                  debian12::model<"Nehalem">.signatures()[0].model == 26);
    // Steppings tell Skylake, Cascadelake and Cooperlake apart.
    static_assert(newest::model<"Cooperlake">.signatures()[0].steppings == 0x0c00);
    static_assert(newest::model<"Cascadelake-Server">.signatures()[0].steppings == 0x00e0);
    static_assert(!debian12::model<"Haswell">.canonical() && !newest::model<"Haswell-v1">.canonical());
    static_assert(newest::model<"Haswell">.canonical() == newest::model<"Haswell-v1">);
    static_assert(newest::model<"Haswell-v1">.decodes_host() && !newest::model<"Haswell-v1">.decodes_guest());
    static_assert(newest::model<"Haswell">.decodes_guest());
    static_assert(newest::model<"Penryn">.partial_check_compat() && !debian12::model<"Penryn">.partial_check_compat());
    CHECK(removed(newest::model<"Dhyana">, "monitor"));
    CHECK(removed(debian12::model<"486">, ""));
}
