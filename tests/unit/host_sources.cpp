// SPDX-License-Identifier: BSL-1.0
// Where host data comes from besides this processor: requests from outside, SMBIOS, the kernel's devices, and machines
// whose CPUs are not all alike. Each against a device that is made up here; then this machine itself.

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <cpumap/host.hpp>

#include "../data/hosts.hpp"
#include "../data/maps/before.hpp"
#include "support.hpp"

namespace {

using cpumap::certainty;
using cpumap::cpu_data;
using cpumap::cpuid_register;
using cpumap::cpuid_registers;
using cpumap::errc;
using map = cpumap::default_map;

constexpr std::uint32_t part(const cpuid_registers& r, cpuid_register which) {
    switch (which) {
        case cpuid_register::eax:
            return r.eax;
        case cpuid_register::ebx:
            return r.ebx;
        case cpuid_register::ecx:
            return r.ecx;
        case cpuid_register::edx:
            return r.edx;
    }
    return 0;
}

/// A processor that answers as it was recorded, and with zeros to what was not.
constexpr cpuid_registers answer(const cpu_data& data, std::uint32_t leaf, std::uint32_t subleaf) {
    return data.cpuid(leaf, subleaf).value_or(cpuid_registers{});
}

// ---- Requests from outside --------------------------------------------------------------------------------------------

/// Answers a number of requests, and no more.
struct register_device {
    const cpu_data* data;
    std::size_t left;
    std::size_t requests = 0;

    constexpr cpumap::given<std::uint32_t> operator()(std::uint32_t leaf, std::uint32_t subleaf, cpuid_register which) {
        ++requests;
        if (left == 0) return {};
        --left;
        return part(answer(*data, leaf, subleaf), which);
    }
};

template <class Map>
constexpr int requests_give_what_cpuid_gives(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();
    register_device device{&data, 1000};
    const auto read = cpumap::read_out_of_band<Map>(device);
    CPUMAP_MUST(read && read->template features<Map>() == cpumap::read_cpu_data<Map>(
                                                              [&data](std::uint32_t leaf, std::uint32_t subleaf) {
                                                                  return answer(data, leaf, subleaf);
                                                              },
                                                              cpumap::no_msrs{})
                                                              ->template features<Map>());
    CPUMAP_MUST(read->signature() == data.signature() && read->vendor_string() == data.vendor_string());
    return 0;
}

TEMPLATE_TEST_CASE("requests from outside give what CPUID gives", "[host]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(requests_give_what_cpuid_gives<TestType>, std::size_t{5});
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i)
        CHECK(requests_give_what_cpuid_gives<TestType>(i) == 0);
}

constexpr int a_request_that_fails_ends_it(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();
    register_device whole{&data, 1000};
    CPUMAP_MUST(cpumap::read_out_of_band(whole).has_value());
    CPUMAP_MUST(whole.requests > 9 && whole.requests < 80);
    std::size_t step = 1;
    if (std::is_constant_evaluated()) step = 11;  // which takes a compiler long enough
    for (std::size_t n = 0; n < whole.requests; n += step) {
        register_device device{&data, n};
        const auto read = cpumap::read_out_of_band(device);
        CPUMAP_MUST(!read && read.error().code() == errc::cpuid_request && device.requests == n + 1);
        CPUMAP_MUST(n != 0 || read.error().name() == "leaf 0x0, subleaf 0x0: eax");
    }
    const auto fails_at = [&data](std::uint32_t leaf, std::uint32_t subleaf, cpuid_register reg) {
        return [&data, leaf, subleaf, reg](std::uint32_t l, std::uint32_t s, cpuid_register r) {
            if (l == leaf && s == subleaf && r == reg) return cpumap::given<std::uint32_t>{};
            return cpumap::given<std::uint32_t>(part(answer(data, l, s), r));
        };
    };
    const auto seven = cpumap::read_out_of_band(fails_at(7, 0, cpuid_register::edx));
    CPUMAP_MUST(seven.has_value() == (data.cpuid(0, 0)->eax < 7));  // a processor without the leaf is not asked for it
    CPUMAP_MUST(seven || seven.error().name() == "leaf 0x7, subleaf 0x0: edx");
    const auto extended = cpumap::read_out_of_band(fails_at(0x80000001, 0, cpuid_register::ecx));
    CPUMAP_MUST(!extended && extended.error().name() == "leaf 0x80000001, subleaf 0x0: ecx");

    cpu_data to;
    const auto nobody = cpumap::fill_out_of_band(to, [](auto...) { return cpumap::given<std::uint32_t>(0U); });
    CPUMAP_MUST(!nobody && nobody.error().code() == errc::no_cpuid);
    return 0;
}

