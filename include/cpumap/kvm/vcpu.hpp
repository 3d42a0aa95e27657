// SPDX-License-Identifier: BSL-1.0
#pragma once

// From a definition to the tables of one vCPU: what KVM_SET_CPUID2 and KVM_SET_MSRS take, and what of the definition
// this host's KVM cannot give.

#include <cpumap/kvm/tables.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

namespace kvm {

/// Why a vCPU lacks a feature that was asked for.
enum class withheld : std::uint8_t {
    not_supported,  ///< this host's KVM does not offer it
    needs_irqchip,  ///< the interrupt controller that it belongs to is not in the kernel
    guest_sets_it,  ///< it shows what the guest's system has turned on: osxsave, ospke
    one_cpu,        ///< it says that a socket has more CPUs than one, and this has not: ht, cmp_legacy
    no_msr,         ///< KVM has no MSR to say it in, or none while the feature that the MSR belongs to is off
    dropped,        ///< KVM took it and did not keep it
};

/// What became of a definition's features on a vCPU.
template <class Map>
struct basic_report {
    /// What the vCPU has of the map's features.
    basic_feature_set<Map> granted{};
    /// What it has without being asked to, since a guest needs it (hypervisor) or the virtual machine brings it.
    basic_feature_set<Map> added{};
    /// What was asked for and is not there, by reason.
    basic_feature_set<Map> by_reason[6]{};

    /// All that was asked for and is not there.
    [[nodiscard]] constexpr basic_feature_set<Map> missing() const {
        basic_feature_set<Map> all;
        for (const auto& set : by_reason) all |= set;
        return all;
    }
    /// Why a feature is missing, if it is.
    [[nodiscard]] constexpr given<withheld> why(basic_feature_ref<Map> feature) const {
        for (std::size_t i = 0; i < 6; ++i)
            if (by_reason[i].contains(feature)) return static_cast<withheld>(i);
        return {};
    }
};

/// The tables of a vCPU; both lie in the caller's memory.
template <class Map>
struct basic_vcpu {
    std::span<kvm_cpuid_entry2> cpuid{};  ///< for KVM_SET_CPUID2, before the first KVM_RUN
    std::span<kvm_msr_entry> msrs{};      ///< for KVM_SET_MSRS, the same for all vCPUs
    basic_report<Map> report{};           ///< what became of the features
};

/// What a definition does not say and the virtual machine decides.
struct vcpu_options {
    /// What CPUID shows as the processor's name, up to 47 bytes; if empty "Virtual CPU" and the model's name.
    std::string_view brand{};
    /// Whether the interrupt controllers are the kernel's (KVM_CREATE_IRQCHIP): x2apic, tsc-deadline and arat need it.
    bool irqchip = true;
};

}  // namespace kvm

namespace detail {

/// A cache as CPUID leaf 4 and 0x8000001d describe it, without who shares it.
struct kvm_cache {
    std::uint32_t type_and_level;  // EAX, bits 0 to 9
    std::uint32_t ways;
    std::uint32_t sets;
};
/// The caches of cache mode emulate: 32 KiB twice, 2 MiB for a core, 16 MiB for a die; lines of 64 bytes.
inline constexpr kvm_cache kvm_emulated_caches[] = {
    {0x121, 8, 64}, {0x122, 8, 64}, {0x143, 16, 2048}, {0x163, 16, 16384}};

/// Entries of a table that grows in the caller's memory.
class kvm_table {
public:
    constexpr explicit kvm_table(std::span<kvm_cpuid_entry2> to) : to_(to) {}

