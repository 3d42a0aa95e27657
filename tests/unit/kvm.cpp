// SPDX-License-Identifier: BSL-1.0
// KVM's tables: what of a definition reaches a vCPU, how vCPUs are numbered, and what tables are compared for.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../data/kvm_hosts.hpp"
#include "support.hpp"

namespace {

namespace kvm = cpumap::kvm;
using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using cpumap::topology;
using kvm::withheld;

template <class Map>
using guest_cpu = cpumap::basic_guest_cpu<Map>;
using guest = cpumap::guest_cpu;
using essex = cpumap::maps::libvirt_0_10;
using newest = cpumap::default_map;
using trixie = cpumap::maps::libvirt_11_3;

/// A bit of CPUID.
struct bit {
    std::uint32_t leaf, subleaf;
    char part;
    unsigned at;
    friend constexpr bool operator==(const bit&, const bit&) = default;
};
constexpr bit vmx{1, 0, 'c', 5}, x2apic{1, 0, 'c', 21}, tsc_deadline{1, 0, 'c', 24}, osxsave{1, 0, 'c', 27},
    hypervisor{1, 0, 'c', 31}, ht{1, 0, 'd', 28}, arat{6, 0, 'a', 2}, ospke{7, 0, 'c', 4},
    cmp_legacy{0x80000001, 0, 'c', 1};
/// Those that the virtual machine decides.
constexpr bit decided[] = {x2apic, tsc_deadline, osxsave, hypervisor, ht, arat, ospke, cmp_legacy};

constexpr const kvm_cpuid_entry2* find(std::span<const kvm_cpuid_entry2> table, std::uint32_t leaf,
                                       std::uint32_t subleaf) {
    for (const kvm_cpuid_entry2& e : table)
        if (e.function == leaf && ((e.flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) == 0 || e.index == subleaf)) return &e;
    return nullptr;
}
constexpr std::uint32_t word(std::span<const kvm_cpuid_entry2> table, std::uint32_t leaf, std::uint32_t subleaf,
                             char part) {
    const kvm_cpuid_entry2* e = find(table, leaf, subleaf);
    if (e == nullptr) return 0;
    return part == 'a' ? e->eax : part == 'b' ? e->ebx : part == 'c' ? e->ecx : e->edx;
}
constexpr bool has(std::span<const kvm_cpuid_entry2> table, const bit& b) {
    return (word(table, b.leaf, b.subleaf, b.part) >> b.at & 1) != 0;
}
constexpr bool is_zero(const kvm_cpuid_entry2& e) { return (e.eax | e.ebx | e.ecx | e.edx) == 0; }
constexpr bool is_zero(std::span<const kvm_cpuid_entry2> table, std::uint32_t leaf, std::uint32_t subleaf) {
    const kvm_cpuid_entry2* e = find(table, leaf, subleaf);
    return e != nullptr && is_zero(*e);
}

/// Tables in memory of their own.
template <class Map>
struct made {
    std::array<kvm_cpuid_entry2, 128> entries{};
    std::array<kvm_msr_entry, 32> values{};
    std::size_t entry_count = 0;
    std::size_t value_count = 0;
    kvm::basic_report<Map> report{};
    errc code = errc::none;