TEST_CASE("a request that fails ends the reading", "[host]") {
    CPUMAP_BOTH(a_request_that_fails_ends_it, std::size_t{5});
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i) CHECK(a_request_that_fails_ends_it(i) == 0);
}

/// The other end of SB-RMI. What it is asked must be a message as the protocol has it.
struct rmi_device {
    const cpu_data* data;
    unsigned thread = 0;
    std::uint8_t count = 9, status = 0;
    bool there = true;
    bool* wrong;

    constexpr bool operator()(std::span<const std::uint8_t> m, std::span<std::uint8_t> a) const {
        *wrong = *wrong || m.size() != 9 || a.size() != 10 || m[0] != 8 || m[1] != 8 || m[2] != 0x91 ||
                 m[3] != thread * 2 || (m[8] & 0xe) != 0;
        if (!there) return false;
        const std::uint32_t leaf =
            std::uint32_t{m[4]} | std::uint32_t{m[5]} << 8 | std::uint32_t{m[6]} << 16 | std::uint32_t{m[7]} << 24;
        const cpuid_registers r = answer(*data, leaf, m[8] >> 4U);
        const std::uint32_t pair[2] = {(m[8] & 1) == 0 ? r.eax : r.ecx, (m[8] & 1) == 0 ? r.ebx : r.edx};
        a[0] = count;
        a[1] = status;
        for (std::size_t i = 0; i < 8; ++i) a[2 + i] = static_cast<std::uint8_t>(pair[i / 4] >> (i % 4 * 8));
        return true;
    }
};

constexpr int sb_rmi_is_a_source(std::size_t which) {
    const cpu_data data = recorded::hosts[which].data();
    bool wrong = false;
    cpumap::sb_rmi rmi(rmi_device{.data = &data, .wrong = &wrong});
    const auto read = cpumap::read_out_of_band(rmi);
    register_device plain{&data, 1000};
    const auto expected = cpumap::read_out_of_band(plain);
    CPUMAP_MUST(read && !wrong && rmi.status() == 0);
    CPUMAP_MUST(read->size() == expected->size() && rmi.messages() <= plain.requests);
    for (std::size_t i = 0; i < read->size(); ++i) CPUMAP_MUST((*read)[i].registers == (*expected)[i].registers);

    cpumap::sb_rmi last(rmi_device{.data = &data, .thread = 127, .wrong = &wrong}, 127);
    CPUMAP_MUST(last(0, 0, cpuid_register::ebx) == data.cpuid(0, 0)->ebx && !wrong && last.messages() == 1);
    CPUMAP_MUST(last(0, 0, cpuid_register::eax) == data.cpuid(0, 0)->eax && last.messages() == 1);
    CPUMAP_MUST(last(0, 0, cpuid_register::edx) == data.cpuid(0, 0)->edx && last.messages() == 2);
    CPUMAP_MUST(last(0, 15, cpuid_register::eax) == 0U && last.messages() == 3);
    CPUMAP_MUST(!last(0, 16, cpuid_register::eax));
    CPUMAP_MUST(last.messages() == 3);
    cpumap::sb_rmi beyond(rmi_device{.data = &data, .thread = 0, .wrong = &wrong}, 128);
    CPUMAP_MUST(!beyond(0, 0, cpuid_register::eax) && beyond.messages() == 0);

    cpumap::sb_rmi absent(rmi_device{.data = &data, .there = false, .wrong = &wrong});
    CPUMAP_MUST(!absent(0, 0, cpuid_register::eax) && !absent(0, 0, cpuid_register::eax) && absent.messages() == 2);
    cpumap::sb_rmi refusing(rmi_device{.data = &data, .status = 0x43, .wrong = &wrong});
    const auto refused = cpumap::read_out_of_band(refusing);
    CPUMAP_MUST(!refused && refused.error().code() == errc::cpuid_request && refusing.status() == 0x43);
    cpumap::sb_rmi short_one(rmi_device{.data = &data, .count = 5, .wrong = &wrong});
    CPUMAP_MUST(!short_one(0, 0, cpuid_register::eax) && !wrong);
    return 0;
}

