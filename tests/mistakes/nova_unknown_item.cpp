// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*a policy takes directives
#include <cpumap/cpumap.hpp>
#include <cpumap/policy/nova.hpp>
namespace nova = cpumap::nova;
#ifdef CPUMAP_MISTAKE
using guest = nova::policy<int>;
#else
using guest = nova::policy<>;
#endif
static_assert(!cpumap::xml<guest>.empty());
