// SPDX-License-Identifier: BSL-1.0
#pragma once

// What KVM takes and gives: tables of CPUID entries and of MSRs, and how the CPUs of a guest are numbered.

#include <cpumap/base/handles.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/options.hpp>

#include <linux/kvm.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace cpumap::inline v0 {

namespace kvm {

/// What a host's KVM can give to guests, as read_host() reads it, or as it was recorded. The spans stay the caller's.
struct host {
    std::span<const kvm_cpuid_entry2> cpuid{};  ///< KVM_GET_SUPPORTED_CPUID
    std::span<const kvm_msr_entry> msrs{};      ///< the feature MSRs and their values, KVM_GET_MSRS on /dev/kvm
    bool tsc_deadline = false;                  ///< KVM_CAP_TSC_DEADLINE_TIMER, which the table does not show
};

/// An entry for a leaf that has no subleaves.
constexpr kvm_cpuid_entry2 cpuid_entry(std::uint32_t leaf, const cpuid_registers& r) {
    kvm_cpuid_entry2 e{};
    e.function = leaf;
    e.eax = r.eax;
    e.ebx = r.ebx;
    e.ecx = r.ecx;
    e.edx = r.edx;
    return e;
}
/// An entry for one subleaf of a leaf.
constexpr kvm_cpuid_entry2 cpuid_entry(std::uint32_t leaf, std::uint32_t subleaf, const cpuid_registers& r) {
    kvm_cpuid_entry2 e = cpuid_entry(leaf, r);
    e.index = subleaf;
    e.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
    return e;
}

/// A word of a table in which two tables are not alike.
struct word_difference {
    std::uint32_t leaf = 0;     ///< CPUID leaf, or the MSR's index
    std::uint32_t subleaf = 0;  ///< CPUID subleaf; 0 for an MSR
    char part = 'a';            ///< 'a' to 'd' for EAX to EDX; of an MSR 'l' the low word, 'h' the high one
    std::uint32_t first = 0;    ///< the word in the first of the tables
    std::uint32_t second = 0;   ///< the word in the second

    friend constexpr bool operator==(const word_difference&, const word_difference&) = default;
};

/// The number of bits that tell so many things apart: 0 for one, 3 for five to eight.
constexpr unsigned id_bits(std::uint32_t count) {
    unsigned bits = 0;
    while (bits < 32 && (std::uint64_t{1} << bits) < count) ++bits;
    return bits;
}

/// How the CPUs of a guest are numbered: an APIC id has a field for the thread in its core, one for the core, the
/// cluster, the die and the socket, each as many bits wide as it takes. CPU n is thread n % threads of its core.
class apic_layout {
public:
    /// The numbering of a processor of this shape, in which nothing is 0; see fits().
    constexpr explicit apic_layout(const topology& shape) : shape_(shape) {}

    /// Whether the shape has no zero, and all of its APIC ids have 31 bits or fewer.
    [[nodiscard]] constexpr bool fits() const {
        const topology& t = shape_;
        return t.sockets != 0 && t.dies != 0 && t.clusters != 0 && t.cores != 0 && t.threads != 0 &&
               package_shift() + id_bits(t.sockets) <= 31;
    }
    /// The shape.
    [[nodiscard]] constexpr const topology& shape() const { return shape_; }
    /// How many CPUs there are.
    [[nodiscard]] constexpr std::uint32_t cpus() const { return per_package() * shape_.sockets; }
    /// How many CPUs a socket has.
    [[nodiscard]] constexpr std::uint32_t per_package() const { return per_die() * shape_.dies; }
    /// How many CPUs a die has.
    [[nodiscard]] constexpr std::uint32_t per_die() const { return per_cluster() * shape_.clusters; }
    /// How many CPUs a cluster has.
    [[nodiscard]] constexpr std::uint32_t per_cluster() const { return shape_.cores * shape_.threads; }
    /// The lowest bit of the core's field.
    [[nodiscard]] constexpr unsigned core_shift() const { return id_bits(shape_.threads); }
    /// The lowest bit of the cluster's field.
    [[nodiscard]] constexpr unsigned cluster_shift() const { return core_shift() + id_bits(shape_.cores); }
    /// The lowest bit of the die's field.
    [[nodiscard]] constexpr unsigned die_shift() const { return cluster_shift() + id_bits(shape_.clusters); }
    /// The lowest bit of the socket's field.
    [[nodiscard]] constexpr unsigned package_shift() const { return die_shift() + id_bits(shape_.dies); }
    /// The APIC id of CPU n, below cpus().
    [[nodiscard]] constexpr std::uint32_t apic_id(std::uint32_t cpu) const {
        const topology& t = shape_;
        const std::uint32_t core = cpu / t.threads;
        const std::uint32_t cluster = core / t.cores;
        const std::uint32_t die = cluster / t.clusters;
        return cpu % t.threads | core % t.cores << core_shift() | cluster % t.clusters << cluster_shift() |
               die % t.dies << die_shift() | die / t.dies << package_shift();
    }

private:
    topology shape_;
};

}  // namespace kvm