TEST_CASE("SB-RMI's messages bring the registers", "[host]") {
    CPUMAP_BOTH(sb_rmi_is_a_source, std::size_t{5});
    for (std::size_t i = 0; i < std::size(recorded::hosts); ++i) CHECK(sb_rmi_is_a_source(i) == 0);
}

// ---- SMBIOS ------------------------------------------------------------------------------------------------------------

/// A structure of type 4 as firmware writes it.
struct structure {
    std::array<std::uint8_t, 160> bytes{};
    std::size_t size = 0;

    constexpr structure(std::uint32_t eax, std::uint32_t edx, std::string_view manufacturer,
                        std::uint8_t length = 0x30) {
        bytes[0] = 4;
        bytes[1] = length;
        bytes[4] = 1;
        bytes[6] = 0xb3;
        bytes[7] = 2;
        bytes[16] = 3;
        bytes[0x18] = 0x41;
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[8 + i] = static_cast<std::uint8_t>(eax >> (8 * i));
            bytes[12 + i] = static_cast<std::uint8_t>(edx >> (8 * i));
        }
        size = length;
        for (const std::string_view text : {std::string_view("CPU0"), manufacturer, std::string_view("Fast 9000")}) {
            for (const char c : text) bytes[size++] = static_cast<std::uint8_t>(c);
            ++size;
        }
        ++size;
    }
    [[nodiscard]] constexpr std::span<const std::uint8_t> view() const { return std::span(bytes).first(size); }
};

constexpr int smbios_shows_a_little(std::string_view manufacturer) {
    const cpu_data host = recorded::hosts[5].data();  // an EPYC 7601
    const auto leaf1 = *host.cpuid(1, 0);
    structure s(leaf1.eax, leaf1.edx, manufacturer);
    const auto read = cpumap::read_smbios_processor(s.view());
    CPUMAP_MUST(read && read->data.signature() == host.signature() && read->data.vendor() == "AMD");
    CPUMAP_MUST(read->socket.view() == "CPU0" && read->manufacturer.view() == manufacturer);
    CPUMAP_MUST(read->version.view() == "Fast 9000");
    CPUMAP_MUST(read->known.contains(cpumap::feature<"fxsr">) && !read->known.contains(cpumap::feature<"avx">));
    CPUMAP_MUST(read->data.features() == (host.features() & read->known));
    CPUMAP_MUST(read->name.sure == certainty::several && (*read->name.model).name() == "EPYC");
    CPUMAP_MUST(read->name.candidates > 1 && read->name.certain == (*read->name.model).features());

    // A host without a feature that all of them have is none of them.
    structure other(leaf1.eax, leaf1.edx & ~1U, manufacturer);
    CPUMAP_MUST(cpumap::read_smbios_processor(other.view())->name.sure == certainty::none);
    structure unknown(0x00a70f00, leaf1.edx, manufacturer);
    const auto nobody = cpumap::read_smbios_processor(unknown.view());
    CPUMAP_MUST(nobody && nobody->name.sure == certainty::none && !nobody->name.model && nobody->name.certain.empty());
    // Another vendor's processor with these numbers is not this one, and one of a vendor unknown may be.
    CPUMAP_MUST(cpumap::read_smbios_processor(structure(leaf1.eax, leaf1.edx, "Intel").view())->name.candidates == 0);
    CPUMAP_MUST(cpumap::read_smbios_processor(structure(leaf1.eax, leaf1.edx, "ACME").view())->name.candidates > 1);
    // Hygon's are their own.
    const auto hygon = cpumap::read_smbios_processor(structure(0x00900f02, leaf1.edx, "Chengdu HYGON").view());
    CPUMAP_MUST(hygon && hygon->data.vendor() == "Hygon" && (*hygon->name.model).name() == "Dhyana");
    return 0;
}

