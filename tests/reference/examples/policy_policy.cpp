// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

using fixed = cpumap::custom<"IvyBridge", cpumap::require<"pcid">>;
using near_host = cpumap::host_model<cpumap::disable<"vmx">>;
static_assert(fixed::mode == cpumap::mode::custom && near_host::mode == cpumap::mode::host_model);
static_assert(cpumap::host_passthrough<>::migrates == cpumap::migrates_to::identical_host);

template <cpumap::mode_policy Policy>
struct hypervisor {
    static constexpr auto cpu = Policy::definition();
};
static_assert(hypervisor<fixed>::cpu.model().name() == "IvyBridge");
