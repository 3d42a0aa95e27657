# SPDX-License-Identifier: BSL-1.0
"""Tests of cpumap-codegen hosts as its users run it: what the header holds and that compilers take it, that what is wrong
leaves the output as it was, and that recorded machines decode as their words do."""

import os
import pathlib
import re
import shlex
import xml.etree.ElementTree

import dumps
import support
from support import options, run

OLD_OUTPUT = "the output of an earlier run\n"


class HostsTest(support.FolderTest):
    def output(self):
        return self.folder / "out" / "rack.hpp"

    def hosts(self, *arguments, **settings):
        self.output().parent.mkdir(exist_ok=True)
        return run(options.codegen, "hosts", *arguments, "--name", "rack_7", "--output", self.output(), **settings)

    def good(self, *arguments):
        result = self.hosts(*arguments)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        return self.output().read_text()

    def libraries(self):
        system = [f"-isystem{folder}" for folder in options.system if folder != "/usr/include"]
        return [*(f"-I{folder}" for folder in options.include), *system]

    def rack(self):
        """One file of each format."""
        return [self.write("compute-01.xml", dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS)),
                self.write("compute-02.txt", dumps.raw(dumps.HASWELL)), self.write("compute-03", dumps.cpuinfo()),
                self.write("4th.xml", dumps.capabilities()), self.write("five.caps.xml", dumps.domain_capabilities()),
                self.write("class.xml", dumps.domain("<cpu><model>EPYC</model></cpu>"))]


