# SPDX-License-Identifier: BSL-1.0
"""Tests of the reader of recorded machines: what each format comes to, that every kind of bad file is refused with its
place, and that files with a few bytes changed never do worse."""

import random
import re
import shutil

import dumps
import support
from support import options, run


def libvirt_words(text):
    """The words that a printed machine has: leaves with an index, MSRs by index."""
    leaves, msrs = {}, {}
    for leaf, subleaf, words, known in re.findall(r"^leaf (\w+) (\w+): ([\w ]+) known ([\w ]+)$", text, re.MULTILINE):
        key = int(leaf, 16), int(subleaf, 16)
        leaves[key] = tuple(int(w, 16) for w in words.split()), tuple(int(w, 16) for w in known.split())
    for index, value, known in re.findall(r"^msr (\w+): (\w+) known (\w+)$", text, re.MULTILINE):
        msrs[int(index, 16)] = int(value, 16), int(known, 16)
    return leaves, msrs


ALL = (0xFFFFFFFF,) * 4


class DumpTest(support.FolderTest):
    def read(self, text, *more, path="node-1.txt", warnings=""):
        result = run(options.print_dump, *more, self.write(path, text))
        self.assertEqual(result.returncode, 0, result.stderr)
        if isinstance(warnings, str):
            self.assertRegex(result.stderr, f"^{warnings}$")
        return result.stdout

    def features(self, text, *more, **settings):
        return re.search(r"^features(.*)$", self.read(text, "--decode", *more, **settings), re.MULTILINE)[1].split()

    def refused(self, text, line, pattern, *more, path="node-1.txt"):
        file = self.write(path, text)
        result = run(options.print_dump, *more, file)
        place = f"{file}:{line}" if line else str(file)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertRegex(result.stderr, f"^{re.escape(place)}: error: .*{pattern}.*\n$")


class Cpudata(DumpTest):
    def test_has_the_words_of_the_file(self):
        text = self.read(dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS), path="node-1.xml")
        leaves, msrs = libvirt_words(text)
        self.assertEqual(leaves, {key: (words, ALL) for key, words in dumps.CASCADELAKE.items()})
        self.assertEqual(msrs, {0x10A: (0x2B, 0xFFFFFFFFFFFFFFFF)})
        self.assertRegex(text, r"^host node-1: cpuid, libvirt's <cpudata>, .*node-1\.xml:1\n")

    def test_in_another_document_and_more_than_one(self):
        text = self.read("<all>\n<a><!-- c -->text<b/>\n" + dumps.cpudata(dumps.EPYC) + "</a>\n"
                         + dumps.cpudata(dumps.HASWELL) + "<cpudata arch='x86'><cpuid eax_in='1'/></cpudata></all>",
                         path="rack.xml")
        self.assertEqual(re.findall(r"^host (\S+): .*:(\d+)$", text, re.MULTILINE),
                         [("rack", "3"), ("rack-2", "16"), ("rack-3", "28")])
        self.assertIn("leaf 00000001 00: 00000000 00000000 00000000 00000000", text)

    def test_numbers_in_capitals_and_msrs_given_twice(self):
        text = dumps.cpudata(dumps.EPYC, dumps.CASCADELAKE_MSRS).replace("0x00800f12", "0X00800F12")
        msr = re.search(r"<msr.*/>\n", text)[0]
        leaves, msrs = libvirt_words(self.read(text.replace(msr, 2 * msr)))
        self.assertEqual(leaves[1, 0], (dumps.EPYC[1, 0], ALL))
        self.assertEqual(msrs, {0x10A: (0x2B, 2**64 - 1)})
        self.refused(text.replace(msr, msr + msr.replace("2b", "2a")), 13, "MSR 0x10a is given twice with different")

    def test_more_than_decoding_looks_at(self):
        """What no map knows takes no room from what one does."""
        words = dict(dumps.CASCADELAKE) | {(3, i): (i, 0, 0, 0) for i in range(300)}
        msrs = {i: 1 for i in range(300)} | {0x10A: 0x2B}
        self.assertEqual(self.features(dumps.cpudata(words, msrs)),
                         self.features(dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS)))
        self.assertIn("rdctl-no", self.features(dumps.cpudata({}, msrs)))

    def test_byte_order_mark(self):
        self.assertEqual(self.read("\ufeff" + dumps.cpudata(dumps.EPYC)), self.read(dumps.cpudata(dumps.EPYC)))

    def test_leaves_out_what_it_does_not_know(self):
        text = dumps.cpudata(dumps.EPYC).replace("<cpuid", "<xcr0 value='7'/>\n<cpuid", 1)
        self.read(text, path="a.xml", warnings=r".*a\.xml:2: warning: <cpudata> holds <xcr0>, .* left out\n")

    def test_bad(self):
        good = dumps.cpudata(dumps.EPYC)
        self.refused(dumps.cpudata({}, arch="ppc64"), 1, "of arch 'ppc64'; only x86")
        self.refused(good.replace(" arch='x86'", ""), 1, "lacks the attribute 'arch'")
        self.refused(dumps.cpudata({}), 1, "holds no <cpuid>")
        self.refused(good.replace("eax_in='0x00000001' ", ""), 3, "lacks the attribute 'eax_in'")
        self.refused(good.replace("0x00800f12", "0x100800f12", 1), 3, "eax is no number of 32 bits: '0x100800f12'")
        self.refused(good.replace("0x00800f12", "0x80g", 1), 3, "eax is no number")
        self.refused(good.replace("</cpudata>", "<cpuid eax_in='1' eax='1'/></cpudata>"), 12, "0x1 0x0 is given twice")
        self.refused(good.replace("</cpudata>", "<msr index='16'/></cpudata>"), 12, "lacks the attribute 'edx'")
        self.refused(good.replace("</cpudata>", ""), 12, "not well-formed XML")
        many = {(leaf, 0): (0, 0, 0, 0) for leaf in range(5000)}
        self.refused(dumps.cpudata(many), 4098, "more than 4096 CPUID leaves")
        one = "<cpudata arch='x86'><cpuid eax_in='1'/></cpudata>\n"
        self.refused("<all>\n" + 4097 * one + "</all>\n", 4098, "more than 4096 machines in one file")


