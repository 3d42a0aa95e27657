// SPDX-License-Identifier: BSL-1.0
// Host data: what is kept of it, what its signature and vendor are, and how it is read from a machine.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "../data/hosts.hpp"
#include "support.hpp"

namespace {

using cpumap::cpu_data;
using cpumap::cpu_signature;
using cpumap::cpuid_registers;

// ---- Keeping --------------------------------------------------------------------------------------------------------

constexpr int data_keeps_what_is_set(std::uint32_t seed) {
    cpu_data d;
    CPUMAP_MUST(d.size() == 0 && d.complete() && !d.cpuid(0, 0) && !d.msr(0) && !d.signature() && d.vendor().empty());
    CPUMAP_MUST(d.vendor_string().empty() && d.features().empty());

    const cpuid_registers a{seed, seed + 1, seed + 2, seed + 3};
    const cpuid_registers b{seed + 4, 0, 0, 0xffffffff};
    const std::uint64_t m = 0xfedcba9876543210U ^ seed;
    CPUMAP_MUST(d.set_cpuid(7, 0, a) && d.set_cpuid(7, 1, b) && d.set_msr(7, m));  // three things, not one
    CPUMAP_MUST(d.cpuid(7, 0) == a && d.cpuid(7, 1) == b && d.msr(7) == m);
    CPUMAP_MUST(!d.cpuid(7, 2) && !d.cpuid(8, 0) && !d.msr(8) && !d.cpuid(0xffffffff, 0xffffffff));
    CPUMAP_MUST(d.size() == 3 && d.complete());
    CPUMAP_MUST(!d[0].is_msr && d[0].leaf == 7 && d[0].subleaf == 0 && d[0].registers == a);
    CPUMAP_MUST(!d[1].is_msr && d[1].leaf == 7 && d[1].subleaf == 1 && d[1].registers == b);
    CPUMAP_MUST(d[2].is_msr && d[2].leaf == 7 && d[2].subleaf == 0);
    CPUMAP_MUST(d[2].registers ==
                cpuid_registers{static_cast<std::uint32_t>(m), 0, 0, static_cast<std::uint32_t>(m >> 32)});

    CPUMAP_MUST(d.set_cpuid(7, 0, b) && d.set_msr(7, 1));  // over what was there, in its place
    CPUMAP_MUST(d.cpuid(7, 0) == b && d.cpuid(7, 1) == b && d.msr(7) == 1U && d.size() == 3 && d[0].registers == b);
    CPUMAP_MUST(d.set_cpuid(0xffffffff, 0xffffffff, a) && d.cpuid(0xffffffff, 0xffffffff) == a);
    CPUMAP_MUST(d.set_msr(0xffffffff, ~std::uint64_t{0}) && d.msr(0xffffffff) == ~std::uint64_t{0});

    const cpu_data copy = d;
    d.set_cpuid(7, 0, a);
    CPUMAP_MUST(copy.cpuid(7, 0) == b && copy.size() == 5 && copy.features() != d.features());
    return 0;
}

constexpr int full_data_says_so(std::uint32_t step) {
    cpu_data d;
    for (std::uint32_t i = 0; i < cpu_data::capacity; ++i) {
        CPUMAP_MUST(d.complete());
        CPUMAP_MUST(i % 3 == 2 ? d.set_msr(i * step, i) : d.set_cpuid(i * step, i % 3, {i, 0, 0, 0}));
    }
    CPUMAP_MUST(d.size() == cpu_data::capacity && d.complete());
    CPUMAP_MUST(d.set_cpuid(0, 0, {77, 0, 0, 0}) && d.complete());  // what is there can still change
    CPUMAP_MUST(!d.set_cpuid(0xdead, 0, {1, 2, 3, 4}) && !d.complete());
    CPUMAP_MUST(!d.set_msr(0xdead, 1) && !d.complete() && d.size() == cpu_data::capacity);
    CPUMAP_MUST(!d.cpuid(0xdead, 0) && !d.msr(0xdead));
    CPUMAP_MUST(d.set_cpuid(0, 0, {0, 0, 0, 0}) && !d.complete());  // and what was lost stays lost
    for (std::uint32_t i = 0; i < cpu_data::capacity; ++i) {
        CPUMAP_MUST(d[i].leaf == i * step && d[i].is_msr == (i % 3 == 2) && d[i].registers.eax == i);
        CPUMAP_MUST(i % 3 == 2 ? d.msr(i * step) == i : d.cpuid(i * step, i % 3) == cpuid_registers{i, 0, 0, 0});
    }
    return 0;
}

/// Many subleaves of one leaf, some of which come to lie at the same place.
constexpr int subleaves_are_told_apart(std::uint32_t leaf) {
    cpu_data d;
    for (std::uint32_t i = 0; i < cpu_data::capacity; ++i) CPUMAP_MUST(d.set_cpuid(leaf, i * i, {i, 0, 0, 0}));
    CPUMAP_MUST(d.complete() && d.size() == cpu_data::capacity);
    for (std::uint32_t i = 0; i < cpu_data::capacity; ++i)
        CPUMAP_MUST(d.cpuid(leaf, i * i) == cpuid_registers{i, 0, 0, 0});
    CPUMAP_MUST(!d.cpuid(leaf, 2) && !d.cpuid(leaf + 1, 0) && !d.msr(leaf));
    return 0;
}

// ---- Signature and vendor -------------------------------------------------------------------------------------------

struct known_signature {
    std::uint32_t eax, family, model, stepping, number;
};
constexpr known_signature known_signatures[] = {
    {0x00000000, 0, 0, 0, 0x000000},
    {0x00050654, 6, 85, 4, 0x050654},
    {0x000106ca, 6, 28, 10, 0x0106ca},
    {0x00100f23, 16, 2, 3, 0x100f23},
    {0x00900f01, 24, 0, 1, 0x900f01},
    {0x00800f12, 23, 1, 2, 0x800f12},
    {0x00000f4a, 15, 4, 10, 0x000f4a},   // family 15 has no extension
    {0x000b06f2, 6, 191, 2, 0x0b06f2},   // a model above 15
    {0x00003fff, 15, 15, 15, 0x000fff},  // the processor's type is no part of the number
    {0x0ff00fff, 270, 15, 15, 0xff00fff},
    {0x0fff0fff, 270, 255, 15, 0xfff0fff},
    {0xf000c000, 0, 0, 0, 0},           // reserved bits are nothing at all
    {0x01600106, 23, 0, 6, 0x0800f06},  // the same family written in another way
};

constexpr int signature_is_decoded(const known_signature& k) {
    cpu_data d;
    d.set_cpuid(1, 0, {k.eax, ~0U, ~0U, ~0U});
    const cpu_signature s = d.signature();
    CPUMAP_MUST(s == cpu_signature(k.eax) && s == cpu_signature(k.number));
    CPUMAP_MUST(s.family() == k.family && s.model() == k.model && s.stepping() == k.stepping && s.number() == k.number);
    CPUMAP_MUST(cpu_signature(k.family, k.model, k.stepping).number() == k.number);
    CPUMAP_MUST(static_cast<bool>(s) == ((k.eax & 0x0fff3fff) != 0));
    return 0;
}

constexpr int all_signatures_are_decoded(std::size_t first) {
    for (std::size_t i = first; i < std::size(known_signatures); ++i)
        if (const int line = signature_is_decoded(known_signatures[i]); line != 0) return line;
    return 0;
}

constexpr int signatures_go_round(std::uint32_t step) {
    for (std::uint32_t family = 1; family <= 270; family += step)
        for (std::uint32_t model = 0; model <= 255; model += step)
            for (std::uint32_t stepping = 0; stepping <= 15; ++stepping) {
                const cpu_signature s(family, model, stepping);
                CPUMAP_MUST(s.family() == family && s.model() == model && s.stepping() == stepping && s);
                CPUMAP_MUST(cpu_signature(s.number()) == s);
                CPUMAP_MUST(s != cpu_signature(family + 1, model, stepping));
                CPUMAP_MUST(s != cpu_signature(family, model ^ 1, stepping));
                CPUMAP_MUST(s != cpu_signature(family, model, stepping ^ 1));
            }
    return 0;
}

constexpr int vendors_are_found(std::string_view intel) {
    using essex = cpumap::maps::libvirt_0_10;
    using debian12 = cpumap::maps::libvirt_9_0;
    cpu_data d;
    unit::set_vendor(d, intel);
    CPUMAP_MUST(d.vendor_string().view() == "GenuineIntel" && d.vendor() == "Intel" && d.vendor<essex>() == "Intel");
    unit::set_vendor(d, "AMD");
    CPUMAP_MUST(d.vendor_string().view() == "AuthenticAMD" && d.vendor() == "AMD" && d.vendor<debian12>() == "AMD");
    unit::set_vendor(d, "Hygon");
    CPUMAP_MUST(d.vendor() == "Hygon" && d.vendor<debian12>() == "Hygon" && d.vendor<essex>().empty());
    unit::set_vendor(d, "CentaurHauls");
    CPUMAP_MUST(d.vendor() == "Zhaoxin CentaurHauls" && d.vendor<debian12>().empty());
    unit::set_vendor(d, "Intel-not-so");  // no vendor of any map, and no name of one either
    CPUMAP_MUST(d.vendor_string().view() == "Intel-not-so" && d.vendor().empty() && d.vendor<essex>().empty());
    unit::set_vendor(d, "GENUINEINTEL");
    CPUMAP_MUST(d.vendor().empty());
    d.set_cpuid(0, 0, {0, 0xffffffff, 0xffffffff, 0xffffffff});
    CPUMAP_MUST(d.vendor_string().view() == "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    // As libvirt has it, a vendor's bits must be set, more may be: here are all vendors', and the first in the map is
    // found.
    CPUMAP_MUST(d.vendor() == "Intel" && d.vendor<essex>() == "Intel");
    unit::set_vendor(d, "OenuineIntel");
    CPUMAP_MUST(d.vendor() == "Intel");
    unit::set_vendor(d, "FenuineIntel");
    CPUMAP_MUST(d.vendor().empty());
    d.set_cpuid(0, 0, {0, 0, 0, 0});
    CPUMAP_MUST(d.vendor_string().view().size() == 12 && d.vendor().empty());
    d.set_cpuid(0, 1, {0, 0x756e6547, 0x6c65746e, 0x49656e69});  // a subleaf that has no vendor
    CPUMAP_MUST(d.vendor().empty());
    return 0;
}

constexpr int hosts_say_who_they_are(std::size_t first) {
    for (std::size_t i = first; i < std::size(recorded::hosts); ++i) {
        const recorded::host& h = recorded::hosts[i];
        const cpu_data d = h.data();
        const cpu_signature s = d.signature();
        CPUMAP_MUST(s.family() == h.family && s.model() == h.model && s.stepping() == h.stepping &&
                    s.number() == h.number);
        CPUMAP_MUST(d.vendor() == h.vendor && d.complete() && d.size() == h.leaves.size() + h.msrs.size());
    }
    return 0;
}

}  // namespace

TEST_CASE("host data keeps leaves, subleaves and MSRs apart", "[cpu_data]") {
    CPUMAP_BOTH(data_keeps_what_is_set, 0x11111111U);
}

TEST_CASE("subleaves of one leaf are told apart", "[cpu_data]") { CPUMAP_BOTH(subleaves_are_told_apart, 0xdU); }

TEST_CASE("host data that is full says so and keeps what it has", "[cpu_data]") {
    CPUMAP_BOTH(full_data_says_so, 1U);
    CPUMAP_BOTH(full_data_says_so, 0x01000000U);
    CPUMAP_BOTH(full_data_says_so, 0x9e3779b1U);
}

TEST_CASE("host data agrees with a map of what was set", "[cpu_data]") {
    unit::random random(3);
    for (int round = 0; round < 50; ++round) {
        cpu_data d;
        std::map<std::tuple<bool, std::uint32_t, std::uint32_t>, cpuid_registers> expected;
        const std::size_t leaves = 1 + random.below(60);
        bool lost = false;
        for (int i = 0; i < 600; ++i) {
            const std::uint32_t leaf = static_cast<std::uint32_t>(random.below(leaves) << (8 * random.below(4)));
            const std::uint32_t subleaf = static_cast<std::uint32_t>(random.below(3));
            const cpuid_registers r{static_cast<std::uint32_t>(random.next()), 0, 0,
                                    static_cast<std::uint32_t>(random.next())};
            const bool msr = random.one_in(3);
            const std::tuple key{msr, leaf, msr ? 0 : subleaf};
            const bool fits = expected.count(key) == 1 || expected.size() < cpu_data::capacity;
            lost = lost || !fits;
            const bool kept = msr ? d.set_msr(leaf, std::uint64_t{r.edx} << 32 | r.eax) : d.set_cpuid(leaf, subleaf, r);
            if (fits) expected[key] = r;
            REQUIRE(kept == fits);
        }
        REQUIRE(d.size() == expected.size());
        REQUIRE(d.complete() == !lost);
        bool all = true;
        for (const auto& [key, r] : expected) {
            const auto [msr, leaf, subleaf] = key;
            all = all && (msr ? d.msr(leaf) == (std::uint64_t{r.edx} << 32 | r.eax) : d.cpuid(leaf, subleaf) == r);
        }
        REQUIRE(all);
    }
}

TEST_CASE("a signature is family, model and stepping", "[cpu_data]") {
    CPUMAP_BOTH(all_signatures_are_decoded, std::size_t{0});
    static_assert(signatures_go_round(53) == 0);
    CHECK(signatures_go_round(unit::opaque(1U)) == 0);
}

TEST_CASE("a vendor is one of the map's or none", "[cpu_data]") {
    using namespace std::string_view_literals;
    CPUMAP_BOTH(vendors_are_found, "Intel"sv);
}

TEST_CASE("recorded hosts say who they are", "[cpu_data][hosts]") {
    CPUMAP_BOTH(hosts_say_who_they_are, std::size_t{0});
}

// ---- Reading a machine ----------------------------------------------------------------------------------------------

namespace {

/// A machine that answers as Intel's do: behind its highest leaf with what the highest standard leaf would say, here
/// with ones. Counts what it is asked.
struct machine {
    const recorded::host* host;
    std::uint32_t highest;
    std::uint32_t highest_extended;
    unsigned* beyond;  ///< times that a leaf was asked for which is not there
    unsigned* asked;

