// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*(twice|more than once)
// expect: feature_id.*vmx
#include <cpumap/cpumap.hpp>
#ifdef CPUMAP_MISTAKE
using guest = cpumap::host_model<cpumap::extra_flags<"vmx", "-VMX">>;
#else
using guest = cpumap::host_model<cpumap::extra_flags<"vmx", "-svm">>;
#endif
static_assert(!cpumap::xml<guest>.empty());
