// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/convert.hpp>

constexpr cpumap::guest_cpu guest(cpumap::model<"Skylake-Server">);
constexpr auto there = cpumap::convert<cpumap::maps::libvirt_9_0>(guest);
static_assert(there && there->model().name() == guest.model().name());

constexpr auto unknown = cpumap::convert<cpumap::maps::libvirt_9_0>(cpumap::guest_cpu(cpumap::model<"SapphireRapids">));
static_assert(unknown.error().code() == cpumap::errc::unknown_model && unknown.error().name() == "SapphireRapids");