    constexpr void append(const kvm_cpuid_entry2& e) {
        if (size_ < to_.size())
            to_[size_++] = e;
        else
            full_ = true;
    }
    [[nodiscard]] constexpr std::span<kvm_cpuid_entry2> entries() const { return to_.first(size_); }
    [[nodiscard]] constexpr bool full() const { return full_; }

private:
    std::span<kvm_cpuid_entry2> to_;
    std::size_t size_ = 0;
    bool full_ = false;
};

constexpr bool kvm_is_amd(std::span<const kvm_cpuid_entry2> table) {
    const kvm_cpuid_entry2* e = kvm_find(table, 0, 0);
    // "Auth" and "Hygo"
    return e != nullptr && (e->ebx == 0x68747541 || e->ebx == 0x6f677948);
}

/// Leaves that say where a CPU is in the topology; they are made anew, whatever the host's are.
constexpr bool is_topology_leaf(std::uint32_t leaf) { return leaf == 0xb || leaf == 0x1f || leaf == 0x80000026; }

/// Bits of a word that features share with something else: never masked. In leaf 7 EBX features that are there when
/// the bit is not (fdp-excptn-only, zero-fcs-fds), in leaf 0x24 EBX the version of AVX10, in leaf 0x14 ECX how
/// intel-pt writes its packets, of which maps name the last bit alone.
constexpr std::uint32_t kvm_kept_bits(std::uint32_t leaf, std::uint32_t subleaf, char part) {
    if (leaf == 0x14 && subleaf == 0 && part == 'c') return 0x7fffffff;
    if (part != 'b' || subleaf != 0) return 0;
    return leaf == 7 ? 1U << 6 | 1U << 13 : leaf == 0x24 ? 0xffU : 0U;
}

/// Bits of leaf 1 EDX that AMD's processors repeat in leaf 0x80000001 EDX.
inline constexpr std::uint32_t kvm_repeated_bits = 0x0183f3ff;

/// Makes the CPUID table of one vCPU, step by step.
template <class Map>
class kvm_builder {
public:
    constexpr kvm_builder(const basic_guest_cpu<Map>& guest, const kvm::host& host, const kvm::vcpu_options& options,
                          const kvm::apic_layout& layout, std::uint32_t cpu)
        : guest_(guest),
          host_(host),
          options_(options),
          layout_(layout),
          cpu_(cpu),
          off_(guest.listed().with_policy(feature_policy::disable) |
               guest.listed().with_policy(feature_policy::forbid)),
          asked_(guest.features()),
          optional_(guest.listed().with_policy(feature_policy::optional)),
          fixed_(guest.has_model()),
          amd_(kvm_is_amd(host.cpuid)) {}

    constexpr void build(kvm_table& table) {
        for (const kvm_cpuid_entry2& e : host_.cpuid)
            if (!is_topology_leaf(e.function)) table.append(e);
        mask(table.entries());
        decide(table.entries());
        identify(table);
        place(table);
        set_caches(table);
        set_states(table.entries());
        clear_children(table.entries());
    }

    /// The value of a feature MSR for the guest; none where the guest has no such MSR.
    [[nodiscard]] constexpr given<std::uint64_t> msr(const kvm_msr_entry& from,
                                                     std::span<const kvm_cpuid_entry2> table) const {
        namespace bits = kvm_bits;
        using tables = typename Map::x86;
        if (is_vmx_msr(from.index) && !kvm_has(table, bits::vmx)) return {};
        if (is_made_by_kvm(from.index)) return {};
        if (from.index == 0x10a && !kvm_has(table, bits::arch_capabilities)) return {};
        if (from.index == 0xcf && !kvm_has(table, bits::core_capability)) return {};
        std::uint32_t word[2]{static_cast<std::uint32_t>(from.data), static_cast<std::uint32_t>(from.data >> 32)};
        bool described = is_vmx_msr(from.index);
        const map_words<Map> wanted(wanted_features());
        // What may be on in VMX controls is in the high word, wherever the map has it; the low one is the processor's.
        std::uint32_t of_map[2]{};
        std::uint32_t on[2]{};
        for (std::size_t i = 0; i < tables::register_count; ++i) {
            if (!is_msr_register<Map>(i) || tables::register_leaf[i] != from.index) continue;
            described = true;
            const std::size_t which = tables::register_part[i] == 'h' || is_vmx_control(from.index) ? 1 : 0;
            of_map[which] |= wanted.described[i];
            on[which] |= wanted.in_set[i];
        }
        if (!described) return {};
        for (std::size_t w = 0; w < 2; ++w) {
            // All bits of controls, and of MSRs beside VMX, are features: what the map does not name must not reach a
            // fixed CPU.
            const bool numbers = is_vmx_msr(from.index) && !is_vmx_control(from.index);
            if (fixed_ && !numbers && of_map[w] != 0) of_map[w] = ~std::uint32_t{0};
            word[w] &= ~of_map[w] | on[w];
        }
        if (is_vmx_control(from.index)) word[1] |= word[0];
        return given<std::uint64_t>(std::uint64_t{word[1]} << 32 | word[0]);
    }

