// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/kvm/vcpu.hpp>

#include <array>

// What a recorded host's KVM offers, cut down to three leaves.
constexpr std::array offered{
    cpumap::kvm::cpuid_entry(0, {0xd, 0x756e6547, 0x6c65746e, 0x49656e69}),
    cpumap::kvm::cpuid_entry(1, {0x000306a9, 0, 0x7fbae3ff, 0xbfebfbff}),
    cpumap::kvm::cpuid_entry(0x80000001, {0, 0, 1, 0x28100800}),
};

constexpr auto missing = [] {
    std::array<kvm_cpuid_entry2, 256> entries{};
    std::array<kvm_msr_entry, 64> msrs{};
    const auto guest = cpumap::custom<"IvyBridge", cpumap::disable<"aes">>::definition();
    const auto vcpu = cpumap::kvm::make_vcpu(std::span<kvm_cpuid_entry2>(entries), std::span<kvm_msr_entry>(msrs),
                                             guest, cpumap::kvm::host{.cpuid = offered});
    return vcpu->report.missing();
}();
static_assert(missing.contains(cpumap::feature<"erms">));  // of leaf 7, which this host does not have
static_assert(!missing.contains(cpumap::feature<"avx">));