constexpr int smbios_is_checked(std::string_view manufacturer) {
    const structure good(0x00800f12, 0x178bfbff, manufacturer);
    const auto code = [](std::span<const std::uint8_t> bytes) {
        const auto read = cpumap::read_smbios_processor(bytes);
        return read ? errc::none : read.error().code();
    };
    CPUMAP_MUST(code(good.view()) == errc::none);
    for (std::size_t n = 0; n < good.size; ++n) CPUMAP_MUST(code(good.view().first(n)) == errc::smbios_structure);
    auto changed = [&good](std::size_t at, std::uint8_t value) {
        structure s = good;
        s.bytes[at] = value;
        return s;
    };
    CPUMAP_MUST(code(changed(0, 3).view()) == errc::smbios_structure);
    CPUMAP_MUST(code(changed(1, 3).view()) == errc::smbios_structure);
    CPUMAP_MUST(code(changed(1, 0x19).view()) == errc::smbios_structure);
    CPUMAP_MUST(code(changed(0x18, 0x00).view()) == errc::smbios_processor);  // an empty socket
    CPUMAP_MUST(cpumap::read_smbios_processor(changed(0x18, 0).view()).error().name() == "CPU0");
    CPUMAP_MUST(code(structure(0, 0, manufacturer).view()) == errc::smbios_processor);
    CPUMAP_MUST(code(changed(6, 0x20).view()) == errc::smbios_processor);  // a Power PC
    structure arm = changed(6, 0xfe);                                      // the family is in the larger field
    arm.bytes[0x29] = 1;
    arm.bytes[0x28] = 1;
    CPUMAP_MUST(code(arm.view()) == errc::smbios_processor);
    arm.bytes[0x29] = 0;
    arm.bytes[0x28] = 0x6b;  // Zen
    CPUMAP_MUST(code(arm.view()) == errc::none);
    structure before_2_6(0x00800f12, 0x178bfbff, manufacturer, 0x28);  // from when there was no larger field
    before_2_6.bytes[6] = 0xfe;
    CPUMAP_MUST(code(before_2_6.view()) == errc::none);
    // Texts that are not there, and one that is too long.
    const auto odd = cpumap::read_smbios_processor(changed(4, 9).view());
    CPUMAP_MUST(odd && odd->socket.empty() && cpumap::read_smbios_processor(changed(4, 0).view())->socket.empty());
    const auto cut = cpumap::read_smbios_processor(
        structure(0x00800f12, 0x178bfbff, "0123456789012345678901234567890123456789012345678901234567890123456789")
            .view());
    CPUMAP_MUST(cut && cut->manufacturer.cut() && cut->manufacturer.view().size() == 63 && !cut->version.cut());
    return 0;
}

constexpr int a_table_is_walked(std::string_view manufacturer) {
    const structure one(0x00800f12, 0x178bfbff, manufacturer), two(0x000906ea, 0x178bfbff, "Intel", 0x1a);
    std::array<std::uint8_t, 512> table{};
    std::size_t size = 0;
    const auto put = [&](std::span<const std::uint8_t> bytes) {
        for (const std::uint8_t b : bytes) table[size++] = b;
    };
    constexpr std::uint8_t bios[] = {0, 5, 0, 0, 1, 'x', 0, 0}, none[] = {1, 4, 0, 0, 0, 0},
                           end[] = {127, 4, 0, 0, 0, 0};
    put(bios);
    put(one.view());
    put(none);
    put(two.view());
    put(end);
    put(one.view());  // behind the end
    const auto all = std::span<const std::uint8_t>(table).first(size);
    const auto first = cpumap::find_smbios_processor(all);
    const auto second = cpumap::find_smbios_processor(all, 1);
    CPUMAP_MUST(first.size() == one.size && second.size() == two.size);
    CPUMAP_MUST(cpumap::read_smbios_processor(second)->manufacturer.view() == "Intel");
    CPUMAP_MUST(cpumap::find_smbios_processor(all, 2).empty() && cpumap::find_smbios_processor({}).empty());
    for (std::size_t n = 0; n < size; ++n) {
        const auto found = cpumap::find_smbios_processor(all.first(n));
        CPUMAP_MUST(found.size() == (n < sizeof bios + one.size ? 0 : one.size));
    }
    return 0;
}

TEST_CASE("SMBIOS names a processor as far as it can", "[host]") {
    CPUMAP_BOTH(smbios_shows_a_little, std::string_view("Advanced Micro Devices, Inc."));
    CPUMAP_BOTH(smbios_is_checked, std::string_view("AMD"));
    CPUMAP_BOTH(a_table_is_walked, std::string_view("AMD"));
}

