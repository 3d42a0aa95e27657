# SPDX-License-Identifier: BSL-1.0
"""Says whether a shipped header is what cpumap-codegen makes of libvirt's XML today.

Exits with 0 when it is, 77 with a line that says why when the XML is not there, else as cpumap-codegen does.
"""

import argparse
import os
import subprocess
import sys

SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("--codegen", "--map", "--version", "--name", "--header"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    if not os.path.exists(options.map):
        print(f"SKIP: there is no {options.map}; set CPUMAP_LIBVIRT_MAPS to a folder with the maps of libvirt")
        return SKIPPED
    return subprocess.run([options.codegen, "map", options.map, "--libvirt", options.version, "--name", options.name,
                           "--output", options.header, "--strict", "--check"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
