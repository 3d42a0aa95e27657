// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking up names in the tables of a map: in buckets, by binary search, and by nearness for the suggestion in an error.
// Text is std::string_view: functions that are templates cost compilers little where nobody calls them.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0::detail {

/// How the tables of a map write "no such index".
inline constexpr std::size_t no_index = 0xffff;

/// Name number i of a blob of names, see base/map.hpp.
template <class Names, class Offsets>
constexpr std::string_view name_at(const Names& names, const Offsets& at, std::size_t i) {
    return {&names[at[i]], static_cast<std::size_t>(at[i + 1] - at[i])};
}

/// The index of a name among the `count` names that `order` sorts, or no_index.
template <class Names, class Offsets, class Order>
constexpr std::size_t find_name(const Names& names, const Offsets& at, const Order& order, std::size_t count,
                                std::string_view name) {
    std::size_t low = 0;
    std::size_t high = count;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::size_t index = order[middle];
        const int c = name_at(names, at, index).compare(name);
        if (c == 0) return index;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return no_index;
}

/// The bucket of a name, by its length and some of its characters; see base/map.hpp. cpumap-codegen has its like.
template <class Text>
constexpr std::size_t bucket_of(Text name, std::size_t bucket_count) {
    const std::size_t size = name.size();
    if (size == 0) return 0;
    const auto at = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(name[i])}; };
    return (61 * at(0) + 37 * at(size / 2) + 23 * at(size * 3 / 4) + 19 * at(size - 1) + 11 * size) % bucket_count;
}

/// The index of a name in its bucket, or no_index.
template <class Names, class Offsets, class Buckets, class Indices>
constexpr std::size_t find_in_bucket(const Names& names, const Offsets& at, const Buckets& first,
                                     const Indices& indices, std::size_t bucket, std::string_view name) {
    for (std::size_t i = first[bucket]; i < first[bucket + 1]; ++i)
        if (name_at(names, at, indices[i]) == name) return indices[i];
    return no_index;
}

/// Whether a literal whose words end with a bar holds this word. Lists of names are such texts: a table of words would be
/// a table of pointers, which need relocation.
template <std::size_t Size>
constexpr bool has_word(const char (&words)[Size], std::string_view word) {
    for (std::size_t first = 0; first + 1 < Size; ++first) {
        const std::size_t begin = first;
        while (words[first] != '|') ++first;
        if (std::string_view(words + begin, first - begin) == word) return true;
    }
    return false;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Equal but for the case of ASCII letters.
template <class Text>
constexpr bool equal_ignoring_case(Text a, Text b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Which characters a text holds, ignoring case: two texts whose sets differ in n characters are at least n/2 edits
/// apart. It spares nearly all names the costly comparison below, without which one search would use up the steps
/// that clang allows a constant expression.
template <class Text>
constexpr std::uint64_t characters_of(Text text) {
    std::uint64_t set = 0;
    for (const char c : text) set |= std::uint64_t{1} << (static_cast<unsigned char>(lower(c)) & 63U);
    return set;
}

/// The number of insertions, deletions and replacements that turn one text into the other, ignoring case; what is more
/// than `limit` (at most 3) comes out as limit + 1. Only the diagonal band that can stay within the limit is computed.
template <class Text>
constexpr unsigned edit_distance(Text a, Text b, unsigned limit) {
    constexpr std::size_t longest = 40;
    const std::size_t difference = a.size() < b.size() ? b.size() - a.size() : a.size() - b.size();
    if (difference > limit || b.size() > longest) return limit + 1;
    unsigned row[longest + 1]{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j <= limit ? static_cast<unsigned>(j) : limit + 1;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        const std::size_t from = i > limit ? i - limit : 1;
        const std::size_t to = i + limit < b.size() ? i + limit : b.size();
        unsigned diagonal = row[from - 1];
        row[from - 1] = from == 1 && i <= limit ? static_cast<unsigned>(i) : limit + 1;
        unsigned best = row[from - 1];
        for (std::size_t j = from; j <= to; ++j) {
            const unsigned above = j == i + limit ? limit + 1 : row[j];
            unsigned cost = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            if (above + 1 < cost) cost = above + 1;
            if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = cost;
            if (cost < best) best = cost;
        }
        if (best > limit) return limit + 1;
    }
    return row[b.size()] > limit ? limit + 1 : row[b.size()];
}

/// The index of the name nearest to a text that is no name: at most a few letters away, else the first that begins
/// with it, else no_index. Of equally near names the first in map order.
template <class Names, class Offsets, class Text>
constexpr std::size_t nearest_name(const Names& names, const Offsets& at, std::size_t count, Text text) {
    const unsigned limit = text.size() < 4 ? 1 : text.size() < 10 ? 2 : 3;
    const std::uint64_t wanted = characters_of(text);
    std::size_t nearest = no_index;
    std::size_t longer = no_index;
    unsigned distance = limit + 1;
    for (std::size_t i = 0; i < count && distance > 0; ++i) {
        const std::string_view name = name_at(names, at, i);
        if (name.size() > text.size() + limit) {
            if (longer == no_index && text.size() >= 3 && equal_ignoring_case(name.substr(0, text.size()), text))
                longer = i;
            continue;
        }
        if (name.size() + limit < text.size()) continue;
        unsigned other = 0;
        for (std::uint64_t rest = characters_of(name) ^ wanted; rest != 0 && other <= 2 * limit; rest &= rest - 1)
            ++other;
        if (other > 2 * limit) continue;
        const unsigned d = edit_distance(name, text, distance - 1);
        if (d < distance) {
            distance = d;
            nearest = i;
        }
    }
    return nearest != no_index ? nearest : longer;
}

}  // namespace cpumap::inline v0::detail
