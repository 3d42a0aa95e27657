// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">>;
static_assert(cpumap::xml<guest> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>IvyBridge</model>\n"
              "  <feature policy='require' name='pcid'/>\n"
              "</cpu>\n");