/// A processor that is a model to the last bit: what its signature tells of it must be so.
template <class Map>
int every_model_by_its_signature() {
    const auto edx_of_leaf_1 = [](const auto f) {
        const auto at = f.register_bit();
        return at.from == cpumap::register_bit::source::cpuid && at.leaf == 1 && at.part == 'd';
    };
    cpumap::basic_feature_set<Map> known;
    for (const auto f : cpumap::features<Map>())
        if (edx_of_leaf_1(f)) known.insert(f);
    for (const auto m : cpumap::models<Map>()) {
        for (std::size_t i = 0; i < m.signatures().size(); ++i) {
            const auto data = unit::data_of<Map>(m.features(), m.vendor(), unit::signature_of<Map>(m, i));
            const auto r = cpumap::name_by_signature<Map>(data, known);
            CPUMAP_MUST(!m.decodes_host() || (r.candidates > 0 && m.features().includes(r.certain)));
            CPUMAP_MUST(!r.model || (*r.model).features() == r.certain);
            CPUMAP_MUST(r.candidates != 1 || (r.model && r.sure == certainty::one));
            CPUMAP_MUST((r.sure == certainty::none) == (r.candidates == 0));
            const auto host = cpumap::decode_host<Map>(data);
            if (!host || r.candidates == 0) continue;
            CPUMAP_MUST(host->model().features().includes(r.certain));  // libvirt's answer is among them
            CPUMAP_MUST(r.sure != certainty::one || host->model().features() == (*r.model).features());
        }
    }
    return 0;
}

// A map in which a model with a signature has no vendor, and the same where it does not describe hosts.
using cpumap::maps::test_before;
struct of_no_host : test_before {
    struct x86 : test_before::x86 {
        static constexpr char16_t model_flags[test_before::x86::model_count + 1]{};
    };
};

template <class Map>
constexpr int of_any_vendor(std::string_view vendor) {
    const auto known = cpumap::basic_feature_set<Map>{};
    const auto named = [&](std::string_view of, cpumap::cpu_signature signature) {
        return cpumap::name_by_signature<Map>(unit::data_of<Map>({}, of, signature), known);
    };
    constexpr bool decodes = Map::x86::model_flags[0] != 0;
    const auto any = named(vendor, {6, 2, 0});
    CPUMAP_MUST(any.sure == (decodes ? certainty::one : certainty::none));
    if (decodes) CPUMAP_MUST((*any.model).name() == "other-signatures" && (*any.model).vendor().empty());
    CPUMAP_MUST(named(vendor, {6, 2, 0}).candidates == named("", {6, 2, 0}).candidates);
    CPUMAP_MUST(named(vendor, {6, 1, 4}).candidates == 0);  // a stepping that the model has not
    // Nothing is known of a processor without a signature.
    CPUMAP_MUST(cpumap::name_by_signature<Map>(unit::data_of<Map>({}, vendor, {}), known).sure == certainty::none);
    return 0;
}

TEST_CASE("a model without a vendor may be any vendor's", "[host]") {
    CPUMAP_BOTH(of_any_vendor<test_before>, std::string_view("SecondSecond"));
    CPUMAP_BOTH(of_any_vendor<of_no_host>, std::string_view("SecondSecond"));
}

TEMPLATE_TEST_CASE("a signature tells nothing of a model that is not so", "[host]", CPUMAP_EVERY_MAP) {
    CHECK(every_model_by_its_signature<TestType>() == 0);
}

// ---- Machines whose CPUs are not alike ---------------------------------------------------------------------------------

