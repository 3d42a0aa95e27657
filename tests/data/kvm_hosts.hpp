// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the KVM of a few real processors offers to guests: their CPUID words, changed as KVM changes them, and the
// feature MSRs.

#include <cpumap/kvm.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace recorded {

using cpumap::kvm::cpuid_entry;

constexpr kvm_msr_entry msr_entry(std::uint32_t index, std::uint64_t value) {
    kvm_msr_entry m{};
    m.index = index;
    m.data = value;
    return m;
}

// clang-format off
/// Intel Xeon of the family Cooper Lake.
inline constexpr kvm_cpuid_entry2 cooper_lake_cpuid[] = {
    cpuid_entry(0x0, {0x0000001f, 0x756e6547, 0x6c65746e, 0x49656e69}),
    cpuid_entry(0x1, {0x0005065b, 0x73400800, 0xfefefbf7, 0xbfebfbff}),
    cpuid_entry(0x2, {0x76036301, 0x00f0b5ff, 0x00000000, 0x00c30000}),
    cpuid_entry(0x4, 0, {0x7c004121, 0x01c0003f, 0x0000003f, 0x00000000}),
    cpuid_entry(0x4, 1, {0x7c004122, 0x01c0003f, 0x0000003f, 0x00000000}),
    cpuid_entry(0x4, 2, {0x7c004143, 0x03c0003f, 0x000003ff, 0x00000000}),
    cpuid_entry(0x4, 3, {0x7c0fc163, 0x0280003f, 0x00008fff, 0x00000005}),
    cpuid_entry(0x4, 4, {0x00000000, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x6, {0x00000004, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x7, 0, {0x00000001, 0xd39ffffb, 0x00000818, 0xbc000400}),
    cpuid_entry(0x7, 1, {0x00000020, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0xa, {0x07300404, 0x00000000, 0x00000000, 0x00000603}),
    cpuid_entry(0xb, 0, {0x00000001, 0x00000002, 0x00000100, 0x00000073}),
    cpuid_entry(0xb, 1, {0x00000006, 0x00000024, 0x00000201, 0x00000073}),
    cpuid_entry(0xb, 2, {0x00000000, 0x00000000, 0x00000002, 0x00000073}),
    cpuid_entry(0xd, 0, {0x000002ff, 0x00000a88, 0x00000a88, 0x00000000}),
    cpuid_entry(0xd, 1, {0x0000000f, 0x00000a08, 0x00000100, 0x00000000}),
    cpuid_entry(0xd, 2, {0x00000100, 0x00000240, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 3, {0x00000040, 0x000003c0, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 4, {0x00000040, 0x00000400, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 5, {0x00000040, 0x00000440, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 6, {0x00000200, 0x00000480, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 7, {0x00000400, 0x00000680, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 8, {0x00000080, 0x00000000, 0x00000001, 0x00000000}),
    cpuid_entry(0xd, 9, {0x00000008, 0x00000a80, 0x00000000, 0x00000000}),
    cpuid_entry(0x12, 0, {0x00000000, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x14, 0, {0x00000001, 0x0000000f, 0x00000007, 0x00000000}),
    cpuid_entry(0x14, 1, {0x02490002, 0x003f3fff, 0x00000000, 0x00000000}),
    cpuid_entry(0x15, {0x00000002, 0x000000c8, 0x00000000, 0x00000000}),
    cpuid_entry(0x16, {0x000009c4, 0x00000ed8, 0x00000064, 0x00000000}),
    cpuid_entry(0x1f, 0, {0x00000001, 0x00000002, 0x00000100, 0x00000073}),
    cpuid_entry(0x1f, 1, {0x00000006, 0x00000024, 0x00000201, 0x00000073}),
    cpuid_entry(0x1f, 2, {0x00000000, 0x00000000, 0x00000002, 0x00000073}),
    cpuid_entry(0x40000000, {0x40000001, 0x4b4d564b, 0x564b4d56, 0x0000004d}),
    cpuid_entry(0x40000001, {0x01007efb, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x80000000, {0x80000008, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x80000001, {0x00000000, 0x00000000, 0x00000121, 0x2c100800}),
    cpuid_entry(0x80000002, {0x756e6547, 0x20656e69, 0x65746e49, 0x2952286c}),
    cpuid_entry(0x80000003, {0x55504320, 0x30303020, 0x00402530, 0x00000000}),
    cpuid_entry(0x80000004, {0x00000000, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x80000006, {0x00000000, 0x00000000, 0x01006040, 0x00000000}),
    cpuid_entry(0x80000007, {0x00000000, 0x00000000, 0x00000000, 0x00000100}),
    cpuid_entry(0x80000008, {0x0000302e, 0x00000000, 0x00000000, 0x00000000}),
};
inline constexpr kvm_msr_entry cooper_lake_msrs[] = {
    msr_entry(0x10a, 0x00000000000001eb),
    msr_entry(0x345, 0x0000000000003103),
    msr_entry(0x480, 0x00da040000000004),
    msr_entry(0x481, 0x0000007f00000016),
    msr_entry(0x482, 0xfff9fffe0401e172),
    msr_entry(0x483, 0x01ffffff00036dff),
    msr_entry(0x484, 0x0003ffff000011ff),
    msr_entry(0x485, 0x000000007004c1e7),
    msr_entry(0x486, 0x0000000080000021),
    msr_entry(0x487, 0x00000000ffffffff),
    msr_entry(0x488, 0x0000000000002000),
    msr_entry(0x489, 0x00000000003767ff),
    msr_entry(0x48a, 0x000000000000002e),
    msr_entry(0x48b, 0x02177fff00000000),
    msr_entry(0x48c, 0x00000f0106734141),
    msr_entry(0x48d, 0x0000007f00000016),
    msr_entry(0x48e, 0xfff9fffe04006172),
    msr_entry(0x48f, 0x01ffffff00036dfb),
    msr_entry(0x490, 0x0003ffff000011fb),
    msr_entry(0x491, 0x0000000000000001),
};
/// AMD EPYC 7601 32-Core Processor.
inline constexpr kvm_cpuid_entry2 epyc_7601_cpuid[] = {
    cpuid_entry(0x0, {0x0000000d, 0x68747541, 0x444d4163, 0x69746e65}),
    cpuid_entry(0x1, {0x00800f12, 0x08400800, 0xfef83203, 0x178bfbff}),
    cpuid_entry(0x2, {0x00000000, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x6, {0x00000004, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x7, 0, {0x00000000, 0x209c01a9, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 0, {0x00000007, 0x00000340, 0x00000340, 0x00000000}),
    cpuid_entry(0xd, 1, {0x0000000f, 0x00000340, 0x00000000, 0x00000000}),
    cpuid_entry(0xd, 2, {0x00000100, 0x00000240, 0x00000000, 0x00000000}),
    cpuid_entry(0x40000000, {0x40000001, 0x4b4d564b, 0x564b4d56, 0x0000004d}),
    cpuid_entry(0x40000001, {0x01007efb, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x80000000, {0x8000001f, 0x68747541, 0x444d4163, 0x69746e65}),
    cpuid_entry(0x80000001, {0x00800f12, 0x40000000, 0x35c233ff, 0x2fd3fbff}),
    cpuid_entry(0x80000002, {0x20444d41, 0x43595045, 0x30363720, 0x32332031}),
    cpuid_entry(0x80000003, {0x726f432d, 0x72502065, 0x7365636f, 0x20726f73}),
    cpuid_entry(0x80000004, {0x20202020, 0x20202020, 0x20202020, 0x00202020}),
    cpuid_entry(0x80000005, {0xff40ff40, 0xff40ff40, 0x20080140, 0x40040140}),
    cpuid_entry(0x80000006, {0x36006400, 0x56006400, 0x02006140, 0x0200c140}),
    cpuid_entry(0x80000007, {0x00000000, 0x0000001b, 0x00000000, 0x00006799}),
    cpuid_entry(0x80000008, {0x00003030, 0x00000007, 0x0000603f, 0x00000000}),
    cpuid_entry(0x8000000a, {0x00000001, 0x00008000, 0x00000000, 0x0001bcff}),
    cpuid_entry(0x80000019, {0xf040f040, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x8000001a, {0x00000003, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x8000001b, {0x000003ff, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x8000001d, 0, {0x00004121, 0x01c0003f, 0x0000003f, 0x00000000}),
    cpuid_entry(0x8000001d, 1, {0x00004122, 0x00c0003f, 0x000000ff, 0x00000000}),
    cpuid_entry(0x8000001d, 2, {0x00004143, 0x01c0003f, 0x000003ff, 0x00000002}),
    cpuid_entry(0x8000001d, 3, {0x0001c163, 0x03c0003f, 0x00001fff, 0x00000001}),
    cpuid_entry(0x8000001d, 4, {0x00000000, 0x00000000, 0x00000000, 0x00000000}),
    cpuid_entry(0x8000001e, {0x00000008, 0x00000104, 0x00000300, 0x00000000}),
    cpuid_entry(0x8000001f, {0x0000000f, 0x0000016f, 0x0000000f, 0x00000001}),
};
inline constexpr kvm_msr_entry epyc_7601_msrs[] = {
    msr_entry(0x8b, 0x0000000008001250),
    msr_entry(0xc0011029, 0x0000000000000002),
};
// clang-format on

/// Cooper Lake with the AMX, the states and the leaves of it that Sapphire Rapids has.
inline constexpr auto amx_cpuid = [] {
    std::array<kvm_cpuid_entry2, std::size(cooper_lake_cpuid) + 6> all{};
    std::size_t n = 0;
    for (kvm_cpuid_entry2 e : cooper_lake_cpuid) {
        if (e.function == 7 && e.index == 0) e.edx |= 1U << 22 | 1U << 24 | 1U << 25;
        if (e.function == 0xd && e.index == 0) {
            e.eax |= 3U << 17;
            e.ebx = e.ecx = 0x2b00;
        }
        if (e.function == 0xd && e.index == 1) e.eax |= 1U << 4;
        all[n++] = e;
    }
    all[n++] = cpuid_entry(0xd, 17, {64, 0xac0, 2, 0});
    all[n++] = cpuid_entry(0xd, 18, {8192, 0xb00, 6, 0});
    all[n++] = cpuid_entry(0x1d, 0, {1, 0, 0, 0});
    all[n++] = cpuid_entry(0x1d, 1, {0x04002000, 0x00080040, 0x00000010, 0});
    all[n++] = cpuid_entry(0x1e, 0, {0, 0x00004010, 0, 0});
    all[n++] = cpuid_entry(0x24, 0, {0, 0x00070001, 0, 0});
    return all;
}();

inline constexpr cpumap::kvm::host cooper_lake{
    .cpuid = cooper_lake_cpuid, .msrs = cooper_lake_msrs, .tsc_deadline = true};
inline constexpr cpumap::kvm::host epyc_7601{.cpuid = epyc_7601_cpuid, .msrs = epyc_7601_msrs, .tsc_deadline = true};
inline constexpr cpumap::kvm::host with_amx{.cpuid = amx_cpuid, .msrs = cooper_lake_msrs, .tsc_deadline = true};

}  // namespace recorded
