# SPDX-License-Identifier: BSL-1.0
"""Tests of cpumap-codegen nova as its users run it: what good files give, that every kind of bad file is refused with
its place and setting and leaves the output as it was, and that what the libvirt does not know fails the build."""

import os
import pathlib
import re
import shlex

import support
from support import options, run

OLD_OUTPUT = "the output of an earlier run\n"
MAPS = pathlib.Path(__file__).resolve().parents[2] / "include" / "cpumap" / "maps"


def libvirt(*lines):
    """A nova.conf with one section; the lines begin at line 2."""
    return "\n".join(("[libvirt]", *lines, ""))


CUSTOM = "cpu_mode = custom"
IVY = "cpu_models = IvyBridge"

# Name of the case, the file, the line to be named (0: the file as a whole), what else the message says.
BAD = [
    # no INI file
    ("no section", "cpu_mode = custom\n", 1, "'cpu_mode' stands before the first section"),
    ("no assignment", libvirt("cpu_mode custom"), 2, "neither a section nor 'name = value': 'cpu_mode custom'"),
    ("no name", libvirt(" = custom".strip()), 2, "a value without a name"),
    ("open section", "[libvirt\ncpu_mode = none\n", 1, r"does not end with \]"),
    ("comment behind a section", "[libvirt] # here\n", 1, "nothing may stand behind it"),
    ("nameless section", "[]\n", 1, r"a section without a name; write \[libvirt\]"),
    ("indented from the start", "  [libvirt]\n", 1, "begin '\\[libvirt\\]' in the first column"),
    ("indented behind a blank line", libvirt(CUSTOM, "", "  " + IVY), 4, "goes on with the value above it"),
    ("indented behind a comment", libvirt(CUSTOM, "# models", "\tcpu_models = IvyBridge"), 4, "in the first column"),
    ("byte order mark", b"\xef\xbb\xbf[libvirt]\n", 1, "byte order mark"),
    ("Latin-1", b"[DEFAULT]\n# caf\xe9\n[libvirt]\n", 2, "not UTF-8"),
    ("surrogate", b"[libvirt]\n\n# \xed\xa0\x80\n", 3, "not UTF-8"),
    ("Latin-1 at a line's start", b"[DEFAULT]\r\n\xe9\n", 2, "not UTF-8"),
    ("Latin-1 behind a line of old Macs", b"[DEFAULT]\r\xe9\r", 2, "not UTF-8"),
    ("Latin-1 from the start", b"\xe9", 1, "not UTF-8"),
    ("tail of a character", b"# \x80\n", 1, "not UTF-8"),
    ("overlong by one byte", b"# \xc1\x81\n", 1, "not UTF-8"),
    ("overlong by two bytes", b"# \xe0\x9f\xbf\n", 1, "not UTF-8"),
    ("overlong by three bytes", b"# \xf0\x8f\xbf\xbf\n", 1, "not UTF-8"),
    ("beyond the last character", b"# \xf4\x90\x80\x80\n", 1, "not UTF-8"),
    ("no beginning of a character", b"# \xf5\x80\x80\x80\n", 1, "not UTF-8"),
    ("character cut at the end", b"# \xe2\x82", 1, "not UTF-8"),
    # names that Nova does not read
    ("slip in a setting", libvirt("cpu_modle = custom"), 2, "cpu_modle = 'custom': .*did you mean cpu_mode"),
    ("plural", libvirt("cpu_modes = custom"), 2, "did you mean cpu_mode\\?"),
    ("dashes", libvirt("cpu-models = IvyBridge"), 2, "did you mean cpu_models\\?"),
    ("capitals", libvirt("CPU_MODE = custom"), 2, "did you mean cpu_mode\\?"),
    ("flags without s", libvirt("cpu_model_extra_flag = pcid"), 2, "did you mean cpu_model_extra_flags\\?"),
    ("name that is not ASCII", libvirt("cpu_mod\u00e9 = custom"), 2, "cpu_mod.xc3.xa9 = 'custom': .*mean cpu_mode\\?"),
    ("slip in the section", "[libvrt]\ncpu_mode = none\n", 1, r"\[libvrt\]; did you mean \[libvirt\]"),
    ("blank in the section", "[ libvirt ]\n", 1, r"did you mean \[libvirt\]"),
    ("older name in DEFAULT", "[DEFAULT]\ncpu_model = Penryn\n", 2, r"cpu_model = 'Penryn': .*move it to \[libvirt\]"),
    ("in DEFAULT", "[DEFAULT]\ncpu_mode = custom\n", 2, r"cpu_mode = 'custom': .*move it to \[libvirt\]"),
    ("name of 2012 in libvirt", libvirt("libvirt_cpu_mode = custom"), 2, "libvirt_cpu_mode = .*here it is cpu_mode"),
    # values
    ("unknown mode", libvirt("cpu_mode = fast"), 2, "cpu_mode = 'fast': write none, host-passthrough, .* or custom"),
    ("mode of libvirt", libvirt("cpu_mode = maximum"), 2, "cpu_mode = 'maximum': write none"),
    ("mode with _", libvirt("cpu_mode = host_model"), 2, "cpu_mode = 'host_model': did you mean host-model\\?"),
    ("mode in capitals", libvirt("cpu_mode = Custom", IVY), 2, "did you mean custom\\?"),
    ("empty mode", libvirt("cpu_mode ="), 2, "no empty value"),
    ("one quote for a mode", libvirt('cpu_mode = "'), 2, "no empty value"),
    ("long mode", libvirt("cpu_mode = " + 70 * "m"), 2, f"cpu_mode = '{60 * 'm'}\\.\\.\\.': write none"),
    ("comment behind a value", libvirt("cpu_mode = none # default"), 2, "a comment must be a line of its own"),
    ("indented comment", libvirt(CUSTOM, "  # oldest first", IVY), 2, "indented line below it is part of the value"),
    ("indented setting", libvirt(CUSTOM, "  " + IVY), 2, "the indented line below it is part of the value"),
    ("unknown virt_type", libvirt("virt_type = hyperv"), 2, "virt_type = 'hyperv': write kvm, qemu, .* or xen"),
    ("virt_type near nothing", libvirt("virt_type = kin"), 2, "virt_type = 'kin': write kvm, qemu"),
    ("slip in virt_type", libvirt("virt_type = qeum"), 2, "virt_type = 'qeum': did you mean qemu\\?"),
    ("substitution", libvirt(CUSTOM, "cpu_models = $my_model"), 3, r"cpu_models = '\$my_model': oslo.config puts"),
    # lists
    ("nothing between commas", libvirt(CUSTOM, "cpu_models = Penryn,,IvyBridge"), 3, "nothing between two commas"),
    ("comma in front", libvirt(CUSTOM, "cpu_models = ,IvyBridge"), 3, "nothing between two commas"),
    ("blank for a comma", libvirt(CUSTOM, "cpu_models = Penryn IvyBridge"), 3, "separate names by commas"),
    ("line end for a comma", libvirt(CUSTOM, "cpu_models = Penryn", "  IvyBridge"), 3, "put commas between names"),
    ("comment in a list", libvirt(CUSTOM, "cpu_models = Penryn,", "  IvyBridge # newer"), 4, "a line of its own"),
    ("quoted names", libvirt(CUSTOM, "cpu_models = 'Penryn','IvyBridge'"), 3, "quotes around the whole value only"),
    ("open quote", libvirt(CUSTOM, 'cpu_models = "IvyBridge'), 3, "quotes around the whole value only"),
    ("long list", libvirt(CUSTOM, "cpu_models = " + 4097 * "Penryn,"), 3, "a list of more than 4096 names"),
    ("not ASCII", libvirt(CUSTOM, "cpu_models = IvyBr\u0131dge"), 3, "cpu_models = 'IvyBr\\\\xc4\\\\xb1dge': .*ASCII"),
    ("list under the name of 2012", "[DEFAULT]\nlibvirt_cpu_mode = custom\nlibvirt_cpu_model = Penryn,Nehalem\n", 3,
     "takes one CPU model"),
    # flags
    ("only a sign", libvirt("cpu_model_extra_flags = vmx, -"), 2, "write \\+FLAG or FLAG"),
    ("sign and another", libvirt("cpu_model_extra_flags = -+vmx"), 2, "cpu_model_extra_flags = '-\\+vmx': write"),
    ("two signs", libvirt("cpu_model_extra_flags = --vmx"), 2, "cpu_model_extra_flags = '--vmx': write"),
    ("flag and its opposite", libvirt("cpu_model_extra_flags = vmx,", " -PDPE1GB,", " -VMX"), 4,
     "cpu_model_extra_flags = '-VMX': contradicts 'vmx' in line 2"),
    ("opposite in + and -", libvirt("cpu_model_extra_flags = -vmx, +vmx"), 2, "'\\+vmx': contradicts '-vmx'"),
    # what excludes each other
    ("custom without models", libvirt(CUSTOM), 2, "cpu_mode = 'custom': needs a list of CPU models; set cpu_models"),
    ("custom with an empty list", libvirt(CUSTOM, "cpu_models = ,"), 3, "needs at least one CPU model"),
    ("models by default", libvirt(IVY), 2, "cpu_mode is not set and then host-model .*go only with custom"),
    ("models with host-model", libvirt("cpu_mode = host-model", IVY), 3, "cpu_mode is host-model, .*only with custom"),
    ("models with passthrough", libvirt("cpu_model = Nehalem", "cpu_mode = host-passthrough"), 2,
     "cpu_model = 'Nehalem': cpu_mode is host-passthrough"),
    ("models with none", libvirt("cpu_mode = none", IVY), 3, "cpu_mode is none"),
    ("flags with none", libvirt("cpu_mode = none", "cpu_model_extra_flags = pcid"), 3, "= 'pcid': cpu_mode is none"),
    ("flags with lxc", libvirt("virt_type = lxc", "cpu_model_extra_flags = pcid"), 3,
     "cpu_mode is not set and then none with virt_type lxc"),
    ("mode with lxc", libvirt("virt_type = lxc", "cpu_mode = host-model"), 3, "only kvm and qemu choose a CPU"),
    ("custom with xen", "[DEFAULT]\nlibvirt_type = xen\n[libvirt]\ncpu_mode = custom\ncpu_models = Penryn\n", 4,
     "virt_type is xen"),
    ("both names of a list", libvirt(CUSTOM, IVY, "cpu_model = Penryn"), 4,
     "cpu_model = 'Penryn': .*cpu_models.* line 3"),
    ("both names, the older first", libvirt(CUSTOM, "cpu_model = Penryn", IVY), 3, "older name of cpu_models.* line 4"),
    ("older name and that of 2012", libvirt(CUSTOM, "cpu_model = Penryn", "[DEFAULT]", "libvirt_cpu_model = Penryn"), 5,
     "libvirt_cpu_model = 'Penryn': .*older name of cpu_model, which stands in line 3"),
    ("names of 2012 and of today", "[DEFAULT]\nlibvirt_cpu_mode = none\n[libvirt]\ncpu_mode = none\n", 2,
     "libvirt_cpu_mode = 'none': .*older name of cpu_mode, which stands in line 4"),
]


