// SPDX-License-Identifier: BSL-1.0
#pragma once

// What both units define inline, with something of every part of the library, and what one of them asks the other.

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

#include <cstddef>
#include <string_view>

inline std::string_view text() { return cpumap::xml<cpumap::custom<"IvyBridge", cpumap::require<"pcid">>>; }

inline std::size_t count() {
    const auto data = cpumap::native_cpu_data();
    return cpumap::models().size() + cpumap::use<cpumap::maps::libvirt_0_10>::models().size() +
           cpumap::use<cpumap::maps::libvirt_9_0>::models().size() +
           cpumap::use<cpumap::maps::libvirt_11_3>::models().size() +
           (data && cpumap::host_model<>::resolve(*data) ? 1 : 0);
}

std::string_view text_of_the_other();
std::size_t count_of_the_other();
