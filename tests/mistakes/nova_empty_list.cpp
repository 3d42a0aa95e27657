// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: Nova: cpu_mode custom needs cpu_models
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::custom_first_of<nova::models<>>;
#else
using guest = nova::custom_first_of<nova::models<"pentium3">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