class NovaTest(support.FolderTest):
    def output(self):
        return self.folder / "out" / "guest.hpp"

    def nova(self, path, *more, version="12.8", name="guest", **settings):
        return run(options.codegen, "nova", path, "--map", version, "--name", name, "--output", self.output(), *more,
                   **settings)

    def good(self, text, *more, path="nova.conf", **settings):
        """Writes a nova.conf and runs the program on it, which must succeed in silence; gives the header."""
        self.output().parent.mkdir(exist_ok=True)
        result = self.nova(self.write(path, text), *more, **settings)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        return self.output().read_text()

    def refused(self, result, place, pattern):
        """The program said one thing about a place, with exit code 1, and left the output alone."""
        self.assertEqual((result.returncode, result.stdout), (1, ""), result.stderr)
        self.assertRegex(result.stderr, f"^{re.escape(str(place))}: error: .*{pattern}.*\n$")
        self.assertEqual(self.output().read_text(), OLD_OUTPUT)
        self.assertEqual(os.listdir(self.output().parent), [self.output().name])

    def compilers(self):
        """Each compiler's command, without what to compile."""
        system = [f"-isystem{folder}" for folder in options.system if folder != "/usr/include"]
        for compiler in options.cxx:
            yield [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                   *[f"-I{folder}" for folder in options.include], *system, f"-I{self.folder}"]

    def compiles(self, text):
        source = self.write("source.cpp", text)
        for command in self.compilers():
            result = run(*command, source, env={**os.environ, "LC_ALL": "C"})
            self.assertEqual((result.returncode, result.stderr), (0, ""), command[0])


