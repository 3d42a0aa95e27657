// SPDX-License-Identifier: BSL-1.0
// A map of a few models: what it knows is what the whole map knows of them, and nothing else.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <cpumap/match/subset.hpp>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::models;
using cpumap::subset;

using haswells = subset<models<"IvyBridge", "IvyBridge-IBRS", "Haswell", "Haswell-IBRS", "Haswell-noTSX",
                               "Haswell-noTSX-IBRS", "Broadwell", "Broadwell-noTSX">>;
using epycs =
    subset<models<"EPYC", "EPYC-IBPB", "EPYC-Rome", "EPYC-Milan", "EPYC-Genoa", "EPYC-v1", "EPYC-v2", "EPYC-v3">>;
using mixed = subset<models<"EPYC", "n270", "Cascadelake-Server", "Westmere">, cpumap::maps::libvirt_11_3>;
using old = subset<models<"Opteron_G3", "Nehalem", "qemu64">, cpumap::maps::libvirt_0_10>;
using one = subset<models<"486">>;
using whole_word = subset<models<"486", "Dhyana">>;  // whose sets have no bits to spare
static_assert(whole_word::x86::feature_count == 64 && whole_word::x86::set_words == 1);
static_assert(whole_word::x86::feature_id{} == whole_word::x86::feature_id(0));
template <class Subset>
struct whole;
template <class Map, cpumap::fixed_string... Names>
struct whole<cpumap::detail::subset_map<Map, Names...>> {
    using type = Map;
};
template <class Subset>
using whole_of = typename whole<Subset>::type;

// What it costs: eight models of a kind in 2 KiB.
static_assert(sizeof(haswells::x86::own) < 2048 && sizeof(epycs::x86::own) < 2048);

/// A set of the whole map, as far as the subset has its features.
template <class Subset>
constexpr cpumap::basic_feature_set<Subset> known(const cpumap::basic_feature_set<whole_of<Subset>>& set) {
    cpumap::basic_feature_set<Subset> answer;
    for (const auto f : set)
        if (const auto here = cpumap::find_feature<Subset>(f.name())) answer.insert(*here);
    return answer;
}
template <class Range>
bool same_names(const Range& here, const std::vector<std::string_view>& there) {
    std::size_t i = 0;
    for (const auto f : here)
        if (i == there.size() || f.name() != there[i++]) return false;
    return i == there.size();
}

TEMPLATE_TEST_CASE("a subset says of its models what the whole map says", "[subset]", haswells, epycs, mixed, old, one,
                   whole_word) {
    using map = whole_of<TestType>;
    STATIC_REQUIRE(cpumap::cpu_map<TestType>);
    std::size_t last = 0;
    cpumap::basic_feature_set<map> mentioned;
    for (const auto model : cpumap::models<TestType>()) {
        CAPTURE(model.name());
        const auto there = cpumap::find_model<map>(model.name());
        REQUIRE(there);
        CHECK((model.index() == 0 || there->index() > last));  // in the order of the whole map
        last = there->index();
        CHECK(model.features() == known<TestType>(there->features()));
        CHECK(model.features().size() == there->features().size());
        CHECK(model.added() == known<TestType>(there->added()));
        CHECK(model.vendor() == there->vendor());
        CHECK((model.decodes_host() == there->decodes_host() && model.decodes_guest() == there->decodes_guest() &&
               model.partial_check_compat() == there->partial_check_compat()));
        std::vector<std::string_view> removed;
        for (const auto f : there->removed()) {
            removed.push_back(f.name());
            mentioned.insert(f);
        }
        CHECK(same_names(model.removed(), removed));
        REQUIRE(model.signatures().size() == there->signatures().size());
        for (std::size_t i = 0; i < model.signatures().size(); ++i)
            CHECK(model.signatures()[i] == there->signatures()[i]);
        if (const auto canonical = there->canonical(); canonical && cpumap::find_model<TestType>(canonical->name()))
            CHECK((model.canonical() && model.canonical()->name() == canonical->name()));
        else
            CHECK(!model.canonical());
        mentioned |= there->features();
    }
    CHECK(cpumap::features<TestType>().size() == mentioned.size());
    std::size_t i = 0;
    for (const auto there : mentioned) {
        CAPTURE(there.name());
        const auto here = cpumap::features<TestType>()[i++];
        REQUIRE(here.name() == there.name());
        CHECK(here.register_bit() == there.register_bit());
        CHECK(here.migratable() == there.migratable());
        CHECK(cpumap::find_feature<TestType>(there.name()) == here);
        std::vector<std::string_view> aliases;
        for (const std::string_view alias : there.aliases()) {
            aliases.push_back(alias);
            CHECK(cpumap::find_feature<TestType>(alias) == here);
        }
        std::size_t k = 0;
        for (const std::string_view alias : here.aliases()) CHECK((k < aliases.size() && aliases[k++] == alias));
        CHECK(k == aliases.size());
    }
    std::size_t found = 0;
    for (const auto model : cpumap::models<map>()) found += cpumap::find_model<TestType>(model.name()) ? 1U : 0U;
    CHECK(found == cpumap::models<TestType>().size());
}

