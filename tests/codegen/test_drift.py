# SPDX-License-Identifier: BSL-1.0
"""Tests of `cpumap-codegen drift` as its users run it: what is said to have gone and come, and what follows, is worked out
again here from the features that the dump program prints."""

import re

import dumps
import support
from support import options, run

# What new microcode does to a Cascadelake: TSX is off, and fast short moves are there.
UPDATED = dict(dumps.CASCADELAKE) | {(7, 0): (0, 0xD39FFFFB & ~(1 << 4 | 1 << 11), 0x818, 0xBC000400 | 1 << 4)}
# Described by no model, as none has so few features.
BARE = {(0, 0): (1, *dumps.HASWELL[0, 0][1:]), (1, 0): (0x306F2, 0, 0, 0)}
NO_AVX2 = " ".join(flag for flag in dumps.HASWELL_FLAGS.split() if flag != "avx2")


def with_microcode(text, version):
    return text.replace("stepping", f"microcode\t: {version}\nstepping")


class Drift(support.FolderTest):
    def drift(self, *arguments, code=0):
        result = run(options.codegen, "drift", *arguments)
        self.assertEqual((result.returncode, result.stderr), (code, ""), result.stdout)
        return result.stdout

    def refused(self, code, pattern, *arguments):
        result = run(options.codegen, "drift", *arguments)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertRegex(result.stderr, pattern)
        self.assertEqual(result.stderr.count("\n"), 1)

    def compare(self, before, after, *more, code=0, suffixes=("txt", "txt")):
        self.old = self.write(f"old/n.{suffixes[0]}", before)
        self.new = self.write(f"new/n.{suffixes[1]}", after)
        return re.sub(r"\n {8,}", " ", self.drift(self.old, self.new, *more, code=code))

    def decoded(self, path):
        text = run(options.print_dump, "--decode", path).stdout
        return set(re.search(r"^features(.*)$", text, re.MULTILINE)[1].split())

    def features_of_model(self, model):
        return self.decoded(self.write("model.xml", f"<cpu><model>{model}</model></cpu>"))

    def test_a_flag_that_microcode_took(self):
        text = self.compare(dumps.raw(dumps.CASCADELAKE), dumps.raw(UPDATED))
        before, after = self.decoded(self.old), self.decoded(self.new)
        self.assertTrue(text.startswith("1 of 1 host changed, by the CPU map of libvirt 12.8.0\n\nn: changed\n"))
        for word, names in (("gone", before - after), ("came", after - before)):
            found = re.search(rf"^  {word}, (\d+) features?: (.*)$", text, re.MULTILINE)
            self.assertEqual((int(found[1]), set(found[2].split())), (len(names), names))
        self.assertEqual(before - after, {"hle", "rtm"})
        models = re.search(r"    without hle, rtm:\n      (\d+) models that it runs no longer: (.*)\n", text)
        names = models[2].split(", ")
        self.assertEqual(len(names), int(models[1]))
        self.assertIn("Cascadelake-Server", names)
        for name in names:
            wanted = self.features_of_model(name)
            self.assertTrue(wanted <= before and not wanted <= after, name)
        # Nor is one left out of those that this file names in other answers.
        for name in ("Haswell", "Broadwell", "Skylake-Client", "Skylake-Server", "Cascadelake-Server-noTSX", "Penryn"):
            wanted = self.features_of_model(name)
            self.assertEqual(name in names, wanted <= before and not wanted <= after, name)
        self.assertRegex(text, "\n  host-model: Cascadelake-Server and 31 features more -> Cascadelake-Server and "
                         "32 features more, 2 disabled\n")
        self.assertIn("\n  a guest started with host-model before does not run here, it needs: hle rtm\n", text)

    def test_a_flag_that_came(self):
        text = self.compare(dumps.raw(UPDATED), dumps.raw(dumps.CASCADELAKE))
        self.assertRegex(text, r"\n  came, 2 features: hle rtm\n    with hle, rtm:\n      9 models that it runs now: Haswell, ")
        self.assertIn("\n  gone, 1 feature: fsrm\n  came", text)  # no model needs it
        self.assertIn("it needs: fsrm\n", text)

    def test_only_more(self):
        words = dict(dumps.HASWELL) | {(7, 0): (0, dumps.HASWELL[7, 0][1], 0, 0x400)}
        text = self.compare(dumps.raw(dumps.HASWELL), dumps.raw(words))
        self.assertIn("\n  came, 1 feature: md-clear\n", text)
        self.assertNotIn("gone", text)
        self.assertIn("\n  a guest started with host-model before runs here\n", text)

    def test_nothing(self):
        for text in (dumps.raw(dumps.EPYC), dumps.cpuinfo(), dumps.capabilities()):
            self.assertEqual(self.compare(text, text, "--exit-code"),
                             "0 of 1 host changed, by the CPU map of libvirt 12.8.0\n\nunchanged: n\n")

    def test_exit_code(self):
        before, after = dumps.raw(dumps.CASCADELAKE), dumps.raw(UPDATED)
        self.assertEqual(self.compare(before, after), self.compare(before, after, "--exit-code", code=3))
        self.compare(with_microcode(dumps.cpuinfo(), "0x43"), with_microcode(dumps.cpuinfo(), "0x44"), "--exit-code", code=3)

    def test_flags(self):
        """Flags on both sides hide the same: one that is there no longer has gone."""
        text = self.compare(with_microcode(dumps.cpuinfo(), "0x43"), with_microcode(dumps.cpuinfo(NO_AVX2), "0x44"))
        self.assertIn("\n  microcode: 0x43 -> 0x44\n  gone, 1 feature: avx2\n    without avx2:\n      1 model that it runs no "
                      "longer: Haswell-noTSX\n", text)
        self.assertIn("does not run here, it needs: avx2\n", text)
        self.assertNotIn("not compared", text)

    def test_microcode_of_capabilities(self):
        text = self.compare(dumps.capabilities(), dumps.capabilities().replace("version='1'", "version='27'"))
        self.assertIn("\n  microcode: 0x1 -> 0x1b\n  host-model: ", text)

    def test_another_processor(self):
        text = self.compare(dumps.raw(dumps.EPYC), dumps.raw(dumps.HASWELL))
        self.assertIn("\n  processor: AMD 23/1/2 -> Intel 6/63/2\n", text)
        self.assertIn("does not run here, the vendor is another\n", text)
        # Of another vendor only: what it has need not have changed for that.
        words = {(0, 0): dumps.HASWELL[0, 0], (1, 0): dumps.HASWELL[1, 0]}
        of_amd = words | {(0, 0): (15, *dumps.EPYC[0, 0][1:])}
        text = self.compare(dumps.raw(words), dumps.raw(of_amd), "--exit-code", code=3)
        self.assertIn("n: changed\n  processor: Intel 6/63/2 -> AMD 6/63/2\n  host-model: ", text)
        stepping = dict(dumps.EPYC) | {(1, 0): (0x00800F11, *dumps.EPYC[1, 0][1:])}
        self.assertIn("processor: AMD 23/1/2 -> AMD 23/1/1\n", self.compare(dumps.raw(dumps.EPYC), dumps.raw(stepping)))

    def test_what_no_model_describes(self):
        text = self.compare(dumps.raw(dumps.HASWELL), dumps.raw(BARE))
        self.assertIn("\n  gone, ", text)
        self.assertIn("\n  no CPU description, so nothing is known of guests\n", text)

    def test_microcode_that_only_one_tells(self):
        old, new = dumps.cpuinfo(), with_microcode(dumps.cpuinfo(), "0x44")
        for before, after in ((old, new), (new, old)):
            self.assertIn("unchanged: n\n", self.compare(before, after, "--exit-code"))
        self.assertNotIn("microcode", self.compare(new, dumps.cpuinfo(NO_AVX2)))

    def test_msrs_that_were_not_read(self):
        """They take root; where they are missing nothing has gone."""
        with_msrs = dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS)
        text = self.compare(with_msrs, dumps.raw(dumps.CASCADELAKE))
        names = "rdctl-no ibrs-all skip-l1dfl-vmentry mds-no"
        self.assertIn("n: no change found\n  not compared, since one recording does not tell: " + names, text)
        self.assertIn("  a guest started with host-model before may not run here, it is not told of: " + names, text)
        self.assertIn("0 of 1 host changed", text)
        # With both, a bit that is no longer set has gone.
        text = self.compare(with_msrs, dumps.cpudata(dumps.CASCADELAKE, {0x10A: 0x2A}))
        self.assertIn("\n  gone, 1 feature: rdctl-no\n", text)

    def test_leaves_behind_the_last(self):
        """A leaf that the processor does not count is known not to be there, one that was not recorded is not known."""
        cut = {key: words for key, words in dumps.CASCADELAKE.items() if key != (0x14, 0)}
        small = cut | {(0, 0): (0xD, *dumps.CASCADELAKE[0, 0][1:])}
        more = dict(dumps.CASCADELAKE) | {(0x14, 0): (1, 0xF, 0x80000007, 0)}
        feature = (self.decoded(self.write("more.txt", dumps.raw(more)))
                   - self.decoded(self.write("less.txt", dumps.raw(dumps.CASCADELAKE))))
        self.assertEqual(len(feature), 1)
        name = feature.pop()
        self.assertIn(f"\n  gone, 1 feature: {name}\n", self.compare(dumps.raw(more), dumps.raw(small)))
        text = self.compare(dumps.raw(more), dumps.raw(cut))
        self.assertNotIn("gone", text)
        self.assertIn(f"does not tell: {name}\n", text)
        # So with the parts of leaf 7, which counts these itself.
        counted = dict(dumps.CASCADELAKE) | {(7, 0): (1, *dumps.CASCADELAKE[7, 0][1:])}
        vnni = counted | {(7, 1): (1 << 4, 0, 0, 0)}
        self.assertIn("\n  gone, 1 feature: avx-vnni\n", self.compare(dumps.raw(vnni), dumps.raw(dumps.CASCADELAKE)))
        self.assertIn("does not tell: avx-vnni\n", self.compare(dumps.raw(vnni), dumps.raw(counted)))

    def test_two_kinds(self):
        """Between flags and CPUID words only what both tell counts."""
        text = self.compare(dumps.cpuinfo(dumps.HASWELL_FLAGS + " md_clear"), dumps.raw(dumps.HASWELL))
        self.assertIn("\n  recorded in different ways, so only what both tell is compared\n    before: /proc/cpuinfo\n"
                      "    now:    cpuid -r\n", text)
        self.assertIn("\n  gone, 1 feature: md-clear\n", text)
        hidden = re.search("\n  not compared, since one recording does not tell: (.*)\n", text)[1].split()
        self.assertEqual(set(hidden), {"osxsave", "zero-fcs-fds", "vmx-flexpriority"})
        self.assertIn("it needs: md-clear\n    and it is not told of: vmx-flexpriority\n", text)
        # The other way round nothing can have gone: a flag that is not there may be one that Linux does not show.
        text = self.compare(dumps.raw(dumps.HASWELL), dumps.cpuinfo(NO_AVX2 + " md_clear"))
        self.assertNotIn("gone", text)
        self.assertIn("\n  came, 1 feature: md-clear\n", text)
        self.assertIn("avx2", re.search("not compared.*: (.*)\n", text)[1].split())
        # That they are of two kinds is said where they tell the same, too.
        words = {(0, 0): dumps.HASWELL[0, 0], (1, 0): (0x306F2, 0, 0, 1)}
        self.assertIn("n: no change found\n  recorded in different ways, ",
                      self.compare(dumps.cpuinfo("fpu"), dumps.raw(words)))

    def test_folders(self):
        for i in range(12):
            self.write(f"old/n{i:02}.txt", dumps.raw(dumps.CASCADELAKE))
            self.write(f"new/n{i:02}.xml", dumps.cpudata(UPDATED if i % 2 else dumps.CASCADELAKE))
        self.write("old/left.txt", dumps.raw(dumps.EPYC))
        self.write("new/joined.txt", dumps.raw(dumps.EPYC))
        text = self.drift(self.folder / "old", self.folder / "new", "--exit-code", code=3)
        self.assertTrue(text.startswith("6 of 12 hosts changed, "))
        self.assertEqual(text.count("gone, 2 features"), 1)
        self.assertIn("\nn01, n03, n05, n07, n09, n11: changed\n", text)
        self.assertIn("\nunchanged: n00, n02, n04, n06, n08, n10\n\nonly before: left\n\nonly now: joined\n", text)
        for i in range(12):
            (self.folder / f"new/n{i:02}.xml").write_text(dumps.cpudata(dumps.CASCADELAKE))
        self.drift(self.folder / "old", self.folder / "new", "--exit-code", code=3)  # hosts left and joined
        (self.folder / "old/left.txt").unlink()
        self.drift(self.folder / "old", self.folder / "new", "--exit-code", code=3)  # one joined
        # A file and a folder are paired by names as well.
        text = self.drift(self.folder / "old/n03.txt", self.folder / "new")
        self.assertRegex(text, r"\n\nunchanged: n03\n\nonly now: joined, n00, n01, n02, n04, ")

    def test_files_with_several(self):
        many = lambda *machines: "<all>" + "".join(dumps.cpudata(words) for words in machines) + "</all>"
        old = self.write("monday.xml", many(dumps.EPYC, dumps.CASCADELAKE))
        new = self.write("friday.xml", many(dumps.EPYC, UPDATED, dumps.HASWELL))
        text = self.drift(old, new)
        self.assertTrue(text.startswith("1 of 2 hosts changed, "))
        self.assertIn("\nfriday-2: changed\n", text)
        self.assertIn("\nunchanged: friday\n\nonly now: friday-3\n", text)

    def test_other_maps(self):
        old, new = self.write("a.txt", dumps.raw(dumps.CASCADELAKE)), self.write("b.txt", dumps.raw(UPDATED))
        text = self.drift(old, new, "--map", "0.10")
        self.assertIn("by the CPU map of libvirt 0.10.2\n", text)
        self.assertNotIn("fsrm", text)

    def test_bad_arguments(self):
        host = self.write("n.txt", dumps.raw(dumps.EPYC))
        self.refused(2, "OLD, a recorded machine is missing")
        self.refused(2, "NEW, the same machine recorded again is missing", host)
        self.refused(2, "one argument too many: '3'", host, host, "3")
        self.refused(2, "--map '1.2' is none of ours; write 0.10, 9.0, 11.3 or 12.8", host, host, "--map", "1.2")
        self.refused(1, "no such file: error: no such file", host, self.folder / "no such file")
        self.write("a/x.txt", dumps.raw(dumps.EPYC))
        self.write("b/y.txt", dumps.raw(dumps.EPYC))
        self.refused(1, "/b: error: no machine here has the name of one in .*/a; .*rename", self.folder / "a",
                     self.folder / "b")
        self.assertIn("--exit-code", self.drift("--help"))
        self.assertIn("\n  drift  ", run(options.codegen, "--help").stdout)


if __name__ == "__main__":
    support.main()
