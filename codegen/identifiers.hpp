// SPDX-License-Identifier: BSL-1.0
#pragma once

// Names of the map as C++ identifiers.

#include <algorithm>
#include <string>
#include <string_view>

namespace cpumap::codegen {

// Words that no enumerator can be called: keywords, alternative tokens, and what compilers in GNU mode or common
// system headers define as a macro.
inline bool is_taken_word(std::string_view word) {
    static constexpr std::string_view words[] = {
        "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch",
        "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept",
        "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do",
        "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend",
        "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
        "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
        "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template",
        "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
        "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
        // compilers in GNU mode
        "PPC", "i386", "linux", "m68k", "mips", "powerpc", "sparc", "sun", "typeof", "unix",
        // <windows.h>, <cstdlib> and the like
        "EOF", "ERROR", "NULL", "WIN32", "errno", "far", "interface", "near", "small", "stderr", "stdin", "stdout"};
    return std::ranges::find(words, word) != std::ranges::end(words);
}

// Letters of ASCII only, whatever the locale.
constexpr bool is_letter_or_underscore(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a word can be written as an identifier that is not reserved for the compiler.
inline bool is_plain_identifier(std::string_view word) {
    return !word.empty() && is_letter_or_underscore(word[0]) &&
           std::ranges::all_of(word, [](char c) { return is_letter_or_underscore(c) || is_digit(c); }) &&
           word.find("__") == word.npos && !(word.size() > 1 && word[0] == '_' && word[1] >= 'A' && word[1] <= 'Z') &&
           !is_taken_word(word);
}

// The enumerator for a name: every byte that cannot stand in an identifier becomes '_'.
inline std::string to_identifier(std::string_view name) {
    std::string result(name);
    std::ranges::replace_if(
        result, [](char c) { return !is_letter_or_underscore(c) && !is_digit(c); }, '_');
    if (!result.empty() && is_digit(result[0])) {
        result.insert(result.begin(), '_');
    }
    if (is_taken_word(result)) {
        result += '_';
    }
    return result;
}

}  // namespace cpumap::codegen
