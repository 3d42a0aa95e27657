// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

using guest = cpumap::custom<"EPYC-Rome",                                                                   //
                             cpumap::with<cpumap::topology{.sockets = 2, .cores = 8, .threads = 2}>,        //
                             cpumap::with<cpumap::check::full>,                                             //
                             cpumap::with<cpumap::cache{.level = 3, .mode = cpumap::cache_mode::emulate}>,  //
                             cpumap::with<cpumap::maxphysaddr{.bits = 46}>>;
static_assert(guest::definition().topology()->cores == 8);
