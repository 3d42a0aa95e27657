// SPDX-License-Identifier: BSL-1.0
#pragma once

// For those who talk to Linux's KVM themselves: the CPUID tables and MSRs of vCPUs from the same definition that
// makes the XML. Not in cpumap.hpp, and for Linux alone; what asks the kernel nothing is <cpumap/kvm/arrival.hpp>.

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "cpumap needs C++20: compile with -std=c++20 or later (g++ 12 and up, clang 14 and up)"
#elif !defined(__linux__) || !(defined(__x86_64__) || defined(__i386__))
#error "cpumap/kvm.hpp is for Linux on x86: it takes the kernel's <linux/kvm.h>"
#else

#include <cpumap/base/version.hpp>
#include <cpumap/kvm/arrival.hpp>
#include <cpumap/kvm/device.hpp>
#include <cpumap/kvm/tables.hpp>
#include <cpumap/kvm/vcpu.hpp>
#include <cpumap/match/use.hpp>

#endif