    [[nodiscard]] constexpr kvm::basic_report<Map> report(std::span<const kvm_cpuid_entry2> table,
                                                          std::span<const kvm_msr_entry> msrs) const {
        using kvm::withheld;
        kvm::basic_report<Map> r;
        r.granted = kvm::features_of<Map>(table, msrs);
        if (fixed_) r.added = r.granted - asked_ - optional_;
        for (const auto feature : asked_ - r.granted) {
            const register_bit at = feature.register_bit();
            const kvm_bit bit{at.leaf, at.subleaf, at.part, at.bit};
            const auto is = [&](const kvm_bit& b) {
                return at.from == register_bit::source::cpuid && bit.leaf == b.leaf && bit.subleaf == b.subleaf &&
                       bit.part == b.part && bit.bit == b.bit;
            };
            withheld why = withheld::not_supported;
            if (at.from == register_bit::source::msr && kvm_find_msr(msrs, at.leaf) == nullptr)
                why = withheld::no_msr;
            else if (is(kvm_bits::osxsave) || is(kvm_bits::ospke))
                why = withheld::guest_sets_it;
            else if (layout_.per_package() == 1 && (is(kvm_bits::ht) || is(kvm_bits::cmp_legacy)))
                why = withheld::one_cpu;
            else if (!options_.irqchip && ((is(kvm_bits::x2apic) && kvm_has(host_.cpuid, kvm_bits::x2apic)) ||
                                           (is(kvm_bits::tsc_deadline) && has_tsc_deadline()) ||
                                           (is(kvm_bits::arat) && kvm_has(host_.cpuid, kvm_bits::arat))))
                why = withheld::needs_irqchip;
            r.by_reason[static_cast<std::size_t>(why)].insert(feature);
        }
        return r;
    }

private:
    /// What the guest may have at most, of what the host has.
    [[nodiscard]] constexpr basic_feature_set<Map> wanted_features() const {
        if (fixed_) return asked_ | optional_;
        basic_feature_set<Map> all;
        const bool migratable_only =
            guest_.mode() != mode::custom && guest_.migratable() && *guest_.migratable() == migratable::on;
        for (std::size_t i = 0; i < Map::x86::feature_count; ++i)
            if (!migratable_only || basic_feature_ref<Map>::from_index(i).migratable()) all.set(i);
        return (all | asked_) - off_;
    }

    constexpr void mask(std::span<kvm_cpuid_entry2> table) const {
        using tables = typename Map::x86;
        const map_words<Map> wanted(wanted_features());
        for (std::size_t i = 0; i < tables::register_count; ++i) {
            if (is_msr_register<Map>(i)) continue;
            kvm_cpuid_entry2* e = kvm_find(table, tables::register_leaf[i], tables::register_subleaf[i]);
            if (e == nullptr) continue;
            const char part = tables::register_part[i];
            std::uint32_t keep = wanted.in_set[i] | kvm_kept_bits(e->function, e->index, part);
            if (!fixed_) keep |= ~wanted.described[i];
            kvm_word(*e, part) &= keep;
        }
    }

    [[nodiscard]] constexpr bool turned_off(const kvm_bit& b) const {
        const std::size_t feature = feature_of_bit<Map>(b);
        return feature != no_index && off_.test(feature);
    }

    [[nodiscard]] constexpr bool has_tsc_deadline() const {
        return host_.tsc_deadline || kvm_has(host_.cpuid, kvm_bits::tsc_deadline);
    }

