// SPDX-License-Identifier: BSL-1.0
#pragma once

// Cases, what they expect, and what they come to; of every architecture.

#include "cpu_input.hpp"
#include "xml_input.hpp"

#include <cpumap/core.hpp>

#include <string>

namespace conformance {

/// A line of the cases file.
struct test_case {
    std::string op, arch, host, cpu, models, flags, expected;
};

/// Where a case finds its files.
struct folder {
    std::string path;

    std::string file(const test_case& c, const std::string& name) const { return path + "/" + c.arch + "-" + name; }
};

/// What a case came to: the expected text and the one we made.
struct outcome {
    std::string expected, actual;
};

/// What an operation gave, as the cases write it.
template <class Result>
std::string text_of(const Result& result) {
    return result ? to_xml(*result) : "error\n";
}

/// The expected text: a file, or a word that stands for itself.
inline std::string expected_text(const test_case& c, const folder& data) {
    for (const char* word : {"error", "ok", "yes", "no", "identical", "superset", "incompatible"})
        if (c.expected == word) return c.expected + "\n";
    return read_file(data.file(c, c.expected + ".xml"));
}

/// A comparison in the words of the cases.
template <class Map>
std::string verdict_of(const cpumap::basic_comparison<Map>& answer) {
    switch (answer.outcome) {
        case cpumap::verdict::identical:
            return "identical";
        case cpumap::verdict::superset:
            return "superset";
        case cpumap::verdict::incompatible:
            break;
    }
    return "incompatible";
}

}  // namespace conformance
