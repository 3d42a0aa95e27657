// SPDX-License-Identifier: BSL-1.0
// The suite is built several times over; this is where each build proves to be the one it was meant to be.

#include <cpumap/cpumap.hpp>

#include <cstdio>
#include <string_view>

#include "../expected_build.hpp"
#include "catch.hpp"

TEST_CASE("the suite is built by the compiler that was asked for", "[build]") {
    CHECK(std::string_view(cpumap_build::compiler) == CPUMAP_EXPECT_COMPILER);
    CHECK(cpumap_build::sanitized == bool{CPUMAP_EXPECT_SANITIZERS});
    std::printf("built by %s %s with %s %d, C++%d, %s, %s, %s, %d bits\n", cpumap_build::compiler, __VERSION__,
                cpumap_build::library, cpumap_build::library_version, cpumap_build::standard,
                cpumap_build::optimized ? "optimised" : "-O0",
                cpumap_build::exceptions ? "exceptions" : "no exceptions", cpumap_build::rtti ? "RTTI" : "no RTTI",
                cpumap_build::pointer_bits);
}