    /// What a virtual machine decides, and not a model.
    constexpr void decide(std::span<kvm_cpuid_entry2> table) const {
        namespace bits = kvm_bits;
        const auto set = [&](const kvm_bit& b, bool has) { kvm_set(table, b, has && !turned_off(b)); };
        set(bits::hypervisor, true);
        set(bits::x2apic, options_.irqchip && kvm_has(host_.cpuid, bits::x2apic));
        set(bits::tsc_deadline, options_.irqchip && has_tsc_deadline());
        set(bits::arat, options_.irqchip && kvm_has(host_.cpuid, bits::arat));
        kvm_set(table, bits::osxsave, false);
        kvm_set(table, bits::ospke, false);
        kvm_set(table, bits::ht, layout_.per_package() > 1);
        if (!amd_) return;
        // Beside ht: the CPUs of a package are cores. Guests that do not know leaf 0xb take them for threads without it.
        if (kvm_has(host_.cpuid, bits::cmp_legacy)) set(bits::cmp_legacy, layout_.per_package() > 1);
        const kvm_cpuid_entry2* basic = kvm_find(table, 1, 0);
        kvm_cpuid_entry2* extended = kvm_find(table, 0x80000001, 0);
        const kvm_cpuid_entry2* had = kvm_find(host_.cpuid, 0x80000001, 0);
        if (basic != nullptr && extended != nullptr)
            extended->edx = (extended->edx & ~kvm_repeated_bits) | (basic->edx & had->edx & kvm_repeated_bits);
    }

    static constexpr std::uint32_t word_of(std::string_view text, std::size_t at) {
        std::uint32_t w = 0;
        for (std::size_t i = 0; i < 4; ++i)
            w |= std::uint32_t{static_cast<unsigned char>(text[at + i])} << static_cast<unsigned>(8 * i);
        return w;
    }

    /// Vendor, signature, name and the width of addresses.
    constexpr void identify(kvm_table& table) const {
        const auto entry = [&](std::uint32_t leaf) { return kvm_find(table.entries(), leaf, 0); };
        if (const std::string_view id = guest_.vendor_id(); !id.empty())
            for (const std::uint32_t leaf : {0U, 0x80000000U})
                if (kvm_cpuid_entry2* e = entry(leaf); e != nullptr && (leaf == 0 || amd_)) {
                    e->ebx = word_of(id, 0);
                    e->edx = word_of(id, 4);
                    e->ecx = word_of(id, 8);
                }
        if (guest_.has_model())
            if (const auto signatures = guest_.model().signatures(); !signatures.empty()) {
                const model_signature first = signatures[0];
                const std::uint32_t number =
                    cpu_signature(first.family, first.model, lowest_bit(first.steppings)).number();
                if (kvm_cpuid_entry2* e = entry(1); e != nullptr) e->eax = number;
                if (kvm_cpuid_entry2* e = entry(0x80000001); e != nullptr && amd_) e->eax = number;
            }
        char brand[48]{};
        std::size_t size = 0;
        const auto put = [&](std::string_view s) {
            for (const char c : s)
                if (size < 47) brand[size++] = c;
        };
        if (!options_.brand.empty()) {
            put(options_.brand);
        } else {
            put(std::string_view("Virtual CPU", 11));
            if (guest_.has_model()) {
                put(std::string_view(" ", 1));
                put(guest_.model().name());
            }
        }
        const std::string_view text(static_cast<const char*>(brand), 48);
        for (std::uint32_t i = 0; i < 3; ++i) {
            const std::size_t at = std::size_t{16} * i;
            const cpuid_registers r{word_of(text, at), word_of(text, at + 4), word_of(text, at + 8),
                                    word_of(text, at + 12)};
            if (kvm_cpuid_entry2* e = entry(0x80000002 + i); e != nullptr) {
                e->eax = r.eax;
                e->ebx = r.ebx;
                e->ecx = r.ecx;
                e->edx = r.edx;
            } else if (highest(0x80000000) >= 0x80000002 + i) {
                table.append(kvm::cpuid_entry(0x80000002 + i, r));
            }
        }
        if (kvm_cpuid_entry2* e = entry(0x80000008); e != nullptr && guest_.maxphysaddr()) {
            const maxphysaddr& m = *guest_.maxphysaddr();
            const std::uint32_t host = e->eax & 0xff;
            std::uint32_t bits = m.bits ? *m.bits : host;
            if (m.limit && *m.limit < bits) bits = *m.limit;
            e->eax = (e->eax & ~std::uint32_t{0xff}) | bits;
        }
    }