constexpr int unequal_cpus_are_reported(unsigned weak) {
    const cpu_data whole = recorded::hosts[6].data();  // a Xeon Platinum 8268, with MSRs
    const auto weaker = [&whole] {
        cpu_data d = whole;
        unit::change_bit<map>(d, cpumap::feature<"avx512f">, unit::change::clear);
        unit::change_bit<map>(d, cpumap::feature<"rdctl-no">, unit::change::clear);
        return d;
    };
    const cpu_data less = weaker();

    // CPU 0 is offline, and one of the others lacks something.
    const auto survey = cpumap::survey_cpus(6, [&](unsigned cpu, cpu_data& to) {
        if (cpu == 0) return errc::no_cpu_answers;
        to = cpu == weak ? less : whole;
        return errc::none;
    });
    CPUMAP_MUST(survey && !survey->equal() && survey->cpu == 1 && survey->answered == 5 && survey->silent == 1);
    CPUMAP_MUST(!survey->vendors_or_signatures && !survey->kinds);
    CPUMAP_MUST(survey->uneven == unit::features_of<map>("avx512f rdctl-no"));
    CPUMAP_MUST(survey->data.features() == less.features() && survey->data.signature() == whole.signature());
    // Seen from the first CPU: it is the odd one, or another is.
    CPUMAP_MUST(survey->different == (weak == 1 ? 4 : 1) && survey->first_different == (weak == 1 ? 2 : weak));

    const auto equal = cpumap::survey_cpus(3, [&](unsigned, cpu_data& to) {
        to = whole;
        return errc::none;
    });
    CPUMAP_MUST(equal && equal->equal() && equal->answered == 3 && equal->uneven.empty());
    CPUMAP_MUST(equal->data.features() == whole.features() && equal->data.size() == whole.size());

    // Performance and efficiency cores of one processor, which differ in nothing but that.
    const auto hybrid = cpumap::survey_cpus(4, [&](unsigned cpu, cpu_data& to) {
        to = whole;
        to.set_cpuid(0x1a, 0, {cpu < 2 ? 0x40000001U : 0x20000001U, 0, 0, 0});
        return errc::none;
    });
    CPUMAP_MUST(hybrid && hybrid->kinds && hybrid->different == 2 && hybrid->first_different == 2);
    CPUMAP_MUST(hybrid->uneven.empty() && !hybrid->vendors_or_signatures);
    const auto amd = cpumap::survey_cpus(2, [&](unsigned cpu, cpu_data& to) {
        to = whole;
        to.set_cpuid(0x80000026, 0, {1U << 30, cpu << 28, 0, 0});
        return errc::none;
    });
    CPUMAP_MUST(amd && amd->kinds && amd->different == 1);
    const auto sockets = cpumap::survey_cpus(2, [&](unsigned cpu, cpu_data& to) {
        to = whole;
        unit::set_signature(to, {6, 85, 6 + cpu});
        return errc::none;
    });
    CPUMAP_MUST(sockets && sockets->vendors_or_signatures && sockets->different == 1 && !sockets->kinds);
    // Two that differ, each in one thing.
    const auto mixed = cpumap::survey_cpus(4, [&](unsigned cpu, cpu_data& to) {
        to = whole;
        if (cpu == 1) unit::set_vendor(to, "HygonGenuine");
        if (cpu == 3) to.set_cpuid(0x1a, 0, {0x20000001U, 0, 0, 0});
        return errc::none;
    });
    CPUMAP_MUST(mixed && mixed->vendors_or_signatures && mixed->kinds && mixed->different == 2);
    CPUMAP_MUST(mixed->first_different == 1 && mixed->uneven.empty());

    // None that answers, and one that has no CPUID.
    const auto nobody = cpumap::survey_cpus(3, [](unsigned, cpu_data&) { return errc::no_cpu_answers; });
    CPUMAP_MUST(!nobody && nobody.error().code() == errc::no_cpu_answers);
    CPUMAP_MUST(!cpumap::survey_cpus(0, [](unsigned, cpu_data&) { return errc::none; }));
    const auto broken = cpumap::survey_cpus(30, [&](unsigned cpu, cpu_data& to) {
        to = whole;
        return cpu == 12 ? errc::no_cpuid : errc::none;
    });
    CPUMAP_MUST(!broken && broken.error().code() == errc::no_cpuid && broken.error().name() == "CPU 12");
    return 0;
}

TEST_CASE("CPUs that are not alike are reported", "[host]") {
    CPUMAP_BOTH(unequal_cpus_are_reported, 3U);
    CPUMAP_BOTH(unequal_cpus_are_reported, 1U);
}

/// The leaf that tells the kind of core is read where the processor has it, and nothing that is no highest leaf counts.
constexpr int kinds_are_read_where_they_are(std::uint32_t kind) {
    const auto read = [kind](std::uint32_t highest, std::uint32_t highest_extended) {
        cpu_data to;
        to.set_cpuid(0, 0, {highest, 0, 0, 0});
        cpumap::detail::take_core_kind(to, [&](std::uint32_t leaf, std::uint32_t) {
            if (leaf == 0x80000000) return cpuid_registers{highest_extended, 0, 0, 0};
            if (leaf == 0x80000026) return cpuid_registers{1U << 30, kind << 28, 0, 0};
            return cpuid_registers{kind << 24, 0, 0, 0};
        });
        return to;
    };
    CPUMAP_MUST(cpumap::detail::core_kind(read(0x19, 0x80000025)) == 0 && read(0x19, 0x80000025).size() == 1);
    CPUMAP_MUST(cpumap::detail::core_kind(read(0x1a, 0x80000008)) == std::uint64_t{kind} << 56);
    CPUMAP_MUST(cpumap::detail::core_kind(read(0x10, 0x80000026)) == kind);
    CPUMAP_MUST(cpumap::detail::core_kind(read(0x10, 0xffffffff)) == 0);
    return 0;
}

