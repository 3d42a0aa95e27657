// SPDX-License-Identifier: BSL-1.0
#include <cpumap/arm.hpp>

int main() {
    const auto data = cpumap::arm::native_cpu_data();  // an error on any other processor
    return data || data.error().code() != cpumap::errc::none ? 0 : 1;
}
