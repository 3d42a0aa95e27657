#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests of `cpumap-codegen diff` as its users run it, on made-up maps: those of tests/data/maps and small ones written
here; and that the compiler finds the same differences, between the maps of libvirt too."""

import os
import pathlib
import re
import sys

import support
from support import options, run

OWN_MAPS = pathlib.Path(__file__).resolve().parent.parent / "data" / "maps"
OLD_OUTPUT = "the output of an earlier run\n"

TABLE = """\

features that came: 2
  came  cpuid 0x7.0x1 ebx bit 0
  twin  cpuid 0x1 ecx bit 4

features that went: 4
  gone    cpuid 0x1 ecx bit 3
  twin-a  cpuid 0x1 ecx bit 4
  twin-b  cpuid 0x1 ecx bit 5
  x       cpuid 0x1 ecx bit 6

features that changed: 6
  old-name  renamed new-name; aliases older -> old-name
  short     renamed long; aliases long -> none
  y         aliases none -> x
  moved     moved msr 0x10 low bit 0 -> msr 0x10 high bit 0
  frozen    migratable yes -> no
  known-as  aliases first second -> first other

models that came: 2
  came-v1       2 features; vendor Third
  its-new-name  1 feature; vendor none

models that went: 2
  its-old-name  1 feature; vendor none
  went          1 feature; vendor Second

models that changed: 12
  other-features    features +came +moved -old-name -gone
  fewer-features    features -moved
  other-vendor      vendor First -> Third
  no-vendor         vendor First -> none
  other-signatures  signatures 6/2 -> 6/2 15/4/5
  other-steppings   signatures 6/3/1 -> 6/3/1-2
  other-canonical   canonical its-old-name -> its-new-name
  other-removed     removed +came -x
  order-of-removed  removed in another order
  other-added       added +moved -same
  other-decode      decode host on -> off; decode guest off -> on
  other-check       partial check none -> compat

ppc64 models that came: 1
  POWER3  pvr 0x30000/0xffff0000, vendor IBM

ppc64 models that went: 1
  POWER2  pvr 0x20000/0xffff0000, vendor IBM

ppc64 models that changed: 1
  POWER1  pvr 0x10000/0xffff0000, vendor IBM -> pvr 0x10000/0xffffff00, vendor IBM

arm features that came: 1
  sve

arm features that went: 0

arm features that changed: 0

