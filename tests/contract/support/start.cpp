// SPDX-License-Identifier: BSL-1.0
// All that a program for firmware is linked with: the four functions that compilers call by themselves, and an entry.

#include "memory.hpp"

extern "C" void _start() {
    for (;;) {
    }
}
