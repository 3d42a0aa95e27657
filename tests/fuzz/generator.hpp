// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the targets of the generator share: input files in a folder that lies in memory where there is such a one, what
// its errors look like, and a reader of the headers that it writes.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../codegen/diagnostics.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace fs = std::filesystem;

/// A folder of this process, removed with what is in it when the process ends as it should.
class scratch_folder {
public:
    scratch_folder() {
        std::error_code error;
        const fs::path memory = "/dev/shm";
        std::string name =
            ((fs::is_directory(memory, error) ? memory : fs::temp_directory_path()) / "cpumap-fuzz-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::perror("cpumap-fuzz: no folder for input files");
            std::_Exit(1);
        }
        path_ = name;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() {
        std::error_code error;
        fs::remove_all(path_, error);
    }

    const fs::path& path() const { return path_; }
    fs::path write(const std::string& name, std::string_view text) {
        const fs::path file = path_ / name;
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        return file;
    }
    void clear() {
        for (const auto& entry : fs::directory_iterator(path_)) fs::remove_all(entry.path());
    }

private:
    fs::path path_;
};

/// Warnings are a matter of tests/codegen; here they would only slow the fuzzer.
inline void silence() { std::cerr.rdbuf(nullptr); }

/// Where the first sequence begins that is no UTF-8 or may steer a terminal or turn the direction of writing; npos where
/// there is none.
inline std::size_t first_unprintable(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) { return i + k < text.size() ? std::uint8_t(text[i + k]) : 0U; };
        const unsigned first = byte(0);
        if ((first >= 0x80 && first < 0xc2) || first > 0xf4) return i;
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        std::uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(k) & 0xc0) != 0x80) return i;
            code = code << 6 | (byte(k) & 0x3f);
        }
        const bool too_long =
            (length == 2 && code < 0x80) || (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
        const bool turning = code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
                             (code >= 0x2066 && code <= 0x2069) || code == 0x200b || code == 0xfeff;
        if (too_long || control || turning || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return i;
        i += length;
    }
    return text.npos;
}

/// Runs what may refuse its input: true where it did not. What it says then names the file first, and is one line that
/// can be shown anywhere. Anything else that is thrown is a mistake of the generator.
template <class Body>
bool accepted(const fs::path& folder, Body body) {
    try {
        body();
        return true;
    } catch (const cpumap::codegen::failure& error) {
        const std::string_view text = error.what();
        CPUMAP_MUST(text.starts_with(folder.string()));
        CPUMAP_MUST(text.find(": error: ") != text.npos && !text.ends_with(": error: "));
        CPUMAP_MUST(first_unprintable(text) == text.npos);
        return false;
    }
}

/// The next string literal behind `at`, without its escapes; moves `at` behind it.
inline std::string read_literal(std::string_view text, std::size_t& at) {
    std::string result;
    CPUMAP_MUST(at < text.size() && text[at] == '"');
    for (++at; at < text.size() && text[at] != '"' && text[at] != '\n';) {
        if (text[at] != '\\') {
            result += text[at++];
            continue;
        }
        CPUMAP_MUST(++at < text.size());
        if (text[at] >= '0' && text[at] <= '7') {
            unsigned value = 0;
            for (int n = 0; n < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++n)
                value = value * 8 + unsigned(text[at++] - '0');
            CPUMAP_MUST(value < 256);
            result += static_cast<char>(value);
        } else if (text[at] == 'x') {
            unsigned value = 0;
            for (++at; at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0; ++at)
                value = value * 16 + unsigned(std::stoul(std::string(1, text[at]), nullptr, 16));
            result += static_cast<char>(value);
        } else {
            CPUMAP_MUST(std::string_view("\"\\?").find(text[at]) != std::string_view::npos);
            result += text[at++];
        }
    }
    CPUMAP_MUST(at < text.size() && text[at] == '"');  // it ends on its line
    ++at;
    return result;
}

/// All literals of a header, joined where nothing but white space is between two; and whether a compiler would read it as
/// it is meant: ASCII, no trigraph, no line that goes on, every bracket closed, no comment that ends elsewhere.
inline std::vector<std::string> literals_of(std::string_view text) {
    std::vector<std::string> literals;
    std::string open;
    bool joins = false;
    CPUMAP_MUST(text.ends_with('\n') && text.find("??") == text.npos && text.find("\\\n") == text.npos);
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        CPUMAP_MUST(c == '\n' || (c >= ' ' && c <= '~'));
        if (text.substr(i, 2) == "//") {
            const std::size_t end = std::min(text.find('\n', i), text.size());
            CPUMAP_MUST(first_unprintable(text.substr(i, end - i)) == text.npos);
            i = end;
            continue;
        }
        CPUMAP_MUST(text.substr(i, 2) != "/*" && text.substr(i, 2) != "*/");
        if (c == '"') {
            const std::string literal = read_literal(text, i);
            if (!joins) literals.emplace_back();
            literals.back() += literal;
            joins = true;
            continue;
        }
        joins = joins && (c == ' ' || c == '\n');
        if (c == '(' || c == '[' || c == '{') open += c == '(' ? ')' : c == '[' ? ']' : '}';
        if (c == ')' || c == ']' || c == '}') {
            CPUMAP_MUST(!open.empty() && open.back() == c);
            open.pop_back();
        }
        ++i;
    }
    CPUMAP_MUST(open.empty());
    return literals;
}

}  // namespace fuzz
