// SPDX-License-Identifier: BSL-1.0
// Very many hosts: a fleet that is summed up, in one piece or in parts, has the baseline of its hosts' descriptions.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <cpumap/match/fleet.hpp>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::cpu_data;
using cpumap::errc;
using unit::same_definition;

template <class Map>
using fleet = cpumap::basic_fleet<Map>;
template <class Map>
using guest_result = cpumap::basic_result<cpumap::basic_guest_cpu<Map>, cpumap::basic_error<Map>>;

template <class Map>
constexpr bool same_answer(const guest_result<Map>& a, const guest_result<Map>& b) {
    if (!a || !b) return !a && !b && a.error().code() == b.error().code();
    return same_definition(*a, *b);
}

/// Of several things that are wrong, another may be found first where the parts are looked at one by one.
template <class Map>
bool same_but_for_code(const guest_result<Map>& a, const guest_result<Map>& b) {
    return a.has_value() == b.has_value() && (!a || same_definition(*a, *b));
}

constexpr int recorded_hosts_as_a_fleet(std::size_t first) {
    const cpu_data hosts[] = {recorded::hosts[first].data(), recorded::hosts[first + 1].data()};
    const cpumap::host_cpu described[] = {*cpumap::decode_host(hosts[0]), *cpumap::decode_host(hosts[1])};
    const auto expected = cpumap::baseline(described);
    CPUMAP_MUST(expected && same_answer(cpumap::baseline(hosts), expected));
    cpumap::fleet all;
    CPUMAP_MUST(all.size() == 0 && all.common().empty() && all.some().empty());
    CPUMAP_MUST(all.baseline().error().code() == errc::empty_input);
    for (const auto& h : hosts) CPUMAP_MUST(all.add(h) && all.add(h));
    CPUMAP_MUST(all.size() == 4 && same_answer(all.baseline(), expected));
    CPUMAP_MUST(all.common() == (described[0].features() & described[1].features()));
    CPUMAP_MUST(all.some() == (described[0].features() | described[1].features()));
    CPUMAP_MUST(same_answer(all.baseline({.expand = true}), cpumap::baseline(described, {.expand = true})));

    // What is wrong is said, and changes nothing.
    const auto wrong = all.add(recorded::hosts[5].data());
    CPUMAP_MUST(!wrong && wrong.error().code() == errc::vendors_differ && wrong.error().name() == "AMD");
    CPUMAP_MUST(all.add(cpumap::host_cpu{}).error().code() == errc::missing_model);
    CPUMAP_MUST(all.add(cpu_data{}).error().code() == errc::no_suitable_model);
    cpu_data full;
    for (std::uint32_t i = 0; i <= cpu_data::capacity; ++i) full.set_cpuid(i, 0, {});
    CPUMAP_MUST(all.add(full).error().code() == errc::cpu_data_full);
    cpumap::fleet other;
    CPUMAP_MUST(other.add(recorded::hosts[5].data()) && all.add(other).error().code() == errc::vendors_differ);
    CPUMAP_MUST(all.size() == 4 && same_answer(all.baseline(), expected));
    CPUMAP_MUST(all.some() == (described[0].features() | described[1].features()));

    const cpumap::feature_set sets[] = {described[0].features(), described[1].features()};
    CPUMAP_MUST(cpumap::common_features(std::span<const cpumap::feature_set>(sets)) == all.common());
    CPUMAP_MUST(cpumap::common_features(std::span<const cpumap::feature_set>()).size() == cpumap::features().size());
    return 0;
}

/// A vendor that the map lacks is not stated, and from the second host on it is the model's: a host that comes again then
/// says more than when it came first.
constexpr int hosts_of_an_unknown_vendor(std::size_t times) {
    constexpr auto amd = cpumap::model<"Opteron_G3">;
    const cpu_data nobodys = unit::data_of(amd.features(), "NobodysChips", unit::signature_of(amd));
    const cpu_data intel = recorded::hosts[2].data();
    cpumap::fleet all;
    for (std::size_t n = 0; n < times; ++n) CPUMAP_MUST(all.add(nobodys));
    CPUMAP_MUST(cpumap::decode_host(nobodys)->vendor().empty());
    CPUMAP_MUST(all.add(intel).has_value() == (times < 2));
    const std::array<cpumap::host_cpu, 3> described{*cpumap::decode_host(nobodys), *cpumap::decode_host(nobodys),
                                                    *cpumap::decode_host(intel)};
    const auto expected = cpumap::baseline(std::span(described).subspan(2 - times));
    CPUMAP_MUST(expected.has_value() == (times < 2) && (!expected || same_answer(all.baseline(), expected)));
    return 0;
}

