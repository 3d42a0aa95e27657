// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

// What cpumap-codegen hosts writes, of one machine and shortened.
enum class rack_7_host : unsigned short { compute_01 };
inline constexpr cpumap::cpu_data::entry compute_01[] = {
    {false, 0x0, 0, {0xd, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {false, 0x1, 0, {0x306a9, 0x0, 0x7fbae3ff, 0xbfebfbff}},
    {false, 0x7, 0, {0x0, 0x281, 0x0, 0x0}},
    {false, 0x80000001, 0, {0x0, 0x0, 0x1, 0x28100800}},
};
inline constexpr cpumap::recorded_fleet<rack_7_host, 1> rack_7{
    {{"compute-01", compute_01, cpumap::recorded_from::cpuid}}};

static_assert(cpumap::runs_on_all<cpumap::custom<"SandyBridge">, rack_7>);

constexpr auto host = cpumap::decode_host(rack_7[rack_7_host::compute_01].data());
static_assert(host && host->features().contains(cpumap::feature<"f16c">));
static_assert(rack_7.find("compute-02") == nullptr);
