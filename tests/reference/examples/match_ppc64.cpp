// SPDX-License-Identifier: BSL-1.0
#include <cpumap/ppc64.hpp>

constexpr auto host = cpumap::ppc64::decode_host({.pvr = 0x004e1202});
static_assert(host && host->model().name() == "POWER9");