/// Like hosts one behind the other are summed up once. Those that differ in their signature alone are not alike: their
/// models are others, and a baseline prefers the models of its hosts.
constexpr int hosts_of_another_signature(std::size_t count) {
    using map = cpumap::maps::libvirt_9_0;
    using lib = cpumap::use<map>;
    constexpr auto features = lib::model<"Skylake-Server-noTSX-IBRS">.features();
    const cpu_data hosts[] = {
        unit::data_of<map>(features, "GenuineIntel", unit::signature_of<map>(lib::model<"Broadwell-noTSX">)),
        unit::data_of<map>(features, "GenuineIntel", unit::signature_of<map>(lib::model<"Skylake-Client-noTSX-IBRS">)),
    };
    const lib::host_cpu described[] = {*lib::decode_host(hosts[0]), *lib::decode_host(hosts[1])};
    CPUMAP_MUST(described[0].model() != described[1].model() && described[0].features() == described[1].features());
    fleet<map> both, first;
    for (const auto& h : hosts) CPUMAP_MUST(both.add(h));
    for (std::size_t i = 0; i < count; ++i) CPUMAP_MUST(first.add(hosts[0]));
    CPUMAP_MUST(same_answer(both.baseline(), lib::baseline(described)));
    CPUMAP_MUST(!same_answer(both.baseline(), first.baseline()));
    return 0;
}

TEST_CASE("hosts that differ in their signature alone are not alike", "[fleet]") {
    CPUMAP_BOTH(hosts_of_another_signature, std::size_t{2});
}

TEST_CASE("hosts of a vendor that the map lacks make a fleet", "[fleet]") {
    CPUMAP_BOTH(hosts_of_an_unknown_vendor, std::size_t{1});
    CPUMAP_BOTH(hosts_of_an_unknown_vendor, std::size_t{2});
}

/// Hosts of the same features are not the same where signature or vendor differ.
constexpr int hosts_that_look_alike(std::size_t which) {
    const cpu_data first = recorded::hosts[which].data();
    cpu_data stepping = first;
    const auto s = first.signature();
    unit::set_signature(stepping, {s.family(), s.model(), s.stepping() ^ 1U});
    const std::array hosts{first, stepping};
    cpumap::fleet all;
    for (const auto& host : hosts) CPUMAP_MUST(all.add(host));
    CPUMAP_MUST(all.size() == 2 && same_answer(all.baseline(), cpumap::baseline(hosts)));
    cpu_data vendor = stepping;
    unit::set_vendor(vendor, "AMD");
    const auto wrong = all.add(vendor);
    CPUMAP_MUST(!wrong && wrong.error().code() == errc::vendors_differ && wrong.error().name() == "AMD");
    CPUMAP_MUST(all.size() == 2 && all.common() == first.features());
    return 0;
}

TEST_CASE("hosts that look alike are looked at twice", "[fleet]") {
    CPUMAP_BOTH(hosts_that_look_alike, std::size_t{2});
}

TEST_CASE("recorded hosts make a fleet", "[fleet]") { CPUMAP_BOTH(recorded_hosts_as_a_fleet, std::size_t{2}); }

/// Data of a random model of a vendor, with a few features more and seldom one less.
template <class Map>
cpu_data random_host(unit::random& random, std::string_view vendor) {
    auto m = unit::random_model<Map>(random);
    while (m.vendor() != vendor) m = unit::random_model<Map>(random);
    auto features = m.features();
    for (std::size_t n = random.below(6); n > 0; --n) features.insert(unit::random_feature<Map>(random));
    if (random.one_in(5)) features.erase(unit::random_feature<Map>(random));
    return unit::data_of<Map>(features, vendor,
                              random.one_in(4) ? cpumap::cpu_signature{} : unit::signature_of<Map>(m));
}

