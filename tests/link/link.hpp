// SPDX-License-Identifier: BSL-1.0
#pragma once

// What both units define inline, with something of every part of the library, and what one of them asks the other.

#include <cpumap/arm.hpp>
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/ppc64.hpp>

#if defined(__linux__) && (defined(__x86_64__) || defined(__i386__))
#include <cpumap/kvm.hpp>
#endif

#include <cstddef>
#include <string_view>

inline std::string_view text() { return cpumap::xml<cpumap::custom<"IvyBridge", cpumap::require<"pcid">>>; }

inline std::size_t count() {
    const auto data = cpumap::native_cpu_data();
    const auto power = cpumap::ppc64::native_cpu_data();
    const auto arm = cpumap::arm::native_cpu_data();
    return (power && cpumap::ppc64::host_model<>::resolve(*power) ? 1 : 0) +
           (arm && cpumap::arm::host_model<>::resolve(*arm) ? 1 : 0) + cpumap::ppc64::models().size() +
           cpumap::arm::models().size() + cpumap::models().size() +
           cpumap::qemu_cpu<cpumap::custom<"IvyBridge", cpumap::require<"pcid">>>.size() +
           cpumap::use<cpumap::maps::libvirt_0_10>::models().size() +
           cpumap::use<cpumap::maps::libvirt_9_0>::models().size() +
           cpumap::use<cpumap::maps::libvirt_11_3>::models().size() +
           (data && cpumap::host_model<>::resolve(*data) ? 1 : 0);
}

std::string_view text_of_the_other();
std::size_t count_of_the_other();

// Without a /dev/kvm behind the numbers it is false.
#if defined(__linux__) && (defined(__x86_64__) || defined(__i386__))
inline bool is_given_a_cpu(int kvm, int vcpu) {
    static cpumap::kvm::host_tables host_memory;
    static cpumap::kvm::vcpu_tables vcpu_memory;
    const auto host = cpumap::kvm::read_host(kvm, host_memory);
    return host && cpumap::kvm::set_vcpu(vcpu, vcpu_memory, cpumap::custom<"Nehalem">::definition(), *host) &&
           cpumap::kvm::can_arrive(vcpu_memory.cpuid.entries(), {}, *host);
}
#else
inline bool is_given_a_cpu(int, int) { return false; }
#endif
bool is_given_a_cpu_by_the_other(int kvm, int vcpu);
