// SPDX-License-Identifier: BSL-1.0
#pragma once

// Options of the programs of this folder.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics.hpp"
#include "identifiers.hpp"

namespace cpumap::codegen {

// The arguments of one command: options with a value (--name value or --name=value), options without one, and the rest.
class command_line {
public:
    // Throws usage_error for an option that is not among those named, is repeated or lacks its value.
    command_line(std::span<const std::string> arguments, const std::vector<std::string_view>& with_value,
                 const std::vector<std::string_view>& without_value) {
        bool only_operands = false;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const std::string& argument = arguments[i];
            if (only_operands || argument == "-" || !argument.starts_with('-')) {
                operands_.push_back(argument);
                continue;
            }
            if (argument == "--") {
                only_operands = true;
                continue;
            }
            const std::size_t equals = argument.find('=');
            const std::string option = argument.substr(0, equals);
            if (std::ranges::find(with_value, option) != with_value.end()) {
                if (equals == argument.npos && i + 1 == arguments.size()) {
                    throw usage_error(option + " needs a value");
                }
                const std::string value = equals == argument.npos ? arguments[++i] : argument.substr(equals + 1);
                if (value.empty()) {
                    throw usage_error(option + " has an empty value");
                }
                if (!values_.emplace(option, value).second) {
                    throw usage_error(option + " is given twice");
                }
            } else if (std::ranges::find(without_value, argument) != without_value.end()) {
                flags_.insert(argument);
            } else {
                throw usage_error("unknown option " + option);
            }
        }
    }

    [[nodiscard]] bool has(const std::string& flag) const { return flags_.contains(flag); }
    [[nodiscard]] bool has_value(const std::string& option) const { return values_.contains(option); }
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    [[nodiscard]] const std::string& value(const std::string& option) const {
        const auto found = values_.find(option);
        if (found == values_.end()) {
            throw usage_error(option + " is missing");
        }
        return found->second;
    }

    // As many operands as there are names for what they should be.
    [[nodiscard]] const std::vector<std::string>& operands(const std::vector<std::string>& what) const {
        if (operands_.size() < what.size()) {
            throw usage_error(what[operands_.size()] + " is missing");
        }
        if (operands_.size() > what.size()) {
            throw usage_error("one argument too many: " + in_quotes(operands_[what.size()]));
        }
        return operands_;
    }
    // The only operand; what says what it should be.
    [[nodiscard]] const std::string& operand(const std::string& what) const { return operands({what})[0]; }

private:
    std::map<std::string, std::string> values_;
    std::set<std::string> flags_;
    std::vector<std::string> operands_;
};

// In single quotes where a shell would read an argument otherwise.
inline std::string shell_word(const std::string& word) {
    const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
        return is_letter_or_underscore(c) || is_digit(c) || c == '/' || c == '.' || c == '-' || c == '+';
    });
    if (plain) {
        return word;
    }
    std::string result = "'";
    for (const char c : word) {
        result += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return result + '\'';
}

// The value of --name, NAME or SPACE::NAME, as its parts. Throws usage_error for what cannot name this kind of thing in a
// namespace of the user's own; the examples say how it is meant.
inline std::vector<std::string> parse_qualified_name(const std::string& text, const std::string& kind,
                                                     const std::string& examples) {
    std::vector<std::string> parts;
    for (std::string_view rest = text;;) {
        const std::size_t colons = rest.find("::");
        parts.emplace_back(rest.substr(0, colons));
        if (!is_plain_identifier(parts.back())) {
            throw usage_error("--name " + in_quotes(text) + " cannot name a " + kind +
                              "; write an identifier that is not reserved, such as " + examples);
        }
        if (parts[0] == "cpumap" || parts[0] == "std") {
            throw usage_error("--name " + in_quotes(text) + " lies in a namespace of others; choose one of your own");
        }
        if (colons == rest.npos) {
            return parts;
        }
        rest.remove_prefix(colons + 2);
    }
}

// Runs a program's body and turns what it throws into a message and an exit code; help is the command that explains.
template <class Body>
int run_program(const std::string& name, Body body) {
    try {
        const int code = body();
        std::cout.flush();
        if (!std::cout) {
            std::cerr << name << ": error: cannot write to standard output\n";
            return 1;
        }
        return code;
    } catch (const usage_error& error) {
        std::cerr << name << ": " << error.what() << "; see " << name << " --help\n";
        return 2;
    } catch (const failure& error) {
        std::cerr << error.what() << '\n';
    } catch (const std::filesystem::filesystem_error& error) {
        std::cerr << failure({error.path1().string()}, error.code().message()).what() << '\n';
    } catch (const std::exception& error) {
        std::cerr << name << ": error: " << error.what() << '\n';
    }
    return 1;
}

}  // namespace cpumap::codegen