    [[nodiscard]] constexpr std::span<const kvm_cpuid_entry2> cpuid() const {
        return std::span<const kvm_cpuid_entry2>(entries).first(entry_count);
    }
    [[nodiscard]] constexpr std::span<const kvm_msr_entry> msrs() const {
        return std::span<const kvm_msr_entry>(values).first(value_count);
    }
    [[nodiscard]] constexpr std::uint32_t operator()(std::uint32_t leaf, std::uint32_t subleaf, char part) const {
        return word(cpuid(), leaf, subleaf, part);
    }
    [[nodiscard]] constexpr bool has(const bit& b) const { return ::has(cpuid(), b); }
    [[nodiscard]] constexpr bool has_msr(std::uint32_t index) const {
        for (const kvm_msr_entry& m : msrs())
            if (m.index == index) return true;
        return false;
    }
    [[nodiscard]] constexpr std::uint64_t msr(std::uint32_t index) const {
        for (const kvm_msr_entry& m : msrs())
            if (m.index == index) return m.data;
        return 0;
    }
};
template <class Map>
constexpr made<Map> make(const guest_cpu<Map>& g, const kvm::host& from, std::uint32_t cpu = 0,
                         const kvm::vcpu_options& options = {}) {
    made<Map> m;
    const auto vcpu = kvm::make_vcpu(std::span<kvm_cpuid_entry2>(m.entries), std::span<kvm_msr_entry>(m.values), g,
                                     from, cpu, options);
    if (!vcpu) {
        m.code = vcpu.error().code();
        return m;
    }
    m.entry_count = vcpu->cpuid.size();
    m.value_count = vcpu->msrs.size();
    m.report = vcpu->report;
    return m;
}

template <class Map = newest>
constexpr guest_cpu<Map> of(std::string_view model, std::string_view require = {}, std::string_view disable = {}) {
    guest_cpu<Map> g(*cpumap::find_model<Map>(model));
    g.listed().append(feature_policy::require, unit::features_of<Map>(require));
    g.listed().append(feature_policy::disable, unit::features_of<Map>(disable));
    return g;
}
constexpr guest passthrough(std::string_view disable = {}) {
    guest g;
    g.set_mode(mode::host_passthrough);
    g.listed().append(feature_policy::disable, unit::features_of<newest>(disable));
    return g;
}
constexpr guest with_topology(guest g, const topology& t) {
    g.set_topology(t);
    return g;
}

template <cpumap::fixed_string Name>
constexpr auto feature = cpumap::feature<Name>;

// ---- What is masked and what is kept --------------------------------------------------------------------------------

constexpr int masked(const kvm::host& host) {
    const auto m = make(of("Nehalem", "", "cx16"), host);
    CPUMAP_MUST(m.code == errc::none);
    // Nehalem's words of leaf 1, without cx16 and with what the virtual machine adds.
    CPUMAP_MUST(m(1, 0, 'c') == (0x00980201U | 1U << 21 | 1U << 24 | 1U << 31));
    CPUMAP_MUST(m(1, 0, 'd') == 0x078bfbfd);
    // Bits of leaf 7 that say what is not there any more; all others are no Nehalem's.
    CPUMAP_MUST(m(7, 0, 'b') == (1U << 6 | 1U << 13) && m(7, 0, 'c') == 0 && m(7, 0, 'd') == 0);
    CPUMAP_MUST(m(7, 0, 'a') == 1 && m(7, 1, 'a') == 0);
    CPUMAP_MUST(m(0x80000001, 0, 'c') == 1 && m(0x80000001, 0, 'd') == 0x20100800);
    // What the map does not describe.
    CPUMAP_MUST(m(0, 0, 'a') == 0x1f && m(0x80000000, 0, 'a') == 0x80000008);
    CPUMAP_MUST(m(0, 0, 'b') == 0x756e6547 && m(0, 0, 'd') == 0x49656e69 && m(0, 0, 'c') == 0x6c65746e);
    CPUMAP_MUST(m(0xa, 0, 'a') == 0x07300404 && m(0x15, 0, 'b') == 0xc8 && m(0x16, 0, 'a') == 0x9c4);
    CPUMAP_MUST(m(0x40000000, 0, 'b') == 0x4b4d564b && m(0x40000001, 0, 'a') == 0x01007efb);
    CPUMAP_MUST(m(2, 0, 'a') == 0x76036301 && m(0x80000006, 0, 'c') == 0x01006040);
    CPUMAP_MUST(m(0x80000008, 0, 'a') == 0x302e);
    return 0;
}

int all_of_the_host(const kvm::host& host) {
    const auto m = make(passthrough("avx2 fxsr"), host);
    for (const kvm_cpuid_entry2& e : host.cpuid) {
        if (e.function == 0xb || e.function == 0x1f || e.function == 4) continue;
        if (e.function == 7 && e.index == 0) {
            CPUMAP_MUST(m(7, 0, 'b') == (e.ebx & ~(1U << 5)) && m(7, 0, 'c') == (e.ecx & ~(1U << 4)));
        } else if (e.function == 1) {
            CPUMAP_MUST(m(1, 0, 'a') == e.eax && m(1, 0, 'd') == (e.edx & ~(1U << 24) & ~(1U << 28)));
            CPUMAP_MUST(m(1, 0, 'c') == ((e.ecx | 1U << 24) & ~(1U << 27)));
        } else if (e.function != 0xd && (e.function < 0x80000002 || e.function > 0x80000004)) {
            const kvm_cpuid_entry2* mine = find(m.cpuid(), e.function, e.index);
            CPUMAP_MUST(mine != nullptr && mine->eax == e.eax && mine->ebx == e.ebx && mine->ecx == e.ecx &&
                        mine->edx == e.edx);
        }
    }
    CPUMAP_MUST(!m.report.granted.contains(feature<"avx2">) && m.report.granted.contains(feature<"avx512f">));
    CPUMAP_MUST(m.report.missing().empty() && m.report.added.empty());
    // A definition without a model takes the host's CPU too, and says nothing of its features.
    const auto none = make(guest{}, host);
    CPUMAP_MUST(none.code == errc::none && none.report.granted.contains(feature<"avx2">));
    guest maximum;
    maximum.set_mode(mode::maximum);
    CPUMAP_MUST(make(maximum, host).report.granted == none.report.granted);
    return 0;
}

int migratable_only(const kvm::host& host) {
    guest g = passthrough();
    CPUMAP_MUST(make(g, host).report.granted.contains(feature<"invtsc">));
    g.set_migratable(cpumap::migratable::on);
    CPUMAP_MUST(!make(g, host).report.granted.contains(feature<"invtsc">));
    CPUMAP_MUST(make(g, host).report.granted.contains(feature<"avx2">));
    CPUMAP_MUST(g.set(feature_policy::require, feature<"invtsc">));
    CPUMAP_MUST(make(g, host).report.granted.contains(feature<"invtsc">));
    g.set_migratable(cpumap::migratable::off);
    CPUMAP_MUST(make(g, host).report.granted.contains(feature<"invtsc">));
    return 0;
}

constexpr int policies(const kvm::host& host) {
    guest g(cpumap::model<"Nehalem">);
    CPUMAP_MUST(g.set(feature_policy::optional, feature<"avx">) && g.set(feature_policy::optional, feature<"3dnow">));
    CPUMAP_MUST(g.set(feature_policy::force, feature<"aes">) && g.set(feature_policy::force, feature<"svm">));
    CPUMAP_MUST(g.set(feature_policy::forbid, feature<"sse4.2">));
    CPUMAP_MUST(g.set(feature_policy::require, feature<"erms">) && g.set(feature_policy::disable, feature<"cx16">));
    const auto r = make(g, host).report;
    CPUMAP_MUST(r.granted.contains(feature<"avx">) && !r.granted.contains(feature<"3dnow">));
    CPUMAP_MUST(r.granted.contains(feature<"aes">) && r.granted.contains(feature<"erms">));
    CPUMAP_MUST(!r.granted.contains(feature<"sse4.2">) && !r.granted.contains(feature<"cx16">));
    CPUMAP_MUST(r.missing() == unit::features_of<newest>("svm"));
    CPUMAP_MUST(r.why(feature<"svm">) == withheld::not_supported && !r.why(feature<"avx">));
    CPUMAP_MUST(r.added == unit::features_of<newest>("x2apic tsc-deadline arat hypervisor fdp-excptn-only "
                                                     "zero-fcs-fds"));
    return 0;
}

TEST_CASE("a vCPU has of the host what the definition names", "[kvm]") {
    CPUMAP_BOTH(masked, recorded::cooper_lake);
    CHECK(all_of_the_host(recorded::cooper_lake) == 0);
    CHECK(migratable_only(recorded::cooper_lake) == 0);
    CPUMAP_BOTH(policies, recorded::cooper_lake);
}

// ---- What a virtual machine decides ---------------------------------------------------------------------------------

int interrupt_controllers(const kvm::host& host) {
    const auto g = of("Nehalem", "x2apic tsc-deadline arat");
    auto m = make(g, host);
    CPUMAP_MUST(m.has(hypervisor) && m.has(x2apic) && m.has(tsc_deadline) && m.has(arat));
    CPUMAP_MUST(m.report.missing().empty());
    m = make(g, host, 0, {.brand = {}, .irqchip = false});
    CPUMAP_MUST(m.has(hypervisor) && !m.has(x2apic) && !m.has(tsc_deadline) && !m.has(arat));
    CPUMAP_MUST(m.report.by_reason[static_cast<std::size_t>(withheld::needs_irqchip)] ==
                unit::features_of<newest>("x2apic tsc-deadline arat"));
    // KVM without the capability; then an irqchip would not help either.
    kvm::host old = host;
    old.tsc_deadline = false;
    CPUMAP_MUST(!make(g, old).has(tsc_deadline));
    for (const bool irqchip : {false, true})
        CPUMAP_MUST(make(g, old, 0, {.brand = {}, .irqchip = irqchip}).report.why(feature<"tsc-deadline">) ==
                    withheld::not_supported);
    return 0;
}

int disabled_by_name(const kvm::host& host) {
    const auto m = make(of("Nehalem", "", "hypervisor x2apic tsc-deadline arat"), host);
    CPUMAP_MUST(!m.has(hypervisor) && !m.has(x2apic) && !m.has(tsc_deadline) && !m.has(arat));
    guest g = of("Nehalem");
    CPUMAP_MUST(g.set(feature_policy::forbid, feature<"hypervisor">));
    CPUMAP_MUST(!make(g, host).has(hypervisor) && !make(passthrough("hypervisor"), host).has(hypervisor));
    CPUMAP_MUST(!make(passthrough("x2apic arat"), host).has(x2apic) && !make(passthrough("arat"), host).has(arat));
    CPUMAP_MUST(make(passthrough(), host).has(hypervisor));
    return 0;
}

constexpr int never_set(const kvm::host& host) {
    const auto m = make(of("Skylake-Server", "osxsave ospke"), host);
    CPUMAP_MUST(!m.has(osxsave) && !m.has(ospke) && !make(passthrough(), host).has(osxsave));
    CPUMAP_MUST(m.report.why(feature<"osxsave">) == withheld::guest_sets_it &&
                m.report.why(feature<"ospke">) == withheld::guest_sets_it);
    return 0;
}

int several_cpus(const kvm::host& host) {
    const auto g = of("Nehalem", "ht");
    CPUMAP_MUST(!make(g, host).has(ht) && make(g, host).report.why(feature<"ht">) == withheld::one_cpu);
    CPUMAP_MUST(make(with_topology(g, {.sockets = 1, .cores = 2, .threads = 1}), host).has(ht));
    CPUMAP_MUST(!make(with_topology(g, {.sockets = 2, .cores = 1, .threads = 1}), host).has(ht));
    const auto unasked = make(with_topology(of("Nehalem"), {.sockets = 1, .cores = 1, .threads = 2}), host);
    CPUMAP_MUST(unasked.has(ht) && unasked.report.added.contains(feature<"ht">));
    return 0;
}

int of_amd(const kvm::host& host) {
    // Leaf 0x80000001 repeats leaf 1.
    auto m = make(of("EPYC", "", "mmx"), host);
    CPUMAP_MUST((m(0x80000001, 0, 'd') & 0x0183f3ff) == (m(1, 0, 'd') & 0x0183f3ff));
    CPUMAP_MUST((m(1, 0, 'd') & 1U << 23) == 0 && (m(1, 0, 'd') & 1U << 24) != 0);
    m = make(passthrough("mmx"), host);
    CPUMAP_MUST((m(0x80000001, 0, 'd') & 0x0183f3ff) == (m(1, 0, 'd') & 0x0183f3ff) && (m(1, 0, 'd') & 1U << 23) == 0);
    // The CPUs of a package are cores, not threads.
    CPUMAP_MUST(!make(of("EPYC", "cmp_legacy"), host).has(cmp_legacy));
    CPUMAP_MUST(make(of("EPYC", "cmp_legacy"), host).report.why(feature<"cmp_legacy">) == withheld::one_cpu);
    m = make(with_topology(of("EPYC"), {.sockets = 1, .cores = 4, .threads = 1}), host);
    CPUMAP_MUST(m.has(cmp_legacy) && m.has(ht) && m.report.added.contains(feature<"cmp_legacy">));
    // Without topoext and svm their leaves are empty.
    CPUMAP_MUST(m(0x8000001d, 0, 'a') == 0 && m(0x8000001e, 0, 'a') == 0 && m(0x8000000a, 0, 'a') == 1);
    CPUMAP_MUST(make(of("EPYC", "", "svm"), host)(0x8000000a, 0, 'a') == 0);
    m = make(of("EPYC", "topoext svm npt"), host);
    CPUMAP_MUST(m(0x8000001d, 0, 'a') != 0 && m(0x8000000a, 0, 'b') == 0x8000 && m(0x8000000a, 0, 'd') == 1);
    // No MSR of this host is one of features.
    CPUMAP_MUST(m.value_count == 0);
    return 0;
}

TEST_CASE("what no model names the virtual machine decides", "[kvm]") {
    CHECK(interrupt_controllers(recorded::cooper_lake) == 0);
    CHECK(disabled_by_name(recorded::cooper_lake) == 0);
    CPUMAP_BOTH(never_set, recorded::cooper_lake);
    CHECK(several_cpus(recorded::cooper_lake) == 0);
    CHECK(of_amd(recorded::epyc_7601) == 0);
}

// ---- Vendor, signature, name, addresses -----------------------------------------------------------------------------

template <class Map>
constexpr std::array<char, 49> brand(const made<Map>& m) {
    std::array<char, 49> text{};
    for (std::uint32_t i = 0; i < 48; ++i)
        text[i] =
            static_cast<char>(m(0x80000002 + i / 16, 0, static_cast<char>('a' + i / 4 % 4)) >> (i % 4 * 8) & 0xff);
    return text;
}
template <class Map>
constexpr bool is_named(const made<Map>& m, std::string_view name) {
    const auto text = brand(m);
    for (std::size_t i = 0; i < 48; ++i)
        if (text[i] != (i < name.size() ? name[i] : '\0')) return false;
    return true;
}

int identity(const kvm::host& host) {
    // Nehalem is 6, 26 from stepping 0 on; leaf 0x80000001 EAX is AMD's.
    auto m = make(of("Nehalem"), host);
    CPUMAP_MUST(m(1, 0, 'a') == 0x106a0 && m(0x80000001, 0, 'a') == 0);
    CPUMAP_MUST(is_named(m, "Virtual CPU Nehalem"));
    CPUMAP_MUST(is_named(make(passthrough(), host), "Virtual CPU") && make(passthrough(), host)(1, 0, 'a') == 0x5065b);
    CPUMAP_MUST(is_named(make(of("Nehalem"), host, 0, {.brand = "A processor"}), "A processor"));
    // Words that the host's table does not have.
    const std::string_view longest = "0123456789abcdef0123456789abcdef0123456789abcde";
    CPUMAP_MUST(is_named(make(of("Nehalem"), host, 0, {.brand = longest}), longest));
    guest g = of("Nehalem");
    g.set_vendor_id("KVMKVMKVM123");
    m = make(g, host);
    CPUMAP_MUST(m(0, 0, 'b') == 0x4b4d564b && m(0, 0, 'd') == 0x564b4d56 && m(0, 0, 'c') == 0x3332314d);
    CPUMAP_MUST(m(0x80000000, 0, 'b') == 0);
    return 0;
}
int identity_of_amd(const kvm::host& host) {
    guest g = of("EPYC");
    auto m = make(g, host);
    CPUMAP_MUST(m(1, 0, 'a') == m(0x80000001, 0, 'a') && m(1, 0, 'a') == 0x800f10);
    CPUMAP_MUST(m(0x80000000, 0, 'b') == 0x68747541 && is_named(m, "Virtual CPU EPYC"));
    g.set_vendor_id("KVMKVMKVM123");
    m = make(g, host);
    CPUMAP_MUST(m(0, 0, 'b') == 0x4b4d564b && m(0x80000000, 0, 'b') == 0x4b4d564b);
    CPUMAP_MUST(m(0x80000000, 0, 'c') == m(0, 0, 'c') && m(0x80000000, 0, 'd') == m(0, 0, 'd'));
    return 0;
}
int addresses(const kvm::host& host) {
    using cpumap::maxphysaddr_mode;
    const auto width = [&](guest g, const cpumap::maxphysaddr& a) {
        g.set_maxphysaddr(a);
        return make(g, host)(0x80000008, 0, 'a');
    };
    CPUMAP_MUST(width(of("Nehalem"), {.mode = maxphysaddr_mode::emulate, .bits = 40U}) == 0x3028);
    CPUMAP_MUST(width(of("Nehalem"), {.mode = maxphysaddr_mode::emulate, .bits = 46U}) == 0x302e);
    CPUMAP_MUST(width(of("Nehalem"), {.mode = maxphysaddr_mode::emulate}) == 0x302e);
    CPUMAP_MUST(width(passthrough(), {.mode = maxphysaddr_mode::passthrough, .limit = 39U}) == 0x3027);
    CPUMAP_MUST(width(passthrough(), {.mode = maxphysaddr_mode::passthrough, .limit = 52U}) == 0x302e);
    return 0;
}

TEST_CASE("the vendor is the host's, the signature the model's, the name neither's", "[kvm]") {
    CHECK(identity(recorded::cooper_lake) == 0);
    CHECK(identity_of_amd(recorded::epyc_7601) == 0);
    CHECK(addresses(recorded::cooper_lake) == 0);
}

// ---- Leaf 0xd and leaves that say more of a feature -----------------------------------------------------------------

/// Components of both kinds and the sizes; the features are those that are disabled.
struct states {
    std::uint32_t user, supervisor, standard, compact;
};
template <class Made>
constexpr bool saves(const Made& m, const states& s) {
    if (m(0xd, 0, 'a') != s.user || m(0xd, 0, 'd') != 0 || m(0xd, 1, 'c') != s.supervisor || m(0xd, 1, 'd') != 0)
        return false;
    for (std::uint32_t i = 2; i < 63; ++i)
        if (const kvm_cpuid_entry2* e = find(m.cpuid(), 0xd, i); e != nullptr)
            if (is_zero(*e) != (((s.user | s.supervisor) >> i & 1) == 0)) return false;
    return m(0xd, 0, 'b') == s.standard && m(0xd, 0, 'c') == s.standard && m(0xd, 1, 'b') == s.compact;
}

int state(const kvm::host& host) {
    const auto p = [&](std::string_view off) { return make(passthrough(off), host); };
    CPUMAP_MUST(saves(p(""), {0x602ff, 0x100, 0x2b00, 576 + 0x100 + 0x80 + 0x640 + 0x80 + 8 + 56 + 64 + 8192}));
    CPUMAP_MUST(saves(p("amx-tile"), {0x2ff, 0x100, 0xa88, 0xa88}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt"), {0x2ff, 0, 0xa88, 0xa08}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt pku"), {0xff, 0, 0xa80, 0xa00}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt pku avx512f"), {0x1f, 0, 0x440, 0x3c0}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt pku avx512f mpx"), {7, 0, 0x340, 0x340}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt pku mpx avx"), {3, 0, 0x240, 0x240}));
    CPUMAP_MUST(saves(p("amx-tile intel-pt avx mpx avx512f"), {0x203, 0, 0xa88, 0x248}));
    // Only xsaves has supervisor states, and without the compact form there is no size of it.
    CPUMAP_MUST(saves(p("amx-tile xsaves"), {0x2ff, 0, 0xa88, 0xa08}));
    CPUMAP_MUST(saves(p("amx-tile xsaves xsavec"), {0x2ff, 0, 0xa88, 0}));
    const auto without = p("xsave");
    CPUMAP_MUST(saves(without, {0, 0, 0, 0}) && without(0xd, 1, 'a') == 0);
    CPUMAP_MUST(!without.report.granted.contains(feature<"xsaveopt">));
    CPUMAP_MUST(saves(make(of("Nehalem"), host), {0, 0, 0, 0}));
    CPUMAP_MUST(saves(make(of("SandyBridge"), host), {7, 0, 0x340, 0}));
    return 0;
}

int children(const kvm::host& host) {
    const auto zeroed = [](const auto& m, std::uint32_t leaf) {
        for (const kvm_cpuid_entry2& e : m.cpuid())
            if (e.function == leaf && !is_zero(e)) return false;
        return true;
    };
    const auto all = make(passthrough(), host);
    CPUMAP_MUST(!zeroed(all, 0x14) && !zeroed(all, 0x1d) && !zeroed(all, 0x1e) && zeroed(all, 0x24));
    CPUMAP_MUST(zeroed(make(passthrough("intel-pt"), host), 0x14));
    const auto without = make(passthrough("amx-tile"), host);
    CPUMAP_MUST(zeroed(without, 0x1d) && zeroed(without, 0x1e) && !zeroed(without, 0x14));
    const auto model = make(of("Skylake-Server"), host);
    CPUMAP_MUST(zeroed(model, 0x14) && zeroed(model, 0x1d) && zeroed(model, 0x1e) && zeroed(model, 0x24));
    CPUMAP_MUST(model(0x15, 0, 'b') == 0xc8 && model(0x16, 0, 'a') == 0x9c4);
    // The ways to write packets are no features that a map names.
    CPUMAP_MUST(make(of("Skylake-Server", "intel-pt"), host)(0x14, 0, 'c') == 7);

    // SGX and AVX10, which these hosts do not have.
    std::array<kvm_cpuid_entry2, 128> table{};
    std::size_t n = 0;
    for (kvm_cpuid_entry2 e : host.cpuid) {
        if (e.function == 7 && e.index == 0) e.ebx |= 1U << 2;
        if (e.function == 7 && e.index == 1) e.edx |= 1U << 19;
        if (e.function == 0x12) e.eax = 3;
        table[n++] = e;
    }
    kvm::host more = host;
    more.cpuid = std::span<const kvm_cpuid_entry2>(table).first(n);
    const auto both = make(passthrough(), more);
    CPUMAP_MUST(both(0x12, 0, 'a') == 3 && both(0x24, 0, 'b') == 0x70001);
    const auto neither = make(passthrough("sgx avx10"), more);
    CPUMAP_MUST(zeroed(neither, 0x12) && zeroed(neither, 0x24));
    // The version of AVX10 is a number that stays; the widths are features.
    CPUMAP_MUST(make(of("Skylake-Server", "avx10"), more)(0x24, 0, 'b') == 1);
    return 0;
}

TEST_CASE("the processor's state follows its features", "[kvm]") {
    CHECK(state(recorded::with_amx) == 0);
    CHECK(children(recorded::with_amx) == 0);
}

// ---- Caches ---------------------------------------------------------------------------------------------------------

int caches(const kvm::host& host) {
    const topology t{.sockets = 1, .cores = 4, .threads = 2};
    auto m = make(with_topology(of("Nehalem"), t), host);
    // The host's, shared by two threads, and on the third level by all of the die; four cores.
    CPUMAP_MUST(m(4, 0, 'a') == (0x121 | 1 << 14 | 3 << 26) && m(4, 0, 'b') == 0x01c0003f);
    CPUMAP_MUST(m(4, 2, 'a') == (0x143 | 1 << 14 | 3 << 26) && m(4, 3, 'a') == (0x163 | 7 << 14 | 3 << 26));
    CPUMAP_MUST(m(4, 3, 'c') == 0x8fff && m(4, 4, 'a') == 0);

    guest g = with_topology(of("Nehalem"), t);
    g.set_cache(cpumap::cache{.level = 3U, .mode = cpumap::cache_mode::emulate});
    m = make(g, host);
    CPUMAP_MUST(m(4, 0, 'a') == (0x121 | 1 << 14 | 3 << 26) && m(4, 3, 'a') == (0x163 | 7 << 14 | 3 << 26));
    CPUMAP_MUST(m(4, 3, 'b') == (15U << 22 | 63) && m(4, 3, 'c') == 16383 && m(4, 3, 'd') == 0);
    CPUMAP_MUST(find(m.cpuid(), 4, 4) != nullptr && m(4, 4, 'a') == 0);
    CPUMAP_MUST(m(2, 0, 'a') == 0xff01 && m(2, 0, 'b') == 0 && m(2, 0, 'd') == 0 &&
                m(0x80000006, 0, 'c') == 0x08008040);

    g.set_cache(cpumap::cache{.level = {}, .mode = cpumap::cache_mode::disable});
    m = make(g, host);
    for (const kvm_cpuid_entry2& e : m.cpuid()) CPUMAP_MUST(e.function != 4 || is_zero(e));
    CPUMAP_MUST(m(2, 0, 'a') == 1 && m(2, 0, 'b') == 0 && m(0x80000006, 0, 'c') == 0);
    guest p = passthrough();
    p.set_cache(cpumap::cache{.level = {}, .mode = cpumap::cache_mode::passthrough});
    CPUMAP_MUST(make(p, host)(4, 2, 'b') == 0x03c0003f && make(p, host)(2, 0, 'a') == 0x76036301);

    // A host whose table has fewer caches.
    std::array<kvm_cpuid_entry2, 128> table{};
    std::size_t n = 0;
    for (const kvm_cpuid_entry2& e : host.cpuid)
        if (e.function != 4 || e.index == 0) table[n++] = e;
    kvm::host few = host;
    few.cpuid = std::span<const kvm_cpuid_entry2>(table).first(n);
    g.set_cache(cpumap::cache{.level = 3U, .mode = cpumap::cache_mode::emulate});
    m = make(g, few);
    CPUMAP_MUST(m(4, 3, 'a') == (0x163 | 7 << 14 | 3 << 26) && find(m.cpuid(), 4, 4) != nullptr);
    return 0;
}
int caches_of_amd(const kvm::host& host) {
    const topology t{.sockets = 1, .dies = 2, .cores = 2, .threads = 2};
    guest g = with_topology(of("EPYC", "topoext"), t);
    auto m = make(g, host);
    CPUMAP_MUST(m(0x8000001d, 0, 'a') == (0x121 | 1 << 14) && m(0x8000001d, 3, 'a') == (0x163 | 3 << 14));
    CPUMAP_MUST(m(0x8000001d, 3, 'd') == 1 && m(0x80000005, 0, 'c') == 0x20080140);
    g.set_cache(cpumap::cache{.level = 3U, .mode = cpumap::cache_mode::emulate});
    m = make(g, host);
    CPUMAP_MUST(m(0x8000001d, 3, 'a') == (0x163 | 3 << 14) && m(0x8000001d, 3, 'c') == 16383 && m(2, 0, 'a') == 0);
    CPUMAP_MUST(m(0x80000005, 0, 'a') == 0xff40ff40 && m(0x80000005, 0, 'd') == 0x20080140);
    CPUMAP_MUST(m(0x80000006, 0, 'c') == 0x08008140 && m(0x80000006, 0, 'd') == 0x00808140);
    g.set_cache(cpumap::cache{.level = {}, .mode = cpumap::cache_mode::disable});
    m = make(g, host);
    CPUMAP_MUST(m(0x8000001d, 0, 'a') == 0 && m(0x80000005, 0, 'c') == 0 && m(0x80000006, 0, 'd') == 0);
    CPUMAP_MUST(m(0x80000006, 0, 'a') == 0x36006400);
    return 0;
}

TEST_CASE("a vCPU sees the host's caches, made-up ones or none", "[kvm]") {
    CHECK(caches(recorded::cooper_lake) == 0);
    CHECK(caches_of_amd(recorded::epyc_7601) == 0);
}

// ---- MSRs -----------------------------------------------------------------------------------------------------------

template <class Map>
int vmx_msrs(const kvm::host& host) {
    auto m = make(of<Map>("Cooperlake"), host);
    CPUMAP_MUST(!m.has(vmx) && !m.has_msr(0x480) && !m.has_msr(0x491) && !m.has_msr(0x345));
    const auto wanted = of<Map>("Cooperlake", "vmx vmx-ept vmx-hlt-exit vmx-true-ctls vmx-invept vmx-preemption-timer");
    m = make(wanted, host);
    CPUMAP_MUST(m.report.missing() == make(of<Map>("Cooperlake"), host).report.missing());
    // Numbers stay. In controls the low word stays, and the high one has the bits that are asked for and the low one's.
    CPUMAP_MUST(m.msr(0x480) == 0x009a040000000004U && m.msr(0x486) == 0x80000021 && m.msr(0x488) == 0x2000);
    // KVM makes these itself, and takes them from nobody.
    for (const std::uint32_t made : {0x481U, 0x482U, 0x483U, 0x484U, 0x487U, 0x489U}) CPUMAP_MUST(!m.has_msr(made));
    CPUMAP_MUST(static_cast<std::uint32_t>(m.msr(0x48b)) == 0 && (m.msr(0x48b) >> 32) == 1U << 1);
    const std::uint64_t processor = m.msr(0x48e);
    CPUMAP_MUST(static_cast<std::uint32_t>(processor) == 0x04006172);
    CPUMAP_MUST(processor >> 32 == (0x04006172U | 1U << 7));
    CPUMAP_MUST(m.msr(0x48d) >> 32 == (0x16U | 1U << 6) &&
                m.report.granted.test(cpumap::find_feature<Map>("vmx-ept")->index()));
    CPUMAP_MUST((m.msr(0x48c) & 1U << 20) != 0 && (m.msr(0x48c) & 1U << 16) == 0);
    CPUMAP_MUST(m.msr(0x491) == 0);
    // All of the host's is all of the host's.
    guest_cpu<Map> p;
    p.set_mode(mode::host_passthrough);
    m = make(p, host);
    for (const kvm_msr_entry& e : host.msrs) CPUMAP_MUST(!m.has_msr(e.index) || m.msr(e.index) == e.data);
    CPUMAP_MUST(m.value_count == host.msrs.size() - 7);
    return 0;
}

int arch_capabilities(const kvm::host& host) {
    // 0x1eb is rdctl-no ibrs-all skip-l1dfl-vmentry mds-no pschange-mc-no tsx-ctrl taa-no.
    auto m = make(of("Cooperlake"), host);
    CPUMAP_MUST(m.msr(0x10a) == 0x16b || m.msr(0x10a) == 0x1eb);
    m = make(of("Nehalem", "rdctl-no"), host);
    CPUMAP_MUST(!m.has_msr(0x10a) && m.report.why(feature<"rdctl-no">) == withheld::no_msr);
    m = make(of("Nehalem", "arch-capabilities rdctl-no rsba"), host);
    CPUMAP_MUST(m.msr(0x10a) == 1 && m.report.granted.contains(feature<"rdctl-no">));
    CPUMAP_MUST(m.report.why(feature<"rsba">) == withheld::not_supported);
    m = make(passthrough("mds-no"), host);
    CPUMAP_MUST(m.msr(0x10a) == (0x1eb & ~(1U << 5)));
    // 0xcf likewise.
    const kvm_msr_entry core[] = {recorded::msr_entry(0xcf, 0x21)};
    kvm::host other = host;
    other.msrs = core;
    CPUMAP_MUST(make(passthrough(), other).value_count == 0);
    return 0;
}

TEST_CASE("feature MSRs are masked, and only there where their feature is", "[kvm]") {
    CHECK(vmx_msrs<newest>(recorded::cooper_lake) == 0);
    CHECK(vmx_msrs<trixie>(recorded::cooper_lake) == 0);
    CHECK(arch_capabilities(recorded::cooper_lake) == 0);
}

// ---- What is refused ------------------------------------------------------------------------------------------------

int refused(const kvm::host& host) {
    guest g = of("Nehalem");
    g.set_mode(mode::host_model);
    CPUMAP_MUST(make(g, host).code == errc::not_resolved);
    g.set_mode(mode::custom);
    g.set_match(cpumap::match::minimum);
    CPUMAP_MUST(make(g, host).code == errc::not_resolved);
    g.set_match(cpumap::match::strict);
    CPUMAP_MUST(make(g, host).code == errc::none);
    CPUMAP_MUST(make(g, host, 0, {.brand = "0123456789abcdef0123456789abcdef0123456789abcdef"}).code ==
                errc::kvm_brand_length);
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::emulate, .bits = 47U});
    CPUMAP_MUST(make(g, host).code == errc::kvm_maxphysaddr);
    const auto shaped = [&](const topology& t, std::uint32_t cpu) {
        return make(with_topology(of("Nehalem"), t), host, cpu).code;
    };
    CPUMAP_MUST(shaped({.sockets = 2, .cores = 0, .threads = 1}, 0) == errc::topology_zero);
    CPUMAP_MUST(shaped({.sockets = 1U << 16, .cores = 1U << 15, .threads = 1}, 0) == errc::none);
    CPUMAP_MUST(shaped({.sockets = 1U << 16, .cores = 1U << 15, .threads = 2}, 0) == errc::kvm_topology);
    CPUMAP_MUST(shaped({.sockets = 0xffffffff, .cores = 0xffffffff, .threads = 0xffffffff}, 0) == errc::kvm_topology);
    CPUMAP_MUST(shaped({.sockets = 3, .cores = 5, .threads = 1}, 14) == errc::none);
    CPUMAP_MUST(shaped({.sockets = 3, .cores = 5, .threads = 1}, 15) == errc::kvm_cpu_number);
    CPUMAP_MUST(make(of("Nehalem"), host, 1).code == errc::kvm_cpu_number);
    CPUMAP_MUST(make(of("Nehalem"), kvm::host{}).code == errc::no_cpuid);
    kvm::host one = host;
    one.cpuid = host.cpuid.first(1);
    CPUMAP_MUST(make(of("Nehalem"), one).code == errc::no_cpuid);

    made<newest> m;
    const auto room = [&](std::size_t entries, std::size_t msrs) {
        const auto vcpu =
            kvm::make_vcpu(std::span(m.entries).first(entries), std::span(m.values).first(msrs), passthrough(), host);
        return vcpu ? errc::none : vcpu.error().code();
    };
    const auto all = make(passthrough(), host);
    CPUMAP_MUST(room(all.entry_count, all.value_count) == errc::none);
    CPUMAP_MUST(room(all.entry_count, all.value_count - 1) == errc::kvm_table_full &&
                room(0, 0) == errc::kvm_table_full);
    return 0;
}