/// One feature is cleared, and no other.
template <class Map>
constexpr int features_are_cleared(std::size_t step) {
    cpu_data all;
    for (const auto f : cpumap::features<Map>()) unit::change_bit<Map>(all, f, unit::change::set);
    for (std::size_t i = 0; i < cpumap::features<Map>().size(); i += step) {
        const auto f = cpumap::features<Map>()[i];
        cpu_data data = all;
        cpumap::detail::clear_feature<Map>(data, f);
        CPUMAP_MUST(!data.features<Map>().contains(f));
        CPUMAP_MUST(data.features<Map>().size() + 1 == all.features<Map>().size());
    }
    return 0;
}

TEST_CASE("the kind of a core is read where a processor tells it", "[host]") {
    CPUMAP_BOTH(kinds_are_read_where_they_are, 2U);
}

TEMPLATE_TEST_CASE("what only some CPUs have is cleared and nothing else", "[host]", CPUMAP_EVERY_MAP) {
    static_assert(features_are_cleared<TestType>(200) == 0);
    CHECK(features_are_cleared<TestType>(unit::opaque(std::size_t{1})) == 0);
}

// ---- The kernel's devices -----------------------------------------------------------------------------------------------

/// A folder like /dev/cpu. A file cannot be what the devices are, where each position is a leaf of its own: its folders
/// take the kernel's cpuid, and files for what goes wrong.
class device_folder {
public:
    device_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "cpumap-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~device_folder() { std::filesystem::remove_all(path); }
    device_folder(const device_folder&) = delete;
    device_folder& operator=(const device_folder&) = delete;

    /// A file with these bytes and zeros behind them, so many bytes in all.
    template <class Bytes>
    void add(unsigned cpu, const char* device, std::int64_t at, const Bytes& bytes, std::int64_t size) const {
        std::filesystem::create_directories(path / std::to_string(cpu));
        const int file =
            ::open((path / std::to_string(cpu) / device).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_LARGEFILE, 0600);
        REQUIRE(file >= 0);
        REQUIRE(::pwrite64(file, &bytes, sizeof bytes, at) == static_cast<ssize_t>(sizeof bytes));
        REQUIRE(::ftruncate64(file, size) == 0);
        ::close(file);
    }
    void add_kernels_cpuid(unsigned cpu) const {
        std::filesystem::create_directories(path / std::to_string(cpu));
        std::filesystem::create_symlink("/dev/cpu/0/cpuid", path / std::to_string(cpu) / "cpuid");
    }

    std::filesystem::path path;
};

constexpr std::int64_t every_leaf = std::int64_t{1} << 37;

TEST_CASE("what is wrong with a device is said", "[host]") {
    const device_folder folder;
    const std::string in = folder.path.string();
    const auto problem = [](const auto& read) {
        REQUIRE(!read);
        return std::pair(read.error().code(), std::string(read.error().name()));
    };
    CHECK(problem(cpumap::linux_cpu_data(3, in)) == std::pair(errc::cpuid_device, in + "/3/cpuid: errno 2"));
    CHECK(problem(cpumap::linux_cpu_data(0, std::string(300, 'x'))).first == errc::cpuid_device);
    CHECK(problem(cpumap::linux_cpu_data(0, "no/such/folder")).second == "no/such/folder/0/cpuid: errno 2");
    folder.add(0, "cpuid", 0, std::array<std::uint32_t, 4>{0, 0x756e6547, 0x6c65746e, 0x49656e69}, every_leaf);
    CHECK(cpumap::linux_cpu_data(0, in).error().code() == errc::no_cpuid);
    folder.add(1, "cpuid", 0, std::array<std::uint32_t, 4>{13, 0x756e6547, 0x6c65746e, 0x49656e69}, 20);
    CHECK(problem(cpumap::linux_cpu_data(1, in)) ==
          std::pair(errc::cpuid_device, in + "/1/cpuid: errno " + std::to_string(EIO)));
    std::filesystem::create_directories(folder.path / "2" / "cpuid");  // which can be opened and not read
    CHECK(problem(cpumap::linux_cpu_data(2, in)) ==
          std::pair(errc::cpuid_device, in + "/2/cpuid: errno " + std::to_string(EISDIR)));
    CHECK(problem(cpumap::survey_devices(in, 1)) == std::pair(errc::no_cpuid, std::string("CPU 0")));
    CHECK(problem(cpumap::survey_devices(in + "/none", 4)).first == errc::no_cpu_answers);
}

