// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: only definitions of x86 maps
#include <cpumap/cpumap.hpp>
#include <cpumap/ppc64.hpp>
#ifdef CPUMAP_MISTAKE
static_assert(cpumap::qemu_cpu<cpumap::ppc64::custom<"POWER9">>.empty());
#else
static_assert(!cpumap::xml<cpumap::ppc64::custom<"POWER9">>.empty());
#endif
