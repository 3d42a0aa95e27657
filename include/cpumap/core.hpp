// SPDX-License-Identifier: BSL-1.0
#pragma once

// What needs no Boost and no operating system: maps, handles, host data, decoding, comparing. For firmware as it is;
// with <cpumap/emit/xml.hpp> on top, which needs the headers of Boost.PFR, it writes XML too.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/match/rules.hpp>
#include <cpumap/match/use.hpp>

#endif