TEST_CASE("an MSR is read where the device has it", "[host]") {
    const device_folder folder;
    folder.add(0, "msr", 0x10a, std::uint64_t{0x21}, 0x200);
    const auto msrs = [](const std::filesystem::path& path) {
        return cpumap::linux_msrs(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    };
    CHECK(msrs(folder.path / "0" / "msr")(0x10a) == std::uint64_t{0x21});
    CHECK(msrs(folder.path / "0" / "msr")(0x1f8) == std::uint64_t{0});
    CHECK(!msrs(folder.path / "0" / "msr")(0x1f9));
    CHECK(!msrs(folder.path / "0" / "msr")(0xc0011029));
    CHECK(!msrs(folder.path / "none")(0x10a));
    CHECK(!cpumap::detail::cpu_affinity().move_to(cpumap::detail::cpu_affinity::most_cpus));
}

TEST_CASE("the kernel's devices say what the processor says", "[host]") {
    if (const cpumap::linux_cpuid device(0); device.problem() != 0) {
        std::printf("SKIP: the kernel's devices: /dev/cpu/0/cpuid cannot be read: %s\n",
                    std::strerror(device.problem()));
        return;
    }
    const auto read = cpumap::linux_cpu_data(0);
    REQUIRE(read);
    CHECK(read->features() == cpumap::native_cpu_data()->features());
    CHECK(read->signature() == cpumap::native_cpu_data()->signature());
    CHECK(read->vendor_string() == cpumap::native_cpu_data()->vendor_string());

    // MSRs come from the device beside it. CPU 1 has one, whose MSR 0x10a has bits 0 and 5; CPU 4 has none.
    const device_folder folder;
    folder.add_kernels_cpuid(1);
    folder.add_kernels_cpuid(4);
    folder.add(1, "msr", 0x10a, std::uint64_t{0x21}, 0x10000);
    const std::string in = folder.path.string();
    const auto with = cpumap::linux_cpu_data(1, in);
    REQUIRE(with);
    CHECK(with->msr(0x10a) == std::uint64_t{0x21});
    CHECK((with->features() & unit::features_of<map>("rdctl-no ibrs-all rsba skip-l1dfl-vmentry ssb-no mds-no")) ==
          unit::features_of<map>("rdctl-no mds-no"));
    const auto without = cpumap::linux_cpu_data(4, in);
    REQUIRE(without);
    CHECK(!without->msr(0x10a));
    const auto survey = cpumap::survey_devices(in, 6);
    REQUIRE(survey);
    CHECK((survey->answered == 2 && survey->silent == 4 && survey->cpu == 1 && survey->first_different == 4));
    CHECK(survey->uneven.includes(unit::features_of<map>("rdctl-no mds-no")));
    CHECK(survey->data.features() == without->features());
}

// ---- This machine --------------------------------------------------------------------------------------------------------

TEST_CASE("this machine tells which of its CPUs was asked, and whether all are alike", "[host]") {
#if defined(__x86_64__) || defined(__i386__)
    ::cpu_set_t before{}, after{};
    REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
    const auto one = cpumap::read_this_cpu();
    REQUIRE(one);
    CHECK(one->data.features() == cpumap::native_cpu_data()->features());
    REQUIRE(one->cpu);
    CHECK(CPU_ISSET(*one->cpu, &before));
    const auto survey = cpumap::survey_native();
    REQUIRE(survey);
    CHECK(survey->answered == static_cast<unsigned>(CPU_COUNT(&before)));
    CHECK(survey->data.features() == (one->data.features() - survey->uneven));
    REQUIRE(::sched_getaffinity(0, sizeof after, &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));

    // Held on one CPU, that one alone can be asked.
    const auto first = survey->cpu;
    ::cpu_set_t only{};
    CPU_SET(first, &only);
    REQUIRE(::sched_setaffinity(0, sizeof only, &only) == 0);
    CHECK(*cpumap::read_this_cpu()->cpu == first);
    const auto alone = cpumap::survey_native();
    CHECK((alone && alone->answered == 1 && alone->equal()));
    REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
#else
    std::printf("SKIP: reading this machine: not an x86 processor\n");
#endif
}

}  // namespace
