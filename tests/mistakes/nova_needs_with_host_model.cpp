// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: .*needs that choose among them, go only with cpu_mode custom
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<nova::needs<"avx2">>;
#else
using guest = nova::policy<nova::needs<>>;
#endif
static_assert(!cpumap::xml<guest>.empty());
