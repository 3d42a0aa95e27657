// SPDX-License-Identifier: BSL-1.0
#include <cpumap/cpumap.hpp>

#include <cstdio>

int main() {
    const auto data = cpumap::native_cpu_data();
    if (!data) {
        const auto why = data.error().message();
        std::printf("%.*s\n", static_cast<int>(why.size()), why.data());
        return 0;
    }
    std::printf("%zu features\n", data->features<>().size());
}