namespace detail {

/// The entry of a leaf and subleaf, or null. A leaf without subleaves is found under each.
template <class Entry>
constexpr Entry* kvm_find(std::span<Entry> table, std::uint32_t leaf, std::uint32_t subleaf) {
    for (Entry& e : table)
        if (e.function == leaf && ((e.flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) == 0 || e.index == subleaf)) return &e;
    return nullptr;
}
constexpr const kvm_msr_entry* kvm_find_msr(std::span<const kvm_msr_entry> msrs, std::uint32_t index) {
    for (const kvm_msr_entry& m : msrs)
        if (m.index == index) return &m;
    return nullptr;
}

/// A register of an entry: part 'a' is EAX, and so on.
template <class Entry>
constexpr auto& kvm_word(Entry& e, char part) {
    return part == 'a' ? e.eax : part == 'b' ? e.ebx : part == 'c' ? e.ecx : e.edx;
}

/// The bits of CPUID that rules name, whether a map names them or not.
struct kvm_bit {
    std::uint32_t leaf;
    std::uint32_t subleaf;
    char part;
    unsigned bit;
    [[nodiscard]] constexpr std::uint32_t mask() const { return std::uint32_t{1} << bit; }
};
namespace kvm_bits {
inline constexpr kvm_bit vmx{1, 0, 'c', 5}, pdcm{1, 0, 'c', 15}, x2apic{1, 0, 'c', 21}, tsc_deadline{1, 0, 'c', 24},
    xsave{1, 0, 'c', 26}, osxsave{1, 0, 'c', 27}, avx{1, 0, 'c', 28}, hypervisor{1, 0, 'c', 31}, ht{1, 0, 'd', 28},
    arat{6, 0, 'a', 2}, hwp{6, 0, 'a', 7}, hdc{6, 0, 'a', 13}, sgx{7, 0, 'b', 2}, mpx{7, 0, 'b', 14},
    avx512f{7, 0, 'b', 16}, intel_pt{7, 0, 'b', 25}, pku{7, 0, 'c', 3}, ospke{7, 0, 'c', 4}, shstk{7, 0, 'c', 7},
    enqcmd{7, 0, 'c', 29}, uintr{7, 0, 'd', 5}, arch_lbr{7, 0, 'd', 19}, ibt{7, 0, 'd', 20}, amx_tile{7, 0, 'd', 24},
    arch_capabilities{7, 0, 'd', 29}, core_capability{7, 0, 'd', 30}, avx10{7, 1, 'd', 19}, apx{7, 1, 'd', 21},
    xsavec{0xd, 1, 'a', 1}, xsaves{0xd, 1, 'a', 3}, cmp_legacy{0x80000001, 0, 'c', 1}, svm{0x80000001, 0, 'c', 2},
    lwp{0x80000001, 0, 'c', 15}, topoext{0x80000001, 0, 'c', 22};
}  // namespace kvm_bits

constexpr bool kvm_has(std::span<const kvm_cpuid_entry2> table, const kvm_bit& b) {
    const kvm_cpuid_entry2* e = kvm_find(table, b.leaf, b.subleaf);
    return e != nullptr && (kvm_word(*e, b.part) & b.mask()) != 0;
}
constexpr void kvm_set(std::span<kvm_cpuid_entry2> table, const kvm_bit& b, bool on) {
    if (kvm_cpuid_entry2* e = kvm_find(table, b.leaf, b.subleaf); e != nullptr) {
        auto& word = kvm_word(*e, b.part);
        word = on ? word | b.mask() : word & ~b.mask();
    }
}

/// Whether an MSR holds what VMX can be told to do: the low word has what must be on, the high one what may be.
constexpr bool is_vmx_control(std::uint32_t msr) {
    return (msr >= 0x481 && msr <= 0x484) || msr == 0x48b || (msr >= 0x48d && msr <= 0x490);
}
/// Whether an MSR tells of VMX at all.
constexpr bool is_vmx_msr(std::uint32_t msr) { return msr >= 0x480 && msr <= 0x493; }

/// Whether KVM makes an MSR of VMX from others or from CPUID, and refuses it from anybody else.
constexpr bool is_made_by_kvm(std::uint32_t msr) {
    return (msr >= 0x481 && msr <= 0x484) || msr == 0x487 || msr == 0x489;
}

/// For each register of a map which bits are features, and which of them are in a set.
template <class Map>
struct map_words {
    using tables = typename Map::x86;
    std::uint32_t described[tables::register_count + 1]{};
    std::uint32_t in_set[tables::register_count + 1]{};