class BadFiles(NovaTest):
    def test_table(self):
        self.assertGreaterEqual(len(BAD), 30)
        self.assertEqual(len({case for case, *_ in BAD}), len(BAD))
        self.write("out/guest.hpp", OLD_OUTPUT)
        for case, text, line, pattern in BAD:
            with self.subTest(case):
                path = self.write("nova.conf", text)
                place = f"{path}:{line}" if line else path
                self.refused(self.nova(path), place, pattern)
                self.refused(self.nova(path, "--check"), place, pattern)

    def test_line_ends(self):
        """Lines are counted alike, however they end."""
        self.write("out/guest.hpp", OLD_OUTPUT)
        for end in ("\n", "\r\n", "\r"):
            path = self.write("nova.conf", libvirt("", CUSTOM, "cpu_models = a b").replace("\n", end))
            self.refused(self.nova(path), f"{path}:4", "separate names by commas")

    def test_other_architectures(self):
        self.write("out/guest.hpp", OLD_OUTPUT)
        path = self.write("nova.conf", libvirt(CUSTOM, "cpu_models = cortex-a57"))
        self.refused(self.nova(path, "--arch", "aarch64"), f"{path}:3", "known for x86_64 and i686 only")
        path = self.write("nova.conf", libvirt("cpu_model_extra_flags = sve"))
        self.refused(self.nova(path, "--arch", "aarch64"), f"{path}:2", "known for x86_64 and i686 only")

    def test_no_file(self):
        self.write("out/guest.hpp", OLD_OUTPUT)
        self.refused(self.nova(self.folder / "none.conf"), self.folder / "none.conf", "no such file")
        self.refused(self.nova(self.folder), self.folder, "not a regular file")
        large = self.folder / "large.conf"
        with large.open("wb") as file:
            file.truncate((16 << 20) + 1)
        self.refused(self.nova(large), large, "is larger than 16 MiB; no nova.conf is")

    def test_odd_ones(self):
        """What Nova takes is a warning, and an error where that is asked for."""
        for text, line, pattern in (
                (libvirt("cpu_mode = none", "cpu_mode = host-model"), 3, "stands already in line 2, .*the last"),
                ("[libvirt]\ncpu_mode = none\n[DEFAULT]\n[LIBVIRT]\ncpu_mode = host-model\n", 5, "already in line 2"),
                (libvirt("cpu_mode = host-model", "cpu_model_extra_flags = vmx, +VMX"), 3, r"'\+VMX': this flag is")):
            with self.subTest(text):
                self.write("out/guest.hpp", OLD_OUTPUT)
                path = self.write("nova.conf", text)
                self.refused(self.nova(path, "--strict"), f"{path}:{line}", pattern)
                result = self.nova(path)
                self.assertEqual((result.returncode, result.stdout), (0, ""))
                self.assertRegex(result.stderr, f"^{re.escape(str(path))}:{line}: warning: .*{pattern}.*\n$")
                self.assertIn("host_model" if "none" in text else "vmx", self.output().read_text())


