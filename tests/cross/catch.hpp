// SPDX-License-Identifier: BSL-1.0
#pragma once

// As much of Catch2 as unit tests of ppc64 and arm use, for processors that Catch2 is not installed for.

#include <cstdio>
#include <cstdlib>

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
