// SPDX-License-Identifier: BSL-1.0
#pragma once

// Tables beside tables: whether a guest that was started elsewhere can come to this host, and whether KVM kept what
// it was given.

#include <cpumap/kvm/tables.hpp>
#include <cpumap/kvm/vcpu.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace cpumap::inline v0 {

namespace kvm {

/// What keeps a guest with saved tables from a host.
template <class Map>
struct basic_arrival {
    basic_feature_set<Map> missing{};  ///< features that the guest has and the host's KVM cannot give
    bool other_vendor = false;         ///< the guest has seen a processor of another vendor
    bool narrow_addresses = false;     ///< the guest has wider physical addresses
    bool other_states = false;         ///< XSAVE saves parts of the state that are not here, or not in the same place
    std::uint32_t other_words = 0;     ///< words with bits that no feature of the map names and the host has not
    word_difference first_word{};      ///< the first of them: the guest's word, and what of it the host can give

    /// Whether nothing keeps it.
    constexpr explicit operator bool() const {
        return missing.empty() && !other_vendor && !narrow_addresses && !other_states && other_words == 0;
    }
};

/// In what KVM does not hold what it was given.
template <class Map>
struct basic_read_back {
    basic_feature_set<Map> dropped{};   ///< features that were set and are gone
    basic_feature_set<Map> appeared{};  ///< features that were not set and are there
    std::uint32_t other_words = 0;      ///< words that differ in bits that no feature of the map names
    word_difference first_word{};       ///< the first of them: what was set, and what is there

    /// Whether all is as it was set.
    constexpr explicit operator bool() const { return dropped.empty() && appeared.empty() && other_words == 0; }
};

}  // namespace kvm

namespace detail {

/// A register whose bits each stand for something that a processor can do.
struct kvm_flags {
    std::uint32_t leaf;
    std::uint32_t subleaf;
    char part;
};
/// Those that no map need name.
inline constexpr kvm_flags kvm_flag_words[] = {
    {1, 0, 'c'},          {1, 0, 'd'},          {6, 0, 'a'},          {7, 0, 'b'},          {7, 0, 'c'},
    {7, 0, 'd'},          {7, 1, 'a'},          {7, 1, 'b'},          {7, 1, 'c'},          {7, 1, 'd'},
    {7, 2, 'd'},          {0xd, 0, 'a'},        {0xd, 0, 'd'},        {0xd, 1, 'a'},        {0xd, 1, 'c'},
    {0xd, 1, 'd'},        {0x12, 0, 'a'},       {0x12, 1, 'a'},       {0x14, 0, 'b'},       {0x14, 0, 'c'},
    {0x1e, 1, 'a'},       {0x40000001, 0, 'a'}, {0x80000001, 0, 'c'}, {0x80000001, 0, 'd'}, {0x80000007, 0, 'b'},
    {0x80000007, 0, 'd'}, {0x80000008, 0, 'b'}, {0x8000000a, 0, 'd'}, {0x8000001f, 0, 'a'}, {0x80000021, 0, 'a'},
    {0xc0000001, 0, 'd'},
};

template <class Map>
constexpr std::uint32_t described_bits(std::uint32_t leaf, std::uint32_t subleaf, char part) {
    using tables = typename Map::x86;
    std::uint32_t bits = 0;
    for (std::size_t run = 0; run < tables::run_count; ++run) {
        const std::uint32_t r = tables::bit_runs[run];
        const std::uint32_t reg = r >> 10;
        if (tables::register_leaf[reg] == leaf && tables::register_subleaf[reg] == subleaf &&
            tables::register_part[reg] == part)
            bits |= 0xffffffffU >> (31 - (r & 31)) << (r >> 5 & 31);
    }
    return bits;
}

/// Bits of leaf 1 and 7 that the virtual machine or the guest itself sets, so that a host need not offer them.
constexpr std::uint32_t kvm_free_bits(const kvm_flags& f, const kvm::host& host) {
    std::uint32_t free = 0;
    for (const kvm_bit& b : {kvm_bits::hypervisor, kvm_bits::osxsave, kvm_bits::ht, kvm_bits::ospke})
        if (b.leaf == f.leaf && b.subleaf == f.subleaf && b.part == f.part) free |= b.mask();
    if (host.tsc_deadline && f.leaf == 1 && f.part == 'c') free |= kvm_bits::tsc_deadline.mask();
    return free;
}

/// The bits that the map names in a word of an MSR; of a VMX control those in the high word, see kvm_map_word().
template <class Map>
constexpr std::uint32_t described_msr_bits(std::uint32_t msr, bool high) {
    if (!is_vmx_control(msr)) return described_bits<Map>(msr, 0, high ? 'h' : 'l');
    return high ? described_bits<Map>(msr, 0, 'l') | described_bits<Map>(msr, 0, 'h') : 0;
}

/// Whether an MSR of VMX holds numbers, or bits that must be set, and not what it can do.
constexpr bool is_vmx_number(std::uint32_t msr) {
    return msr == 0x480 || msr == 0x485 || msr == 0x486 || msr == 0x488 || msr == 0x48a;
}

template <class Report>
constexpr void note_word(Report& r, const kvm::word_difference& w) {
    if (r.other_words++ == 0) r.first_word = w;
}

}  // namespace detail

