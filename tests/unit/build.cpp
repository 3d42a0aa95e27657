// SPDX-License-Identifier: BSL-1.0
// The suite is built several times over; this is where each build proves to be the one it was meant to be.

#include <cpumap/cpumap.hpp>

#include <string_view>

#include "catch.hpp"

namespace {

#if defined(__clang__)
constexpr std::string_view compiler = "Clang";
#elif defined(__GNUC__)
constexpr std::string_view compiler = "GNU";
#endif

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer);
#else
constexpr bool sanitized = false;
#endif

}  // namespace

TEST_CASE("the suite is built by the compiler that was asked for", "[build]") {
    INFO(__VERSION__);
    CHECK(compiler == CPUMAP_EXPECT_COMPILER);
    CHECK(sanitized == bool{CPUMAP_EXPECT_SANITIZERS});
}
