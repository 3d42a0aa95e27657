// SPDX-License-Identifier: BSL-1.0

// cpumap-amalgamate: makes one header of a header and all of the library's own that it includes.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "atomic_file.hpp"
#include "command_line.hpp"
#include "diagnostics.hpp"
#include "identifiers.hpp"

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view help = R"(usage: cpumap-amalgamate --include FOLDER --output FILE HEADER [--check]

Writes HEADER, a path in FOLDER such as cpumap/core.hpp, as one file that needs nothing else of FOLDER.

  --include FOLDER  where the library's headers are
  --output FILE     the header to write; it is replaced as a whole or left as it is
  --check           write nothing; compare FILE with what would be written

Exit code: 0 done, 1 a header is missing or wrong or the file cannot be written, 2 wrong usage, 3 --check found a
difference.
)";

constexpr std::string_view licence_line = "// SPDX-License-Identifier: BSL-1.0";

// Which lines of a file begin in code, and not inside a comment or a raw string.
class code_scanner {
public:
    // Whether the next line begins in code; goes on to its end.
    bool next(std::string_view line) {
        const bool in_code = until_.empty();
        for (std::size_t i = 0; i < line.size();) {
            if (!until_.empty()) {
                const std::size_t end = line.find(until_, i);
                if (end == line.npos) {
                    return in_code;
                }
                i = end + until_.size();
                until_.clear();
            } else if (line.substr(i).starts_with("//")) {
                return in_code;
            } else if (line.substr(i).starts_with("/*")) {
                until_ = "*/";
                i += 2;
            } else if (begins_raw_string(line, i)) {
                const std::size_t open = line.find('(', i);
                until_ = ')' + std::string(line.substr(i + 2, open - i - 2)) + '"';
                i = open + 1;
            } else if (line[i] == '"' || (line[i] == '\'' && !separates_digits(line, i))) {
                i = end_of_quoted(line, i);
            } else {
                ++i;
            }
        }
        return in_code;
    }

private:
    static bool is_word(char c) { return is_letter_or_underscore(c) || is_digit(c); }

    // Whether this is the R" of a raw string, and not the end of a macro's name with a string behind it.
    static bool begins_raw_string(std::string_view line, std::size_t at) {
        if (!line.substr(at).starts_with("R\"") || line.find('(', at) == line.npos) {
            return false;
        }
        std::size_t begin = at;
        while (begin > 0 && is_word(line[begin - 1])) {
            --begin;
        }
        static constexpr std::string_view prefixes[] = {"", "u8", "u", "U", "L"};
        return std::ranges::find(prefixes, line.substr(begin, at - begin)) != std::ranges::end(prefixes);
    }

    // Whether a quote stands in a number; one behind the L of L'"' does not.
    static bool separates_digits(std::string_view line, std::size_t quote) {
        std::size_t begin = quote;
        while (begin > 0 && (is_word(line[begin - 1]) || line[begin - 1] == '\'')) {
            --begin;
        }
        return is_digit(line[begin]);
    }

    static std::size_t end_of_quoted(std::string_view line, std::size_t begin) {
        for (std::size_t i = begin + 1; i < line.size(); ++i) {
            if (line[i] == '\\') {
                ++i;
            } else if (line[i] == line[begin]) {
                return i + 1;
            }
        }
        return line.size();
    }

    std::string until_;  // what ends the comment or raw string we are in
};

struct header {
    std::string shown;
    std::vector<std::string> lines;
    std::vector<bool> in_code;  // for each line
    bool has_guard = false;     // a classic one, around everything
};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The name and the rest of a preprocessor directive, or nothing when the line is none.
std::optional<std::pair<std::string, std::string>> directive(const header& file, std::size_t line) {
    static const std::regex pattern(R"(\s*#\s*([a-z_]+)\s*(.*?)\s*)");
    std::smatch found;
    if (!file.in_code[line] || !std::regex_match(file.lines[line], found, pattern)) {
        return std::nullopt;
    }
    return std::pair(found[1].str(), found[2].str());
}

// Whether the first directives are #ifndef X, #define X and the #endif of it is the last thing in the file.
bool has_classic_guard(const header& file) {
    std::vector<std::size_t> directives;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (directive(file, i)) {
            directives.push_back(i);
        }
    }
    if (directives.size() < 3) {
        return false;
    }
    const auto first = *directive(file, directives[0]);
    const auto second = *directive(file, directives[1]);
    if (first.first != "ifndef" || second.first != "define" || first.second != second.second) {
        return false;
    }
    int depth = 0;
    for (const std::size_t line : directives) {
        const std::string name = directive(file, line)->first;
        depth += name.starts_with("if") ? 1 : name == "endif" ? -1 : 0;
        if (depth == 0) {
            return line == directives.back() &&
                   std::all_of(file.lines.begin() + static_cast<std::ptrdiff_t>(line) + 1, file.lines.end(),
                               [](const std::string& l) { return trimmed(l).empty() || trimmed(l).starts_with("//"); });
        }
    }
    return false;
}

class amalgamation {
public:
    explicit amalgamation(fs::path include) : include_(std::move(include)) {}