/// Decoding with the subset beside decoding with the whole map where the hypervisor knows the same models alone.
template <class Subset>
int decodes_alike(const cpumap::cpu_data& data) {
    using map = whole_of<Subset>;
    std::vector<cpumap::basic_usable_model<map>> usable;
    for (const auto model : cpumap::models<Subset>())
        usable.push_back({*cpumap::find_model<map>(model.name()), {}, {}});
    cpumap::basic_decode_options<map> options;
    options.hypervisor.models = usable;
    const auto here = cpumap::decode_guest<Subset>(data);
    const auto there = cpumap::decode_guest<map>(data, options);
    CPUMAP_MUST(here.has_value() == there.has_value());
    if (!here) return 0;
    CPUMAP_MUST(here->model().name() == there->model().name());
    CPUMAP_MUST(here->vendor() == there->vendor());
    std::size_t i = 0;
    for (const auto f : there->listed()) {
        const auto known = cpumap::find_feature<Subset>(f.feature.name());
        if (!known) continue;
        CPUMAP_MUST(i < here->listed().size());
        CPUMAP_MUST(here->listed()[i].feature == *known && here->listed()[i].policy == f.policy);
        ++i;
    }
    CPUMAP_MUST(i == here->listed().size());
    return 0;
}

TEMPLATE_TEST_CASE("a subset decodes as the whole map that knows its models alone", "[subset]", haswells, epycs, mixed,
                   old, one, whole_word) {
    for (const auto& host : recorded::hosts) {
        CAPTURE(host.name);
        CHECK(decodes_alike<TestType>(host.data()) == 0);
    }
    // Every model of the whole map, with a few features more and less.
    using map = whole_of<TestType>;
    unit::random random(5);
    for (const auto model : cpumap::models<map>()) {
        CAPTURE(model.name());
        auto features = model.features();
        for (std::size_t n = random.below(9); n > 0; --n) {
            const auto f = unit::random_feature<map>(random);
            if (random.one_in(2))
                features.insert(f);
            else
                features.erase(f);
        }
        cpumap::cpu_signature signature;
        if (const auto signatures = model.signatures(); !signatures.empty() && !random.one_in(4))
            signature = cpumap::cpu_signature(signatures[0].family, signatures[0].model,
                                              cpumap::detail::lowest_bit(signatures[0].steppings));
        CHECK(decodes_alike<TestType>(unit::data_of<map>(features, model.vendor(), signature)) == 0);
    }
}

// Everywhere a map goes: policies, XML, comparing, baseline.
using lib = cpumap::use<haswells>;
static_assert(lib::xml<lib::custom<"Haswell-noTSX", lib::require<"pcid">>> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>Haswell-noTSX</model>\n"
              "  <feature policy='require' name='pcid'/>\n"
              "</cpu>\n");
static_assert(!lib::find_model("EPYC") && !lib::find_feature("sse4a") && lib::find_feature("sse4_1"));
static_assert(lib::nearest_model("IvyBrige")->name() == "IvyBridge");
static_assert(lib::compare(lib::host_cpu::of<"IvyBridge">(), lib::custom<"Haswell">::definition()).outcome ==
              cpumap::verdict::incompatible);

TEST_CASE("definitions of a subset work as those of the whole map", "[subset]") {
    const std::array hosts{lib::host_cpu::of<"Haswell">(), lib::host_cpu::of<"IvyBridge-IBRS">()};
    const auto fleet = lib::baseline(hosts);
    REQUIRE(fleet);
    const std::array whole_hosts{cpumap::host_cpu::of<"Haswell">(), cpumap::host_cpu::of<"IvyBridge-IBRS">()};
    const auto whole_fleet = cpumap::baseline(whole_hosts);
    REQUIRE(whole_fleet);
    CHECK(fleet->features() == known<haswells>(whole_fleet->features()));
    for (const auto& host : hosts) CHECK(lib::compare(host, *fleet).outcome != cpumap::verdict::incompatible);
}

}  // namespace
