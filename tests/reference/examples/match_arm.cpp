// SPDX-License-Identifier: BSL-1.0
#include <cpumap/arm.hpp>

// A Neoverse N1, by its MIDR_EL1, on a kernel that reports two features.
constexpr auto host = cpumap::arm::decode_host({.midr = 0x413fd0c1, .hwcap = 0b11});
static_assert(host && host->model().name() == "Neoverse-N1" && host->vendor() == "ARM");
static_assert(host && host->features().contains(cpumap::arm::feature<"asimd">));