# Name of the policy, the file, --map and more options, and the lines that the policy prints. The first ones are those
# of the documents: of 2012, then of Rocky and later.
GOOD = [
    ("pentium3", "[DEFAULT]\nlibvirt_type=kvm\nlibvirt_cpu_mode=custom\nlibvirt_cpu_model=pentium3\n", ["0.10"],
     ["cpu_mode = custom", "cpu_models = pentium3"]),
    ("passthrough_2012", "[DEFAULT]\nlibvirt_cpu_mode=host-passthrough\n", ["0.10.2"], ["cpu_mode = host-passthrough"]),
    ("pcid", libvirt(CUSTOM, IVY, "cpu_model_extra_flags = pcid"), ["9.0"],
     ["cpu_mode = custom", "cpu_models = IvyBridge", "cpu_model_extra_flags = pcid"]),
    ("one_model", libvirt(CUSTOM, "cpu_model = IvyBridge", 'cpu_model_extra_flags="pcid"'), ["9.0.0"],
     ["cpu_mode = custom", "cpu_models = IvyBridge", "cpu_model_extra_flags = pcid"]),
    ("passthrough_flags", libvirt("cpu_mode: host-passthrough", "cpu_model_extra_flags: +PDPE1GB, -VMX ,pcid,,"),
     ["11.3"], ["cpu_mode = host-passthrough", "cpu_model_extra_flags = pdpe1gb,-vmx,pcid"]),
    ("cascadelake",
     libvirt(CUSTOM, "cpu_models = Cascadelake-Server", "cpu_model_extra_flags = -hle, -rtm, +ssbd, mtrr"),
     ["12.8"], ["cpu_mode = custom", "cpu_models = Cascadelake-Server", "cpu_model_extra_flags = -hle,-rtm,ssbd,mtrr"]),
    ("haswell", libvirt(CUSTOM, "cpu_models = haswell-notsx-ibrs", "cpu_model_extra_flags = -PDPE1GB, +VMX, pcid"),
     ["12.8"], ["cpu_mode = custom", "cpu_models = Haswell-noTSX-IBRS", "cpu_model_extra_flags = -pdpe1gb,vmx,pcid"]),
    ("list", libvirt(CUSTOM, "cpu_models = Penryn,IvyBridge,Haswell,Broadwell,Skylake-Client"), ["libvirt_9_0"],
     ["cpu_mode = custom", "cpu_models = Penryn,IvyBridge,Haswell,Broadwell,Skylake-Client"]),
    ("mds", libvirt(CUSTOM, IVY, "cpu_model_extra_flags = spec-ctrl,ssbd,md-clear"), ["11.3.0"],
     ["cpu_mode = custom", "cpu_models = IvyBridge", "cpu_model_extra_flags = spec-ctrl,ssbd,md-clear"]),
    ("lines", libvirt("cpu_models = ", "    sandybridge,", "\tIvyBridge", "", CUSTOM), ["12.8.0"],
     ["cpu_mode = custom", "cpu_models = SandyBridge,IvyBridge"]),
    ("ordered", libvirt(CUSTOM, "cpu_models = SandyBridge,IvyBridge"), ["12.8", "--ordered"],
     ["cpu_mode = custom", "cpu_models = SandyBridge,IvyBridge"]),
    ("no_settings", "", ["12.8"], ["cpu_mode = host-model"]),
    ("in_utf8", "[DEFAULT]\ndebug = true\n# \u00e9 \u0905 \ud7ff \u20ac \U0001f5a5 \U00050000 \U0010ffff\n", ["12.8"],
     ["cpu_mode = host-model"]),
    ("only_comments", "# [x\n; = y\n[vnc]\nenabled = true\n[libvirt]\n#cpu_mode = custom\nimages_type = rbd\n",
     ["12.8"], ["cpu_mode = host-model"]),
    ("other_settings", libvirt("cpu_power_management = true", "live_migration_uri = qemu+ssh://nova@%s/system",
                               "hw_machine_type = x86_64=q35", "virt_type = qemu", "cpu_models ="), ["12.8"],
     ["cpu_mode = host-model"]),
    ("no_mode", libvirt("cpu_mode = none"), ["12.8"], ["cpu_mode = none"]),
    ("containers", libvirt("virt_type = lxc", "cpu_mode = none"), ["12.8"], ["cpu_mode = none"]),
    ("parallels", libvirt("virt_type = parallels"), ["12.8"], ["cpu_mode = none"]),
    ("on_arm", libvirt("virt_type = kvm"), ["12.8", "--arch", "aarch64"], ["cpu_mode = host-passthrough"]),
    ("on_arm_host_model", libvirt("cpu_mode = host-model"), ["12.8", "--arch=aarch64"], ["cpu_mode = host-model"]),
    ("on_i686", "[LibVirt]\ncpu_mode = custom\ncpu_models = n270\n", ["12.8", "--arch", "i686"],
     ["cpu_mode = custom", "cpu_models = n270"]),
    ("quoted", libvirt("cpu_mode = 'custom'", 'cpu_models = "Conroe, Penryn"'), ["12.8"],
     ["cpu_mode = custom", "cpu_models = Conroe,Penryn"]),
]


