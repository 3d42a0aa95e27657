# SPDX-License-Identifier: BSL-1.0
"""What the tests of the programs in codegen/ share."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

options = argparse.Namespace(
    codegen=None, amalgamate=None, print_diff=None, print_dump=None, maps="", conformance="", cxx=[], include=[],
    system=[]
)


def main():
    """Runs the calling module's tests; what is unknown here goes to unittest."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--codegen", help="the program cpumap-codegen")
    parser.add_argument("--amalgamate", help="the program cpumap-amalgamate")
    parser.add_argument("--print-diff", help="the program made of print_diff.cpp")
    parser.add_argument("--print-dump", help="the program made of print_dump.cpp")
    parser.add_argument("--maps", help="folder of libvirt's maps, one folder a version; it need not be there")
    parser.add_argument("--conformance", help="folder of the conformance cases' data; it need not be there")
    parser.add_argument("--cxx", action="append", default=[], help="a C++ compiler; may be given several times")
    parser.add_argument("--include", action="append", default=[], help="folder of the library's headers")
    parser.add_argument("--system", action="append", default=[], help="folder of other headers, Boost's")
    _, rest = parser.parse_known_args(namespace=options)
    for compiler in [compiler for compiler in options.cxx if shutil.which(compiler) is None]:
        print(f"there is no {compiler} here, nothing is compiled with it")
        options.cxx.remove(compiler)
    for name in ("codegen", "amalgamate", "print_diff", "print_dump"):
        path = getattr(options, name)
        if path is not None:
            setattr(options, name, os.path.abspath(path))
    unittest.main(argv=[sys.argv[0], *rest])


# For a program that cannot write: then it cannot write the counters of tests/coverage/run either, and would say so.
WITHOUT_COUNTERS = {"LLVM_PROFILE_FILE": os.devnull}


def run(program, *arguments, **settings):
    """Runs a program to its end; the result has returncode, stdout and stderr."""
    settings.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([str(program), *map(str, arguments)], stderr=subprocess.PIPE, text=True, check=False,
                          timeout=300, **settings)


class FolderTest(unittest.TestCase):
    """A test with a folder of its own; its name has a space, since folders of users have."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="cpumap test ")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, path, text):
        """Writes a file below the test's folder, given as text or bytes."""
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def compile(self, text, *arguments):
        """Compiles a source file with every compiler there is, warnings being errors."""
        source = self.write("source.cpp", text)
        for compiler in options.cxx:
            result = run(compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                         *arguments, source)
            self.assertEqual((result.returncode, result.stderr), (0, ""), compiler)
