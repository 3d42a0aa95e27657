// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a build is made of, in constants; and errors where it is not what was asked for: CPUMAP_EXPECT_COMPILER="GNU",
// CPUMAP_EXPECT_LIBRARY="libc++" and so on, each where it is defined. tests/matrix/run has every source of a job begin
// with this header, so it includes nothing but macros: what a source lacks must not come from here.

#include <version>

namespace cpumap_build {

#if defined(__clang__)
inline constexpr char compiler[] = "Clang";
inline constexpr int compiler_version = __clang_major__;
#elif defined(__GNUC__)
inline constexpr char compiler[] = "GNU";
inline constexpr int compiler_version = __GNUC__;
#else
inline constexpr char compiler[] = "unknown";
inline constexpr int compiler_version = 0;
#endif

#if defined(_LIBCPP_VERSION)
inline constexpr char library[] = "libc++";
inline constexpr int library_version = _LIBCPP_VERSION >= 100'000 ? _LIBCPP_VERSION / 10'000 : _LIBCPP_VERSION / 1'000;
#elif defined(__GLIBCXX__)
inline constexpr char library[] = "libstdc++";
inline constexpr int library_version = _GLIBCXX_RELEASE;
#else
inline constexpr char library[] = "unknown";
inline constexpr int library_version = 0;
#endif

// Compilers of before a standard is final have numbers of their own between it and the one before.
inline constexpr int standard = __cplusplus > 202002L ? 23 : __cplusplus == 202002L ? 20 : 0;

#if defined(__OPTIMIZE__)
inline constexpr bool optimized = true;
#else
inline constexpr bool optimized = false;
#endif

#if defined(__cpp_exceptions)
inline constexpr bool exceptions = true;
#else
inline constexpr bool exceptions = false;
#endif

#if defined(__cpp_rtti)
inline constexpr bool rtti = true;
#else
inline constexpr bool rtti = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

inline constexpr int pointer_bits = static_cast<int>(sizeof(void*)) * 8;

constexpr bool same(const char* a, const char* b) {
    for (; *a == *b; ++a, static_cast<void>(++b)) {
        if (*a == '\0') return true;
    }
    return false;
}

#ifdef CPUMAP_EXPECT_COMPILER
static_assert(same(compiler, CPUMAP_EXPECT_COMPILER), "not the compiler that was asked for");
#endif
#ifdef CPUMAP_EXPECT_COMPILER_VERSION
static_assert(compiler_version == CPUMAP_EXPECT_COMPILER_VERSION, "not the compiler version that was asked for");
#endif
#ifdef CPUMAP_EXPECT_LIBRARY
static_assert(same(library, CPUMAP_EXPECT_LIBRARY), "not the standard library that was asked for");
#endif
#ifdef CPUMAP_EXPECT_LIBRARY_VERSION
static_assert(library_version == CPUMAP_EXPECT_LIBRARY_VERSION, "not the library version that was asked for");
#endif
#ifdef CPUMAP_EXPECT_STANDARD
static_assert(standard == CPUMAP_EXPECT_STANDARD, "not the C++ standard that was asked for");
#endif
#ifdef CPUMAP_EXPECT_OPTIMIZED
static_assert(optimized == bool{CPUMAP_EXPECT_OPTIMIZED}, "with or without optimisation, against what was asked for");
#endif
#ifdef CPUMAP_EXPECT_EXCEPTIONS
static_assert(exceptions == bool{CPUMAP_EXPECT_EXCEPTIONS}, "with or without exceptions, against what was asked for");
static_assert(rtti == bool{CPUMAP_EXPECT_EXCEPTIONS}, "with or without RTTI, against what was asked for");
#endif
#ifdef CPUMAP_EXPECT_SANITIZERS
static_assert(sanitized == bool{CPUMAP_EXPECT_SANITIZERS}, "with or without sanitizers, against what was asked for");
#endif
#ifdef CPUMAP_EXPECT_POINTER_BITS
static_assert(pointer_bits == CPUMAP_EXPECT_POINTER_BITS, "not the width of pointers that was asked for");
#endif

}  // namespace cpumap_build
