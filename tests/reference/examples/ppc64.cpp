// SPDX-License-Identifier: BSL-1.0
#include <cpumap/ppc64.hpp>

using guest = cpumap::ppc64::custom<"POWER9">;
static_assert(cpumap::ppc64::use<cpumap::default_map>::xml<guest> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>POWER9</model>\n"
              "</cpu>\n");
