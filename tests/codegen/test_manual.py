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
    return re.sub(r"\\f.", "", line).replace("\\-", "-").replace("\\(aq", "'")


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
    def commands(self):
        return re.findall(r"^  (\w+)  ", run(options.codegen, "--help").stdout, re.MULTILINE)

    def test_says_what_help_says(self):
        page = dict(sections(PAGE.read_text()))
        self.assertEqual(set(page["OPTIONS"]), {"--help", "--version"})
        codes = {}
        for command in self.commands():
            help_text = run(options.codegen, command, "--help").stdout
            explained = dict(re.findall(r"^  (\S+(?: [A-Z]+)?) {2,}(.*)$", help_text, re.MULTILINE))
            self.assertTrue(explained)
            said = page[f"OPTIONS OF {command.upper()}"]
            # A program without the commands for recorded machines has no maps of the library either.
            absent = set() if "hosts" in self.commands() else {"--maps LIST"}
            self.assertEqual(set(said) - absent, set(explained))
            for option, words in explained.items():
                self.assertTrue(said[option].startswith(words), f"{command} {option}: {said[option]}")
            found = re.search(r"^Exit code: (.*)\.$", help_text, re.MULTILINE)[1]
            codes = dict(re.findall(r"(\d) ([^,]*)", found)) | codes  # those of map are the page's
        self.assertEqual(codes, page["EXIT STATUS"])

    def test_names_all_commands(self):
        for command in self.commands():
            self.assertIn(f".B cpumap-codegen {command}", PAGE.read_text())

    def test_is_sound(self):
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        done = subprocess.run(["groff", "-man", "-ww", "-z", PAGE], capture_output=True, text=True)
        self.assertEqual(done.stdout + done.stderr, "")


if __name__ == "__main__":
    support.main()
