// SPDX-License-Identifier: BSL-1.0
#include <cpumap/ppc64.hpp>

// Where a map gives models no enumerators, they are numbers.
static_assert(cpumap::ppc64::find_model("POWER9")->id() == cpumap::ppc64::model<"POWER9">.id());
