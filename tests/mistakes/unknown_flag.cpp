// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*unknown CPU feature
// expect: did_you_mean<.*pcid
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::extra_flags<"+vmx", "-pccid">>;
#else
using guest = cpumap::host_model<cpumap::extra_flags<"+vmx", "-pcid">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
