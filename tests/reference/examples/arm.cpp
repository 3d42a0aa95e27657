// SPDX-License-Identifier: BSL-1.0
#include <cpumap/arm.hpp>

using guest = cpumap::arm::custom<"Neoverse-N1">;
static_assert(cpumap::arm::use<cpumap::default_map>::xml<guest> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>Neoverse-N1</model>\n"
              "</cpu>\n");
