// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

// The element's parts are plain aggregates, whose types say how each is called in XML.
constexpr cpumap::xml_element::topology_element<cpumap::default_map> shape{{1U}, {}, {}, {4U}, {2U}};
static_assert(*shape.cores.value == 4 && !shape.dies.value);
static_assert(cpumap::xml_element::name_of(cpumap::mode::host_passthrough) == "host-passthrough");
