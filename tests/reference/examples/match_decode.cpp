// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr cpumap::cpu_data data = [] {
    cpumap::cpu_data d;
    d.set_cpuid(0x0, 0, {.eax = 0xd, .ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69});
    d.set_cpuid(0x1, 0, {.eax = 0x000306a9, .ebx = 0, .ecx = 0x7fbae3ff, .edx = 0xbfebfbff});
    d.set_cpuid(0x7, 0, {.eax = 0, .ebx = 0x281, .ecx = 0, .edx = 0});
    d.set_cpuid(0x80000001, 0, {.eax = 0, .ebx = 0, .ecx = 0x1, .edx = 0x28100800});
    return d;
}();

// A definition for a guest may disable features of the model; the description of a host may not.
constexpr auto guest = cpumap::decode_guest(data);
static_assert(guest && guest->model().name() == "IvyBridge");
constexpr auto host = cpumap::decode_host(data);
static_assert(host && data.features<>().includes(host->model().features()));

// Why not another model?
constexpr auto rome = cpumap::assess_guest(data, cpumap::model<"EPYC-Rome">);
static_assert(rome.state == cpumap::assessment::standing::other_vendor);
