# SPDX-License-Identifier: BSL-1.0
"""The manual page of cpumap-codegen explains each option in the words of --help."""

import pathlib
import re
import shutil
import subprocess

import support
from support import options, run

PAGE = pathlib.Path(__file__).resolve().parents[2] / "codegen" / "cpumap-codegen.1.in"


def plain(line):
    """A line of the page without its markup."""
    macro = re.match(r"\.([BIR]{1,2}) (.*)", line)
    if macro:
        words = re.findall(r'"[^"]*"|\S+', macro[2])
        line = ("" if len(macro[1]) == 2 else " ").join(word.strip('"') for word in words)
    return re.sub(r"\\f.", "", line).replace("\\-", "-")


def sections(text):
    """The name of each section, with its tagged paragraphs: tag and text."""
    for part in text.split("\n.SH ")[1:]:
        name, _, body = part.partition("\n")
        entries = {}
        for entry in body.split(".TP\n")[1:]:
            tag, *lines = entry.rstrip("\n").split("\n")
            entries[plain(tag)] = " ".join(map(plain, lines))
        yield name, entries


class Manual(support.FolderTest):
    def test_says_what_help_says(self):
        page = dict(sections(PAGE.read_text()))
        help_text = run(options.codegen, "map", "--help").stdout
        explained = dict(re.findall(r"^  (\S+(?: [A-Z]+)?) {2,}(.*)$", help_text, re.MULTILINE))
        self.assertTrue(explained)
        for option, words in explained.items():
            self.assertIn(option, page["OPTIONS"])
            self.assertTrue(page["OPTIONS"][option].startswith(words), f"{option}: {page['OPTIONS'][option]}")
        self.assertEqual(set(page["OPTIONS"]) - set(explained), {"--help", "--version"})

        codes = re.search(r"^Exit code: (.*)\.$", help_text, re.MULTILINE)[1]
        self.assertEqual(dict(re.findall(r"(\d) ([^,]*)", codes)), page["EXIT STATUS"])

    def test_names_all_commands(self):
        commands = re.findall(r"^  (\w+)  ", run(options.codegen, "--help").stdout, re.MULTILINE)
        self.assertEqual(commands, ["map"])
        self.assertIn(".B cpumap-codegen map", PAGE.read_text())

    def test_is_sound(self):
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        done = subprocess.run(["groff", "-man", "-ww", "-z", PAGE], capture_output=True, text=True)
        self.assertEqual(done.stdout + done.stderr, "")


if __name__ == "__main__":
    support.main()
