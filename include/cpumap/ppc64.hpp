// SPDX-License-Identifier: BSL-1.0
#pragma once

// POWER processors: namespace cpumap::ppc64. What has no Boost is <cpumap/match/ppc64.hpp>.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/host/native_ppc64.hpp>
#include <cpumap/match/ppc64.hpp>
#include <cpumap/policy/policy.hpp>

namespace cpumap::inline v0::ppc64 {

using cpumap::write_xml;
using cpumap::xml;
using cpumap::xml_size;

}  // namespace cpumap::inline v0::ppc64

#endif
