// SPDX-License-Identifier: BSL-1.0
// A defect that ASan has to report.

int main(int argc, char**) {
    volatile int* const counts = new volatile int[2]{argc, argc};
    delete[] counts;
    return counts[1] == argc ? 0 : 0;
}
