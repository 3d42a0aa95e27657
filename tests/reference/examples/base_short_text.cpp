// SPDX-License-Identifier: BSL-1.0
#include <cpumap/ppc64.hpp>

// An error's name is put together without a heap.
constexpr auto host = cpumap::ppc64::decode_host({.pvr = 0xffff0000});
static_assert(!host && host.error().name() == "0xffff0000");