/// In memory for fewer entries than there are, whatever the definition would have in those that are not there.
int too_little_room(guest g, const kvm::host& host) {
    g.set_vendor_id("KVMKVMKVM123");
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::emulate, .bits = 40U});
    g.set_cache(cpumap::cache{.level = 3U, .mode = cpumap::cache_mode::emulate});
    const std::size_t all = make(g, host).entry_count;
    CPUMAP_MUST(all > 0);
    made<newest> m;
    for (std::size_t n = 0; n <= all; ++n) {
        const auto vcpu = kvm::make_vcpu(std::span(m.entries).first(n), std::span(m.values), g, host);
        CPUMAP_MUST((vcpu ? errc::none : vcpu.error().code()) == (n < all ? errc::kvm_table_full : errc::none));
    }
    return 0;
}

TEST_CASE("what cannot become a vCPU is refused by its reason", "[kvm]") {
    CHECK(refused(recorded::cooper_lake) == 0);
    CHECK(too_little_room(of("Nehalem"), recorded::cooper_lake) == 0);
    CHECK(too_little_room(of("EPYC", "topoext"), recorded::epyc_7601) == 0);
}

// ---- Topology -------------------------------------------------------------------------------------------------------

bool is_numbering(std::uint32_t leaf) {
    return leaf == 1 || leaf == 0xb || leaf == 0x1f || leaf == 0x8000001e || leaf == 4 || leaf == 0x8000001d;
}

