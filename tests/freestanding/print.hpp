// SPDX-License-Identifier: BSL-1.0
#pragma once

// Printing without a C library.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform.hpp"

inline void print(std::string_view text) { put_bytes(text.data(), text.size()); }

// Not by a string_view, whose constructor may call strlen.
template <std::size_t Size>
void print(const char (&text)[Size]) {
    put_bytes(static_cast<const char*>(text), Size - 1);
}

inline void print(std::uint64_t number, unsigned digits) {
    char text[16];
    for (unsigned i = 0; i < digits; ++i)
        text[i] = "0123456789abcdef"[static_cast<std::size_t>(number >> (4 * (digits - 1 - i)) & 0xf)];
    print({static_cast<const char*>(text), digits});
}

template <class Features>
void print_names(const Features& features) {
    for (const auto f : features) {
        print(" ");
        print(f.name());
    }
    print("\n");
}