class CpuidRaw(DumpTest):
    def test_has_the_words_of_the_first_cpu(self):
        for text in (dumps.raw(dumps.HASWELL, dumps.HASWELL), dumps.raw(dumps.HASWELL, one=True),
                     "\r\n" + dumps.raw(dumps.HASWELL).replace("\n", "\r\n")):
            leaves, msrs = libvirt_words(self.read(text))
            self.assertEqual(leaves, {key: (words, ALL) for key, words in dumps.HASWELL.items()})
            self.assertEqual(msrs, {})

    def test_the_first_heading_cut_off(self):
        whole, cut = dumps.raw(dumps.HASWELL, dumps.EPYC), dumps.raw(dumps.HASWELL, dumps.EPYC).split("\n", 1)[1]
        text = self.read(cut, warnings=r".*:1: warning: CPU 1 differs from CPU, .*another vendor\n")
        self.assertEqual(libvirt_words(text), libvirt_words(self.read(whole, warnings=None)))

    def test_leaf_2_several_times(self):
        """The processor says in it how often it is to be asked; the first answer counts."""
        line = "   0x00000002 0x00: eax=0x{:08x} ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
        leaves, _ = libvirt_words(self.read(dumps.raw(dumps.HASWELL) + line.format(2) + line.format(0x55)))
        self.assertEqual(leaves[2, 0], ((2, 0, 0, 0), ALL))

    def test_names_cpus_that_differ(self):
        small = dict(dumps.HASWELL) | {(7, 0): (0, 0x00002789, 0, 0x400)}
        stepping = dict(dumps.HASWELL) | {(1, 0): (0x306F4, *dumps.HASWELL[1, 0][1:])}
        other_apic = dict(dumps.HASWELL) | {(1, 0): (0x306F2, 0x07100800, *dumps.HASWELL[1, 0][2:])}
        cpus = [dumps.HASWELL, other_apic] + [small] * 10 + [stepping, dumps.EPYC]
        self.read(dumps.raw(*cpus), warnings="".join((
            r".*:1: warning: CPU 2, CPU 3, CPU 4, CPU 5, CPU 6, CPU 7, CPU 8, CPU 9 and 2 more differ from CPU 0, which is "
            r"taken: has also md-clear, lacks tsc_adjust avx2 cmt\n",
            r".*:1: warning: CPU 12 differs from CPU 0, .* taken: signature 0x306f4, not 0x306f2\n",
            r".*:1: warning: CPU 13 differs from CPU 0, .* taken: another vendor\n")))

    def test_reads_what_the_program_prints(self):
        if not shutil.which("cpuid"):
            self.skipTest("no program cpuid here")
        for arguments in (["-r"], ["-r", "-1"]):
            printed = run("cpuid", *arguments)
            if printed.returncode != 0 or not printed.stdout:
                self.skipTest("cpuid does not run here")
            words = re.findall(r"^   (0x\w+) (0x\w+): eax=(\w+) ebx=(\w+) ecx=(\w+) edx=(\w+)$",
                               re.split(r"^CPU 1:$", printed.stdout, flags=re.MULTILINE)[0], re.MULTILINE)
            expected = {}
            for line in words:
                leaf, subleaf, *registers = (int(word, 16) for word in line)
                expected.setdefault((leaf, subleaf), tuple(registers))
            leaves, _ = libvirt_words(self.read(printed.stdout, warnings=None))
            self.assertTrue(leaves)
            self.assertEqual({key: values for key, (values, _) in leaves.items()}, expected)

    def test_bad(self):
        good = dumps.raw(dumps.HASWELL)
        self.refused("CPU 0:\n   vendor_id = \"GenuineIntel\"\n   flags: x\n", 1, "prints in words; .*cpuid -r")
        self.refused(good + "   0x00000014 0x00: eax=0x1\n", 12, "neither 'CPU 0:' nor the words of a CPUID leaf")
        self.refused(good + "   0x00000007 0x00: eax=0x00000000 ebx=0x00000001 ecx=0x00000000 edx=0x00000000\n", 12,
                     "leaf 0x7 0x0 of CPU 0 is given twice")
        self.refused(good + "CPU 1:\n", 12, "CPU 1 has no CPUID words")


