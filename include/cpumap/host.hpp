// SPDX-License-Identifier: BSL-1.0
#pragma once

// Where host data comes from besides the processor that the program runs on: logical CPUs by number and whether all are
// alike, requests from a management controller, SMBIOS. cpumap.hpp has what reads this processor.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/host/linux.hpp>
#include <cpumap/host/native.hpp>
#include <cpumap/host/out_of_band.hpp>
#include <cpumap/host/smbios.hpp>
#include <cpumap/host/survey.hpp>

#endif
