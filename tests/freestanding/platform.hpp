// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a program here needs of what it runs on: start.cpp has it for processors without a C library, hosted.cpp with one.

#include <cstddef>

extern "C" {

/// The program; returns its exit status.
int program();

/// Writes to standard output.
void put_bytes(const char* text, std::size_t size);

}  // extern "C"
