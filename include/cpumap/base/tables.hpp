// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which tables handles, sets and definitions of a map are about.

namespace cpumap::inline v0::detail {

/// A map of libvirt stands for its x86 tables; a map of another architecture names its own here.
template <class Map>
struct map_tables {
    using type = typename Map::x86;
};

template <class Map>
using tables_of = typename map_tables<Map>::type;

/// Whether a map stands for x86 tables: what knows only x86 asks for it, so that it takes nothing else.
template <class Map>
concept x86_map = requires {
    typename Map::x86;
};

}  // namespace cpumap::inline v0::detail
