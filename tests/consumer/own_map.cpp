// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/acme.hpp>

using acme = cpumap::use<cpumap::maps::acme>;

static_assert(acme::models().size() == 1);
static_assert(acme::model<"acme1">.features().contains(acme::feature<"fpu">));

int main() { return acme::find_model("IvyBridge") ? 1 : 0; }
