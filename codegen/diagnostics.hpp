// SPDX-License-Identifier: BSL-1.0
#pragma once

// How the programs of this folder report what they find: an error ends the run and is thrown; what a map holds beyond
// what we know is a warning, or an error when the caller asked for strictness; what is known and not used is counted.

#include <cstddef>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "shown_text.hpp"

namespace cpumap::codegen {

// A place in a file; line 0 is the file as a whole.
struct location {
    std::string file;
    std::size_t line = 0;
};

inline std::string to_string(const location& where) {
    return where.line == 0 ? where.file : where.file + ':' + std::to_string(where.line);
}

// An error of the input or of the system, with the sentence to print: one line, whatever the names in it hold.
class failure : public std::runtime_error {
public:
    failure(const location& where, const std::string& message)
        : std::runtime_error(shown_text(to_string(where) + ": error: " + message)) {}
};

// The command line makes no sense; the sentence says what to change.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class diagnostics {
public:
    explicit diagnostics(bool strict) : strict_(strict) {}

    // Something that this program does not know. Reading goes on, so that one run shows all of them; throws failure where
    // there are so many that the file cannot be what it is taken for.
    void unknown(const location& where, const std::string& message) {
        std::cerr << shown_text(to_string(where) + (strict_ ? ": error: " : ": warning: ") + message) << '\n';
        if (++unknown_ == max_unknown) {
            throw failure(where, "this is the " + std::to_string(max_unknown) +
                                     "th thing that is not known; check that the file is what it is taken for");
        }
    }

    // Something known that the tables do not need.
    void skip(const std::string& what) { ++skipped_[what]; }

    [[nodiscard]] bool failed() const { return strict_ && unknown_ != 0; }
    [[nodiscard]] std::size_t unknown_count() const { return unknown_; }
    [[nodiscard]] const std::map<std::string, std::size_t>& skipped() const { return skipped_; }

private:
    // Several times what the largest map of libvirt holds in all.
    static constexpr std::size_t max_unknown = 100'000;

    bool strict_;
    std::size_t unknown_ = 0;
    std::map<std::string, std::size_t> skipped_;
};

// 'name', for use in a sentence; of a very long one the front.
inline std::string in_quotes(std::string_view name) {
    constexpr std::size_t longest = 1000;
    return '\'' + shown_text(name.substr(0, longest)) + (name.size() > longest ? "...'" : "'");
}

}  // namespace cpumap::codegen
