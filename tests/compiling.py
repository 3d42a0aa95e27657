# SPDX-License-Identifier: BSL-1.0
"""What the checks in this folder share: running compilers, counting what failed, skipping with a reason."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

# Those of every build of ours, from where they are at home.
WARNINGS = re.search(r"target_compile_options\(cpumap_warnings INTERFACE ([^)]*)\)",
                     pathlib.Path(__file__).resolve().parent.with_name("CMakeLists.txt").read_text())[1].split()
BARE = ["-fno-exceptions", "-fno-rtti"]


def skip(reason):
    print(f"SKIP: {reason}")
    sys.exit(77)


def arguments(description):
    """A parser with the options that every check which compiles has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cxx", default="c++", help="the compiler")
    parser.add_argument("--include", action="append", default=[], help="folder of the library's headers")
    parser.add_argument("--system", action="append", default=[], help="folder of other headers, Boost's")
    parser.add_argument("--standard", default="c++20", help="the C++ standard, as the compiler calls it")
    parser.add_argument("--option", action="append", default=[], help="another option for the compiler: --option=-O2")
    return parser


class Compiler:
    def __init__(self, args, standard=None):
        if shutil.which(args.cxx) is None:
            skip(f"no {args.cxx} here")
        self.command = [args.cxx, f"-std={standard or args.standard}", *args.option]
        for folder in args.include:
            self.command += ["-I", folder]
        for folder in args.system:
            if folder != "/usr/include":  # where the compiler looks anyway, and not to be moved to the front
                self.command += ["-isystem", folder]

    def run(self, *arguments, source=None):
        """Compiles; source is a program's text to be read instead of a file."""
        if source is not None:
            arguments = [*arguments, "-x", "c++", "-"]
        return run([*self.command, *arguments], input=source)


def run(command, **options):
    """Runs a command; gives its exit status, and what it wrote in English to both outputs, as one text."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          env={**os.environ, "LC_ALL": "C"}, **options)
    return done.returncode, done.stdout


class Report:
    """Prints a line for each thing checked; ends the program with the verdict."""

    def __init__(self):
        self.checked = 0
        self.failed = 0

    def __call__(self, name, problem=None, output=""):
        self.checked += 1
        if problem is None:
            print(f"ok    {name}")
            return
        self.failed += 1
        print(f"FAIL  {name}: {problem}")
        for line in output.splitlines()[:40]:
            print(f"      {line}")

    def end(self):
        print(f"{self.checked - self.failed} of {self.checked} passed")
        sys.exit(1 if self.failed or not self.checked else 0)
