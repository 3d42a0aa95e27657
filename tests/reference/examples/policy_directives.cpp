// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">, cpumap::optional<"invtsc">, cpumap::disable<"avx">,
                             cpumap::extra_flags<"+aes", "-f16c">>;
static_assert(guest::features().contains(cpumap::feature<"pcid">));
static_assert(!guest::features().contains(cpumap::feature<"f16c">));