    [[nodiscard]] constexpr std::uint32_t highest(std::uint32_t range) const {
        const kvm_cpuid_entry2* e = kvm_find(host_.cpuid, range, 0);
        return e == nullptr ? 0 : e->eax;
    }

    static constexpr std::uint32_t at_most(std::uint32_t v, std::uint32_t most) { return v < most ? v : most; }
    static constexpr std::uint32_t ids(unsigned bits) { return (std::uint32_t{1} << bits) - 1; }

    /// Where the CPU is among the others.
    constexpr void place(kvm_table& table) const {
        const std::uint32_t id = layout_.apic_id(cpu_);
        const topology& t = layout_.shape();
        const unsigned package = layout_.package_shift();
        const bool several = layout_.per_package() > 1;
        if (kvm_cpuid_entry2* e = kvm_find(table.entries(), 1, 0); e != nullptr) {
            // Intel's software takes the number for a width of the id, AMD's for a number.
            const std::uint32_t count = amd_ ? layout_.per_package() : std::uint32_t{1} << package;
            e->ebx = (e->ebx & 0xff00) | (several ? at_most(count, 0xff) : 1) << 16 | id << 24;
        }
        if (amd_) {
            if (kvm_cpuid_entry2* e = kvm_find(table.entries(), 0x80000008, 0); e != nullptr)
                e->ecx = (e->ecx & ~std::uint32_t{0xf0ff}) | at_most(layout_.per_package() - 1, 0xff) |
                         at_most(package, 0xf) << 12;
            if (kvm_cpuid_entry2* e = kvm_find(table.entries(), 0x8000001e, 0); e != nullptr) {
                const std::uint32_t core = cpu_ % layout_.per_package() / t.threads;
                const std::uint32_t node = cpu_ / layout_.per_die();
                e->eax = id;
                e->ebx = (core & 0xff) | at_most(t.threads - 1, 0xff) << 8;
                e->ecx = (node & 0xff) | at_most(t.dies - 1, 7) << 8;
                e->edx = 0;
            }
        } else if (kvm_cpuid_entry2* e = kvm_find(table.entries(), 0x8000001e, 0); e != nullptr) {
            e->eax = e->ebx = e->ecx = e->edx = 0;
        }
        // Levels from the innermost: type, the shift to what is above it, how many CPUs it has.
        struct level {
            std::uint32_t type;
            unsigned shift;
            std::uint32_t cpus;
        };
        const auto write = [&](std::uint32_t leaf, std::span<const level> levels) {
            if (highest(0) < leaf) return;
            std::uint32_t subleaf = 0;
            for (const level& l : levels) {
                table.append(
                    kvm::cpuid_entry(leaf, subleaf, {l.shift, at_most(l.cpus, 0xffff), subleaf | l.type << 8, id}));
                ++subleaf;
            }
            table.append(kvm::cpuid_entry(leaf, subleaf, {0, 0, subleaf, id}));
        };
        const level two[] = {{1, layout_.core_shift(), t.threads}, {2, package, layout_.per_package()}};
        write(0xb, two);
        level all[4]{};
        std::size_t n = 0;
        all[n++] = {1, layout_.core_shift(), t.threads};
        all[n++] = {2, layout_.cluster_shift(), layout_.per_cluster()};
        if (t.clusters > 1) all[n++] = {3, layout_.die_shift(), layout_.per_die()};
        if (t.dies > 1) all[n++] = {5, package, layout_.per_package()};
        all[n - 1].shift = package;
        write(0x1f, std::span<const level>(all).first(n));
    }