/// The tables of some CPUs of a shape; the first failing line.
int numbered(const topology& t, const kvm::host& host, unit::random& random) {
    const bool amd = host.cpuid.data() == recorded::epyc_7601.cpuid.data();
    const guest g = with_topology(amd ? of("EPYC", "topoext") : of("Nehalem"), t);
    const kvm::apic_layout layout(t);
    CPUMAP_MUST(layout.fits());
    const std::uint32_t cpus = t.sockets * t.dies * t.clusters * t.cores * t.threads;
    CPUMAP_MUST(layout.cpus() == cpus);
    // The number of each CPU: unique, in order, each field dense.
    const auto bits = [](unsigned n) {
        unsigned b = 0;
        while (1U << b < n) ++b;
        return b;
    };
    const unsigned core = bits(t.threads), cluster = core + bits(t.cores), die = cluster + bits(t.clusters),
                   package = die + bits(t.dies);
    std::uint32_t n = 0;
    for (unsigned s = 0; s < t.sockets; ++s)
        for (unsigned d = 0; d < t.dies; ++d)
            for (unsigned l = 0; l < t.clusters; ++l)
                for (unsigned c = 0; c < t.cores; ++c)
                    for (unsigned h = 0; h < t.threads; ++h)
                        CPUMAP_MUST(layout.apic_id(n++) == (s << package | d << die | l << cluster | c << core | h));
    const auto first = make(g, host, 0);
    CPUMAP_MUST(first.code == errc::none);
    const std::uint32_t per_package = cpus / t.sockets;
    for (unsigned round = 0; round < 6; ++round) {
        const std::uint32_t cpu = round == 0 ? cpus - 1 : static_cast<std::uint32_t>(random.below(cpus));
        const auto m = make(g, host, cpu);
        const std::uint32_t id = layout.apic_id(cpu);
        CPUMAP_MUST(m.code == errc::none && m(1, 0, 'b') >> 24 == (id & 0xff));
        CPUMAP_MUST((m(1, 0, 'b') >> 8 & 0xff) == 8 && m.has(ht) == (per_package > 1));
        const std::uint32_t logical = m(1, 0, 'b') >> 16 & 0xff;
        const std::uint32_t wide = amd ? per_package : 1U << package;
        CPUMAP_MUST(logical == (wide > 255 ? 255 : wide));
        // All but the numbers is the same on all CPUs.
        CPUMAP_MUST(m.entry_count == first.entry_count);
        for (std::size_t i = 0; i < m.entry_count; ++i) {
            const kvm_cpuid_entry2 &a = m.entries[i], &b = first.entries[i];
            CPUMAP_MUST(a.function == b.function && a.index == b.index && a.flags == b.flags &&
                        (a.eax == b.eax) == (a.function != 0x8000001e || cpu == 0 || id == 0));
            if (is_numbering(a.function)) continue;
            CPUMAP_MUST(a.ebx == b.ebx && a.ecx == b.ecx && a.edx == b.edx);
        }
        // Leaves 0xb and 0x1f.
        for (const std::uint32_t leaf : {0xbU, 0x1fU}) {
            if (leaf > word(host.cpuid, 0, 0, 'a')) {
                CPUMAP_MUST(leaf == 0x1f ? find(m.cpuid(), leaf, 0) == nullptr : true);
                continue;
            }
            std::uint32_t below = 0;
            unsigned shift = 0;
            std::vector<unsigned> types, shifts;
            std::uint32_t i = 0;
            for (;; ++i) {
                const kvm_cpuid_entry2* e = find(m.cpuid(), leaf, i);
                CPUMAP_MUST(e != nullptr && e->edx == id && (e->ecx & 0xff) == i);
                if ((e->ecx >> 8) == 0) {
                    CPUMAP_MUST(e->eax == 0 && e->ebx == 0);
                    break;
                }
                CPUMAP_MUST(e->ebx >= below && e->eax >= shift && (types.empty() || e->ecx >> 8 > types.back()));
                CPUMAP_MUST(e->ebx <= 1ULL << e->eax);
                below = e->ebx;
                shift = e->eax;
                types.push_back(e->ecx >> 8);
                shifts.push_back(e->eax);
            }
            CPUMAP_MUST(find(m.cpuid(), leaf, i + 1) == nullptr && types.size() >= 2);
            CPUMAP_MUST(types[0] == 1 && types[1] == 2 && shifts[0] == core && below == per_package &&
                        shift == package);
            if (leaf == 0xb) CPUMAP_MUST(types.size() == 2);
            if (leaf == 0x1f) {
                std::vector<unsigned> expected = {1, 2};
                if (t.clusters > 1) expected.push_back(3);
                if (t.dies > 1) expected.push_back(5);
                CPUMAP_MUST(types == expected);
                std::vector<std::uint32_t> counts = {t.threads, t.threads * t.cores};
                if (t.clusters > 1) counts.push_back(counts.back() * t.clusters);
                if (t.dies > 1) counts.push_back(per_package);
                for (std::uint32_t k = 0; k < counts.size(); ++k) CPUMAP_MUST(m(leaf, k, 'b') == counts[k]);
            }
            // Those with one number above a shift are those of one core, cluster, die or package.
            for (unsigned other_round = 0; other_round < 8; ++other_round) {
                const auto other = static_cast<std::uint32_t>(random.below(cpus));
                const std::uint32_t other_id = layout.apic_id(other);
                for (std::size_t k = 0; k < types.size(); ++k) {
                    const std::uint32_t size = m(leaf, static_cast<std::uint32_t>(k), 'b');
                    CPUMAP_MUST((id >> shifts[k] == other_id >> shifts[k]) == (cpu / size == other / size));
                }
            }
        }
        // Caches: who shares has one number above the width of the sharing.
        const std::uint32_t leaf = amd ? 0x8000001d : 4;
        for (std::uint32_t i = 0; i < 4; ++i) {
            const std::uint32_t shared = (m(leaf, i, 'a') >> 14 & 0xfff) + 1;
            const unsigned width = i == 3 ? die : core;
            CPUMAP_MUST(shared == (width > 12 ? 4096U : 1U << width));
            if (!amd) {
                const unsigned cores = package - core;
                CPUMAP_MUST((m(4, i, 'a') >> 26) + 1 == (cores > 6 ? 64U : 1U << cores));
            }
        }
        if (amd) {
            CPUMAP_MUST((m(0x80000008, 0, 'c') & 0xff) == (per_package > 256 ? 255 : per_package - 1));
            CPUMAP_MUST((m(0x80000008, 0, 'c') >> 12 & 0xf) == (package > 15 ? 15 : package));
            CPUMAP_MUST(m(0x8000001e, 0, 'a') == id && m(0x8000001e, 0, 'd') == 0);
            CPUMAP_MUST((m(0x8000001e, 0, 'b') >> 8 & 0xff) + 1 == (t.threads > 256 ? 256 : t.threads));
            CPUMAP_MUST((m(0x8000001e, 0, 'b') & 0xff) == (cpu % per_package / t.threads & 0xff));
            CPUMAP_MUST((m(0x8000001e, 0, 'c') & 0xff) == (cpu / (per_package / t.dies) & 0xff));
            CPUMAP_MUST((m(0x8000001e, 0, 'c') >> 8 & 7) + 1 == (t.dies > 8 ? 8 : t.dies));
        }
    }
    return 0;
}

