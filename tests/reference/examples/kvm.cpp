// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/kvm.hpp>

// The named model closest to what this host's KVM can give to guests.
inline cpumap::result<cpumap::guest_cpu> closest(int kvm) {
    static cpumap::kvm::host_tables memory;
    const auto host = cpumap::kvm::read_host(kvm, memory);
    if (!host) return host.error();
    return cpumap::host_model<>::resolve(cpumap::kvm::data_of(*host));
}