class Cpuinfo(DumpTest):
    def test_has_the_features_behind_the_flags(self):
        hidden = {"osxsave", "zero-fcs-fds", "hypervisor"}
        recorded = set(self.features(dumps.raw(dumps.HASWELL), path="raw"))
        shown = self.features(dumps.cpuinfo())
        self.assertEqual(set(shown), recorded - hidden | {"vmx-flexpriority"})
        text = self.read(dumps.cpuinfo())
        self.assertIn("host node-1: flags, /proc/cpuinfo,", text)
        leaves, _ = libvirt_words(text)
        self.assertEqual(leaves[0, 0], ((0, *dumps.HASWELL[0, 0][1:]), (0, *ALL[1:])))
        self.assertEqual((leaves[1, 0][0][0], leaves[1, 0][1][0]), (0x306F2, ALL[0]))
        for words, known in leaves.values():
            for word, bits in zip(words, known):
                self.assertEqual(word & ~bits, 0)  # nothing is set that nobody knows

    def test_vmx_flags(self):
        names = [name for name in self.features(dumps.cpuinfo(vmx=dumps.HASWELL_VMX_FLAGS)) if name.startswith("vmx-")]
        self.assertEqual(set(names), {f"vmx-{name}" for name in (
            "vnmi preemption-timer posted-intr invvpid ept-execonly eptad ept-1gb tsc-offset flexpriority mtf apicv-xapic "
            "ept vpid unrestricted-guest apicv-register apicv-vid ple shadow-vmcs").split()})

    def test_flags_that_mean_something_else_by_vendor(self):
        flags = "fpu ibrs ibpb stibp ssbd ibrs_enhanced vnmi"
        of_intel = self.features(dumps.cpuinfo(flags))
        self.assertEqual(set(of_intel), {"fpu", "spec-ctrl", "stibp", "ssbd", "ibrs-all", "vmx-vnmi"})
        amd = {"vendor": "AuthenticAMD", "family": 25, "model": 1}
        self.assertEqual(set(self.features(dumps.cpuinfo(flags, **amd))),
                         {"fpu", "ibrs", "ibpb", "amd-stibp", "amd-ssbd", "auto-ibrs", "vnmi"})
        # Where Linux may have another way to it the flag is no proof.
        for other in ({"family": 23, "model": 1}, {"family": 21}, {"vendor": "HygonGenuine", "family": 24, "model": 0}):
            self.assertNotIn("amd-ssbd", self.features(dumps.cpuinfo(flags, **(amd | other))))
        self.assertIn("amd-ssbd", self.features(dumps.cpuinfo(flags, **(amd | {"family": 23, "model": 49}))))
        virtual = self.features(dumps.cpuinfo(flags + " virt_ssbd", **amd))
        self.assertTrue("virt-ssbd" in virtual and "amd-ssbd" not in virtual)

    def test_flags_by_other_names(self):
        pairs = {"dts": "ds", "pclmulqdq": "pclmuldq", "sse4_1": "sse4.1", "tsc_deadline_timer": "tsc-deadline",
                 "sha_ni": "sha-ni", "avx512_vnni": "avx512vnni", "avx512_vbmi2": "avx512vbmi2", "cqm": "cmt",
                 "avx512_vpopcntdq": "avx512-vpopcntdq", "avx512_bitalg": "avx512bitalg", "nonstop_tsc": "invtsc",
                 "intel_pt": "intel-pt", "md_clear": "md-clear", "ibt": "cet-ibt", "user_shstk": "cet-ss",
                 "tsxldtrk": "tsx-ldtrk", "sgx_lc": "sgxlc", "cr8_legacy": "cr8legacy", "pausefilter": "pause-filter",
                 "v_vmsave_vmload": "v-vmsave-vmload", "svme_addr_chk": "svme-addr-chk", "overflow_recov": "overflow-recov",
                 "amx_tile": "amx-tile", "arch_capabilities": "arch-capabilities", "flush_l1d": "flush-l1d",
                 "ace_en": "xcrypt-en", "rng": "xstore", "apx": "apxf", "cqm_mbm_local": "mbm_local",
                 "perfmon_v2": "perfmon-v2", "avx512_4vnniw": "avx512-4vnniw", "bus_lock_detect": "bus-lock-detect"}
        for flag, feature in pairs.items():
            self.assertEqual(self.features(dumps.cpuinfo(flag)), [feature], flag)

    def test_leaves_do_not_depend_on_the_map(self):
        """Of MSRs that is not so: where libvirt looks for what VMX can do was corrected after 11.3."""
        leaves, _ = libvirt_words(self.read(dumps.cpuinfo()))
        for name in ("0.10", "9.0.0", "libvirt_11_3"):
            self.assertEqual(libvirt_words(self.read(dumps.cpuinfo(), "--map", name))[0], leaves)
        _, msrs = libvirt_words(self.read(dumps.cpuinfo(), "--map", "11.3"))
        self.assertEqual(msrs, {0x48E: (1 << 21, 1 << 21)})  # the TPR shadow

    def test_counts_flags_that_nobody_knows(self):
        flags = dumps.HASWELL_FLAGS + " warpdrive " + " ".join(f"new{i}" for i in range(8))
        self.read(dumps.cpuinfo(flags, count=3), warnings=r".*:9: warning: 9 flags that neither this program nor libvirt "
                  r"12\.8\.0 know: 'warpdrive', 'new0', 'new1', .*'new6', \.\.\.; left out\n")

    def test_names_processors_that_differ(self):
        self.read(dumps.cpuinfo() + dumps.cpuinfo(dumps.HASWELL_FLAGS.replace(" avx2", "")).replace(": 0\n", ": 7\n", 1)
                  + dumps.cpuinfo(stepping=4).replace(": 0\n", ": 8\n", 1),
                  warnings=r".*:1: warning: processor 7 differs from processor 0, which is taken: lacks avx2\n"
                  r".*:1: warning: processor 8 differs .*: stepping '4', not '2'\n")

    def test_blocks_without_a_line_between(self):
        text = re.sub("\n\n", "\n", dumps.cpuinfo() + dumps.cpuinfo(stepping=4).replace(": 0\n", ": 1\n", 1))
        self.read(text, warnings=r".*:1: warning: processor 1 differs from processor 0, .*: stepping '4', not '2'\n")
        last = "".join(f"{line}\n" for line in dumps.cpuinfo().splitlines()[1:]).strip() + "\nprocessor\t: 0\n"
        self.assertEqual(libvirt_words(self.read(last)), libvirt_words(self.read(dumps.cpuinfo())))

    def test_a_stepping_that_linux_does_not_trust(self):
        self.assertIn("signature 6 63 0\n", self.read(dumps.cpuinfo(stepping="unknown"), "--decode"))

    def test_blanks_behind_the_vendor(self):
        self.assertIn("\nvendor GenuineIntel\n", self.read(dumps.cpuinfo(vendor="GenuineIntel \t"), "--decode"))

    def test_a_key_of_power_with_another_value(self):
        self.assertEqual(self.features(dumps.cpuinfo().replace("fpu\t\t: yes", "cpu\t\t: any")),
                         self.features(dumps.cpuinfo()))

    def test_short_vendors(self):
        for vendor in ("  Shanghai  ", "  Shanghai"):
            text = self.read(dumps.cpuinfo("fpu", vendor=vendor, family=7, model=11), "--decode")
            self.assertIn("\nvendor   Shanghai  \n", text)

    def test_this_machine(self):
        result = run(options.print_dump, "--decode", "/proc/cpuinfo")
        if "only x86" in result.stderr:
            self.skipTest("this is no x86 processor")
        self.assertEqual(result.returncode, 0, result.stderr)
        if not shutil.which("cpuid"):
            return
        def of(text):
            return set(re.search(r"^features(.*)$", text, re.MULTILINE)[1].split())
        recorded = self.read(run("cpuid", "-r", "-1").stdout, "--decode", path="here", warnings=None)
        in_msrs = of(self.read(dumps.cpudata({}, {i: 2**64 - 1 for i in (0x10A, *range(0x480, 0x492))}), "--decode",
                               path="msrs", warnings=None))
        self.assertEqual(of(result.stdout) - of(recorded) - in_msrs, set())

    def test_bad(self):
        good = dumps.cpuinfo()
        self.refused(good.replace("stepping", "steppin"), 1, "no line 'stepping'")
        self.refused(good.replace("flags", "features"), 1, "no line 'flags'")
        self.refused(good.replace("model\t\t: 63", "model\t\t: 300"), 4, "model is no number up to 255: '300'")
        self.refused(good.replace("cpu family\t: 6", "cpu family\t: six"), 3, "family is no number up to 270: 'six'")
        self.refused(good.replace("GenuineIntel", "Genuine Intel Inside"), 2, "vendor_id is not twelve")
        self.refused(good.replace("vendor_id\t: GenuineIntel\n", ""), 1, "vendor_id is not twelve characters .*: ''")
        self.refused("processor\t: 0\nmodel name\t: Recorded CPU\n", None, "no block has 'vendor_id' or 'flags'; give")
        self.refused(good.replace("fpu\t\t: yes", "fpu yes"), 8, "not 'name : value'")
        self.refused(good.replace("fpu\t\t: yes", "stepping\t: 3"), 8, "'stepping' stands twice")
        self.refused("processor\t: 0\nBogoMIPS\t: 50\nFeatures\t: fp\nCPU implementer\t: 0x41\n", 4, "an ARM processor")
        self.refused("processor\t: 0\ncpu\t\t: POWER9\n\ntimebase\t: 512\n", 2, "a POWER processor; only x86")
        self.refused("processor\t: 0\ncpu\t\t: PPC970MP\n\ntimebase\t: 512\n", 2, "a POWER processor; only x86")
        self.refused("processor\t: 0\nhart\t: 0\nisa\t: rv64imafdc\n", 3, "a RISC-V processor")
        self.refused("vendor_id       : IBM/S390\n# processors    : 4\n", 1, "s390x")


