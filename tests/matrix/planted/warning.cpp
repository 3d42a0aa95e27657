// SPDX-License-Identifier: BSL-1.0
// What the warnings of every build let pass, and those of the matrix have to report.

namespace {

unsigned sum(int a, unsigned b) { return a + b; }

}  // namespace

int main() { return sum(1, 2U) == 3U ? 0 : 1; }