namespace kvm {

/// Whether a guest whose vCPUs have these tables, saved when it was started, can run on a host; and if not, what is
/// missing. Where a CPU stands among the others does not count.
template <class Map = default_map>
constexpr basic_arrival<Map> can_arrive(std::span<const kvm_cpuid_entry2> cpuid, std::span<const kvm_msr_entry> msrs,
                                        const host& to) {
    using detail::kvm_find;
    basic_arrival<Map> r;
    const auto word = [](const kvm_cpuid_entry2* e, char part) {
        return e == nullptr ? 0U : detail::kvm_word(*e, part);
    };

    // Features, by the map's own registers.
    r.missing = features_of<Map>(cpuid, msrs) - features_of<Map>(to.cpuid, to.msrs);
    for (const detail::kvm_flags& f : detail::kvm_flag_words)
        for (std::uint32_t free = detail::kvm_free_bits(f, to), bit = 0; free != 0; free >>= 1, ++bit)
            if ((free & 1) != 0)
                if (const std::size_t i = detail::feature_of_bit<Map>({f.leaf, f.subleaf, f.part, bit});
                    i != detail::no_index)
                    r.missing.reset(i);

    // The other bits of words that are flags. Of two of leaf 7 a guest relies on those that are not set.
    for (const detail::kvm_flags& f : detail::kvm_flag_words) {
        const std::uint32_t guest = word(kvm_find(cpuid, f.leaf, f.subleaf), f.part);
        const std::uint32_t host = word(kvm_find(to.cpuid, f.leaf, f.subleaf), f.part);
        std::uint32_t lacks = guest & ~host & ~detail::kvm_free_bits(f, to);
        lacks &= ~detail::described_bits<Map>(f.leaf, f.subleaf, f.part);
        if (f.leaf == 7 && f.part == 'b') {
            const std::uint32_t inverted = f.subleaf == 0 ? detail::kvm_kept_bits(7, 0, 'b') : 0;
            lacks = (lacks & ~inverted) | (host & ~guest & inverted);
        }
        if (lacks != 0) detail::note_word(r, {f.leaf, f.subleaf, f.part, guest, guest & ~lacks});
    }
    // What the map calls a feature there and the guest may well have without the host: not set is more.
    for (const unsigned bit : {6U, 13U})
        if (const std::size_t i = detail::feature_of_bit<Map>({7, 0, 'b', bit}); i != detail::no_index)
            r.missing.reset(i);

    if (const auto* mine = kvm_find(cpuid, 0, 0), *theirs = kvm_find(to.cpuid, 0, 0); mine != nullptr) {
        cpu_data from;
        cpu_data other;
        from.set_cpuid(0, 0, {mine->eax, mine->ebx, mine->ecx, mine->edx});
        if (theirs != nullptr) other.set_cpuid(0, 0, {theirs->eax, theirs->ebx, theirs->ecx, theirs->edx});
        const std::size_t vendor = from.vendor_index<Map>();  // a name that the definition gave is none of the map's
        r.other_vendor = vendor != detail::no_index && vendor != other.vendor_index<Map>();
    }
    r.narrow_addresses =
        (word(kvm_find(cpuid, 0x80000008, 0), 'a') & 0xff) > (word(kvm_find(to.cpuid, 0x80000008, 0), 'a') & 0xff);
    for (std::uint32_t i = 2; i < 64; ++i) {
        const auto* mine = kvm_find(cpuid, 0xd, i);
        const auto* theirs = kvm_find(to.cpuid, 0xd, i);
        if (mine == nullptr || mine->eax == 0) continue;
        // Where supervisor states lie is not fixed, and EBX is 0 then.
        if (theirs == nullptr || theirs->eax != mine->eax || theirs->ebx != mine->ebx ||
            ((theirs->ecx ^ mine->ecx) & 3))
            r.other_states = true;
    }

    for (const kvm_msr_entry& m : msrs) {
        const kvm_msr_entry* theirs = detail::kvm_find_msr(to.msrs, m.index);
        const auto words = [](std::uint64_t v, bool high) { return static_cast<std::uint32_t>(high ? v >> 32 : v); };
        for (const bool high : {false, true}) {
            const char part = high ? 'h' : 'l';
            const std::uint32_t guest = words(m.data, high);
            const std::uint32_t host = theirs == nullptr ? 0 : words(theirs->data, high);
            std::uint32_t lacks = guest & ~host & ~detail::described_msr_bits<Map>(m.index, high);
            if (detail::is_vmx_control(m.index) && !high)  // what must be on here must be on there
                lacks = host & ~guest;
            else if (detail::is_vmx_number(m.index) && theirs != nullptr)  // the map's bits are in missing
                lacks = 0;
            if (lacks != 0) detail::note_word(r, {m.index, 0, part, guest, guest & ~lacks});
        }
    }
    return r;
}

/// Whether the tables that KVM gives back are those that it was given. What the guest turns on, and the size of the
/// state that it has turned on, do not count.
template <class Map = default_map>
constexpr basic_read_back<Map> compare_tables(std::span<const kvm_cpuid_entry2> set,
                                              std::span<const kvm_cpuid_entry2> got,
                                              std::span<const kvm_msr_entry> msrs_set = {},
                                              std::span<const kvm_msr_entry> msrs_got = {}) {
    basic_read_back<Map> r;
    const auto osxsave = detail::kvm_bits::osxsave.mask();
    const auto ospke = detail::kvm_bits::ospke.mask();
    auto before = features_of<Map>(set, msrs_set);
    auto after = features_of<Map>(got, msrs_got);
    for (const detail::kvm_bit& b : {detail::kvm_bits::osxsave, detail::kvm_bits::ospke})
        if (const std::size_t i = detail::feature_of_bit<Map>(b); i != detail::no_index) {
            before.reset(i);
            after.reset(i);
        }
    r.dropped = before - after;
    r.appeared = after - before;
    const auto compare = [&](const kvm_cpuid_entry2& e, const kvm_cpuid_entry2* other, bool e_was_set) {
        for (const char part : {'a', 'b', 'c', 'd'}) {
            std::uint32_t dynamic = detail::described_bits<Map>(e.function, e.index, part);
            if (e.function == 1 && part == 'c') dynamic |= osxsave;
            if (e.function == 7 && e.index == 0 && part == 'c') dynamic |= ospke;
            if (e.function == 0xd && e.index < 2 && part == 'b') dynamic = ~std::uint32_t{0};
            const std::uint32_t mine = detail::kvm_word(e, part);
            const std::uint32_t theirs = other == nullptr ? 0 : detail::kvm_word(*other, part);
            if (((mine ^ theirs) & ~dynamic) != 0)
                detail::note_word(r, {e.function, e.index, part, e_was_set ? mine : theirs, e_was_set ? theirs : mine});
        }
    };
    for (const kvm_cpuid_entry2& e : set) compare(e, detail::kvm_find(got, e.function, e.index), true);
    for (const kvm_cpuid_entry2& e : got)
        if (detail::kvm_find(set, e.function, e.index) == nullptr) compare(e, nullptr, false);
    for (const kvm_msr_entry& m : msrs_set) {
        const kvm_msr_entry* other = detail::kvm_find_msr(msrs_got, m.index);
        const std::uint64_t now = other == nullptr ? 0 : other->data;
        for (const bool high : {false, true}) {
            const char part = high ? 'h' : 'l';
            const auto mine = static_cast<std::uint32_t>(high ? m.data >> 32 : m.data);
            const auto theirs = static_cast<std::uint32_t>(high ? now >> 32 : now);
            if (((mine ^ theirs) & ~detail::described_msr_bits<Map>(m.index, high)) != 0)
                detail::note_word(r, {m.index, 0, part, mine, theirs});
        }
    }
    return r;
}

}  // namespace kvm

}  // namespace cpumap::inline v0
