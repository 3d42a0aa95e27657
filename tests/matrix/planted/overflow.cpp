// SPDX-License-Identifier: BSL-1.0
// A defect that UBSan has to report.

#include <limits>

int main(int argc, char**) {
    const int most = std::numeric_limits<int>::max();
    return most + argc > 0 ? 0 : 0;
}
