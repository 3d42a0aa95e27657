// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which tables handles, sets and definitions of a map are about.

#include <cstddef>
#include <cstdint>

namespace cpumap::inline v0::detail {

/// A map of libvirt stands for its x86 tables; a map of another architecture names its own here.
template <class Map>
struct map_tables {
    using type = typename Map::x86;
};

template <class Map>
using tables_of = typename map_tables<Map>::type;

/// Word w of a set in the tables: bit i stands for feature 64 * w + i.
template <class Tables>
constexpr std::uint64_t set_word(std::size_t set, std::size_t w) {
    const std::size_t at = 2 * (set * Tables::set_words + w);
    return Tables::sets[at] | std::uint64_t{Tables::sets[at + 1]} << 32;
}

/// Whether a map stands for x86 tables: what knows only x86 asks for it, so that it takes nothing else.
template <class Map>
concept x86_map = requires {
    typename Map::x86;
};

}  // namespace cpumap::inline v0::detail
