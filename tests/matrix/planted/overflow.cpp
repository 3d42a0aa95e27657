// SPDX-License-Identifier: BSL-1.0
// A defect that UBSan has to report.

#include <limits>

int main(int argc, char**) {
    const volatile int most = std::numeric_limits<int>::max();
    const volatile int more = most + argc;
    return more > 0 ? 0 : 1;
}
