# SPDX-License-Identifier: BSL-1.0
"""Tests of cpumap-amalgamate with made-up headers: what it inlines, keeps and refuses, and that the result compiles."""

import os
import re
import unittest

import support
from support import options, run

LICENCE = "// SPDX-License-Identifier: BSL-1.0\n"


class Amalgamate(support.FolderTest):
    def headers(self, **texts):
        """Writes headers: a_b="..." is include/cpumap/a/b.hpp, c="..." is include/cpumap/c.hpp."""
        for name, text in texts.items():
            self.write(f"include/cpumap/{name.replace('_', '/')}.hpp", text)

    def amalgamate(self, *arguments, root="cpumap/all.hpp", output=None):
        return run(options.amalgamate, "--include", self.folder / "include", "--output",
                   output or self.folder / "single.hpp", root, *arguments)

    def good(self, **settings):
        result = self.amalgamate(**settings)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        return (settings.get("output") or self.folder / "single.hpp").read_text()

    def refused(self, place, pattern, **settings):
        self.write("single.hpp", "old\n")
        result = self.amalgamate(**settings)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, f"/{place}: error: .*{pattern}.*\n$")
        self.assertEqual(result.stderr.count("\n"), 1)
        self.assertEqual((self.folder / "single.hpp").read_text(), "old\n")
        self.assertEqual(sorted(os.listdir(self.folder)), ["include", "single.hpp"])

    def test_each_header_once_in_order(self):
        self.headers(all=LICENCE + '#pragma once\n#include <cpumap/base/a.hpp>\n#include "base/b.hpp"\nint all;\n',
                     base_a=LICENCE + "#pragma once\n\n// of a\n#include <cstdint>\n#include <vector>\nint a;\n",
                     base_b=LICENCE + '#pragma once\n#include "a.hpp"\n#include <cpumap/base/a.hpp>\n'
                                      '#include <cstdint>\n#  include <string>  // for b\nint b;\n')
        text = self.good()
        for word in ("int a;", "int b;", "int all;", "<cstdint>", "<vector>", "<string>", LICENCE):
            self.assertEqual(text.count(word), 1, word)
        self.assertLess(text.index("int a;"), text.index("int b;"))
        self.assertLess(text.index("int b;"), text.index("int all;"))
        self.assertTrue(text.startswith(LICENCE))
        self.assertIn("do not edit", text)
        self.assertIn("#ifndef CPUMAP_SINGLE_CPUMAP_BASE_A_HPP\n#define CPUMAP_SINGLE_CPUMAP_BASE_A_HPP\n", text)
        self.assertNotIn("#pragma", text)
        self.assertNotIn("#include <cpumap", text)
        self.assertNotIn('#include "', text)
        self.assertNotIn("\n\n\n", text)
        self.assertNotIn(str(self.folder), text)
        self.compile('#include "single.hpp"\n#include "single.hpp"\nint main() { return a + b + all; }\n')

    def test_two_single_headers_in_one_file(self):
        self.headers(all="#pragma once\n#include <cpumap/core.hpp>\n#include <string>\nstruct all { core c; };\n",
                     core="#pragma once\n#include <cpumap/base/a.hpp>\n#include <vector>\nstruct core { a x; };\n",
                     base_a="#pragma once\n#include <cstdint>\nstruct a { std::uint8_t x; };\n")
        self.good(output=self.folder / "all.hpp")
        self.good(output=self.folder / "core.hpp", root="cpumap/core.hpp")
        for first, second in (("all", "core"), ("core", "all")):
            self.compile(f'#include "{first}.hpp"\n#include "{second}.hpp"\n#include "{first}.hpp"\n'
                         "all x{}; std::vector<core> y; std::string z;\n")

    def test_conditions(self):
        self.headers(all="#pragma once\n#if __has_include(<sys/auxv.h>)\n#include <cstddef>\n#include <cpumap/a.hpp>\n"
                         "#endif\n#ifdef NEVER\n#include <cpumap/b.hpp>\n#include <cstddef>\n#else\n"
                         "#include <cstddef>\n#endif\n#include <cstddef>\n#include <cpumap/b.hpp>\n"
                         "#include <cpumap/a.hpp>\n",
                     a="#pragma once\n#include <cstdint>\nusing a = std::uint8_t;\n",
                     b="#pragma once\n#include <cstdint>\nusing b = std::uint16_t;\n")
        text = self.good()
        self.assertEqual(text.count("#include <cstddef>"), 4)
        # A header first met inside a condition is there again where it is needed whatever the condition.
        self.assertEqual(text.count("using a"), 2)
        self.assertEqual(text.count("using b"), 2)
        self.compile('#include "single.hpp"\n#include "single.hpp"\na x{}; b y{}; std::size_t z{};\n')

    def test_classic_guards_stay(self):
        guarded = "#ifndef MAP_HPP\n#define MAP_HPP\n\n#include <cstdint>\nstruct map {};\n\n#endif // MAP_HPP\n"
        self.headers(all="#pragma once\n#include <cpumap/map.hpp>\n#include <cstdint>\nstd::uint8_t x;\n",
                     map=LICENCE + "// text\n" + guarded)
        text = self.good()
        self.assertIn(guarded, text)
        self.assertNotIn("CPUMAP_SINGLE_CPUMAP_MAP", text)
        self.assertEqual(text.count("<cstdint>"), 1)
        for order in ('#include "single.hpp"\n#include <cpumap/map.hpp>\n',
                      '#include <cpumap/map.hpp>\n#include "single.hpp"\n'):
            self.compile(order + "map y;\n", "-I", str(self.folder / "include"))

    def test_what_only_looks_like_a_guard(self):
        self.headers(all="#ifndef A\n#define A 1\n#endif\n#include <cpumap/b.hpp>\nint all = A;\n",
                     b="#ifndef B\n#define B 2\n#endif\nint b = B;\n")
        text = self.good()
        self.assertIn("CPUMAP_SINGLE_CPUMAP_ALL_HPP", text)
        self.assertIn("CPUMAP_SINGLE_CPUMAP_B_HPP", text)
        self.compile('#include "single.hpp"\n#include "single.hpp"\n')

    def test_what_only_begins_like_a_guard(self):
        """One that ends early, leaves the name alone, or that nothing ends; text behind a real one changes nothing."""
        self.headers(all="#ifndef ALL\n#define ALL\n#endif\n" +
                         "".join(f"#include <cpumap/{name}.hpp>\n" for name in "abcd"),
                     a="#ifndef A\n#define A\n#endif\nstruct a {};\n",
                     b="#ifndef B\n#undef B\nstruct b {};\n#endif\n",
                     c="#ifndef C\n#define C\nstruct c {};\n#endif\n\n  // of c\n",
                     d="#ifndef D\n#define D\n#ifdef NEVER\n")
        text = self.good()
        self.assertEqual(re.findall(r"#ifndef CPUMAP_SINGLE_CPUMAP_(\w+)_HPP", text), ["ALL", "A", "B", "D"])
        self.headers(d="")
        self.good()
        self.compile('#include "single.hpp"\n#include "single.hpp"\na x; b y; c z;\n')

    def test_directives_that_stay(self):
        kept = '#pragma GCC diagnostic push\n#define HEADER <cstdint>\n#include HEADER\n#pragma GCC diagnostic pop\n'
        self.headers(all="#pragma once\n" + kept + "std::uint8_t x;\n")
        self.assertIn(kept, self.good())
        self.compile('#include "single.hpp"\n')

    def test_names_of_headers(self):
        """What cannot stand in the name of a guard becomes _, so two names may become one."""
        self.write("include/cpumap/a~1-\u00e9.hpp", "int a;\n")
        self.headers(all="#include <cpumap/a~1-\u00e9.hpp>\n")
        self.assertIn("#ifndef CPUMAP_SINGLE_CPUMAP_A_1____HPP\n", self.good())
        for name in ("b-c", "b_c"):
            self.write(f"include/cpumap/{name}.hpp", "")
        self.headers(all="#include <cpumap/b-c.hpp>\n#include <cpumap/b_c.hpp>\n")
        self.refused("b_c.hpp", "too like that of cpumap/b-c.hpp; rename one")

    def test_comments_and_literals_stay(self):
        body = ('/* a comment\n#include <cpumap/no.hpp>\n\n\n#pragma once\n*/\n// #include <cpumap/no.hpp>\n'
                'const char* r = R"x(\n#include "no.hpp"\n\n\n)" /* )x";\nconst char* s = "/* \\" //";\n'
                "constexpr int n = 1'000; constexpr char q = '\"'; // it's\n")
        self.headers(all="#pragma once\n" + body)
        text = self.good()
        self.assertIn(body, text)
        self.compile('#include "single.hpp"\nstatic_assert(n == 1000 && q == 34);\n')

    def test_what_only_looks_like_a_literal(self):
        """Quotes in numbers, and the R at the end of a name, begin nothing; characters with a prefix do."""
        self.headers(all="#pragma once\n"
                         "#define BAR \"x\"\nconst char* r = BAR\"(\";\n#include <cpumap/a.hpp>\n"
                         "constexpr wchar_t w = L'\"'; /*\n#include <cpumap/no.hpp>\n*/\n#include <cpumap/b.hpp>\n"
                         "constexpr int n = 0xAB'CD; constexpr char16_t u =\n'\"'; /*\n#include <cpumap/no.hpp>\n*/\n"
                         "const wchar_t* x =\nLR\"y(\n#include <cpumap/no.hpp>\n)y\";\n#include <cpumap/c.hpp>\n",
                     a="int a;\n", b="int b;\n", c="int c;\n")
        text = self.good()
        for word in ("int a;", "int b;", "int c;"):
            self.assertIn(word, text)
        self.compile('#include "single.hpp"\nstatic_assert(n == 0xabcd && w == 34 && u == 34);\nint y = a + b + c;\n')

    def test_text_that_compilers_pass_over(self):
        """A quote that is not closed ends with its line, and R" without a parenthesis is none of a raw string."""
        odd = '#if 0\n#error the host\'s\n#error R"x\n#error "open\n#endif\n'
        self.headers(all=odd + "#include <cpumap/a.hpp>\n", a="int a;\n")
        text = self.good()
        self.assertIn(odd, text)
        self.assertIn("int a;", text)

    def test_line_ends_of_windows(self):
        self.headers(all="#pragma once\r\n#include <cpumap/a.hpp>\r\nint all;\r\n", a="#pragma once\r\nint a;")
        self.assertIn("int a;\n", self.good())

    def test_other_projects_headers_stay(self):
        self.headers(all="#pragma once\n#include <boost/hana/tuple.hpp>\n#include <boost/hana/tuple.hpp>\n")
        self.write("include/boost/hana/tuple.hpp", "not ours\n")
        text = self.good()
        self.assertEqual(text.count("#include <boost/hana/tuple.hpp>"), 1)
        self.assertNotIn("not ours", text)

    def test_missing_headers(self):
        self.headers(all="#pragma once\n\n#include <cpumap/gone.hpp>\n")
        self.refused("all.hpp:3", "'cpumap/gone.hpp'")
        self.headers(all='#pragma once\n#include <cpumap/a.hpp>\n', a='\n#include "gone.hpp"\n')
        self.refused("a.hpp:2", "'gone.hpp'")
        self.refused("cpumap/what.hpp", "no such header", root="cpumap/what.hpp")

    def test_loops(self):
        self.headers(all="#include <cpumap/a.hpp>\n", a="\n#include <cpumap/b.hpp>\n", b='\n\n#include "a.hpp"\n')
        self.refused("b.hpp:3", "'a.hpp'.*includes itself")
        self.headers(all='#ifdef X\n#include "all.hpp"\n#endif\n')
        self.refused("all.hpp:2", "'all.hpp'.*includes itself")

    def test_check(self):
        self.headers(all="#pragma once\nint x;\n")
        self.assertEqual(self.amalgamate("--check").returncode, 3)
        self.assertFalse((self.folder / "single.hpp").exists())
        self.good()
        self.assertEqual(self.amalgamate("--check").returncode, 0)
        self.headers(all="#pragma once\nint y;\n")
        result = self.amalgamate("--check")
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, "differs .*; regenerate it with: cpumap-amalgamate --include ")
        self.assertIn("int x;", (self.folder / "single.hpp").read_text())

    def test_command_line(self):
        self.headers(all="")
        for arguments in ([], ["cpumap/all.hpp"], ["--include", self.folder / "include", "cpumap/all.hpp"],
                          ["--include", self.folder / "include", "--output", self.folder / "x"], ["--what"]):
            result = run(options.amalgamate, *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertRegex(result.stderr, "^cpumap-amalgamate: .*--help\n$")
        self.assertTrue(run(options.amalgamate, "--help").stdout.startswith("usage: cpumap-amalgamate"))
        self.assertTrue(run(options.amalgamate, "--version").stdout.startswith("cpumap-amalgamate "))

    def test_full_device(self):
        self.headers(all="int x;\n")
        result = self.amalgamate(output="/dev/full")
        self.assertEqual(result.returncode, 1)
        self.assertIn("/dev/full: error: cannot write", result.stderr)

    @unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc")
    def test_unwritable_folder(self):
        self.headers(all="int x;\n")
        self.assertEqual(self.amalgamate(output="/proc/single.hpp").returncode, 1)


if __name__ == "__main__":
    support.main()