    /// Who shares a cache: the threads of a core, from the third level on all of a die.
    [[nodiscard]] constexpr std::uint32_t sharing(std::uint32_t cache_level) const {
        return at_most(ids(cache_level >= 3 ? layout_.die_shift() : layout_.core_shift()), 0xfff);
    }
    constexpr void share(kvm_cpuid_entry2& e) const {
        if ((e.eax & 0x1f) == 0) return;
        e.eax = (e.eax & 0x3fff) | sharing(e.eax >> 5 & 7) << 14;
        if (e.function == 4) e.eax |= at_most(ids(layout_.package_shift() - layout_.core_shift()), 0x3f) << 26;
    }

    constexpr void set_caches(kvm_table& table) const {
        const bool own = guest_.cache() && (*guest_.cache()).mode == cache_mode::emulate;
        const bool none = guest_.cache() && (*guest_.cache()).mode == cache_mode::disable;
        bool has_leaf[2]{};
        for (kvm_cpuid_entry2& e : table.entries()) {
            const std::uint32_t leaf = e.function;
            if (leaf == 4 || leaf == 0x8000001d) {
                has_leaf[leaf == 4 ? 0 : 1] = true;
                if (own || none) e.eax = e.ebx = e.ecx = e.edx = 0;
                if (own && e.index < std::size(kvm_emulated_caches)) {
                    const kvm_cache& c = kvm_emulated_caches[e.index];
                    e.eax = c.type_and_level;
                    e.ebx = (c.ways - 1) << 22 | 63;
                    e.ecx = c.sets - 1;
                }
                share(e);
            } else if ((own || none) && leaf == 2 && !amd_) {
                // Only descriptor 0xff, that the caches are in leaf 4; 0x01 is the same in every processor.
                e.eax = own ? 0xff01 : 0x01;
                e.ebx = e.ecx = e.edx = 0;
            } else if ((own || none) && (leaf == 0x80000005 || leaf == 0x80000006)) {
                // EAX and EBX are of translations, which are no caches of this kind. AMD's guests without topoext have
                // no leaf of caches but these two.
                e.ecx = e.edx = 0;
                if (own && leaf == 0x80000005 && amd_) e.ecx = e.edx = 0x20080140;      // 32 KiB in 8 ways, twice
                if (own && leaf == 0x80000006) e.ecx = amd_ ? 0x08008140 : 0x08008040;  // 2 MiB in 16 ways
                if (own && leaf == 0x80000006 && amd_) e.edx = 0x00808140;              // 32 * 512 KiB in 16 ways
            }
        }
        // The host's table may have fewer caches than are emulated.
        for (const std::uint32_t leaf : {4U, 0x8000001dU})
            for (std::uint32_t i = 0; own && has_leaf[leaf == 4 ? 0 : 1] && i <= std::size(kvm_emulated_caches); ++i) {
                if (kvm_find(table.entries(), leaf, i) != nullptr) continue;
                cpuid_registers r{};
                if (i < std::size(kvm_emulated_caches)) {
                    const kvm_cache& c = kvm_emulated_caches[i];
                    r = {c.type_and_level, (c.ways - 1) << 22 | 63, c.sets - 1, 0};
                }
                table.append(kvm::cpuid_entry(leaf, i, r));
                if (kvm_cpuid_entry2* e = kvm_find(table.entries(), leaf, i); e != nullptr) share(*e);
            }
    }

