// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a processor says of itself: CPUID words and feature MSRs as they were read, and the signature, vendor and
// features that a map finds in them.

#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/handles.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

// Where calls would take longer than what is called, and compilers, which count the calls, make them nevertheless; and
// where they would need a table for what is a constant otherwise.
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define CPUMAP_DETAIL_CONSTANT __attribute__((always_inline))
#else
#define CPUMAP_DETAIL_CONSTANT
#endif
#if defined(__OPTIMIZE_SIZE__)
#define CPUMAP_DETAIL_INLINE
#else
#define CPUMAP_DETAIL_INLINE CPUMAP_DETAIL_CONSTANT
#endif

namespace cpumap::inline v0 {

/// The four registers that CPUID returns.
struct cpuid_registers {
    std::uint32_t eax = 0;  ///< the register EAX
    std::uint32_t ebx = 0;  ///< the register EBX
    std::uint32_t ecx = 0;  ///< the register ECX
    std::uint32_t edx = 0;  ///< the register EDX

    friend constexpr bool operator==(const cpuid_registers&, const cpuid_registers&) = default;
};

/// Family, model and stepping of a processor, from EAX of CPUID leaf 1.
class cpu_signature {
public:
    /// No signature.
    constexpr cpu_signature() = default;
    /// From EAX of CPUID leaf 1.
    constexpr explicit cpu_signature(std::uint32_t leaf1_eax) : bits_(leaf1_eax & 0x0fff3fff) {}
    /// From the displayed numbers: family up to 270, model up to 255, stepping up to 15.
    constexpr cpu_signature(std::uint32_t family, std::uint32_t model, std::uint32_t stepping)
        : bits_((family > 15 ? (family - 15) << 20 | 15U << 8 : family << 8) | (model & 0xf0) << 12 |
                (model & 0xf) << 4 | (stepping & 0xf)) {}

    /// Extended family added.
    [[nodiscard]] constexpr std::uint32_t family() const { return (bits_ >> 20 & 0xff) + (bits_ >> 8 & 0xf); }
    /// Extended model added.
    [[nodiscard]] constexpr std::uint32_t model() const { return (bits_ >> 12 & 0xf0) + (bits_ >> 4 & 0xf); }
    /// 0 to 15.
    [[nodiscard]] constexpr std::uint32_t stepping() const { return bits_ & 0xf; }
    /// The number as libvirt prints it, made of family, model and stepping alone.
    [[nodiscard]] constexpr std::uint32_t number() const { return cpu_signature(family(), model(), stepping()).bits_; }
    /// Whether there is a signature at all: data without CPUID leaf 1 has none.
    constexpr explicit operator bool() const { return bits_ != 0; }

    /// Of the same family, model and stepping.
    friend constexpr bool operator==(const cpu_signature& a, const cpu_signature& b) {
        return a.family() == b.family() && a.model() == b.model() && a.stepping() == b.stepping();
    }

private:
    std::uint32_t bits_ = 0;
};

namespace detail {

/// The strings of a map's vendors as leaf 0 gives them: EBX, EDX, ECX.
template <class Map>
struct vendor_word_table {
    std::uint32_t words[Map::x86::vendor_count + 1][3]{};

    constexpr vendor_word_table() {
        for (std::size_t i = 0; i < 12 * std::size_t{Map::x86::vendor_count}; ++i)
            words[i / 12][i % 12 / 4] |= std::uint32_t{static_cast<unsigned char>(Map::x86::vendor_strings[i])}
                                         << (i % 4 * 8);
    }
};
template <class Map>
inline constexpr vendor_word_table<Map> vendor_words{};

}  // namespace detail

/// CPUID leaves and MSRs of one processor, of any map: what is set is kept, whether a map uses it or not, up to a
/// capacity.
class cpu_data {
public:
    /// How many CPUID leaves and MSRs it holds together; recorded machines have up to about 70.
    static constexpr std::size_t capacity = 240;