"""
COUNTS = ("features: 2 came, 4 went, 6 changed; models: 2 came, 2 went, 12 changed; "
          "ppc64 models: 1 came, 1 went, 1 changed; arm features: 1 came, 0 went, 0 changed\n")


def document(body):
    return f"<cpus>\n<arch name='x86'>\n{body}\n</arch>\n</cpus>\n"


def feature(name, bit, extra=""):
    return f"<feature name='{name}'>{extra}<cpuid eax_in='1' eax='{1 << bit:#x}'/></feature>"


def sections(table):
    """The lines of each section by its title, which is without the count; the counts are checked."""
    result = {}
    for block in re.split(r"\n\n+", table.strip("\n")):
        title, *rows = block.split("\n")
        match = re.fullmatch(r"(.* that (?:came|went|changed)): (\d+)", title)
        if match:
            assert int(match[2]) == len(rows), block
            result[match[1]] = rows
    return result


class DiffTest(support.FolderTest):
    def diff(self, before, after, *arguments, **settings):
        return run(options.codegen, "diff", before, after, *arguments, **settings)

    def table(self, before, after, *arguments):
        """What is printed for two maps, with no complaint, without the two lines that name them."""
        result = self.diff(before, after, *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        head = result.stdout.split("\n", 2)
        self.assertEqual(head[:2], [f"from {before}", f"to   {after}"])
        return head[2]

    def sections_of(self, before, after):
        """The sections of two maps given as text, those with something in them."""
        table = self.table(self.write("before.xml", before), self.write("after.xml", after))
        return {title: rows for title, rows in sections(table).items() if rows}

    def agree(self, name, before, after):
        """Checks that the compiler finds what the program does, and gives how many rows that is."""
        printed = run(options.print_diff, *name)
        self.assertEqual((printed.returncode, printed.stderr), (0, ""))
        compiled = sections(printed.stdout)
        table = {title: rows for title, rows in sections(self.table(before, after)).items()
                 if not title.startswith(("ppc64", "arm"))}
        self.assertEqual(len(table), 6)
        for title, rows in table.items():
            self.assertEqual(compiled[title], rows, title)
        return sum(map(len, table.values()))


class Diff(DiffTest):
    def test_everything_that_can_differ(self):
        self.assertEqual(self.table(OWN_MAPS / "before.xml", OWN_MAPS / "after.xml"), TABLE + COUNTS)

    def test_backwards_what_came_went(self):
        there = sections(TABLE)
        back = sections(self.table(OWN_MAPS / "after.xml", OWN_MAPS / "before.xml"))
        self.assertEqual(there.keys(), back.keys())
        for kind in ("features", "models", "ppc64 models"):
            self.assertEqual(there[f"{kind} that came"], back[f"{kind} that went"])
            self.assertEqual(there[f"{kind} that went"], back[f"{kind} that came"])
            self.assertEqual(len(there[f"{kind} that changed"]), len(back[f"{kind} that changed"]))

    def test_a_map_and_itself(self):
        for name in ("before.xml", "after.xml"):
            table = self.table(OWN_MAPS / name, OWN_MAPS / name)
            self.assertEqual([rows for rows in sections(table).values() if rows], [])
            self.assertTrue(table.endswith("\nfeatures: 0 came, 0 went, 0 changed; models: 0 came, 0 went, 0 changed\n"))

    def test_layouts_make_no_difference(self):
        body = feature("a", 0) + "<model name='m'><feature name='a'/></model>"
        self.write("split/index.xml", document("<include filename='x.xml'/>"))
        self.write("split/x.xml", f"<cpus>{body}</cpus>")
        one = self.write("one/cpu_map.xml", document(body))
        for before, after in ((one, self.folder / "split"), (one.parent, self.folder / "split" / "index.xml")):
            self.assertIn("features: 0 came, 0 went, 0 changed; models: 0 came, 0 went, 0 changed\n",
                          self.table(before, after))

    def test_order_is_the_maps(self):
        names = ["z", "a", "m"]
        rows = self.sections_of(document(""), document("".join(feature(n, i) for i, n in enumerate(names)) +
                                                       "".join(f"<model name='{n}'/>" for n in names)))
        for kind in ("features", "models"):
            self.assertEqual([row.split()[0] for row in rows[f"{kind} that came"]], names)
        self.assertEqual(len(rows), 2)

    def test_another_order_is_no_difference(self):
        models = "<model name='m'><feature name='a'/><feature name='b'/></model>"
        more = "<model name='n'><feature name='b'/></model>"
        self.assertEqual(self.sections_of(document(feature("a", 0) + feature("b", 1) + models + more),
                                          document(feature("b", 1) + feature("a", 0) + more + models)), {})

    def test_renaming(self):
        def alias(name):
            return f"<alias name='{name}' source='qemu'/>"

        renamed = {"features that changed"}
        came_and_went = {"features that came", "features that went"}
        for before, after, expected in [
                (feature("old", 0), feature("new", 0, alias("old")), renamed),
                (feature("old", 0, alias("new")), feature("new", 0), renamed),
                (feature("old", 0, alias("new")), feature("new", 0, alias("old")), renamed),
                (feature("old", 0), feature("new", 9, alias("old")), renamed),  # bits do not count
                (feature("old", 0), feature("new", 0), came_and_went),
                (feature("old", 0, alias("both")), feature("new", 0, alias("both")), came_and_went),
                # the alias's own feature is there still, or two are in question
                (feature("old", 0), feature("old", 0) + feature("new", 1, alias("older")), {"features that came"}),
                (feature("a", 0) + feature("b", 1), feature("c", 0, alias("a") + alias("b")), came_and_went),
                (feature("c", 0, alias("a") + alias("b")), feature("a", 0) + feature("b", 1), came_and_went),
                (feature("a", 0) + feature("b", 1), feature("b", 1, alias("a")),
                 {"features that went", "features that changed"})]:
            with self.subTest(before=before, after=after):
                self.assertEqual(set(self.sections_of(document(before), document(after))), expected)

    def test_a_renamed_feature_changes_no_model(self):
        model = "<model name='m'><feature name='{0}'/><feature name='a' removed='yes'/></model>"
        found = self.sections_of(document(feature("a", 1) + feature("old", 0) + model.format("old")),
                                 document(feature("a", 1) + feature("new", 0, "<alias name='old'/>") +
                                          model.format("new")))
        self.assertEqual(set(found), {"features that changed"})

    def test_names_that_would_break_lines(self):
        found = self.sections_of(document(""), document("<model name='a&#10;b&#x7f;'/>"))
        self.assertEqual(found, {"models that came": ["  a\\x0ab\\x7f  0 features; vendor none"]})

    def test_characters_by_their_numbers(self):
        """And columns are wide by characters, not by the bytes of these."""
        longer = ["", "abcdef", "", "abc"]
        names = ["\u007e", "\u00e9", "\u20ac", "\U0001f5a5"]
        numbers = [f"&#x{ord(c):X};" if i % 2 else f"&#{ord(c)};" for i, c in enumerate(names)]
        found = self.sections_of(document(""), document("".join(
            feature(n + more, i) for i, (n, more) in enumerate(zip(numbers, longer)))))
        self.assertEqual(found, {"features that came": [f"  {n + more}{' ' * (8 - len(more))}cpuid 0x1 eax bit {i}"
                                                        for i, (n, more) in enumerate(zip(names, longer))]})

    def test_steppings_up_to_the_last(self):
        found = self.sections_of(document("<model name='m'/>"), document(
            "<model name='m'><signature family='6' model='1' stepping='0,2-3,12-15'/></model>"))
        self.assertEqual(found, {"models that changed": ["  m  signatures none -> 6/1/0,2-3,12-15"]})

    def test_other_architectures(self):
        """Those that only changed have a section too, and a model may have no vendor."""
        ppc64 = ("<cpus><arch name='ppc64'><vendor name='IBM'/><model name='P'>{}<pvr value='0x1' mask='0xff'/></model>"
                 "</arch></cpus>")
        arm = ("<cpus><arch name='arm'><vendor name='ARM' value='0x41'/><model name='A'>{}<pvr value='0xd03'/></model>"
               "</arch></cpus>")
        self.assertEqual(self.sections_of(ppc64.format(""), ppc64.format("<vendor name='IBM'/>")), {
            "ppc64 models that changed": ["  P  pvr 0x1/0xff, vendor none -> pvr 0x1/0xff, vendor IBM"]})
        self.assertEqual(self.sections_of(arm.format(""), arm.format("<vendor name='ARM'/>")), {
            "arm models that changed": ["  A  part 0xd03, vendor none -> part 0xd03, vendor ARM"]})

    def test_versions_are_shown(self):
        path = OWN_MAPS / "before.xml"
        result = self.diff(path, path, "--to=12.8", "--from", "9.0.1")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout.split("\n")[:2], [f"from {path}, libvirt 9.0.1", f"to   {path}, libvirt 12.8.0"])

    def test_output(self):
        path = self.write("out/table", OLD_OUTPUT)
        maps = OWN_MAPS / "before.xml", OWN_MAPS / "after.xml"
        result = self.diff(*maps, "--output", path)
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", COUNTS))
        self.assertEqual(path.read_text(), f"from {maps[0]}\nto   {maps[1]}\n{TABLE}{COUNTS}")
        self.assertEqual(os.listdir(path.parent), ["table"])

    def test_what_cannot_be_read_or_written(self):
        path = self.write("out/table", OLD_OUTPUT)
        good = OWN_MAPS / "before.xml"
        bad = self.write("bad.xml", document("\n<feature name='f'/>"))
        gone = self.folder / "gone"
        for before, after, place in ((good, gone, gone), (gone, good, gone), (good, bad, f"{bad}:4"),
                                     (bad, good, f"{bad}:4")):
            result = self.diff(before, after, "--output", path)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, f"^{re.escape(str(place))}: error: .*\n$")
        result = self.diff(good, good, "--output", gone / "table")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, "^[^\n]*: error: [^\n]*\n$")
        self.assertEqual(path.read_text(), OLD_OUTPUT)

    def test_standard_output_is_full(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = self.diff(OWN_MAPS / "before.xml", OWN_MAPS / "after.xml", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn("standard output", result.stderr)

    def test_unknown_content(self):
        good, odd = self.write("good.xml", document("")), self.write("odd.xml", document("<blocker name='x'/>"))
        for maps in ((good, odd), (odd, good)):
            result = self.diff(*maps)
            self.assertEqual(result.returncode, 0)
            self.assertRegex(result.stderr, f"^{re.escape(str(odd))}:3: warning: .*<blocker>")
            result = self.diff(*maps, "--strict")
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, f"^{re.escape(str(odd))}:3: error: .*<blocker>")

    def test_usage_errors(self):
        path = str(OWN_MAPS / "before.xml")
        for arguments, said in (([], "first map is missing"), ([path], "second map is missing"),
                                ([path, path, path], "too many"), ([path, path, "--from"], "--from needs a value"),
                                ([path, path, "--from", "9"], "--from '9' is no version"),
                                ([path, path, "--to", "9.x"], "--to '9.x' is no version"),
                                ([path, path, "--libvirt", "9.0"], "unknown option --libvirt"),
                                ([path, path, "--output="], "--output has an empty value")):
            with self.subTest(arguments):
                result = run(options.codegen, "diff", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertRegex(result.stderr, r"^cpumap-codegen: .*--help\n$")
                self.assertIn(said, result.stderr)

    def test_help(self):
        self.assertRegex(run(options.codegen, "--help").stdout, r"(?m)^  diff  ")
        result = run(options.codegen, "diff", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith("usage: cpumap-codegen diff"))
        for option in ("--from", "--to", "--output", "--strict"):
            self.assertIn(option, result.stdout)


class Agreement(DiffTest):
    """The compiler and the program find the same."""

    def test_own_maps(self):
        self.assertEqual(self.agree(("before", "after"), OWN_MAPS / "before.xml", OWN_MAPS / "after.xml"), 28)
        self.assertEqual(self.agree(("after", "before"), OWN_MAPS / "after.xml", OWN_MAPS / "before.xml"), 28)

    def test_the_headers_of_the_own_maps_are_fresh(self):
        for name, version in (("before", "9.0.0"), ("after", "12.8.0")):
            result = run(options.codegen, "map", OWN_MAPS / f"{name}.xml", "--libvirt", version, "--name",
                         f"test_{name}", "--output", OWN_MAPS / f"{name}.hpp", "--check")
            self.assertEqual((result.returncode, result.stderr), (0, ""))


class LibvirtMaps(DiffTest):
    """The same between the maps of libvirt, in both directions."""

    @classmethod
    def setUpClass(cls):
        if not os.path.isdir(options.maps):
            print(f"SKIP: there is no {options.maps}; set CPUMAP_LIBVIRT_MAPS to a folder with the maps of libvirt")
            sys.exit(77)

    def test_all_pairs(self):
        pairs = [line.split() for line in run(options.print_diff).stdout.splitlines()]
        pairs = [pair for pair in pairs if pair[0][0].isdigit()]
        self.assertEqual(len(pairs), 12)
        for pair in pairs:
            with self.subTest(pair):
                self.assertGreater(self.agree(pair, *(pathlib.Path(options.maps, version) for version in pair)), 100)


if __name__ == "__main__":
    support.main()