class GoodFiles(NovaTest):
    def test_table(self):
        """All headers compile, together and without a warning, the policies say what the files say, and what a policy
        prints is a nova.conf that makes the same policy."""
        source = ["#include <cpumap/cpumap.hpp>"]
        checks = []
        for name, text, (version, *more), lines in GOOD:
            with self.subTest(name):
                header = self.good(text, *more, version=version, name=f"fleet::{name}")
                self.write(f"{name}.hpp", header)
                self.write(f"{name}_back.hpp",
                           self.good(libvirt(*lines), *more, version=version, name=f"fleet::{name}_back"))
                source += [f'#include "{name}.hpp"', f'#include "{name}_back.hpp"'] * 2
                conf = "".join(f'"{line}\\n"' for line in lines)
                checks.append(f"static_assert(cpumap::nova::nova_conf<fleet::{name}> == {conf});")
                checks.append(f"static_assert(cpumap::nova::nova_conf<fleet::{name}_back> == {conf});")
                checks.append(f"static_assert(cpumap::xml<fleet::{name}_back> == cpumap::xml<fleet::{name}>);")
                if lines != ["cpu_mode = none"]:
                    checks.append(f"static_assert(!cpumap::xml<fleet::{name}>.empty());")
        checks += [
            "static_assert(fleet::list_with<cpumap::nova::needs<\"AVX\", \"avx2\">,"
            " cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 1}>>::definition().model().name()"
            " == \"Haswell\");",
            "static_assert(fleet::list::definition().model().name() == \"Penryn\");",
            "static_assert(std::is_same_v<fleet::pentium3::map_type, cpumap::maps::libvirt_0_10>);",
            "static_assert(cpumap::xml<fleet::pcid> == \"<cpu mode='custom' match='exact'>\\n\""
            " \"  <model fallback='forbid'>IvyBridge</model>\\n  <feature policy='require' name='pcid'/>\\n\""
            " \"</cpu>\\n\");",
            "static_assert(fleet::containers::mode == cpumap::mode::custom && cpumap::xml<fleet::containers>.empty());"]
        self.compiles("\n".join(source + checks) + "\n")

    def test_map_of_ones_own(self):
        """The map that cpumap-codegen map made goes with --map NAME."""
        xml = self.write("cpu_map.xml", "<cpus><arch name='x86'><feature name='f'><cpuid eax_in='1' eax='1'/></feature>"
                                        "<model name='Mine'><feature name='f'/></model></arch></cpus>")
        (self.folder / "cpumap/maps").mkdir(parents=True)
        result = run(options.codegen, "map", xml, "--libvirt", "9.0", "--name", "my_host", "--output",
                     self.folder / "cpumap/maps/my_host.hpp")
        self.assertEqual(result.returncode, 0, result.stderr)
        header = self.good(libvirt(CUSTOM, "cpu_models = mine", "cpu_model_extra_flags = -f"), version="my_host")
        self.write("guest.hpp", header)
        self.compiles('#include "guest.hpp"\nstatic_assert(guest::definition().model().name() == "Mine");\n')

    def test_it_is_the_same_every_time(self):
        text = libvirt(CUSTOM, IVY)
        first = self.good(text)
        self.assertEqual(self.good(text), first)
        self.assertEqual(self.nova(self.folder / "nova.conf", "--check").returncode, 0)
        result = run(options.codegen, "nova", "nova.conf", "--map=12.8", "--name=guest", "--output", self.output(),
                     cwd=self.folder, env={"LC_ALL": "C", "TZ": "UTC"})
        self.assertEqual(result.returncode, 0)
        self.assertNotIn(str(self.folder), self.output().read_text())

    def test_check_tells_the_command(self):
        text = self.good(libvirt(CUSTOM, IVY), "--ordered", "--arch", "i686")
        self.write("out/guest.hpp", text + " ")
        self.write("c++.conf", "")
        plain = run(options.codegen, "nova", "./c++.conf", "--map=12.8", "--name=guest", "--output", "a'b/guest.hpp",
                    "--check", cwd=self.folder)
        self.assertIn(" nova ./c++.conf ", plain.stderr)
        self.assertIn(r" --output 'a'\''b/guest.hpp'", plain.stderr)
        result = self.nova(self.folder / "nova.conf", "--ordered", "--arch", "i686", "--check")
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, "guest.hpp: differs .*; regenerate it with: cpumap-codegen nova ")
        command = shlex.split(result.stderr.partition("with: cpumap-codegen ")[2])
        self.assertEqual(run(options.codegen, *command).returncode, 0)
        self.assertEqual(self.output().read_text(), text)

    def test_odd_paths(self):
        """The name of the file stands in comments and texts of the header, and cannot break out of them."""
        for path in ('a "b" \\.conf', "tri??/.conf", "del\x7fete.conf", "new\nline.conf", "caf\u00e9\\",
                     "*/ //.conf".replace("/", "_")):
            with self.subTest(path):
                self.write("guest.hpp", self.good(libvirt(CUSTOM, IVY), path=path))
                self.compiles('#include "guest.hpp"\nstatic_assert(guest::definition().has_model());\n')


