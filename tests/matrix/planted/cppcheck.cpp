// SPDX-License-Identifier: BSL-1.0
// A defect that cppcheck has to report.

int main() {
    const int counts[2] = {1, 2};
    return counts[2];
}