    constexpr cpuid_registers operator()(std::uint32_t leaf, std::uint32_t subleaf) const {
        ++*asked;
        cpuid_registers r;
        for (const recorded::leaf& l : host->leaves)
            if (l.eax == leaf && l.ecx == subleaf) r = l.registers;
        if (leaf == 0) r.eax = highest;
        if (leaf == 0x80000000) r.eax = highest_extended;
        if (leaf != 0 && leaf != 0x80000000 &&
            (leaf >= 0x80010000 || leaf > (leaf < 0x80000000 ? highest : highest_extended))) {
            if ((leaf & 0xffff) != 0) ++*beyond;  // asking a range for its highest leaf is no mistake
            return {~0U, ~0U, ~0U, ~0U};
        }
        return r;
    }
};
struct machine_msrs {
    const recorded::host* host;
    constexpr std::optional<std::uint64_t> operator()(std::uint32_t index) const {
        for (const recorded::msr& m : host->msrs)
            if (m.index == index) return m.value;
        return std::nullopt;
    }
};

template <class Map>
constexpr int reading_finds_what_is_there(std::size_t which) {
    const recorded::host& host = recorded::hosts[which];
    unsigned beyond = 0;
    unsigned asked = 0;
    const cpu_data whole = host.data();
    const auto all = cpumap::read_cpu_data<Map>(machine{&host, 0x20, 0x80000022, &beyond, &asked}, machine_msrs{&host});
    CPUMAP_MUST(all && all->complete() && beyond == 0);
    CPUMAP_MUST(all->template features<Map>() == whole.features<Map>());
    CPUMAP_MUST(all->signature() == whole.signature() && all->vendor_string() == whole.vendor_string());
    CPUMAP_MUST(asked <= all->size() + 8);  // no leaf twice, but for the ranges' first ones

    // No MSRs: their features are not there, all others are.
    const auto none = cpumap::read_cpu_data<Map>(machine{&host, 0x20, 0x80000022, &beyond, &asked});
    CPUMAP_MUST(none && beyond == 0);
    for (const auto f : cpumap::features<Map>()) {
        const bool in_msr = f.register_bit().from == cpumap::register_bit::source::msr;
        CPUMAP_MUST(none->template features<Map>().contains(f) == (!in_msr && whole.features<Map>().contains(f)));
    }
    for (std::size_t i = 0; i < none->size(); ++i) CPUMAP_MUST(!(*none)[i].is_msr);
    return 0;
}

template <class Map>
constexpr int reading_stops_at_the_highest_leaf(std::size_t which) {
    const recorded::host& host = recorded::hosts[which];
    for (const std::uint32_t highest : {1U, 6U, 7U, 0xdU})
        for (const std::uint32_t extended : {0x80000000U, 0x80000001U, 0x80000008U, 0x12345678U, 0xffffffffU}) {
            unsigned beyond = 0;
            unsigned asked = 0;
            const auto r = cpumap::read_cpu_data<Map>(machine{&host, highest, extended, &beyond, &asked});
            CPUMAP_MUST(r && beyond == 0);
            const bool sane = extended >> 16 == 0x8000;
            for (std::size_t i = 0; i < r->size(); ++i) {
                const std::uint32_t leaf = (*r)[i].leaf;
                CPUMAP_MUST(leaf < 0x80000000 ? leaf <= highest : sane && leaf <= extended);
            }
            CPUMAP_MUST(r->cpuid(1, 0) && r->cpuid(0, 0));
            CPUMAP_MUST(r->cpuid(0x80000001, 0).has_value() == (sane && extended > 0x80000000));
        }
    return 0;
}

/// A map whose features lie in more leaves than fit.
struct wide_map : cpumap::maps::libvirt_12_8 {
    struct x86 : cpumap::maps::libvirt_12_8::x86 {
        static constexpr std::uint32_t register_count = cpu_data::capacity + 1;
        struct numbers {
            constexpr std::uint32_t operator[](std::size_t i) const { return static_cast<std::uint32_t>(i); }
        };
        struct msr_parts {
            constexpr char operator[](std::size_t) const { return 'l'; }
        };
        static constexpr numbers register_leaf{};
        static constexpr numbers register_subleaf{};
        static constexpr msr_parts register_part{};
    };
};

/// A recording that has its leaves but not the extended range's first one, and gives zeros for what it lacks.
template <class Map>
constexpr int reading_does_without_the_extended_first_leaf(std::size_t which) {
    const recorded::host& host = recorded::hosts[which];
    const auto cpuid = [&host](std::uint32_t leaf, std::uint32_t subleaf) {
        for (const recorded::leaf& l : host.leaves)
            if (l.eax == leaf && l.ecx == subleaf && leaf != 0x80000000) return l.registers;
        return cpuid_registers{};
    };
    const auto r = cpumap::read_cpu_data<Map>(cpuid, machine_msrs{&host});
    CPUMAP_MUST(r && r->template features<Map>() == host.data().features<Map>());
    return 0;
}

constexpr int no_cpuid_is_an_error(std::uint32_t highest) {
    const auto r = cpumap::read_cpu_data([highest](std::uint32_t, std::uint32_t) {
        return cpuid_registers{highest, 1, 1, 1};
    });
    CPUMAP_MUST(!r && r.error().code() == cpumap::errc::no_cpuid);
    return 0;
}

constexpr int too_much_data_is_an_error(std::uint32_t msrs) {
    const auto cpuid = [](std::uint32_t, std::uint32_t) { return cpuid_registers{1, 0, 0, 0}; };
    const auto some = [msrs](std::uint32_t index) {
        return index < msrs ? std::optional<std::uint64_t>(index) : std::nullopt;
    };
    const auto r = cpumap::read_cpu_data<wide_map>(cpuid, some);
    if (msrs + 2 <= cpu_data::capacity) {  // leaves 0 and 1 are there too
        CPUMAP_MUST(r && r->size() == msrs + 2 && r->msr(msrs - 1) == msrs - 1);
    } else {
        CPUMAP_MUST(!r && r.error().code() == cpumap::errc::cpu_data_full);
    }
    return 0;
}

}  // namespace

TEST_CASE("a leaf 0 that is none is an error", "[native]") {
    CPUMAP_BOTH(no_cpuid_is_an_error, 0U);
    CPUMAP_BOTH(no_cpuid_is_an_error, 0xffffffffU);
    CPUMAP_BOTH(no_cpuid_is_an_error, 0x00010000U);
}

TEST_CASE("a map that needs more than host data holds is an error", "[native]") {
    CPUMAP_BOTH(too_much_data_is_an_error, 238U);
    CPUMAP_BOTH(too_much_data_is_an_error, 239U);
    CPUMAP_BOTH(too_much_data_is_an_error, 241U);
}

TEMPLATE_TEST_CASE("reading a machine finds what the map uses", "[native]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(reading_finds_what_is_there<TestType>, std::size_t{6});
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i) CHECK(reading_finds_what_is_there<TestType>(i) == 0);
}