class Header(HostsTest):
    def test_of_each_format(self):
        text = self.good(*self.rack())
        ids = "compute_01, compute_02, compute_03, _4th, five_caps, class_,"
        self.assertIn(f"enum class rack_7_host : unsigned short {{ {ids} }};", " ".join(text.split()))
        self.compile('#include "out/rack.hpp"\n#include "out/rack.hpp"\n'
                     "static_assert(rack_7.size() == 6 && rack_7[rack_7_host::_4th].name == \"4th\");\n"
                     "static_assert(rack_7[rack_7_host::compute_01].data().msr(0x10a).value_or(0) == 0x2b);\n"
                     "static_assert(rack_7[rack_7_host::compute_02].data().vendor() == \"Intel\");\n"
                     "static_assert(rack_7[rack_7_host::compute_01].from == cpumap::recorded_from::cpuid);\n"
                     "static_assert(rack_7[rack_7_host::compute_03].from == cpumap::recorded_from::flags);\n"
                     "static_assert(rack_7[rack_7_host::class_].from == cpumap::recorded_from::definition);\n",
                     *self.libraries())
        self.assertRegex(text, r"(?m)^//   .*compute-01\.xml, libvirt's <cpudata>$")
        self.assertRegex(text, r"(?m)^//   .*compute-02\.txt, cpuid -r$")

    def test_holds_what_decoding_looks_at(self):
        """No leaf of zeros or without features, no number of the CPU that was asked; the rest is as it was."""
        words = dict(dumps.CASCADELAKE) | {(0x4, 0): (1, 2, 3, 4), (0x80000001, 0): (0, 0, 0, 0)}
        text = self.good(self.write("a.xml", dumps.cpudata(words, {0x10A: 0x8000000000000001, 0x1234: 5})))
        entries = re.findall(r"\{(true|false), (\w+), (\w+), \{(\w+), (\w+), (\w+), (\w+)\}\}", text)
        found = {(kind, int(leaf, 0), int(subleaf, 0)): tuple(int(w, 0) for w in rest)
                 for kind, leaf, subleaf, *rest in entries}
        expected = {("false", *key): value for key, value in dumps.CASCADELAKE.items()
                    if key[0] not in (0x80000000, 0x80000001)}
        expected["false", 1, 0] = (0x00050656, 0x00400800, 0x7FFEFBFF, 0xBFEBFBFF)
        expected["true", 0x10A, 0] = (1, 0, 0, 0x80000000)
        self.assertEqual(found, expected)

    def test_leaves_out_what_only_looks_like_it(self):
        """A leaf with the number of an MSR, a part of leaf 1, an MSR of zeros."""
        words = dict(dumps.EPYC) | {(1, 1): (1, 2, 3, 4), (0x10A, 0): (0xFF, 0, 0, 0)}
        plain = self.good(self.write("a.xml", dumps.cpudata(dumps.EPYC)))
        self.assertEqual(self.good(self.write("a.xml", dumps.cpudata(words, {0x10A: 0}))), plain)

    def test_has_machines_that_say_the_same_once(self):
        other_cpu = dict(dumps.HASWELL) | {(1, 0): (0x306F2, 0x07100800, *dumps.HASWELL[1, 0][2:])}
        text = self.good(self.write("a", dumps.raw(dumps.HASWELL)), self.write("b", dumps.raw(other_cpu)),
                         self.write("c", dumps.raw(dumps.EPYC)))
        self.assertEqual(re.findall(r"entry (\w+)\[\]", text), ["a", "c"])
        self.assertIn('{"b", rack_7_words::a, ', text)

    def test_in_a_namespace_and_of_several_in_a_file(self):
        path = self.write("rack.xml", f"<all>{dumps.cpudata(dumps.EPYC)}{dumps.cpudata(dumps.HASWELL)}</all>")
        result = run(options.codegen, "hosts", path, "--name", "fleet::dc_1::rack_7")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.write("rack.hpp", result.stdout)
        self.compile('#include "rack.hpp"\nnamespace dc = fleet::dc_1;\n'
                     "static_assert(dc::rack_7[dc::rack_7_host::rack_2].data().vendor() == \"Intel\");\n"
                     "static_assert(dc::rack_7.find(\"rack-2\") != nullptr);\n", *self.libraries())

    def test_names_that_might_end_a_literal(self):
        path = self.write('a"??\\b é.xml', dumps.cpudata(dumps.EPYC))
        self.good(path)
        self.compile('#include "out/rack.hpp"\nstatic_assert(rack_7.hosts[0].name.size() == 9);\n', *self.libraries())

    def test_is_the_same_whenever_and_checked(self):
        files = self.rack()
        text = self.good(*files)
        self.assertEqual(self.good(*files), text)
        checked = self.hosts(*files, "--check")
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))
        changed = self.hosts(*files[1:], "--check", "--map", "11.3")
        self.assertEqual(changed.returncode, 3)
        self.assertRegex(changed.stderr, "differs from what its source gives; regenerate it with: cpumap-codegen hosts .*"
                         r"--name rack_7 --output .* --map 11\.3\n")
        self.assertEqual(self.output().read_text(), text)
        command = shlex.split(changed.stderr.split("regenerate it with: ")[1])
        self.assertEqual(run(options.codegen, *command[1:]).returncode, 0)
        self.assertEqual(self.hosts(*files[1:], "--check", "--map", "11.3").returncode, 0)
        strict = self.hosts(files[0], "--check", "--strict")
        self.assertRegex(strict.stderr, "regenerate it with: cpumap-codegen hosts '.*/compute-01.xml' --.* --strict\n")
        self.output().unlink()
        missing = self.hosts(*files, "--check")
        self.assertEqual(missing.returncode, 3)
        self.assertIn("is missing", missing.stderr)

    def test_the_compiler_says_what_a_policy_lacks_and_where(self):
        self.good(*self.rack()[:2])
        source = self.write("source.cpp", "#include <cpumap/cpumap.hpp>\n#include \"out/rack.hpp\"\n"
                            "static_assert(cpumap::runs_on_all<cpumap::custom<\"Skylake-Server-noTSX-IBRS\">, rack_7>);\n")
        for compiler in options.cxx:
            result = run(compiler, "-std=c++20", "-fsyntax-only", *self.libraries(), source)
            errors = [line for line in result.stderr.splitlines() if "error:" in line]
            self.assertEqual(len(errors), 1, result.stderr)
            self.assertIn("the policy does not run on every recorded machine", result.stderr)
            self.assertRegex(result.stderr, "on<rack_7_host::compute_02>")
            self.assertRegex(result.stderr, "lacks<.*avx512f")


