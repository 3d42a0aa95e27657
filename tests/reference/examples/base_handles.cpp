// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

constexpr cpumap::feature_ref pni = cpumap::feature<"pni">;
static_assert(pni == cpumap::feature<"sse3">);  // QEMU's name for it
static_assert(pni.register_bit().leaf == 1 && pni.register_bit().part == 'c' && pni.register_bit().bit == 0);

constexpr cpumap::model_ref ivy = cpumap::model<"IvyBridge">;
static_assert(ivy.vendor() == "Intel" && ivy.features().contains(pni));
static_assert(ivy.signatures()[0].family == 6);

// A name that comes at run time.
constexpr bool known(std::string_view name) { return cpumap::find_model(name).has_value(); }
static_assert(known("EPYC-Milan") && !known("EPYC-Milano"));