constexpr int shapes_that_are_none(unsigned one) {
    CPUMAP_MUST(kvm::apic_layout({one, one, one, one, one}).fits());
    CPUMAP_MUST(!kvm::apic_layout({0, one, one, one, one}).fits() && !kvm::apic_layout({one, 0, one, one, one}).fits());
    CPUMAP_MUST(!kvm::apic_layout({one, one, 0, one, one}).fits() && !kvm::apic_layout({one, one, one, 0, one}).fits());
    CPUMAP_MUST(!kvm::apic_layout({one, one, one, one, 0}).fits());
    return 0;
}

TEST_CASE("a shape with a zero numbers nothing", "[kvm]") { CPUMAP_BOTH(shapes_that_are_none, 1U); }

TEST_CASE("five hundred shapes of a processor number their CPUs as their leaves say", "[kvm]") {
    unit::random random(42);
    for (unsigned i = 0; i < 500; ++i) {
        topology t;
        do {
            const auto upto = [&](unsigned n) { return 1 + static_cast<unsigned>(random.below(n)); };
            t = {.sockets = upto(4),
                 .dies = upto(random.one_in(2) ? 1 : 9),
                 .clusters = upto(random.one_in(2) ? 1 : 5),
                 .cores = upto(random.one_in(4) ? 300 : 20),
                 .threads = upto(random.one_in(8) ? 9 : 2)};
        } while (t.sockets * t.dies * t.clusters * t.cores * t.threads > 4000);
        CAPTURE(t.sockets, t.dies, t.clusters, t.cores, t.threads);
        REQUIRE(numbered(t, recorded::cooper_lake, random) == 0);
        REQUIRE(numbered(t, recorded::epyc_7601, random) == 0);
    }
}