class Definitions(DumpTest):
    def test_host_capabilities(self):
        text = self.read(dumps.capabilities(features=("vme", "ss", "vmx")), "--decode", path="node.xml")
        self.assertIn("host node: definition, libvirt's host capabilities,", text)
        self.assertIn("signature 6 63 2\nvendor GenuineIntel\nmodel Haswell-noTSX\n", text)
        names = re.search(r"^features(.*)$", text, re.MULTILINE)[1].split()
        self.assertTrue({"vme", "ss", "vmx", "avx2"} <= set(names))
        self.assertNotIn("hle", names)
        leaves, _ = libvirt_words(text)
        self.assertEqual(leaves[7, 0][1][1] & 1 << 4, 0)  # nobody said that it has no hle

    def test_domain_capabilities(self):
        text = self.read(dumps.domain_capabilities(), "--decode", path="node.xml")
        self.assertIn("signature 23 1 0\nvendor AuthenticAMD\nmodel EPYC\n", text)
        names = re.search(r"^features(.*)$", text, re.MULTILINE)[1].split()
        self.assertTrue("x2apic" in names and "svm" not in names and "monitor" not in names)
        leaves, _ = libvirt_words(text)
        self.assertEqual(leaves[1, 0][1][2] & 1 << 3, 1 << 3)  # it was said that it has no monitor

    def test_domain(self):
        cpu = ("<cpu mode='custom' match='exact'><model>Skylake-Client</model><feature policy='optional' name='avx2'/>"
               "<feature policy='force' name='svm'/></cpu>")
        text = self.read(dumps.domain(cpu), "--decode", path="guest.xml")
        self.assertIn("vendor GenuineIntel\n", text)
        names = re.search(r"^features(.*)$", text, re.MULTILINE)[1].split()
        self.assertTrue("svm" in names and "avx2" not in names and "mpx" not in names)
        older = self.features(dumps.domain(cpu), "--map", "9.0", path="guest.xml")
        self.assertIn("avx", older)
        bare = self.read(cpu, "--decode", path="guest.xml")
        self.assertEqual(bare.split("\n")[1:], text.split("\n")[1:])

    def test_policies_of_what_is_in_msrs(self):
        def msrs(*policies):
            listed = "".join(f"<feature policy='{policy}' name='{name}'/>" for policy, name in policies)
            return libvirt_words(self.read(f"<cpu><model>EPYC</model>{listed}</cpu>"))[1]
        self.assertEqual(msrs(("require", "rdctl-no"), ("disable", "ibrs-all"), ("forbid", "rsba")),
                         {0x10A: (0b001, 0b111)})
        self.assertEqual(msrs(("require", "rdctl-no"), ("optional", "rdctl-no")), {0x10A: (0, 0)})
        high = msrs(("force", "vmx-ept"))
        self.assertEqual(high, {0x48B: (1 << 33, 1 << 33)})
        self.assertEqual(msrs(("force", "vmx-ept"), ("optional", "vmx-ept")), {0x48B: (0, 0)})

    def test_host_without_its_capabilities(self):
        """The <cpu> of a host says its architecture, that of a guest does not; within something else it is nobody's."""
        for arch in ("x86_64", "i686"):
            whole = dumps.capabilities(arch=arch)
            bare = re.search("<cpu>.*</cpu>\n", whole, re.DOTALL)[0]
            text = self.read(bare)
            self.assertIn(": definition, libvirt's host capabilities, ", text)
            self.assertEqual(text.split("\n")[1:], self.read(whole).split("\n")[1:])
        self.refused(bare.replace("i686", "armv7l"), 1, "architecture 'armv7l'; only x86_64 and i686")
        self.refused(f"<all>\n{bare}</all>\n", 1, "<all> holds no machine")

    def test_features_that_the_map_does_not_know(self):
        text = dumps.capabilities(features=("vme", "warp-drive"))
        self.read(text, path="a.xml", warnings=r".*a\.xml:12: warning: libvirt 12\.8\.0 knows no CPU feature 'warp-drive'"
                  r".*; left out\n")
        # The newest map helps out: what the words say does not depend on the map.
        self.read(dumps.capabilities(features=("vme", "avx10")), "--map", "9.0", path="a.xml")

    def test_bad(self):
        self.refused(dumps.capabilities(arch="aarch64"), 4, "architecture 'aarch64'; only x86_64 and i686")
        self.refused(dumps.capabilities(model="IvyBrige"), 6, "no CPU model 'IvyBrige'; did you mean IvyBridge\\?.*--map")
        self.refused(dumps.capabilities(model="SapphireRapids"), 6, "libvirt 9.0.0 knows no CPU model", "--map", "9.0")
        self.refused(dumps.capabilities(model=""), 4, "there is no <model>")
        self.refused(dumps.capabilities(vendor="Intl"), 7, "knows no vendor 'Intl'")
        self.refused(dumps.capabilities(signature="<signature family='6'/>"), 9, "lacks the attribute 'model'")
        self.refused(dumps.capabilities(signature="<signature family='6' model='999' stepping='1'/>"), 9, "model is more")
        self.refused("<capabilities><host/></capabilities>", 1, "holds no <host> with <cpu>")
        self.refused(dumps.domain_capabilities(supported="no"), 7, "host-model is not supported here")
        self.refused(re.sub("<model.*</model>", "", dumps.domain_capabilities()), 7, "host-model is not supported here")
        self.refused(dumps.domain_capabilities(arch="s390x"), 1, "architecture 's390x'")
        self.refused(dumps.domain("<cpu mode='host-passthrough'/>"), 6, "mode 'host-passthrough' does not say which CPU")
        self.refused(dumps.domain("<vcpu>1</vcpu>"), 1, "<domain> holds no <cpu>")
        self.refused(dumps.domain("<cpu><model>EPYC</model><feature policy='must' name='svm'/></cpu>"), 6,
                     "policy 'must' is none of libvirt's")


