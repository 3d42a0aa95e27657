// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

#include <array>

constexpr std::array hosts{cpumap::host_cpu::of<"Skylake-Server-IBRS">(), cpumap::host_cpu::of<"Cascadelake-Server">()};
constexpr auto common = cpumap::baseline(hosts);
static_assert(common && cpumap::compare(hosts[0], *common).outcome != cpumap::verdict::incompatible);
static_assert(common && cpumap::compare(hosts[1], *common).outcome != cpumap::verdict::incompatible);

// Every feature spelled out.
constexpr auto all = cpumap::baseline(hosts, {.expand = true});
static_assert(all && all->listed().with_policy(cpumap::feature_policy::require).contains(cpumap::feature<"sse2">));

// Processors of different vendors have no baseline.
constexpr std::array mixed{cpumap::host_cpu::of<"Haswell">(), cpumap::host_cpu::of<"EPYC">()};
static_assert(cpumap::baseline(mixed).error().code() == cpumap::errc::vendors_differ);
