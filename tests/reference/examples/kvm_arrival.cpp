// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/kvm/arrival.hpp>

#include <array>

constexpr std::array guest{cpumap::kvm::cpuid_entry(1, {0x000306a9, 0, 0x02000001, 0x178bfbff})};
constexpr std::array host{cpumap::kvm::cpuid_entry(1, {0x000106a5, 0, 0x00000001, 0x178bfbff})};

constexpr auto arrival = cpumap::kvm::can_arrive(guest, {}, cpumap::kvm::host{.cpuid = host});
static_assert(!arrival && arrival.missing.contains(cpumap::feature<"aes">) && arrival.missing.size() == 1);