class Files(DumpTest):
    def test_of_no_format(self):
        self.refused("", None, "is empty; write what one of these prints: cpuid -r")
        self.refused("\n\nhello\n", 3, "this is no recorded machine: 'hello'; write what")
        self.refused("\x1b]0;x\x07\n", 1, r"no recorded machine: '\?\]0;x\?'")
        self.refused("x" + 4000001 * "\n", None, "has more than 4000000 lines; no recorded machine has")
        self.refused("<html/>", 1, "<html> holds no machine; write what")
        self.refused("<!DOCTYPE a>\n<a/>", 1, "document type")
        self.refused("<a>\n&x;</a>", 2, "reference")

    def test_that_cannot_be_read(self):
        missing = run(options.print_dump, self.folder / "no such file")
        self.assertRegex(missing.stderr, "no such file: error: no such file")
        folder = run(options.print_dump, self.folder)
        self.assertRegex(folder.stderr, "error: is not a regular file")
        loop = self.folder / "loop"
        loop.symlink_to(loop)
        self.assertRegex(run(options.print_dump, loop).stderr, "loop: error: cannot read: Too many levels of symbolic")
        large = self.folder / "large"
        with large.open("wb") as file:
            file.truncate((64 << 20) + 1)
        self.assertRegex(run(options.print_dump, large).stderr, "large: error: is larger than 64 MiB")

    def test_changed_at_random(self):
        """A file with a few bytes changed, cut or doubled is read or refused in one sentence."""
        samples = [dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS), dumps.raw(dumps.HASWELL, dumps.EPYC),
                   dumps.cpuinfo(vmx=dumps.HASWELL_VMX_FLAGS, count=2), dumps.capabilities(), dumps.domain_capabilities(),
                   dumps.domain("<cpu><model>EPYC</model><feature policy='force' name='svm'/></cpu>")]
        chance = random.Random(20261122)
        files = []
        for number in range(1500):
            text = bytearray(chance.choice(samples).encode())
            for _ in range(chance.choice((1, 1, 2, 8, 40))):
                at = chance.randrange(len(text))
                what = chance.randrange(5)
                if what == 0:
                    text[at] = chance.randrange(256)
                elif what == 1:
                    text[at] = ord(chance.choice("<>'\"=/& \t\n:x09afCPU"))
                elif what == 2:
                    del text[at:at + chance.randrange(1, 60)]
                    text = text or bytearray(b"x")
                elif what == 3:
                    text[at:at] = text[at:at + chance.randrange(1, 200)]
                else:
                    other = chance.choice(samples).encode()
                    text[at:at] = other[chance.randrange(len(other)):][:chance.randrange(1, 300)]
            files.append(self.write(f"{number}", bytes(text)))
        for number in range(100):
            files.append(self.write(f"noise-{number}", chance.randbytes(chance.randrange(1, 400))))
        result = run(options.print_dump, "--quiet", "--decode", *files, errors="replace")
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        answers = [line for line in result.stdout.splitlines() if line == "read" or ": error: " in line]
        self.assertEqual(len(answers), len(files))
        self.assertGreater(answers.count("read"), 100)
        self.assertGreater(len(answers) - answers.count("read"), 100)


if __name__ == "__main__":
    support.main()
