// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: a feature is forced or required
// expect: about<.*::cmt>
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::custom<"EPYC", cpumap::disable<"mbm_total">, cpumap::require<"cmt">>;
#else
using guest = cpumap::custom<"EPYC", cpumap::disable<"mbm_total">, cpumap::disable<"cmt">>;
#endif
static_assert(!cpumap::qemu_cpu<guest>.empty());
