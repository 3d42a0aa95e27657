// SPDX-License-Identifier: BSL-1.0

// Prints the names of all models, after looking up each. tests/bench/run seeks them in other programs; in this one,
// which has the tables linked in, it must find them.

#include <cpumap/core.hpp>

#include <cstdio>

int main() {
    for (const auto model : cpumap::models()) {
        if (cpumap::find_model(model.name()) != model) return 1;
        std::printf("%.*s\n", static_cast<int>(model.name().size()), model.name().data());
    }
}
