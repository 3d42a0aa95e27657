// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

constexpr std::size_t size = [] {
    cpumap::xml_element::counting_sink sink;
    sink.put("<cpu/>");
    return sink.size();
}();
static_assert(size == 6);