// ---- Laws -----------------------------------------------------------------------------------------------------------

/// Whether what an MSR says may be on is in its high word.
bool is_control(std::uint32_t msr) {
    return (msr >= 0x481 && msr <= 0x484) || msr == 0x48b || (msr >= 0x48d && msr <= 0x490);
}
template <class Map>
bool is_decided(cpumap::basic_feature_ref<Map> f) {
    const cpumap::register_bit b = f.register_bit();
    if (b.from != cpumap::register_bit::source::cpuid) return false;
    for (const bit& d : decided)
        if (d == bit{b.leaf, b.subleaf, b.part, b.bit}) return true;
    return false;
}
/// Whether the vCPU has what a feature belongs to.
template <class Map>
bool has_parent(cpumap::basic_feature_ref<Map> f, const made<Map>& m) {
    const cpumap::register_bit b = f.register_bit();
    if (b.from == cpumap::register_bit::source::msr)
        return b.leaf == 0x10a ? m.has({7, 0, 'd', 29}) : b.leaf == 0xcf ? m.has({7, 0, 'd', 30}) : m.has(vmx);
    switch (b.leaf) {
        case 0xd:
            return m.has({1, 0, 'c', 26});
        case 0x12:
            return m.has({7, 0, 'b', 2});
        case 0x14:
            return m.has({7, 0, 'b', 25});
        case 0x1e:
            return m.has({7, 0, 'd', 24});
        case 0x24:
            return m.has({7, 1, 'd', 19});
        case 0x8000000a:
            return m.has({0x80000001, 0, 'c', 2});
        default:
            return true;
    }
}

/// Whether a feature is there whatever is asked for: it stands for the lack of one, or VMX must have it on.
template <class Map>
bool stays(cpumap::basic_feature_ref<Map> f, const kvm::host& host) {
    const cpumap::register_bit b = f.register_bit();
    if (b.from == cpumap::register_bit::source::cpuid)
        return b.leaf == 7 && b.subleaf == 0 && b.part == 'b' && (b.bit == 6 || b.bit == 13);
    for (const kvm_msr_entry& m : host.msrs)
        if (m.index == b.leaf) return is_control(b.leaf) && (m.data >> b.bit & 1) != 0;
    return false;
}

/// A definition of a model with random features listed.
template <class Map>
guest_cpu<Map> random_guest(cpumap::basic_model_ref<Map> model, unit::random& random, bool flags) {
    guest_cpu<Map> g(model);
    for (unsigned i = 0; flags && i < 12; ++i)
        static_cast<void>(g.set(static_cast<feature_policy>(random.below(5)),
                                cpumap::basic_feature_ref<Map>::from_index(random.below(Map::x86::feature_count))));
    if (random.one_in(2))
        g.set_topology(topology{.sockets = 1 + unsigned(random.below(2)),
                                .cores = 1 + unsigned(random.below(4)),
                                .threads = 1 + unsigned(random.below(2))});
    return g;
}

template <class Map>
int laws(const guest_cpu<Map>& g, const kvm::host& host, const kvm::vcpu_options& options) {
    const auto m = make(g, host, 0, options);
    CPUMAP_MUST(m.code == errc::none);
    const auto& r = m.report;
    const auto asked = g.features();
    const auto offered = kvm::features_of<Map>(host.cpuid, host.msrs);
    const auto optional = g.listed().with_policy(feature_policy::optional) - asked;
    const auto off = g.listed().with_policy(feature_policy::disable) | g.listed().with_policy(feature_policy::forbid);
    CPUMAP_MUST(r.granted == kvm::features_of<Map>(m.cpuid(), m.msrs()));
    CPUMAP_MUST(((r.granted - optional) | r.missing()) == (asked | r.added));
    CPUMAP_MUST((r.granted & r.missing()).empty() && (asked & r.added).empty());
    std::size_t reasons = 0;
    for (const auto& set : r.by_reason) reasons += set.size();
    CPUMAP_MUST(reasons == r.missing().size());
    for (const auto f : r.missing()) CPUMAP_MUST(r.why(f).has_value());
    for (const auto f : r.added) CPUMAP_MUST(is_decided(f) || stays(f, host));
    for (const auto f : (r.granted - offered)) CPUMAP_MUST(is_decided(f));
    for (const auto f : (r.granted & off)) {  // how many CPUs there are is not the definition's to say
        const auto b = f.register_bit();
        const bit at{b.leaf, b.subleaf, b.part, b.bit};
        CPUMAP_MUST((b.from == cpumap::register_bit::source::cpuid && at == ht) || stays(f, host));
    }
    for (const auto f : ((asked | optional) & offered))
        if (!is_decided(f)) CPUMAP_MUST(r.granted.contains(f) == has_parent(f, m));
    CPUMAP_MUST(kvm::can_arrive<Map>(m.cpuid(), m.msrs(), host));
    CPUMAP_MUST(kvm::compare_tables<Map>(m.cpuid(), m.cpuid(), m.msrs(), m.msrs()));
    return 0;
}

TEMPLATE_TEST_CASE("what is granted and missing is what was asked for and added", "[kvm]", CPUMAP_EVERY_MAP) {
    unit::random random(7);
    for (const kvm::host* host : {&recorded::cooper_lake, &recorded::with_amx, &recorded::epyc_7601}) {
        const std::string_view vendor = host == &recorded::epyc_7601 ? "AMD" : "Intel";
        for (const auto model : cpumap::use<TestType>::models()) {
            CAPTURE(model.name(), vendor);
            const bool irqchip = !random.one_in(4);
            if (model.vendor() != vendor && !model.vendor().empty()) continue;
            for (unsigned i = 0; i < 6; ++i) {
                auto g = random_guest<TestType>(model, random, i > 0);
                if (cpumap::check_definition(g) != errc::none) g.set_topology({});
                REQUIRE(laws<TestType>(g, *host, {.brand = {}, .irqchip = irqchip}) == 0);
            }
        }
    }
}

// ---- Whether a guest can come ---------------------------------------------------------------------------------------

/// A host's tables that can be changed.
struct changed_host {
    std::vector<kvm_cpuid_entry2> cpuid;
    std::vector<kvm_msr_entry> msrs;
    bool tsc_deadline;

    explicit changed_host(const kvm::host& h)
        : cpuid(h.cpuid.begin(), h.cpuid.end()), msrs(h.msrs.begin(), h.msrs.end()), tsc_deadline(h.tsc_deadline) {}
    [[nodiscard]] kvm::host get() const { return {.cpuid = cpuid, .msrs = msrs, .tsc_deadline = tsc_deadline}; }
    std::uint32_t& at(std::uint32_t leaf, std::uint32_t subleaf, char part) {
        for (kvm_cpuid_entry2& e : cpuid)
            if (e.function == leaf && e.index == subleaf)
                return part == 'a' ? e.eax : part == 'b' ? e.ebx : part == 'c' ? e.ecx : e.edx;
        static std::uint32_t none;
        return none;
    }
    auto& msr(std::uint32_t index) {
        for (kvm_msr_entry& m : msrs)
            if (m.index == index) return m.data;
        static decltype(kvm_msr_entry::data) none;
        return none;
    }
};

