// SPDX-License-Identifier: BSL-1.0
// Recorded machines as constants: that their data is what was recorded, and what runs on all of a fleet.

#include <cpumap/match/recorded_host.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "../data/hosts.hpp"
#include "support.hpp"

namespace {

// The hosts of tests/data in the form that cpumap-codegen hosts writes.
template <const auto& Leaves, const auto& Msrs>
struct words {
    static constexpr std::size_t size = std::size(Leaves) + std::size(Msrs);
    cpumap::cpu_data::entry entries[size]{};
    constexpr words() {
        std::size_t n = 0;
        for (const auto& l : Leaves) entries[n++] = {false, l.eax, l.ecx, l.registers};
        for (const auto& m : Msrs)
            entries[n++] = {true,
                            m.index,
                            0,
                            {static_cast<std::uint32_t>(m.value), 0, 0, static_cast<std::uint32_t>(m.value >> 32)}};
    }
};
inline constexpr std::array<recorded::msr, 0> no_msrs{};

template <const auto& Leaves, const auto& Msrs = no_msrs>
inline constexpr words<Leaves, Msrs> words_of{};

enum class rack_host : unsigned short { atom_n450, haswell, epyc, cascade_lake, haswell_again };
inline constexpr cpumap::recorded_fleet<rack_host, 5> rack{{
    {"atom-n450", words_of<recorded::atom_n450_leaves>.entries},
    {"haswell", words_of<recorded::xeon_e5_2630_v3_leaves>.entries, cpumap::recorded_from::flags},
    {"epyc", words_of<recorded::epyc_7601_32_core_leaves>.entries, cpumap::recorded_from::definition},
    {"cascade lake", words_of<recorded::xeon_platinum_8268_leaves, recorded::xeon_platinum_8268_msrs>.entries,
     cpumap::recorded_from::cpuid},
    {"haswell again", words_of<recorded::xeon_e5_2630_v3_leaves>.entries},
}};
// Where each of them stands in tests/data.
constexpr std::size_t place[] = {0, 3, 5, 6, 3};

using fleet = cpumap::recorded_fleet<rack_host, 5>;

constexpr bool same(const cpumap::cpu_data& a, const cpumap::cpu_data& b) {
    if (a.size() != b.size() || !a.complete() || !b.complete()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i].is_msr != b[i].is_msr || a[i].leaf != b[i].leaf || a[i].subleaf != b[i].subleaf ||
            a[i].registers != b[i].registers)
            return false;
    return true;
}

constexpr int has_what_was_recorded(const fleet& machines) {
    CPUMAP_MUST(machines.size() == 5);
    std::size_t n = 0;
    for (const cpumap::recorded_host& host : machines) {
        const recorded::host& origin = recorded::hosts[place[n]];
        const cpumap::cpu_data data = host.data();
        CPUMAP_MUST(same(data, origin.data()));
        CPUMAP_MUST(data.signature().number() == origin.number);
        CPUMAP_MUST(data.vendor() == origin.vendor);
        CPUMAP_MUST(&machines[static_cast<rack_host>(n)] == &host);
        CPUMAP_MUST(machines.find(host.name) == &host);
        ++n;
    }
    CPUMAP_MUST(n == 5 && machines.end() - machines.begin() == 5);
    CPUMAP_MUST(machines.find("epyc") == &machines[rack_host::epyc]);
    CPUMAP_MUST(machines.find("cascade_lake") == nullptr && machines.find("") == nullptr);
    CPUMAP_MUST(machines[rack_host::atom_n450].from == cpumap::recorded_from::cpuid);
    CPUMAP_MUST(machines[rack_host::haswell].from == cpumap::recorded_from::flags);
    CPUMAP_MUST(machines[rack_host::epyc].from == cpumap::recorded_from::definition);
    return 0;
}

TEST_CASE("a recorded fleet has what was recorded", "[recorded_host]") { CPUMAP_BOTH(has_what_was_recorded, rack); }

constexpr int decodes_as_its_words(const cpumap::recorded_host& host) {
    using old = cpumap::use<cpumap::maps::libvirt_11_3>;
    const auto guest = old::decode_guest(host.data());
    CPUMAP_MUST(guest && guest->model().name() == "Cascadelake-Server");
    const auto described = old::decode_host(host.data());
    CPUMAP_MUST(described && described->model().name() == "Cascadelake-Server-v1");
    CPUMAP_MUST(described->features().contains(old::feature<"rdctl-no">));  // of an MSR
    return 0;
}

