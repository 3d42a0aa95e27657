// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the fuzz targets share: how they say what does not hold, and an input's bytes as choices.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// A property of the code under test. Where it does not hold, libFuzzer keeps the input and the line says which it was.
#define CPUMAP_MUST(...)                                    \
    do {                                                    \
        if (!(__VA_ARGS__)) {                               \
            fuzz::broken(__FILE__, __LINE__, #__VA_ARGS__); \
        }                                                   \
    } while (false)

namespace fuzz {

[[noreturn]] inline void broken(const char* file, int line, const char* property) {
    std::fprintf(stderr, "BROKEN: %s:%d: %s\n", file, line, property);
    std::abort();
}

/// The bytes of an input as choices, from its front; zeros where there are no more.
class choices {
public:
    choices(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

    bool at_end() const { return left_ == 0; }
    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    std::uint32_t word() {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) value = value << 8 | byte();
        return value;
    }
    std::uint64_t long_word() { return std::uint64_t{word()} << 32 | word(); }
    /// A number below `end`, which is at most 65536.
    std::size_t below(std::size_t end) {
        if (end <= 1) return 0;
        std::size_t value = byte();
        if (end > 256) value = value << 8 | byte();
        return value % end;
    }
    bool flag() { return (byte() & 1) != 0; }
    /// Rarely true, and never where the input has ended.
    bool one_in(std::size_t n) { return below(n) + 1 == n; }
    /// Any bytes, at most so many.
    std::string text(std::size_t longest) {
        const std::size_t size = std::min(below(longest + 1), left_);
        std::string result(reinterpret_cast<const char*>(data_), size);
        data_ += size;
        left_ -= size;
        return result;
    }
    /// One of several values.
    template <class T, std::size_t Size>
    const T& of(const T (&values)[Size]) {
        return values[below(Size)];
    }

private:
    const std::uint8_t* data_;
    std::size_t left_;
};

}  // namespace fuzz