int hosts_that_lack_something(const kvm::host& intel) {
    // What the host does not have is missing for that, whoever has the interrupt controllers.
    changed_host to(intel);
    to.at(1, 0, 'c') &= ~(1U << 21);
    to.at(6, 0, 'a') &= ~(1U << 2);
    for (const bool irqchip : {false, true}) {
        const auto m = make(of("Nehalem", "x2apic arat"), to.get(), 0, {.brand = {}, .irqchip = irqchip});
        CPUMAP_MUST(!m.has(x2apic) && !m.has(arat));
        CPUMAP_MUST(m.report.by_reason[static_cast<std::size_t>(withheld::not_supported)] ==
                    unit::features_of<newest>("x2apic arat"));
    }
    // A kernel that shows the timer in the table itself.
    to = changed_host(intel);
    to.tsc_deadline = false;
    to.at(1, 0, 'c') |= 1U << 24;
    CPUMAP_MUST(make(of("Nehalem", "tsc-deadline"), to.get()).has(tsc_deadline));

    // Without the leaves of the name, and without any extended leaf, nothing is put there; and no leaf tells how wide
    // an address may be.
    guest wide = of("Nehalem");
    wide.set_maxphysaddr(cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::emulate, .bits = 52U});
    to = changed_host(intel);
    std::erase_if(to.cpuid, [](const auto& e) { return e.function > 0x80000001; });
    to.at(0x80000000, 0, 'a') = 0x80000001;
    auto m = make(wide, to.get());
    CPUMAP_MUST(m.code == errc::none && m(0x80000000, 0, 'a') == 0x80000001);
    for (const kvm_cpuid_entry2& e : m.cpuid()) CPUMAP_MUST(e.function <= 0x80000001);
    std::erase_if(to.cpuid, [](const auto& e) { return e.function >= 0x80000000; });
    m = make(wide, to.get());
    CPUMAP_MUST(m.code == errc::none);
    for (const kvm_cpuid_entry2& e : m.cpuid()) CPUMAP_MUST(e.function < 0x80000000);
    return 0;
}

/// Leaves that are one vendor's, on a host of the other, and a third vendor.
int leaves_of_other_vendors(const kvm::host& intel, const kvm::host& amd) {
    changed_host to(intel);
    to.cpuid.push_back(kvm::cpuid_entry(0x80000005, {1, 2, 3, 4}));
    to.cpuid.push_back(kvm::cpuid_entry(0x8000001e, {8, 0x104, 0x300, 0}));
    to.cpuid.push_back(kvm::cpuid_entry(0x80000026, 0, {1, 2, 3, 4}));
    guest g = of("Nehalem");
    g.set_cache(cpumap::cache{.level = 3U, .mode = cpumap::cache_mode::emulate});
    auto m = make(g, to.get());
    CPUMAP_MUST(is_zero(m.cpuid(), 0x8000001e, 0) && find(m.cpuid(), 0x80000026, 0) == nullptr);
    CPUMAP_MUST(m(0x80000005, 0, 'a') == 1 && m(0x80000005, 0, 'b') == 2);
    CPUMAP_MUST(m(0x80000005, 0, 'c') == 0 && m(0x80000005, 0, 'd') == 0);

    to = changed_host(amd);
    to.at(0x80000001, 0, 'c') &= ~(1U << 1);
    const topology four{.sockets = 1, .cores = 4, .threads = 1};
    m = make(with_topology(of("EPYC", "cmp_legacy"), four), to.get());
    CPUMAP_MUST(m.has(ht) && !m.has(cmp_legacy) && m.report.why(feature<"cmp_legacy">) == withheld::not_supported);

    // Hygon's processors are AMD's but for the name.
    to = changed_host(amd);
    for (const std::uint32_t leaf : {0U, 0x80000000U}) {
        to.at(leaf, 0, 'b') = 0x6f677948;
        to.at(leaf, 0, 'd') = 0x6e65476e;
        to.at(leaf, 0, 'c') = 0x656e6975;
    }
    CPUMAP_MUST(kvm::data_of(to.get()).vendor<>() == "Hygon");
    m = make(with_topology(of("Dhyana", "topoext"), four), to.get(), 3);
    CPUMAP_MUST(m(1, 0, 'a') == m(0x80000001, 0, 'a') && m.has(cmp_legacy));
    CPUMAP_MUST(m(0x8000001e, 0, 'b') == 3 && (m(0x80000008, 0, 'c') & 0xff) == 3);
    return 0;
}

/// States that the recorded hosts do not have, or not so.
int other_states(const kvm::host& host) {
    // CET has states for users and for the system, with either of its features.
    changed_host to(host);
    to.at(7, 0, 'c') &= ~(1U << 7);
    to.at(7, 0, 'd') |= 1U << 20;
    to.at(0xd, 1, 'c') |= 3U << 11;
    to.cpuid.push_back(kvm::cpuid_entry(0xd, 11, {16, 0, 1, 0}));
    to.cpuid.push_back(kvm::cpuid_entry(0xd, 12, {24, 0, 1, 0}));
    auto m = make(passthrough(), to.get());
    CPUMAP_MUST((m(0xd, 1, 'c') >> 11 & 3) == 3 && m(0xd, 11, 'a') == 16 && m(0xd, 12, 'a') == 24);
    m = make(passthrough("cet-ibt"), to.get());
    CPUMAP_MUST((m(0xd, 1, 'c') >> 11 & 3) == 0 && is_zero(m.cpuid(), 0xd, 11));

    // The size is where the last of them ends, which need not be that of the highest number.
    to = changed_host(host);
    to.at(0xd, 7, 'b') = 0x480;
    to.at(0xd, 6, 'b') = 0x880;
    m = make(passthrough("amx-tile pku"), to.get());
    CPUMAP_MUST(m(0xd, 0, 'b') == 0xa80 && m(0xd, 0, 'c') == 0xa80);
    return 0;
}

/// Which bits of a word stay whatever is asked for, also in maps that name more of these words than ours.
constexpr int bits_that_stay(std::uint32_t leaf) {
    using cpumap::detail::kvm_kept_bits;
    CPUMAP_MUST(kvm_kept_bits(leaf, 0, 'b') == (1U << 6 | 1U << 13) && kvm_kept_bits(leaf, 0, 'c') == 0);
    CPUMAP_MUST(kvm_kept_bits(leaf, 1, 'b') == 0 && kvm_kept_bits(leaf + 1, 0, 'b') == 0);
    CPUMAP_MUST(kvm_kept_bits(leaf * 2, 0, 'c') == 0 && kvm_kept_bits(0x24, 0, 'b') == 0xff);
    CPUMAP_MUST(kvm_kept_bits(leaf + 0xd, 0, 'c') == 0x7fffffff && kvm_kept_bits(leaf + 0xd, 0, 'b') == 0);
    CPUMAP_MUST(kvm_kept_bits(leaf + 0xd, 1, 'c') == 0);
    return 0;
}

TEST_CASE("hosts of other kinds make vCPUs too", "[kvm]") {
    CHECK(hosts_that_lack_something(recorded::cooper_lake) == 0);
    CHECK(leaves_of_other_vendors(recorded::cooper_lake, recorded::epyc_7601) == 0);
    CHECK(other_states(recorded::with_amx) == 0);
    CPUMAP_BOTH(bits_that_stay, 7U);
}

template <class Map>
int each_bit(const kvm::host& host) {
    guest_cpu<Map> g;
    g.set_mode(mode::host_passthrough);
    const auto m = make(g, host);
    CPUMAP_MUST(kvm::can_arrive<Map>(m.cpuid(), m.msrs(), host));
    for (const auto f : m.report.granted) {
        const cpumap::register_bit b = f.register_bit();
        changed_host to(host);
        if (b.from == cpumap::register_bit::source::cpuid)
            to.at(b.leaf, b.subleaf, b.part) &= ~(1U << b.bit);
        else
            to.msr(b.leaf) &= ~(std::uint64_t{1} << (b.bit + (b.part == 'h' || is_control(b.leaf) ? 32 : 0)));
        const auto answer = kvm::can_arrive<Map>(m.cpuid(), m.msrs(), to.get());
        const bit at{b.leaf, b.subleaf, b.part, b.bit};
        const bool free = b.from == cpumap::register_bit::source::cpuid &&
                          (at == hypervisor || at == ht || at == osxsave || at == ospke || at == tsc_deadline ||
                           at == bit{7, 0, 'b', 6} || at == bit{7, 0, 'b', 13});
        CPUMAP_MUST(answer.missing.size() == (free ? 0 : 1) && answer.missing.contains(f) == !free);
        CPUMAP_MUST(answer.other_words == 0 && bool(answer) == free);
    }
    return 0;
}

TEMPLATE_TEST_CASE("a host that lacks one feature of the guest is told by its name", "[kvm]", CPUMAP_EVERY_MAP) {
    CHECK(each_bit<TestType>(recorded::cooper_lake) == 0);
    CHECK(each_bit<TestType>(recorded::with_amx) == 0);
    CHECK(each_bit<TestType>(recorded::epyc_7601) == 0);
}

