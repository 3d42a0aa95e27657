// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/kvm/device.hpp>

// Gives a new vCPU the CPU that a policy says. The memory is static: together it takes some 36 KiB.
template <cpumap::mode_policy Cpu>
bool start(int kvm, int vcpu, unsigned number) {
    static cpumap::kvm::host_tables host_memory;
    static cpumap::kvm::vcpu_tables vcpu_memory;
    const auto host = cpumap::kvm::read_host(kvm, host_memory);
    if (!host) return false;  // host.error().name() says which call
    const auto set = cpumap::kvm::set_vcpu(vcpu, vcpu_memory, Cpu::definition(), *host, number);
    return set && set->report.missing().empty();
}

template bool start<cpumap::custom<"IvyBridge">>(int, int, unsigned);