    /// Leaf 0xd: the parts of the processor's state that the features have, and how much memory they take.
    constexpr void set_states(std::span<kvm_cpuid_entry2> table) const {
        namespace bits = kvm_bits;
        const auto has = [&](const kvm_bit& b) { return kvm_has(table, b); };
        std::uint64_t user = 0;        // the bits of XCR0
        std::uint64_t supervisor = 0;  // the bits of IA32_XSS
        if (has(bits::xsave)) {
            user = 3;
            if (has(bits::avx)) user |= 1U << 2;
            if (has(bits::mpx)) user |= 3U << 3;
            // XCR0 cannot have these without the state of AVX.
            if (has(bits::avx) && has(bits::avx512f)) user |= 7U << 5;
            if (has(bits::pku)) user |= 1U << 9;
            if (has(bits::amx_tile)) user |= 3U << 17;
            if (has(bits::apx)) user |= 1U << 19;
            if (amd_ && has(bits::lwp)) user |= std::uint64_t{1} << 62;
            if (has(bits::xsaves)) {
                if (has(bits::intel_pt)) supervisor |= 1U << 8;
                if (has(bits::enqcmd)) supervisor |= 1U << 10;
                if (has(bits::shstk) || has(bits::ibt)) supervisor |= 3U << 11;
                if (has(bits::hdc)) supervisor |= 1U << 13;
                if (has(bits::uintr)) supervisor |= 1U << 14;
                if (has(bits::arch_lbr)) supervisor |= 1U << 15;
                if (has(bits::hwp)) supervisor |= 1U << 16;
            }
        }
        kvm_cpuid_entry2* main = kvm_find(table, 0xd, 0);
        kvm_cpuid_entry2* more = kvm_find(table, 0xd, 1);
        user &= main == nullptr ? 0 : std::uint64_t{main->edx} << 32 | main->eax;
        supervisor &= more == nullptr ? 0 : std::uint64_t{more->edx} << 32 | more->ecx;

        std::uint32_t standard = 576;  // the legacy region and the header
        std::uint32_t compact = 576;
        for (std::uint32_t i = 2; i < 64; ++i) {
            kvm_cpuid_entry2* e = kvm_find(table, 0xd, i);
            if (e == nullptr) continue;
            const bool in_user = (user >> i & 1) != 0;
            if (!in_user && (supervisor >> i & 1) == 0) {
                e->eax = e->ebx = e->ecx = e->edx = 0;
                continue;
            }
            if (in_user && e->ebx + e->eax > standard) standard = e->ebx + e->eax;
            if ((e->ecx & 2) != 0) compact = (compact + 63) & ~std::uint32_t{63};
            compact += e->eax;
        }
        // EBX is of what the guest has turned on. KVM keeps it up to date; where it does not, the largest size is
        // what an operating system gets along with.
        if (main != nullptr) {
            main->eax = static_cast<std::uint32_t>(user);
            main->edx = static_cast<std::uint32_t>(user >> 32);
            main->ebx = main->ecx = user == 0 ? 0 : standard;
        }
        if (more != nullptr) {
            if (user == 0) more->eax = 0;
            more->ebx = user != 0 && (has(bits::xsavec) || has(bits::xsaves)) ? compact : 0;
            more->ecx = static_cast<std::uint32_t>(supervisor);
            more->edx = static_cast<std::uint32_t>(supervisor >> 32);
        }
    }

    /// Leaves that say more of a feature are zero where that is off.
    constexpr void clear_children(std::span<kvm_cpuid_entry2> table) const {
        namespace bits = kvm_bits;
        const auto clear = [&](std::uint32_t leaf, const kvm_bit& parent) {
            if (kvm_has(table, parent)) return;
            for (kvm_cpuid_entry2& e : table)
                if (e.function == leaf) e.eax = e.ebx = e.ecx = e.edx = 0;
        };
        clear(0x12, bits::sgx);
        clear(0x14, bits::intel_pt);
        clear(0x1d, bits::amx_tile);
        clear(0x1e, bits::amx_tile);
        clear(0x24, bits::avx10);
        clear(0x8000000a, bits::svm);
        if (amd_) {
            clear(0x8000001d, bits::topoext);
            clear(0x8000001e, bits::topoext);
        }
    }

