// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr auto host = cpumap::host_cpu::of<"Haswell-noTSX">();
constexpr auto answer = cpumap::compare(host, cpumap::guest_cpu(cpumap::model<"Haswell">));
static_assert(answer.outcome == cpumap::verdict::incompatible);
static_assert(answer.reason == cpumap::reason::missing_features);
static_assert(answer.missing.contains(cpumap::feature<"rtm">) && answer.missing.contains(cpumap::feature<"hle">));

static_assert(cpumap::compare(host, cpumap::guest_cpu(cpumap::model<"Nehalem">)).outcome == cpumap::verdict::superset);