/// The same hosts cut into parts at random, each summed up by itself, and the parts in their order.
template <class Map, class Host>
guest_result<Map> in_parts(unit::random& random, const std::vector<Host>& hosts, std::size_t parts) {
    std::vector<fleet<Map>> sums(parts);
    std::vector<std::size_t> part_of;
    for (std::size_t i = 0; i < hosts.size(); ++i) part_of.push_back(random.below(parts));
    std::sort(part_of.begin(), part_of.end());
    for (std::size_t i = 0; i < hosts.size(); ++i)
        if (const auto added = sums[part_of[i]].add(hosts[i]); !added) return added.error();
    // From the end, so that a part may be the sum of others; and through bytes, as between processes.
    for (std::size_t i = parts - 1; i > 0; --i) {
        unsigned char bytes[sizeof(fleet<Map>)];
        std::memcpy(bytes, &sums[i], sizeof bytes);
        fleet<Map> arrived;
        std::memcpy(static_cast<void*>(&arrived), bytes, sizeof bytes);
        if (const auto added = sums[i - 1].add(arrived); !added) return added.error();
    }
    return sums[0].baseline();
}

template <class Map>
int fleets_of_data(std::uint64_t seed) {
    unit::random random(seed);
    int with_answer = 0, without = 0;
    for (int round = 0; round < 150; ++round) {
        std::vector<cpu_data> hosts;
        const std::string_view vendor = random.one_in(2) ? "Intel" : "AMD";
        for (std::size_t n = random.below(7); n > 0; --n) {
            hosts.push_back(random_host<Map>(random, random.one_in(30) ? "Intel" : vendor));
            while (random.one_in(3)) hosts.push_back(hosts[random.below(hosts.size())]);
        }
        std::vector<cpumap::basic_host_cpu<Map>> described;
        errc failed = errc::none;
        for (const auto& h : hosts) {
            const auto one = cpumap::decode_host<Map>(h);
            if (one) described.push_back(*one);
            if (!one && failed == errc::none) failed = one.error().code();
        }
        const auto got = cpumap::baseline<Map>(std::span<const cpu_data>(hosts));
        if (failed != errc::none) {
            CPUMAP_MUST(!got);
            continue;
        }
        const auto expected = cpumap::baseline_of<cpumap::basic_host_cpu<Map>, Map>(described);
        CPUMAP_MUST(same_answer<Map>(got, expected) && (got || got.error().name() == expected.error().name()));
        ++(got ? with_answer : without);
        for (std::size_t parts = 1; parts <= 4; ++parts)
            CPUMAP_MUST(same_answer<Map>(in_parts<Map>(random, hosts, parts), expected));
    }
    CPUMAP_MUST(with_answer > 50 && without > 5);
    return 0;
}

/// Descriptions may name a vendor that is not the model's, or none; only of the first that does not matter.
template <class Map>
int fleets_of_descriptions(std::uint64_t seed) {
    unit::random random(seed);
    int seen[2]{};
    for (int round = 0; round < 300; ++round) {
        std::vector<cpumap::basic_host_cpu<Map>> hosts;
        for (std::size_t n = 1 + random.below(4); n > 0; --n) {
            auto m = unit::random_model<Map>(random);
            while (m.vendor() != (random.one_in(20) ? "AMD" : "Intel")) m = unit::random_model<Map>(random);
            hosts.emplace_back(m);
            if (random.one_in(6)) hosts.back().set_vendor({});
            if (random.one_in(20)) hosts.back().set_vendor("AMD");
        }
        if (random.one_in(6)) hosts.front().set_vendor(random.one_in(2) ? "AMD" : "");
        const auto expected = cpumap::baseline(hosts);
        ++seen[expected ? 1 : 0];
        for (std::size_t parts = 1; parts <= 4; ++parts)
            CPUMAP_MUST(same_but_for_code<Map>(in_parts<Map>(random, hosts, parts), expected));
    }
    CPUMAP_MUST(seen[0] > 30 && seen[1] > 30);
    return 0;
}

TEMPLATE_TEST_CASE("a fleet has the baseline of its hosts, in one piece or in parts", "[fleet]", CPUMAP_EVERY_MAP) {
    STATIC_REQUIRE(std::is_trivially_copyable_v<fleet<TestType>>);
    CHECK(fleets_of_data<TestType>(61) == 0);
    CHECK(fleets_of_descriptions<TestType>(62) == 0);
}

}  // namespace