TEMPLATE_TEST_CASE("a recording need not have the extended range's first leaf", "[native]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(reading_does_without_the_extended_first_leaf<TestType>, std::size_t{5});
    CPUMAP_BOTH(reading_does_without_the_extended_first_leaf<TestType>, std::size_t{6});
}

TEMPLATE_TEST_CASE("leaves behind the highest one are not read", "[native]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(reading_stops_at_the_highest_leaf<TestType>, std::size_t{6});
}

TEST_CASE("this machine can be read", "[native]") {
    const auto data = cpumap::native_cpu_data();
#if defined(__x86_64__) || defined(__i386__)
    REQUIRE(data);
    CHECK(data->complete());
    CHECK(data->vendor_string().view().size() == 12);
    CHECK(data->signature().family() >= 4);
    CHECK(data->features().contains(cpumap::feature<"fpu">));
#ifdef __x86_64__
    CHECK(data->features().includes(unit::features_of<cpumap::default_map>("cx8 cmov mmx fxsr sse sse2")));
#endif
    const auto bound = cpumap::use<cpumap::maps::libvirt_9_0>::native_cpu_data();
    REQUIRE(bound);
    CHECK((bound->features<cpumap::maps::libvirt_9_0>() - data->features<cpumap::maps::libvirt_9_0>()).empty());
#else
    REQUIRE(!data);
    CHECK(data.error().code() == cpumap::errc::not_this_architecture);
#endif
}
