// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

#include <cstdio>

using guest = cpumap::custom<"IvyBridge", cpumap::require<"pcid">,
                             cpumap::with<cpumap::topology{.sockets = 1, .cores = 4, .threads = 2}>>;
static_assert(cpumap::qemu_cpu<guest> == "IvyBridge,pcid=on");
static_assert(cpumap::qemu_smp<guest> == "8,sockets=1,cores=4,threads=2");

int main() {
    // Where the CPU is known at run time: what host_model comes to on this machine.
    const auto data = cpumap::native_cpu_data();
    if (!data) return 0;
    const auto resolved = cpumap::host_model<>::resolve(*data);
    if (!resolved) return 0;
    char text[8192];
    const auto cpu = cpumap::write_qemu_cpu(text, *resolved);  // or an error such as qemu_feature
    if (cpu) std::printf("-cpu %.*s\n", static_cast<int>(cpu->size()), cpu->data());
}
