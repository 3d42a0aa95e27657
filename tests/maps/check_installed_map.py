# SPDX-License-Identifier: BSL-1.0
"""Takes the CPU map that this machine's libvirt package installed, generates its header, and compares the tables with
its XML; where it is of the same version as a shipped map, also with that map's tables.

Exits with 77 and a line that says why when there is no such map or its version cannot be told.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import check_map

FOLDER = "/usr/share/libvirt/cpu_map"


def installed_version():
    """MAJOR.MINOR.MICRO of the package that the map belongs to, or None."""
    for command in (["dpkg-query", "-W", "-f=${Version}", "libvirt0"],
                    ["rpm", "-q", "--qf=%{VERSION}", "libvirt-libs"]):
        try:
            result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        except FileNotFoundError:
            continue
        found = re.match(r"(?:\d+:)?(\d+\.\d+\.\d+)", result.stdout)
        if result.returncode == 0 and found:
            return found[1]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--codegen", required=True)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--source", required=True, help="dump_map.cpp")
    parser.add_argument("--shipped", action="append", default=[], metavar="VERSION=DUMP",
                        help="the dump program of a shipped map")
    options = parser.parse_args()
    version = installed_version()
    if not os.path.exists(FOLDER) or version is None:
        print(f"SKIP: no libvirt package with {FOLDER} is installed")
        return check_map.SKIPPED
    with tempfile.TemporaryDirectory(prefix="cpumap installed ") as folder:
        header = os.path.join(folder, "installed.hpp")
        subprocess.run([options.codegen, "map", FOLDER, "--libvirt", version, "--name", "installed",
                        "--output", header], check=True)
        dump = os.path.join(folder, "dump")
        subprocess.run([options.cxx, "-std=c++20", "-DMAP_HEADER=\"installed.hpp\"", "-DMAP_TYPE=installed",
                        "-I", folder, options.source, "-o", dump], check=True)
        count, differences = check_map.check(dump, FOLDER, version, header)
        print("\n".join(differences) if differences else f"libvirt {version}: {count} lines agree")
        if differences:
            return 1
        for shipped in options.shipped:
            shipped_version, _, program = shipped.partition("=")
            if shipped_version == version:
                outputs = [subprocess.run([p], stdout=subprocess.PIPE, check=True).stdout for p in (dump, program)]
                if outputs[0] != outputs[1]:
                    print(f"the shipped map of libvirt {version} differs from the installed one")
                    return 1
                print(f"the shipped map of libvirt {version} is the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