# Name of the case, the lines in [libvirt], the map and more options; then for each error what it says besides the file:
# line, setting and value, and the nearest name as compilers show it.
BAD_NAMES = [
    ("unknown model", [CUSTOM, "cpu_models = IvyBrige"], ["9.0"],
     [("3: cpu_models = 'IvyBrige': libvirt 9.0.0 knows no CPU model", "did_you_mean<.*IvyBridge>")]),
    ("model in an older name", [CUSTOM, "cpu_model = Haswel"], ["12.8"],
     [("3: cpu_model = 'Haswel': ", "did_you_mean<.*model_id::Haswell>")]),
    ("model of a later libvirt", [CUSTOM, "cpu_models = Nehalem,", "  Skylake-Server"], ["0.10"],
     [("4: cpu_models = 'Skylake-Server': libvirt 0.10.2 knows no", "no_name_is_near")]),
    ("two unknown models", [CUSTOM, "cpu_models = Conro, Penryn, nehalen"], ["11.3"],
     [("3: cpu_models = 'Conro': ", "did_you_mean<.*Conroe>"),
      ("3: cpu_models = 'nehalen': ", "did_you_mean<.*Nehalem>")]),
    ("unknown flag", ["cpu_mode = host-passthrough", "cpu_model_extra_flags = +PCIDD"], ["12.8"],
     [(r"3: cpu_model_extra_flags = '\+PCIDD': libvirt 12.8.0 knows no CPU feature",
       "did_you_mean<.*feature_id::pcid>")]),
    ("flag by QEMU's name", ["cpu_model_extra_flags = pclmulqdq"], ["12.8"],
     [("2: cpu_model_extra_flags = 'pclmulqdq': ", "did_you_mean<.*feature_id::pclmuldq>")]),
    ("disabled flag of a later libvirt", ["cpu_model_extra_flags = -md-clear"], ["0.10"],
     [("2: cpu_model_extra_flags = '-md-clear': libvirt 0.10.2 knows no", "no_name_is_near")]),
    ("model and flag", [CUSTOM, "cpu_models = EPIC", "cpu_model_extra_flags = svmm"], ["9.0"],
     [("3: cpu_models = 'EPIC': ", "did_you_mean<.*EPYC>"),
      ("4: cpu_model_extra_flags = 'svmm': ", "did_you_mean<.*svm>")]),
    ("out of order", [CUSTOM, "cpu_models = Penryn, IvyBridge, Haswell"], ["12.8", "--ordered"],
     [("3: cpu_models = 'Haswell': lacks what 'IvyBridge' before it has", "loses<.*rdrand")]),
    ("unknown and out of order", [CUSTOM, "cpu_models = IvyBrigde, Haswell, Penryn"], ["12.8", "--ordered"],
     [("3: cpu_models = 'IvyBrigde': ", "did_you_mean<.*IvyBridge>"),
      ("3: cpu_models = 'Penryn': lacks what 'Haswell' before it has", "loses<.*avx2")]),
    ("model of another architecture", [CUSTOM, "cpu_models = POWER8"], ["12.8"],
     [("3: cpu_models = 'POWER8': ", "no_name_is_near|did_you_mean")]),
]


