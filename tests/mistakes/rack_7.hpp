// SPDX-License-Identifier: BSL-1.0
#pragma once

// Two recorded machines, as cpumap-codegen hosts writes them.

#include <cpumap/cpumap.hpp>
#include <cpumap/match/recorded_host.hpp>

// clang-format off
enum class rack_7_host : unsigned short { compute_01, compute_02 };
namespace rack_7_words {
inline constexpr cpumap::cpu_data::entry compute_01[] = {
    {false, 0x0, 0, {0xf, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {false, 0x1, 0, {0x306f2, 0x800, 0x7ffefbff, 0xbfebfbff}},
    {false, 0x7, 0, {0x0, 0x37ab, 0x0, 0x0}},
    {false, 0xd, 1, {0x1, 0x0, 0x0, 0x0}},
    {false, 0x80000001, 0, {0x0, 0x0, 0x21, 0x2c100800}},
};
inline constexpr cpumap::cpu_data::entry compute_02[] = {
    {false, 0x0, 0, {0xa, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {false, 0x1, 0, {0x106ca, 0x20800, 0x40e39d, 0xbfe9fbff}},
    {false, 0x80000001, 0, {0x0, 0x0, 0x1, 0x20100800}},
};
}  // namespace rack_7_words
inline constexpr cpumap::recorded_fleet<rack_7_host, 2> rack_7{{
    {"compute-01", rack_7_words::compute_01, cpumap::recorded_from::cpuid},
    {"compute-02", rack_7_words::compute_02, cpumap::recorded_from::flags},
}};
// clang-format on
