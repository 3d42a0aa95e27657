// SPDX-License-Identifier: BSL-1.0
#pragma once

// As much of Catch2 as the unit tests use, for processors that Catch2 is not installed for, and without exceptions.

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace cross {

struct test {
    const char* name;
    void (*run)();
    test* next;
};
inline test* first = nullptr;
inline unsigned checked = 0;
inline unsigned failed = 0;

template <class... Types, class Run>
void add_each(const char* name, Run) {
    static test tests[] = {{name, +[] { Run{}.template operator()<Types>(); }, nullptr}...};
    for (test& t : tests) {
        t.next = first;
        first = &t;
    }
}

template <class... Values>
constexpr void unused(const Values&...) {}

inline bool check(bool holds, const char* what, const char* file, int line) {
    ++checked;
    if (holds) return true;
    ++failed;
    std::printf("%s:%d: does not hold: %s\n", file, line, what);
    return false;
}

}  // namespace cross

#define CPUMAP_CROSS_JOIN_(a, b) a##b
#define CPUMAP_CROSS_JOIN(a, b) CPUMAP_CROSS_JOIN_(a, b)
#define CPUMAP_CROSS_TEMPLATE(id, name, ...)                                                      \
    template <class TestType>                                                                     \
    static void CPUMAP_CROSS_JOIN(test_, id)();                                                   \
    [[maybe_unused]] static const bool CPUMAP_CROSS_JOIN(added_, id) = [] {                       \
        cross::add_each<__VA_ARGS__>(name, []<class T>() { CPUMAP_CROSS_JOIN(test_, id)<T>(); }); \
        return true;                                                                              \
    }();                                                                                          \
    template <class TestType>                                                                     \
    static void CPUMAP_CROSS_JOIN(test_, id)()

#define TEMPLATE_TEST_CASE(name, tags, ...) CPUMAP_CROSS_TEMPLATE(__COUNTER__, name, __VA_ARGS__)
#define TEST_CASE(name, tags) CPUMAP_CROSS_TEMPLATE(__COUNTER__, name, int)
#define CHECK(...) cross::check(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)
#define REQUIRE(...) \
    if (!CHECK(__VA_ARGS__)) std::exit(1)
#define CHECK_FALSE(...) CHECK(!static_cast<bool>(__VA_ARGS__))
#define STATIC_REQUIRE(...) static_assert(__VA_ARGS__)
#define CAPTURE(...) cross::unused(__VA_ARGS__)
// What Catch2 says of a check that fails: here it is compiled, and nothing more.
#define INFO(...) \
    if (false) std::cerr << __VA_ARGS__
#define FAIL(...)                                                                \
    do {                                                                         \
        std::cerr << __FILE__ << ':' << __LINE__ << ": " << __VA_ARGS__ << '\n'; \
        std::exit(1);                                                            \
    } while (false)
