// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sets of features of one map: a bit for each feature, in map order.

#include <cpumap/base/names.hpp>
#include <cpumap/base/tables.hpp>

#include <cstddef>
#include <cstdint>

namespace cpumap::inline v0 {

template <class Map>
class basic_feature_ref;
template <class Map>
class basic_feature_list;

namespace detail {

/// Bits that are set. Our own, since std::popcount calls the compiler's runtime library where the processor has no
/// instruction for it.
constexpr unsigned count_bits(std::uint64_t v) {
    v -= (v >> 1) & 0x5555555555555555U;
    v = (v & 0x3333333333333333U) + ((v >> 2) & 0x3333333333333333U);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return static_cast<unsigned>((v * 0x0101010101010101U) >> 56);
}

// The numbers of the lowest and highest bit set; v is not 0. In halves where a long is one, since 64 bits take a call of
// the compiler's runtime library there.
constexpr unsigned lowest_bit_in_halves(std::uint64_t v) {
    const auto low = static_cast<std::uint32_t>(v);
    return static_cast<unsigned>(low != 0 ? __builtin_ctz(low)
                                          : 32 + __builtin_ctz(static_cast<std::uint32_t>(v >> 32)));
}
constexpr unsigned highest_bit_in_halves(std::uint64_t v) {
    const auto high = static_cast<std::uint32_t>(v >> 32);
    return static_cast<unsigned>(high != 0 ? 63 - __builtin_clz(high)
                                           : 31 - __builtin_clz(static_cast<std::uint32_t>(v)));
}
constexpr unsigned lowest_bit(std::uint64_t v) {
    if constexpr (sizeof(long) >= 8)
        return static_cast<unsigned>(__builtin_ctzll(v));
    else
        return lowest_bit_in_halves(v);
}
constexpr unsigned highest_bit(std::uint64_t v) {
    if constexpr (sizeof(long) >= 8)
        return 63U - static_cast<unsigned>(__builtin_clzll(v));
    else
        return highest_bit_in_halves(v);
}

}  // namespace detail

/// A set of features of Map. Iterates in map order, which is the order in which libvirt prints features.
template <class Map>
class basic_feature_set {
    using tables = detail::tables_of<Map>;

public:
    /// What the set holds.
    using value_type = basic_feature_ref<Map>;
    /// How many words from_words() takes.
    static constexpr std::size_t word_count = tables::set_words;

    /// The empty set.
    constexpr basic_feature_set() = default;

    /// Makes a set of words in which bit i % 64 of word i / 64 stands for feature i, as the tables of a map hold
    /// them. Bits that stand for no feature are dropped.
    static constexpr basic_feature_set from_words(const std::uint64_t (&words)[word_count]) {
        basic_feature_set set;
        for (std::size_t i = 0; i < word_count; ++i) set.words_[i] = words[i];
        if constexpr (tables::feature_count % 64 != 0 || tables::feature_count == 0)
            set.words_[word_count - 1] &= (std::uint64_t{1} << (tables::feature_count % 64)) - 1;
        return set;
    }

    /// Word i of the set, see from_words().
    [[nodiscard]] constexpr std::uint64_t word(std::size_t i) const { return words_[i]; }

    /// Whether the feature is in the set.
    [[nodiscard]] constexpr bool contains(value_type feature) const { return test(feature.index()); }
    /// Whether every feature of the other set is in this one.
    [[nodiscard]] constexpr bool includes(const basic_feature_set& other) const {
        for (std::size_t i = 0; i < word_count; ++i)
            if ((other.words_[i] & ~words_[i]) != 0) return false;
        return true;
    }
    /// Whether no feature is in the set.
    [[nodiscard]] constexpr bool empty() const {
        for (const std::uint64_t w : words_)
            if (w != 0) return false;
        return true;
    }
    /// How many features are in the set.
    [[nodiscard]] constexpr std::size_t size() const {
        std::size_t n = 0;
        for (const std::uint64_t w : words_) n += detail::count_bits(w);
        return n;
    }

    /// Puts the feature into the set, if it is not there.
    constexpr void insert(value_type feature) { set(feature.index()); }
    /// Takes the feature out of the set, if it is there.
    constexpr void erase(value_type feature) { reset(feature.index()); }

    /// Puts all features of the other set into this one.
    constexpr basic_feature_set& operator|=(const basic_feature_set& o) {
        for (std::size_t i = 0; i < word_count; ++i) words_[i] |= o.words_[i];
        return *this;
    }
    /// Takes out all features that are not in the other set.
    constexpr basic_feature_set& operator&=(const basic_feature_set& o) {
        for (std::size_t i = 0; i < word_count; ++i) words_[i] &= o.words_[i];
        return *this;
    }
    /// Takes out all features of the other set.
    constexpr basic_feature_set& operator-=(const basic_feature_set& o) {
        for (std::size_t i = 0; i < word_count; ++i) words_[i] &= ~o.words_[i];
        return *this;
    }
    /// The features of either set.
    friend constexpr basic_feature_set operator|(basic_feature_set a, const basic_feature_set& b) { return a |= b; }
    /// The features of both sets.
    friend constexpr basic_feature_set operator&(basic_feature_set a, const basic_feature_set& b) { return a &= b; }
    /// The features of a that are not in b.
    friend constexpr basic_feature_set operator-(basic_feature_set a, const basic_feature_set& b) { return a -= b; }
    friend constexpr bool operator==(const basic_feature_set&, const basic_feature_set&) = default;

    /// By index in map order; the index is below the map's number of features.
    [[nodiscard]] constexpr bool test(std::size_t index) const {
        // By the sign: g++ 12 at -O2 can take a comparison of this bit, shifted down, with another such bit for one of
        // what they were shifted out of.
        return static_cast<std::int64_t>(words_[index / 64] << (63 - index % 64)) < 0;
    }
    /// As insert(), by index.
    constexpr void set(std::size_t index) { words_[index / 64] |= std::uint64_t{1} << (index % 64); }
    /// As erase(), by index.
    constexpr void reset(std::size_t index) { words_[index / 64] &= ~(std::uint64_t{1} << (index % 64)); }

    /// Over the features of the set, in map order.
    class iterator {
    public:
        /// What the set holds.
        using value_type = basic_feature_ref<Map>;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr value_type operator*() const {
            return value_type::from_index(word_ * 64 + detail::lowest_bit(rest_));
        }
        constexpr iterator& operator++() {
            rest_ &= rest_ - 1;
            skip();
            return *this;
        }
        constexpr iterator operator++(int) {
            iterator old = *this;
            ++*this;
            return old;
        }
        friend constexpr bool operator==(const iterator&, const iterator&) = default;

    private:
        friend basic_feature_set;
        constexpr iterator(const std::uint64_t* words, std::size_t word) : words_(words), word_(word) {
            if (word_ < word_count) rest_ = words_[word_];
            skip();
        }
        constexpr void skip() {
            while (rest_ == 0 && word_ < word_count)
                if (++word_ < word_count) rest_ = words_[word_];
        }

        const std::uint64_t* words_ = nullptr;
        std::uint64_t rest_ = 0;
        std::size_t word_ = 0;
    };

    /// The first feature in map order.
    [[nodiscard]] constexpr iterator begin() const { return {words_, 0}; }
    /// Behind the last feature.
    [[nodiscard]] constexpr iterator end() const { return {words_, word_count}; }

private:
    template <class>
    friend class basic_feature_list;

    std::uint64_t words_[word_count]{};
};

}  // namespace cpumap::inline v0
