// SPDX-License-Identifier: BSL-1.0

// A program that fixes its CPU when it is compiled; tests/bench/run looks into what the linker makes of it.

#include <cpumap/cpumap.hpp>

#include <cstdio>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">, cpumap::disable<"erms">,
                             cpumap::with<cpumap::topology{.sockets = 2, .cores = 4, .threads = 2}>>;

int main() { std::fwrite(cpumap::xml<guest>.data(), 1, cpumap::xml<guest>.size(), stdout); }
