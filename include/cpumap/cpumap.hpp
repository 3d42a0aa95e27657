// SPDX-License-Identifier: BSL-1.0
#pragma once

// Everything but the maps of older libvirts, which are headers of their own: <cpumap/maps/libvirt_9_0.hpp>.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/emit/qemu.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/host/native.hpp>
#include <cpumap/match/rules.hpp>
#include <cpumap/match/use.hpp>
#include <cpumap/policy/policy.hpp>

#endif
