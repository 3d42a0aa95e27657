// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>

int main(int argc, char** argv) { return cpumap::find_model(argc > 1 ? argv[1] : "IvyBridge") ? 0 : 1; }