TEST_CASE("a recorded machine decodes as its words do", "[recorded_host]") {
    CPUMAP_BOTH(decodes_as_its_words, rack[rack_host::cascade_lake]);
}

// Whether the answer for the fleet is the one that each machine gives when the program runs.
template <class Policy>
bool runs_everywhere() {
    bool all = true;
    for (const cpumap::recorded_host& host : unit::opaque(rack)) all = all && Policy::resolve(host.data());
    return all;
}

using all_of_a_kind = cpumap::custom<"n270">;
static_assert(!cpumap::compare(*cpumap::decode_host(rack[rack_host::epyc].data()),
                               cpumap::custom<"Haswell-noTSX">::definition())
                   .missing.empty());

TEST_CASE("what runs on all machines of a fleet", "[recorded_host]") {
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::none<>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::host_model<>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::host_model<cpumap::optional<"avx2">>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::host_passthrough<>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::maximum<>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::custom<"n270", cpumap::force<"avx2">>, rack>);
    STATIC_REQUIRE(cpumap::runs_on_all<cpumap::use<cpumap::maps::libvirt_0_10>::custom<"pentium">, rack>);
    CHECK(runs_everywhere<all_of_a_kind>());
    CHECK(runs_everywhere<cpumap::host_model<>>());
    CHECK_FALSE(runs_everywhere<cpumap::custom<"Haswell-noTSX">>());
    CHECK_FALSE(runs_everywhere<cpumap::host_model<cpumap::require<"avx2">>>());
}

// What keeps a policy from running, and on which; the compiler's errors are made of it, see tests/mistakes.
template <class Policy>
using failing = cpumap::detail::failing_hosts<Policy, rack, std::make_index_sequence<5>>;

template <class Policy, std::size_t... I>
int problems_are_their_constants(std::index_sequence<I...>) {
    const auto same = [](const auto& a, const auto& b) {
        return a.code == b.code && a.missing == b.missing && a.unwanted == b.unwanted;
    };
    CPUMAP_MUST((same(cpumap::detail::problem_on<Policy>(unit::opaque(rack.hosts[I])),
                      cpumap::detail::problem_of<Policy, rack, I>) &&
                 ...));
    return 0;
}

TEST_CASE("on which machines of a fleet a policy fails", "[recorded_host]") {
    using haswell = failing<cpumap::custom<"Haswell-noTSX">>;
    STATIC_REQUIRE(haswell::count == 2);
    STATIC_REQUIRE(haswell::nth(0) == rack_host::atom_n450 && haswell::nth(1) == rack_host::epyc);
    constexpr auto problem = cpumap::detail::problem_of<cpumap::custom<"Haswell-noTSX">, rack, 2>;
    STATIC_REQUIRE(problem.code == cpumap::errc::incompatible && problem.unwanted.empty());
    STATIC_REQUIRE(problem.missing.contains(cpumap::feature<"pcid">));

    using without_svm = cpumap::custom<"n270", cpumap::forbid<"svm">>;
    STATIC_REQUIRE(failing<without_svm>::count == 1 && failing<without_svm>::nth(0) == rack_host::epyc);
    constexpr auto has_svm = cpumap::detail::problem_of<without_svm, rack, 2>;
    STATIC_REQUIRE(has_svm.missing.empty() && has_svm.unwanted.size() == 1);

    using of_amd = cpumap::custom<"n270", cpumap::with<cpumap::vendor{"AMD"}>>;
    STATIC_REQUIRE(failing<of_amd>::count == 4);
    STATIC_REQUIRE(cpumap::detail::problem_of<of_amd, rack, 0>.code == cpumap::errc::vendors_differ);

    CHECK(problems_are_their_constants<cpumap::custom<"Haswell-noTSX">>(std::make_index_sequence<5>{}) == 0);
    CHECK(problems_are_their_constants<without_svm>(std::make_index_sequence<5>{}) == 0);
    CHECK(problems_are_their_constants<of_amd>(std::make_index_sequence<5>{}) == 0);

    // Machines that say the same are looked at once.
    STATIC_REQUIRE(cpumap::detail::first_alike<rack>(4) == 1 && cpumap::detail::first_alike<rack>(3) == 3);
    CHECK(cpumap::detail::first_alike<rack>(unit::opaque(std::size_t{4})) == 1);
    CHECK(cpumap::detail::first_alike<rack>(unit::opaque(std::size_t{3})) == 3);
    CHECK(haswell::nth(unit::opaque(std::size_t{0})) == rack_host::atom_n450);
    CHECK(haswell::nth(unit::opaque(std::size_t{1})) == rack_host::epyc);
}

}  // namespace