class BadNames(NovaTest):
    def test_table(self):
        """The build fails, whether anybody uses the policy or not, with one error for each mistake."""
        for number, (case, lines, (version, *more), errors) in enumerate(BAD_NAMES):
            self.write("guest.hpp", self.good(libvirt(*lines), *more, version=version))
            unused = self.write("unused.cpp", '#include "guest.hpp"\n')
            used = self.write("used.cpp", '#include <cpumap/cpumap.hpp>\n#include "guest.hpp"\n'
                                          "static_assert(cpumap::mode_policy<guest>);\n"
                                          "auto text() { return cpumap::xml<guest>; }\n"
                                          "auto conf() { return cpumap::nova::nova_conf<guest>; }\n")
            commands = list(self.compilers())
            for command in commands:
                # What nobody uses, with one compiler each.
                for source in (used, unused) if command is commands[number % len(commands)] else (used,):
                    with self.subTest(case, compiler=command[0], source=source.name):
                        result = run(*command, source, env={**os.environ, "LC_ALL": "C"})
                        self.assertNotEqual(result.returncode, 0)
                        found = [line for line in result.stderr.splitlines() if "error:" in line]
                        self.assertEqual(len(found), len(errors), result.stderr)
                        for line, (sentence, shown) in zip(found, errors):
                            self.assertRegex(line, f"{re.escape(str(self.folder / 'nova.conf'))}:{sentence}")
                            self.assertRegex(result.stderr, shown)