    /// What is kept of one leaf or MSR.
    struct entry {
        bool is_msr;                ///< whether it is an MSR, not a CPUID leaf
        std::uint32_t leaf;         ///< or the MSR's index
        std::uint32_t subleaf;      ///< 0 for an MSR
        cpuid_registers registers;  ///< of an MSR EAX is the low word and EDX the high one
    };

    /// No leaf and no MSR.
    constexpr cpu_data() {
        // Clearing memory that size() hides is wasted at run time, but a constant must not hold anything undefined.
        if (std::is_constant_evaluated()) kept_ = {};
    }

    /// Sets the words of a CPUID leaf (EAX) and subleaf (ECX), over those set before. Returns whether they were kept:
    /// false when capacity is used up, and then complete() is false too.
    constexpr bool set_cpuid(std::uint32_t leaf, std::uint32_t subleaf, const cpuid_registers& registers) {
        return put({leaf, subleaf, {registers.eax, registers.ebx, registers.ecx, registers.edx}, false});
    }
    /// Sets an MSR; returns as set_cpuid().
    constexpr bool set_msr(std::uint32_t index, std::uint64_t value) {
        return put(
            {index, 0, {static_cast<std::uint32_t>(value), 0, 0, static_cast<std::uint32_t>(value >> 32)}, true});
    }

    /// The words of a leaf and subleaf, if they were set.
    [[nodiscard]] constexpr given<cpuid_registers> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const {
        const std::size_t n = find(false, leaf, subleaf);
        if (n == 0) return {};
        return registers_of(kept_.at[n - 1]);
    }
    /// The value of an MSR, if it was set.
    [[nodiscard]] constexpr given<std::uint64_t> msr(std::uint32_t index) const {
        const std::size_t n = find(true, index, 0);
        if (n == 0) return {};
        const cpuid_registers r = registers_of(kept_.at[n - 1]);
        return given<std::uint64_t>(std::uint64_t{r.edx} << 32 | r.eax);
    }
    /// How many leaves and MSRs are kept.
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    /// Entry i, below size(), in the order in which they were first set.
    [[nodiscard]] constexpr entry operator[](std::size_t i) const {
        const slot& s = kept_.at[i];
        return {s.is_msr, s.leaf, s.subleaf, registers_of(s)};
    }
    /// Whether everything set was kept.
    [[nodiscard]] constexpr bool complete() const { return !dropped_; }

    /// From leaf 1; without a value where that is missing.
    [[nodiscard]] constexpr cpu_signature signature() const {
        const std::size_t n = find(false, 1, 0);
        return cpu_signature(n == 0 ? 0 : kept_.at[n - 1].words[0]);
    }
    /// The twelve bytes of leaf 0 in the order EBX, EDX, ECX; empty where that is missing.
    template <class Text = inline_text<12>>  // a template, so that it costs nothing where it is not called
    [[nodiscard]] constexpr Text vendor_string() const {
        const std::size_t n = find(false, 0, 0);
        if (n == 0) return {};
        char text[12]{};
        const cpuid_registers r = registers_of(kept_.at[n - 1]);
        const std::uint32_t words[3] = {r.ebx, r.edx, r.ecx};
        for (std::size_t i = 0; i < 12; ++i) text[i] = static_cast<char>(words[i / 4] >> (i % 4 * 8) & 0xff);
        return Text({static_cast<const char*>(text), std::size_t{12}});
    }
    /// The name that Map gives the vendor ("Intel"); empty where the map does not know it.
    template <class Map = default_map>
    [[nodiscard]] constexpr std::string_view vendor() const {
        return detail::vendor_name<Map>(vendor_index<Map>());
    }
    /// The features of Map that the words show.
    template <class Map = default_map>
    [[nodiscard]] constexpr basic_feature_set<Map> features() const;