class Mistakes(HostsTest):
    def refused(self, result, pattern, code=1):
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertRegex(result.stderr, f"(?s)^.*{pattern}.*\n$")
        self.assertEqual(self.output().read_text(), OLD_OUTPUT)
        self.assertEqual(os.listdir(self.output().parent), ["rack.hpp"])

    def setUp(self):
        super().setUp()
        self.write("out/rack.hpp", OLD_OUTPUT)
        self.epyc = self.write("epyc.xml", dumps.cpudata(dumps.EPYC))

    def test_in_a_file(self):
        bad = self.write("bad.xml", "<a>\n</b>")
        self.refused(self.hosts(self.epyc, bad), rf"{re.escape(str(bad))}:2: error: not well-formed")
        self.refused(self.hosts(self.folder / "none"), "none: error: no such file")

    def test_two_of_one_name(self):
        for name in ("there/epyc.txt", "epyc", "epyc.again/epyc.xml"):
            other = self.write(name, dumps.raw(dumps.EPYC))
            self.refused(self.hosts(self.epyc, other), f"{re.escape(str(other))}:1: error: 'epyc' would be the name of two "
                         "machines, as 'epyc' of .*; rename one of the files")
        dashes = [self.write(name, dumps.raw(dumps.EPYC)) for name in ("a-b.txt", "a_b.txt")]
        self.refused(self.hosts(*dashes), "'a_b' would be the name of two machines, as 'a-b' of")

    def test_strict(self):
        odd = self.write("odd", dumps.cpuinfo("fpu warpdrive"))
        self.refused(self.hosts(odd, "--strict"), "odd:9: error: 1 flag that neither this program nor")
        result = self.hosts(odd)
        self.assertEqual(result.returncode, 0)
        self.assertIn("odd:9: warning: 1 flag", result.stderr)

    def test_recordings_that_lack_something(self):
        words = {key: value for key, value in dumps.EPYC.items() if key[0] > 1}
        path = self.write("a.xml", dumps.cpudata(words))
        lacks = "nobody knows this machine's vendor.*nobody knows this machine's signature"
        self.refused(self.hosts(path, "--strict"), lacks)
        path = self.write("b.xml", dumps.cpudata(words | {(0, 1): (1, 1, 1, 1), (1, 1): (1, 1, 1, 1)}))
        self.refused(self.hosts(path, "--strict"), lacks)

    def test_too_many_machines(self):
        words = {(0, 0): dumps.EPYC[0, 0], (1, 0): dumps.EPYC[1, 0]}
        path = self.write("many.xml", f"<all>{dumps.cpudata(words) * 4096}</all>")
        self.refused(self.hosts(*[path] * 16), "more than 65535 machines do not go into one fleet; make", code=2)

    def test_command_line(self):
        def usage(pattern, *arguments):
            result = run(options.codegen, "hosts", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            self.assertRegex(result.stderr, pattern)
        usage("DUMP, a recorded machine, is missing", "--name", "a")
        usage("--name is missing", self.epyc)
        usage("--name 'a-b' cannot name a constant", self.epyc, "--name", "a-b")
        usage("--name 'cpumap::a' lies in a namespace of others", self.epyc, "--name", "cpumap::a")
        usage("--map '8.0' is none of ours; write 0.10, 9.0, 11.3 or 12.8", self.epyc, "--name", "a", "--map", "8.0")
        usage("--check needs --output", self.epyc, "--name", "a", "--check")
        usage("unknown option --nmae", self.epyc, "--nmae", "a")
        for name in ("0.10", "9.0.0", "libvirt_11_3", "12.8"):
            self.assertEqual(run(options.codegen, "hosts", self.epyc, "--name", "a", "--map", name).returncode, 0)


DECODE = r"""
#include <cpumap/core.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cstdio>
#include "rack.hpp"
#include "words.hpp"

template <class Map>
bool same(const cpumap::recorded_host& host, const cpumap::cpu_data& words) {
    const auto data = host.data();
    const auto guest = cpumap::decode_guest<Map>(data), other_guest = cpumap::decode_guest<Map>(words);
    const auto described = cpumap::decode_host<Map>(data), other_described = cpumap::decode_host<Map>(words);
    if (guest.has_value() != other_guest.has_value() || described.has_value() != other_described.has_value()) return false;
    if (guest && !(guest->model() == other_guest->model() && guest->listed() == other_guest->listed())) return false;
    if (described && !(described->model() == other_described->model() && described->listed() == other_described->listed() &&
                       described->signature() == other_described->signature() &&
                       described->vendor() == other_described->vendor()))
        return false;
    return data.features<Map>() == words.features<Map>() && data.vendor_string() == words.vendor_string() &&
           data.signature() == words.signature() && data.complete();
}

int main() {
    int failures = 0, n = 0, decoded = 0;
    for (const auto& host : rack) {
        const auto words = recorded_words(n++);
        if (!same<cpumap::maps::libvirt_11_3>(host, words) || !same<cpumap::default_map>(host, words)) {
            std::printf("%.*s differs\n", static_cast<int>(host.name.size()), host.name.data());
            ++failures;
        }
        decoded += cpumap::decode_guest<cpumap::default_map>(host.data()).has_value();
    }
    std::printf("%d of %d decode\n", decoded, n);
    return failures != 0;
}
"""


class Recordings(HostsTest):
    """The <cpudata> of the conformance cases, where they are: read here by other means, and both decoded."""

    def words_of(self, path):
        lines = []
        for node in xml.etree.ElementTree.parse(path).getroot():
            if node.tag == "cpuid":
                lines.append("d.set_cpuid({}, {}, {{{}, {}, {}, {}}});".format(
                    *(node.get(name) for name in ("eax_in", "ecx_in", "eax", "ebx", "ecx", "edx"))))
            else:
                lines.append(f"d.set_msr({node.get('index')}, {node.get('edx')}ull << 32 | {node.get('eax')});")
        return " ".join(lines)

    def decodes_alike(self, files, least):
        # A file of features alone lacks the vendor, which is a warning.
        made = run(options.codegen, "hosts", *files, "--name", "rack", "--output", self.folder / "rack.hpp")
        self.assertEqual(made.returncode, 0, made.stderr)
        for line in made.stderr.splitlines():
            self.assertRegex(line, "warning: there is no CPUID leaf [01]")
        cases = "".join(f"case {n}: {self.words_of(path)} break;\n" for n, path in enumerate(files))
        self.write("words.hpp", "inline cpumap::cpu_data recorded_words(int n) {\ncpumap::cpu_data d;\nswitch (n) {\n"
                   + cases + "default: break;\n}\nreturn d;\n}\n")
        source = self.write("source.cpp", DECODE)
        program = self.folder / "program"
        compiler = options.cxx[0]
        built = run(compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", *self.libraries(), source, "-o", program)
        self.assertEqual((built.returncode, built.stderr), (0, ""))
        ran = run(program)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        decoded, of = map(int, re.search(r"^(\d+) of (\d+) decode$", ran.stdout, re.MULTILINE).groups())
        self.assertEqual(of, len(files))
        self.assertGreaterEqual(decoded, least)

    def test_of_our_own(self):
        self.decodes_alike([self.write(f"{name}.xml", dumps.cpudata(words, msrs)) for name, words, msrs in (
            ("haswell", dumps.HASWELL, {}), ("epyc", dumps.EPYC, {}),
            ("cascadelake", dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS))], 3)

    def test_of_the_conformance_cases(self):
        folder = pathlib.Path(options.conformance)
        files = [path for path in sorted(folder.glob("x86_64-cpuid-*.xml")) if "<cpudata" in path.read_text()]
        if not files:
            self.skipTest("no recorded machines here, they are libvirt's and not part of this project")
        self.decodes_alike(files, 20)


if __name__ == "__main__":
    support.main()