class CommandLine(NovaTest):
    def test_usage_errors(self):
        path = str(self.write("nova.conf", libvirt("cpu_mode = none")))
        good = {"--map": "12.8", "--name": "guest", "--output": str(self.output())}
        self.output().parent.mkdir()

        def arguments(**changed):
            return [word for option, value in {**good, **{"--" + k: v for k, v in changed.items()}}.items()
                    if value is not None for word in (option, value)]

        for command in ([], [path], arguments(), [path, "more", *arguments()], [path, *arguments(map=None)],
                        [path, *arguments(name=None)], [path, *arguments(output=None)], [path, *arguments(), "--wha"],
                        [path, *arguments(map="9.1")], [path, *arguments(map="12")], [path, *arguments(map="9.0.1")],
                        [path, *arguments(map="../x")], [path, *arguments(name="a-b")], [path, *arguments(name="a::")],
                        [path, *arguments(name="::a")], [path, *arguments(name="class")],
                        [path, *arguments(name="std::x")], [path, *arguments(name="cpumap")],
                        [path, *arguments(arch="sparc")], [path, *arguments(arch="")]):
            with self.subTest(command):
                result = run(options.codegen, "nova", *command)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertRegex(result.stderr, r"^cpumap-codegen: .*--help\n$")
                self.assertEqual(os.listdir(self.output().parent), [])

    def test_help(self):
        result = run(options.codegen, "nova", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 120)
        for option in ("--map", "--name", "--output", "--arch", "--ordered", "--strict", "--check"):
            self.assertIn(option, result.stdout)
        self.assertIn("\n  nova ", run(options.codegen, "--help").stdout)

    def test_the_maps_are_those_of_the_library(self):
        """The program's own list is the folder of the maps, each with its version."""
        maps = sorted(MAPS.glob("*.hpp"))
        self.assertTrue(maps)
        for path in maps:
            release = re.search(r'version = "(.*)"', path.read_text())[1]
            for version in (path.stem, release, ".".join(release.split(".")[:2])):
                with self.subTest(version):
                    header = self.good(libvirt("cpu_mode = none"), version=version)
                    self.assertIn(f"#include <cpumap/maps/{path.stem}.hpp>\n", header)
                    self.assertIn(f"libvirt {release}", header)
        listed = re.search(r"compute nodes: (.*); or", run(options.codegen, "nova", "--help").stdout)[1]
        self.assertEqual(len(re.findall(r"\d+\.\d+", listed)), len(maps))

    def test_nothing_half_written(self):
        """A folder that is not there, and one that cannot be written to."""
        path = self.write("nova.conf", libvirt("cpu_mode = none"))
        for output in (self.folder / "gone" / "guest.hpp", self.folder, "/proc/guest.hpp", "/dev/full"):
            result = run(options.codegen, "nova", path, "--map", "9.0", "--name", "guest", "--output", output)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, f"^{re.escape(str(output))}: error: .*\n$")
        self.assertEqual(os.listdir(self.folder), ["nova.conf"])


if __name__ == "__main__":
    support.main()