    /// The vendor as an index into Map's vendors, or detail::no_index.
    template <class Map>
    [[nodiscard]] constexpr std::size_t vendor_index() const {
        const std::size_t n = find(false, 0, 0);
        if (n == 0) return detail::no_index;
        const cpuid_registers r = registers_of(kept_.at[n - 1]);
        constexpr const auto& words = detail::vendor_words<Map>.words;
        for (std::size_t i = 0; i < Map::x86::vendor_count; ++i)
            // As libvirt does it: the bits of the vendor's string must be set, and others may be.
            if ((words[i][0] & ~r.ebx) == 0 && (words[i][1] & ~r.edx) == 0 && (words[i][2] & ~r.ecx) == 0) return i;
        return detail::no_index;
    }

private:
    // What is kept of an entry, without default values: making an array of these costs nothing.
    struct slot {
        std::uint32_t leaf, subleaf;
        std::uint32_t words[4];  // EAX, EBX, ECX, EDX
        bool is_msr;
    };
    static constexpr cpuid_registers registers_of(const slot& s) {
        return {s.words[0], s.words[1], s.words[2], s.words[3]};
    }

    // A hash table: index_ holds an entry's number + 1, or 0.
    static constexpr std::size_t index_size = 512;

    static constexpr std::size_t place_of(bool is_msr, std::uint32_t leaf, std::uint32_t subleaf) {
        return ((leaf + is_msr) * 0x9e3779b1U + subleaf * 0x85ebca77U) >> 23;
    }

    // An entry's number + 1, or 0. Not a pointer: g++ takes comparing one into a temporary with null for no constant.
    CPUMAP_DETAIL_INLINE constexpr std::size_t find(bool is_msr, std::uint32_t leaf, std::uint32_t subleaf) const {
        return index_[find_from(place_of(is_msr, leaf, subleaf), is_msr, leaf, subleaf)];
    }
    // Where in index_ an entry is, or would be.
    CPUMAP_DETAIL_INLINE constexpr std::size_t find_from(std::size_t at, bool is_msr, std::uint32_t leaf,
                                                         std::uint32_t subleaf) const {
        for (; index_[at] != 0; at = (at + 1) % index_size) {
            const slot& e = kept_.at[index_[at] - 1U];
            if (e.leaf == leaf && e.subleaf == subleaf && e.is_msr == is_msr) break;
        }
        return at;
    }

    constexpr bool put(const slot& given) {
        const std::size_t at =
            find_from(place_of(given.is_msr, given.leaf, given.subleaf), given.is_msr, given.leaf, given.subleaf);
        if (index_[at] != 0) {
            kept_.at[index_[at] - 1U] = given;
            return true;
        }
        if (size_ == capacity) {
            dropped_ = true;
            return false;
        }
        kept_.at[size_] = given;
        index_[at] = ++size_;
        return true;
    }

    template <class Map, std::size_t... Register, std::size_t... Piece>
    constexpr basic_feature_set<Map> gather(std::index_sequence<Register...>, std::index_sequence<Piece...>) const;

    // All of it in one class, so that one assignment clears it.
    struct slots {
        slot at[capacity];
    };
    slots kept_;
    std::uint8_t index_[index_size]{};
    std::uint8_t size_ = 0;
    bool dropped_ = false;  // not its opposite: static data that is all zeros takes no room in a program's image
};

namespace detail {

/// Whether a register of the map is of another leaf or MSR than the one before it.
template <class Map>
constexpr bool is_first_of_leaf(std::size_t i) {
    using tables = typename Map::x86;
    return i == 0 || is_msr_register<Map>(i) != is_msr_register<Map>(i - 1) ||
           tables::register_leaf[i] != tables::register_leaf[i - 1] ||
           tables::register_subleaf[i] != tables::register_subleaf[i - 1];
}

/// How the registers of a map become a feature set, worked out by the compiler: for every run of bits where it comes
/// from and where it goes, cut where it would cross from one word of the set to the next.
template <class Map>
struct gather_plan {
    using tables = typename Map::x86;
    struct piece {
        std::uint32_t mask = 0;
        std::uint16_t from_register = 0;
        std::uint16_t to_word = 0;
        std::uint8_t from_bit = 0;
        std::uint8_t to_bit = 0;
    };
    // Where a register is read from.
    struct source {
        std::uint32_t leaf = 0;
        std::uint32_t subleaf = 0;
        bool is_msr = false;
        bool another_leaf = false;  // than the one before it, or MSR
        std::uint8_t part = 0;      // EAX, EBX, ECX, EDX
    };
    piece pieces[tables::run_count + tables::set_words]{};
    std::size_t piece_count = 0;
    source sources[tables::register_count + 1]{};

