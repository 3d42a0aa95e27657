// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

// Maps, decoding and comparing, without Boost.
constexpr auto fits = cpumap::compare(cpumap::host_cpu::of<"EPYC-Milan">(), cpumap::guest_cpu(cpumap::model<"EPYC">));
static_assert(fits.outcome == cpumap::verdict::superset);
