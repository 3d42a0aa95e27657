// SPDX-License-Identifier: BSL-1.0

// A guest CPU that is fixed when the program is compiled: an IvyBridge with one feature more, in a shape. The compiler
// checks every name and every rule; what is left in the program is the XML, and no table.

#include <cpumap/cpumap.hpp>

#include <cstdio>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">,
                             cpumap::with<cpumap::topology{.sockets = 1, .cores = 4, .threads = 2}>>;

// A policy is a type, and what it means is known to the compiler.
static_assert(cpumap::model<"IvyBridge">.vendor() == "Intel");
static_assert(!cpumap::model<"IvyBridge">.features().contains(cpumap::feature<"pcid">));
static_assert(guest::features().contains(cpumap::feature<"pcid">));
static_assert(guest::features().includes(cpumap::model<"SandyBridge">.features()));

// Names that QEMU and Linux use are good too.
static_assert(cpumap::feature<"sse4_2"> == cpumap::feature<"sse4.2">);

// It may move to any host that has its features.
static_assert(guest::migrates == cpumap::migrates_to::any_superset);

int main() { std::fwrite(cpumap::xml<guest>.data(), 1, cpumap::xml<guest>.size(), stdout); }
