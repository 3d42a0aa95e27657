// SPDX-License-Identifier: BSL-1.0
// Two translation units include everything, more than once and in different orders, and share one program: nothing is
// defined twice in it, and both see the same objects.

#include <cpumap/cpumap.hpp>

#include "link.hpp"

#include <cstdio>

int main() {
    if (text().data() != text_of_the_other().data()) {
        std::puts("the XML of one policy is there twice");
        return 1;
    }
    if (count() != count_of_the_other()) {
        std::puts("the two units count differently");
        return 1;
    }
    if (is_given_a_cpu(-1, -1) || is_given_a_cpu_by_the_other(-1, -1)) {
        std::puts("KVM answers where there is none");
        return 1;
    }
}