    std::string of(const std::string& root) {
        text_ = std::string(licence_line) + "\n\n" + "// cpumap in one file: " + root +
                " and all it includes of the library.\n" +
                "// Generated by cpumap-amalgamate; do not edit, edit the headers and run it again instead.\n";
        if (!fs::exists(include_ / root)) {
            throw failure({(include_ / root).string()}, "no such header; name one inside the include folder");
        }
        embed(fs::path(root).lexically_normal());
        return text_;
    }

private:
    static std::string guard_of(const fs::path& path) {
        std::string result = "CPUMAP_SINGLE_" + path.generic_string();
        std::ranges::transform(result, result.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : is_digit(c) || (c >= 'A' && c <= 'Z') ? c : '_';
        });
        return result;
    }

    header load(const fs::path& path) const {
        header file;
        file.shown = (include_ / path).string();
        const std::string bytes = read_file(include_ / path).value();
        code_scanner scanner;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
            file.lines.push_back(bytes.substr(at, end - at));
            if (file.lines.back().ends_with('\r')) {
                file.lines.back().pop_back();
            }
            file.in_code.push_back(scanner.next(file.lines.back()));
            at = end + 1;
        }
        file.has_guard = has_classic_guard(file);
        return file;
    }

    // Writes a header where it is included.
    void embed(const fs::path& path) {
        const header file = load(path);
        const std::string guard = guard_of(path);
        const auto [same, is_new] = guards_.emplace(guard, path);
        if (!is_new && same->second != path) {
            throw failure({file.shown}, "its name is too like that of " + same->second.string() + "; rename one");
        }
        branches_.back().insert(path.generic_string());
        stack_.push_back(path);
        text_ += "\n// " + path.generic_string() + '\n';
        if (!file.has_guard) {
            text_ += "#ifndef " + guard + "\n#define " + guard + '\n';
        }
        write_lines(file, path);
        if (!file.has_guard) {
            text_ += "#endif // " + guard + '\n';
        }
        stack_.pop_back();
    }

    void write_lines(const header& file, const fs::path& path) {
        int depth = file.has_guard ? -1 : 0;  // the guard itself is no condition
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            if (i == 0 && line == licence_line) {
                continue;
            }
            const auto found = directive(file, i);
            if (found) {
                const auto& [name, rest] = *found;
                if (name.starts_with("if")) {
                    if (++depth > 0) {
                        branches_.emplace_back();
                    }
                } else if (name.starts_with("el")) {
                    branches_.back().clear();
                } else if (name == "endif") {
                    if (depth-- > 0) {
                        branches_.pop_back();
                    }
                }
                if (name == "pragma" && rest.starts_with("once")) {
                    continue;
                }
                if (name == "include" && write_include({file.shown, i + 1}, path, rest)) {
                    continue;
                }
            }
            // What was left out must not leave its empty lines behind.
            if (!line.empty() || !file.in_code[i] || !text_.ends_with("\n\n")) {
                text_ += line + '\n';
            }
        }
    }

    // Whether what an include names is there already, wherever the include is read.
    bool is_there(const std::string& name) const {
        return std::ranges::any_of(branches_, [&](const auto& branch) { return branch.contains(name); });
    }

    // Whether the line is dealt with; if not, it stays as it is.
    bool write_include(const location& where, const fs::path& includer, const std::string& rest) {
        static const std::regex pattern(R"re((?:<([^>]*)>|"([^"]*)").*)re");
        std::smatch found;
        if (!std::regex_match(rest, found, pattern)) {
            return false;
        }
        const std::string quoted_name = found[2].str();
        const std::string name = found[1].matched ? found[1].str() : quoted_name;
        const std::optional<fs::path> own = find_own(includer, name, !quoted_name.empty());
        if (!own) {
            if (!quoted_name.empty() || name.starts_with("cpumap/")) {
                throw failure(where, "include of " + in_quotes(name) + ": no such header beside this one or in " +
                                         include_.string());
            }
            if (is_there(name)) {
                return true;
            }
            branches_.back().insert(name);
            return false;
        }
        if (std::ranges::find(stack_, *own) != stack_.end()) {
            throw failure(where, "include of " + in_quotes(name) +
                                     ": the header includes itself, directly or through others; remove the loop");
        }
        if (!is_there(own->generic_string())) {
            embed(*own);
        }
        return true;
    }

    // The path of one of the library's headers relative to the include folder.
    std::optional<fs::path> find_own(const fs::path& includer, const std::string& name, bool in_double_quotes) const {
        if (in_double_quotes) {
            fs::path beside = (includer.parent_path() / name).lexically_normal();
            if (fs::exists(include_ / beside)) {
                return beside;
            }
        }
        fs::path path = fs::path(name).lexically_normal();
        if ((in_double_quotes || name.starts_with("cpumap/")) && fs::exists(include_ / path)) {
            return path;
        }
        return std::nullopt;
    }

    fs::path include_;
    std::string text_;
    std::map<std::string, fs::path> guards_;
    // For each #if, #elif or #else that we are inside of, and for outside of all, what has been included there: headers
    // of ours and of others. What another branch included need not be there, and the guards make a second copy harmless.
    std::vector<std::set<std::string>> branches_{1};
    std::vector<fs::path> stack_;
};

int run(std::span<const std::string> arguments) {
    const command_line options(arguments, {"--include", "--output"}, {"--check", "--help", "--version"});
    if (options.has("--help")) {
        std::cout << help;
        return ok;
    }
    if (options.has("--version")) {
        std::cout << "cpumap-amalgamate " CPUMAP_PROGRAM_VERSION "\n";
        return ok;
    }
    const std::string& root = options.operand("HEADER");
    const std::string& include = options.value("--include");
    const std::string& output = options.value("--output");
    return write_or_check(output, amalgamation(include).of(root), options.has("--check"),
                          "cpumap-amalgamate --include " + shell_word(include) + " --output " + shell_word(output) +
                              ' ' + shell_word(root));
}

}  // namespace
}  // namespace cpumap::codegen

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return cpumap::codegen::run_program("cpumap-amalgamate", [&] { return cpumap::codegen::run(arguments); });
}
