// SPDX-License-Identifier: BSL-1.0
#pragma once

// ARM processors: namespace cpumap::arm. What has no Boost is <cpumap/match/arm.hpp>.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/host/native_arm.hpp>
#include <cpumap/match/arm.hpp>
#include <cpumap/policy/policy.hpp>

namespace cpumap::inline v0::arm {

using cpumap::write_xml;
using cpumap::xml;
using cpumap::xml_size;

}  // namespace cpumap::inline v0::arm

#endif