TEST_CASE("what else keeps a guest from a host", "[kvm]") {
    const kvm::host& home = recorded::with_amx;
    const auto m = make(passthrough(), home);
    const auto asked = [&](changed_host to) { return kvm::can_arrive<>(m.cpuid(), m.msrs(), to.get()); };
    CHECK(asked(changed_host(home)));
    changed_host to(home);

    CHECK(kvm::can_arrive<>(make(of("EPYC", "", "svm"), recorded::epyc_7601).cpuid(), {}, home).other_vendor);
    guest anonymous = of("Nehalem");
    anonymous.set_vendor_id("NoNameAtAll!");
    CHECK(kvm::can_arrive<>(make(anonymous, home).cpuid(), {}, home));

    to.at(0x80000008, 0, 'a') = 0x302d;
    auto r = asked(to);
    CHECK((r.narrow_addresses && !r.other_states && r.missing.empty() && !r));
    to.at(0x80000008, 0, 'a') = 0x3034;
    CHECK(asked(to));

    // States that are not there, or not in the same place; that there are more does not matter.
    to = changed_host(home);
    to.at(0xd, 18, 'b') += 64;
    r = asked(to);
    CHECK((r.other_states && r.missing.empty() && r.other_words == 0 && !r));
    to = changed_host(home);
    to.at(0xd, 0, 'a') &= ~(1U << 9);
    r = asked(to);
    CHECK((r.other_words == 1 && r.first_word == kvm::word_difference{0xd, 0, 'a', 0x602ff, 0x600ff}));
    CHECK(kvm::can_arrive<>(make(passthrough("amx-tile amx-bf16 amx-int8"), home).cpuid(), {}, recorded::cooper_lake)
              .missing == unit::features_of<newest>("xfd"));
    CHECK(kvm::can_arrive<>(make(passthrough(), recorded::cooper_lake).cpuid(), {}, home));

    // What KVM offers beside the processor.
    to = changed_host(home);
    to.at(0x40000001, 0, 'a') &= ~(1U << 7);
    r = asked(to);
    CHECK((r.other_words == 1 && r.first_word == kvm::word_difference{0x40000001, 0, 'a', 0x01007efb, 0x01007e7b}));

    // Two bits say what is not there: a guest that has seen them clear cannot go where they are set.
    to = changed_host(home);
    to.at(7, 0, 'b') &= ~(1U << 6 | 1U << 13);
    CHECK(asked(to));
    const auto from = make(passthrough(), to.get());
    r = kvm::can_arrive<>(from.cpuid(), from.msrs(), home);
    CHECK((!r && r.other_words == 1 && r.first_word.leaf == 7 && r.first_word.part == 'b' && r.missing.empty()));

    // The same words of another vendor's processor; and tables, the guest's or the host's, that say of no vendor.
    to = changed_host(home);
    for (const auto& [part, value] : {std::pair{'b', 0x68747541U}, {'d', 0x69746e65U}, {'c', 0x444d4163U}})
        to.at(0, 0, part) = value;
    r = asked(to);
    CHECK((r.other_vendor && r.missing.empty() && r.other_words == 0 && !r));
    CHECK(!kvm::can_arrive<>({}, {}, home).other_vendor);
    CHECK(kvm::can_arrive<>(m.cpuid(), {}, {}).other_vendor);

    // The timer is free where the capability is; else the table says whether there is one.
    const auto timed = make(of("Nehalem", "tsc-deadline"), home);
    to = changed_host(home);
    to.tsc_deadline = false;
    CHECK(kvm::can_arrive<>(timed.cpuid(), {}, to.get()).missing == unit::features_of<newest>("tsc-deadline"));

    // A state that is not there, is larger, or is kept in another way.
    to = changed_host(home);
    std::erase_if(to.cpuid, [](const auto& e) { return e.function == 0xd && e.index == 18; });
    CHECK(asked(to).other_states);
    to = changed_host(home);
    to.at(0xd, 18, 'a') += 64;
    CHECK(asked(to).other_states);
    to = changed_host(home);
    to.at(0xd, 18, 'c') ^= 2;
    CHECK(asked(to).other_states);

    // The controls of VMX that are older than the true ones, from whoever saves them.
    const kvm_msr_entry old_controls[] = {recorded::msr_entry(0x481, 0x0000'007f'0000'0016U)};
    const kvm_msr_entry fewer[] = {recorded::msr_entry(0x481, 0x0000'003f'0000'0016U)};
    const kvm_msr_entry stricter[] = {recorded::msr_entry(0x481, 0x0000'007f'0000'001eU)};
    const auto controlled = [&](std::span<const kvm_msr_entry> there) {
        return kvm::can_arrive<>({}, old_controls, {.cpuid = {}, .msrs = there, .tsc_deadline = false});
    };
    CHECK(controlled(old_controls));
    CHECK((controlled(fewer).other_words == 1 && controlled(fewer).first_word.part == 'h'));
    CHECK((controlled(stricter).other_words == 1 && controlled(stricter).first_word.part == 'l'));

    // MSRs: what must be on, what may be, flags and numbers.
    to = changed_host(home);
    to.msr(0x48d) |= 1;
    r = asked(to);
    CHECK((r.other_words == 1 && r.first_word.leaf == 0x48d && r.first_word.part == 'l'));
    to = changed_host(home);
    to.msr(0x48b) &= ~(std::uint64_t{1} << 50);
    r = asked(to);
    CHECK((r.other_words == 1 && r.first_word.leaf == 0x48b && r.first_word.part == 'h'));
    to = changed_host(home);
    to.msr(0x48a) = 0x30;
    CHECK(asked(to));
    to.msr(0x491) = 0;
    CHECK(asked(to).missing == unit::features_of<newest>("vmx-eptp-switching"));
    to = changed_host(home);
    to.msrs.clear();
    r = asked(to);
    CHECK((!r && r.missing.contains(feature<"rdctl-no">) && r.missing.contains(feature<"vmx-ept">)));
}

TEST_CASE("the words of two tables are compared, but for what guests turn on", "[kvm]") {
    const auto m = make(passthrough(), recorded::cooper_lake);
    const auto compared = [&](const auto& change) {
        changed_host other({.cpuid = m.cpuid(), .msrs = m.msrs()});
        change(other);
        return kvm::compare_tables<>(m.cpuid(), other.cpuid, m.msrs(), other.msrs);
    };
    CHECK(compared([](auto&) {}));
    CHECK(compared([](auto& t) {
        t.at(1, 0, 'c') |= 1U << 27;
        t.at(7, 0, 'c') |= 1U << 4;
        t.at(0xd, 0, 'b') = 576;
        t.at(0xd, 1, 'b') = 576;
    }));
    auto r = compared([](auto& t) { t.at(1, 0, 'c') &= ~(1U << 28); });
    CHECK((!r && r.dropped == unit::features_of<newest>("avx") && r.appeared.empty() && r.other_words == 0));
    r = compared([](auto& t) { t.at(0x80000001, 0, 'c') |= 1U << 2; });
    CHECK((!r && r.appeared == unit::features_of<newest>("svm") && r.dropped.empty() && r.other_words == 0));
    r = compared([](auto& t) {
        t.at(0x16, 0, 'a') = 1;
        t.at(0xd, 2, 'b') += 1;
    });
    CHECK((!r && r.other_words == 2 && r.dropped.empty()));
    CHECK(r.first_word == kvm::word_difference{0xd, 2, 'b', 0x240, 0x241});
    // An entry that is gone, and one that came.
    r = compared([](auto& t) { std::erase_if(t.cpuid, [](const auto& e) { return e.function == 0x15; }); });
    CHECK((r.other_words == 2 && r.first_word == kvm::word_difference{0x15, 0, 'a', 2, 0}));
    r = compared([](auto& t) { t.cpuid.push_back(kvm::cpuid_entry(0x1a, 0, {1, 0, 0, 0})); });
    CHECK((r.other_words == 1 && r.first_word == kvm::word_difference{0x1a, 0, 'a', 0, 1}));
    // MSRs, and those that the map describes in the other word.
    r = compared([](auto& t) { t.msr(0x10a) &= ~std::uint64_t{1}; });
    CHECK((r.dropped == unit::features_of<newest>("rdctl-no") && r.other_words == 0));
    r = compared([](auto& t) { t.msr(0x486) = 0; });
    CHECK((r.dropped.empty() && r.other_words == 1 && r.first_word.leaf == 0x486));
    // All MSRs gone: features by their names, and the words that are none.
    r = compared([](auto& t) { t.msrs.clear(); });
    CHECK((r.dropped.includes(unit::features_of<newest>("rdctl-no vmx-ept")) && r.first_word.second == 0));
    CHECK((r.appeared.empty() && r.other_words > 0));
    changed_host other({.cpuid = m.cpuid(), .msrs = m.msrs()});
    other.msr(0x48b) &= ~(std::uint64_t{2} << 32);
    const auto old = kvm::compare_tables<trixie>(m.cpuid(), other.cpuid, m.msrs(), other.msrs);
    CHECK((old.dropped == unit::features_of<trixie>("vmx-ept") && old.other_words == 0));
    other.msr(0x48b) |= 2;
    CHECK(kvm::compare_tables<trixie>(m.cpuid(), other.cpuid, m.msrs(), other.msrs).other_words == 1);
}

// ---- Tables as data of a processor ----------------------------------------------------------------------------------

TEST_CASE("a host's tables are the data of a processor", "[kvm]") {
    const cpumap::cpu_data data = kvm::data_of(recorded::cooper_lake);
    CHECK((data.complete() && data.vendor<>() == "Intel" && data.signature() == cpumap::cpu_signature(6, 85, 11)));
    CHECK(data.msr(0x10a) == cpumap::given<std::uint64_t>(0x1eb));
    CHECK(data.cpuid(0xd, 2)->ebx == 0x240);
    for (const auto f : data.features<>() & kvm::features_of<>(recorded::cooper_lake.cpuid))
        CHECK(kvm::features_of<>(recorded::cooper_lake.cpuid, recorded::cooper_lake.msrs).contains(f));
}

}  // namespace