    const basic_guest_cpu<Map>& guest_;
    const kvm::host& host_;
    const kvm::vcpu_options& options_;
    kvm::apic_layout layout_;
    std::uint32_t cpu_;
    basic_feature_set<Map> off_, asked_, optional_;
    bool fixed_;  // the guest has what the definition names, and not all that the host has
    bool amd_;
};

/// What keeps a definition from becoming a vCPU.
template <class Map>
constexpr errc kvm_unusable(const basic_guest_cpu<Map>& guest, const kvm::host& host,
                            const kvm::vcpu_options& options) {
    if (const errc e = check_definition(guest); e != errc::none) return e;
    if (guest.mode() == mode::host_model || (guest.has_model() && guest.match() == match::minimum))
        return errc::not_resolved;
    if (options.brand.size() > 47) return errc::kvm_brand_length;
    const kvm_cpuid_entry2* address = kvm_find(host.cpuid, 0x80000008, 0);
    if (kvm_find(host.cpuid, 0, 0) == nullptr || kvm_find(host.cpuid, 1, 0) == nullptr) return errc::no_cpuid;
    if (guest.maxphysaddr() && (*guest.maxphysaddr()).bits && address != nullptr &&
        *(*guest.maxphysaddr()).bits > (address->eax & 0xff))
        return errc::kvm_maxphysaddr;
    return errc::none;
}

}  // namespace detail

namespace kvm {

/// The tables of vCPU number `cpu` (from 0 on) of a guest with this definition on this host, written to the caller's
/// memory: 256 entries and 64 MSRs are always enough. The definition's topology numbers the vCPUs, one CPU where it has
/// none; they are the same but for what numbers them. A custom definition gets what it names of what the host has;
/// host-passthrough, maximum, and a definition without a model get all that the host has but what they disable, and
/// with migratable on without what does not migrate. MSRs are masked as CPUID is, so that vmx alone, without what the
/// model's added() has of it, gives a guest next to nothing.
/// The vendor and the highest leaves are the host's, unless the definition has a vendor_id; family and model are the
/// model's; the name is never the host's. `hypervisor`, and x2apic, tsc-deadline and arat where the host and the
/// interrupt controller have them, are there unless the definition disables them.
/// What is asked for and not given is in the report, and no error.
/// Errors: a code of check_definition(); not_resolved for host-model and match minimum; kvm_brand_length;
/// kvm_maxphysaddr; kvm_topology where APIC ids take more than 31 bits; kvm_cpu_number; no_cpuid where the host's table
/// has no leaf 0 and 1; kvm_table_full where the memory is too small.
template <class Map>
constexpr basic_result<basic_vcpu<Map>, basic_error<Map>> make_vcpu(std::span<kvm_cpuid_entry2> cpuid,
                                                                    std::span<kvm_msr_entry> msrs,
                                                                    const basic_guest_cpu<Map>& guest, const host& from,
                                                                    std::uint32_t cpu = 0,
                                                                    const vcpu_options& options = {}) {
    using result = basic_result<basic_vcpu<Map>, basic_error<Map>>;
    const auto error = [](errc code) { return result(basic_error<Map>(code)); };
    if (const errc e = detail::kvm_unusable(guest, from, options); e != errc::none) return error(e);
    const apic_layout layout(guest.topology().value_or(topology{.sockets = 1, .cores = 1, .threads = 1}));
    if (!layout.fits()) return error(errc::kvm_topology);
    if (cpu >= layout.cpus()) return error(errc::kvm_cpu_number);

    detail::kvm_builder<Map> builder(guest, from, options, layout, cpu);
    detail::kvm_table table(cpuid);
    builder.build(table);
    if (table.full()) return error(errc::kvm_table_full);
    std::size_t count = 0;
    for (const kvm_msr_entry& m : from.msrs)
        if (const auto value = builder.msr(m, table.entries()); value) {
            if (count == msrs.size()) return error(errc::kvm_table_full);
            msrs[count] = kvm_msr_entry{};
            msrs[count].index = m.index;
            msrs[count++].data = *value;
        }
    result r(in_place);
    r->cpuid = table.entries();
    r->msrs = msrs.first(count);
    r->report = builder.report(r->cpuid, r->msrs);
    return r;
}

}  // namespace kvm

}  // namespace cpumap::inline v0
