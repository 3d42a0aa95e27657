// SPDX-License-Identifier: BSL-1.0
#include <cpumap/kvm/tables.hpp>

// Three cores of two threads: a bit for the thread, two for the core, then the socket.
constexpr cpumap::kvm::apic_layout layout(cpumap::topology{.sockets = 2, .cores = 3, .threads = 2});
static_assert(layout.cpus() == 12 && layout.package_shift() == 3);
static_assert(layout.apic_id(5) == 0b101 && layout.apic_id(6) == 0b1000);