    constexpr explicit map_words(const basic_feature_set<Map>& set) {
        std::size_t feature = 0;
        for (std::size_t run = 0; run < tables::run_count; ++run) {
            const std::uint32_t r = tables::bit_runs[run];
            for (std::uint32_t bit = r >> 5 & 31, left = (r & 31) + 1; left > 0; --left, ++bit, ++feature) {
                described[r >> 10] |= std::uint32_t{1} << bit;
                if (set.test(feature)) in_set[r >> 10] |= std::uint32_t{1} << bit;
            }
        }
    }
};

/// A word of tables as the map names it; of a VMX control the word that may be on, whichever the map holds it for.
template <class Map>
constexpr std::uint32_t kvm_map_word(std::span<const kvm_cpuid_entry2> cpuid, std::span<const kvm_msr_entry> msrs,
                                     std::size_t reg) {
    using tables = typename Map::x86;
    const std::uint32_t leaf = tables::register_leaf[reg];
    if (!is_msr_register<Map>(reg)) {
        const kvm_cpuid_entry2* e = kvm_find(cpuid, leaf, tables::register_subleaf[reg]);
        return e == nullptr ? 0 : kvm_word(*e, tables::register_part[reg]);
    }
    const kvm_msr_entry* m = kvm_find_msr(msrs, leaf);
    if (m == nullptr) return 0;
    const bool high = tables::register_part[reg] == 'h' || is_vmx_control(leaf);
    return static_cast<std::uint32_t>(high ? m->data >> 32 : m->data);
}

/// The features of a map among some bits, a word for each register: words(register) gives it.
template <class Map, class Words>
constexpr basic_feature_set<Map> features_in(const Words& words) {
    using tables = typename Map::x86;
    basic_feature_set<Map> set;
    std::size_t feature = 0;
    for (std::size_t run = 0; run < tables::run_count; ++run) {
        const std::uint32_t r = tables::bit_runs[run];
        const std::uint32_t word = words(r >> 10);
        for (std::uint32_t bit = r >> 5 & 31, left = (r & 31) + 1; left > 0; --left, ++bit, ++feature)
            if ((word >> bit & 1) != 0) set.set(feature);
    }
    return set;
}

/// The feature of a map that a bit is, or no_index.
template <class Map>
constexpr std::size_t feature_of_bit(const kvm_bit& b) {
    using tables = typename Map::x86;
    std::size_t feature = 0;
    for (std::size_t run = 0; run < tables::run_count; ++run) {
        const std::uint32_t r = tables::bit_runs[run];
        const std::uint32_t first = r >> 5 & 31;
        const std::uint32_t reg = r >> 10;
        if (tables::register_leaf[reg] == b.leaf && tables::register_subleaf[reg] == b.subleaf &&
            tables::register_part[reg] == b.part && b.bit >= first && b.bit <= first + (r & 31))
            return feature + (b.bit - first);
        feature += (r & 31) + 1;
    }
    return no_index;
}

}  // namespace detail

namespace kvm {

/// The features of Map that tables have, CPUID and MSRs together.
template <class Map = default_map>
constexpr basic_feature_set<Map> features_of(std::span<const kvm_cpuid_entry2> cpuid,
                                             std::span<const kvm_msr_entry> msrs = {}) {
    return detail::features_in<Map>(
        [&](std::uint32_t reg) { return detail::kvm_map_word<Map>(cpuid, msrs, std::size_t{reg}); });
}

/// A host's tables as the data of a processor: for resolve(), with features_of() as what the hypervisor can give.
constexpr cpu_data data_of(const host& from) {
    cpu_data data;
    for (const kvm_cpuid_entry2& e : from.cpuid) data.set_cpuid(e.function, e.index, {e.eax, e.ebx, e.ecx, e.edx});
    for (const kvm_msr_entry& m : from.msrs) data.set_msr(m.index, m.data);
    return data;
}

}  // namespace kvm

}  // namespace cpumap::inline v0