    constexpr gather_plan() {
        for (std::size_t i = 0; i < tables::register_count; ++i) {
            const char part = tables::register_part[i];
            source& s = sources[i];
            s.leaf = tables::register_leaf[i];
            s.subleaf = tables::register_subleaf[i];
            s.is_msr = is_msr_register<Map>(i);
            s.another_leaf = is_first_of_leaf<Map>(i);
            s.part = part == 'a' || part == 'l' ? 0 : part == 'b' ? 1 : part == 'c' ? 2 : 3;
        }
        std::size_t at = 0;
        for (std::size_t run = 0; run < tables::run_count; ++run) {
            const std::uint32_t r = tables::bit_runs[run];
            std::uint32_t from = r >> 5 & 31;
            for (std::uint32_t left = (r & 31) + 1; left > 0;) {
                const auto room = static_cast<std::uint32_t>(64 - at % 64);
                const std::uint32_t length = left < room ? left : room;
                piece& p = pieces[piece_count++];
                p.mask = 0xffffffffU >> (32 - length);
                p.from_register = static_cast<std::uint16_t>(r >> 10);
                p.to_word = static_cast<std::uint16_t>(at / 64);
                p.from_bit = static_cast<std::uint8_t>(from);
                p.to_bit = static_cast<std::uint8_t>(at % 64);
                at += length;
                from += length;
                left -= length;
            }
        }
    }
};
template <class Map>
inline constexpr gather_plan<Map> plan_of{};

/// What data decoding takes for a map.
template <class Map>
struct data_for {
    using type = cpu_data;
};

}  // namespace detail

// Written out by the compiler, register by register and run by run, so that all shifts and masks are constants: a
// loop over the tables takes four times as many instructions.
template <class Map, std::size_t... Register, std::size_t... Piece>
constexpr basic_feature_set<Map> cpu_data::gather(std::index_sequence<Register...>,
                                                  std::index_sequence<Piece...>) const {
    using tables = typename Map::x86;
    constexpr const auto& plan = detail::plan_of<Map>;
    constexpr slot none{};
    const slot* found = &none;
    std::uint32_t words[sizeof...(Register) + 1]{};
    const auto read = [&](const typename detail::gather_plan<Map>::source& from) CPUMAP_DETAIL_CONSTANT {
        if (from.another_leaf) {
            const std::size_t n = find(from.is_msr, from.leaf, from.subleaf);
            found = n == 0 ? &none : &kept_.at[n - 1];
        }
        return found->words[from.part];
    };
    ((words[Register] = read(plan.sources[Register])), ...);
    std::uint64_t bits[tables::set_words]{};
    ((bits[plan.pieces[Piece].to_word] |=
      std::uint64_t{words[plan.pieces[Piece].from_register] >> plan.pieces[Piece].from_bit & plan.pieces[Piece].mask}
      << plan.pieces[Piece].to_bit),
     ...);
    return basic_feature_set<Map>::from_words(bits);
}

template <class Map>
constexpr basic_feature_set<Map> cpu_data::features() const {
    return gather<Map>(std::make_index_sequence<Map::x86::register_count>{},
                       std::make_index_sequence<detail::plan_of<Map>.piece_count>{});
}

}  // namespace cpumap::inline v0

#undef CPUMAP_DETAIL_INLINE
#undef CPUMAP_DETAIL_CONSTANT
