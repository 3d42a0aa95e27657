# SPDX-License-Identifier: BSL-1.0
"""Tests of cpumap-codegen as its users run it: what good maps give, and that every kind of bad map is refused with its
place and name and leaves the output as it was. All maps here are made up."""

import hashlib
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess

import support
from support import options, run

OLD_OUTPUT = "the output of an earlier run\n"


def document(body, arch="x86"):
    """A map in one file; the body begins at line 3."""
    return f"<cpus>\n<arch name='{arch}'>\n{body}\n</arch>\n</cpus>\n"


def feature(name, bit, extra="", register="eax"):
    return f"<feature name='{name}'>{extra}<cpuid eax_in='1' {register}='{1 << bit:#x}'/></feature>"


A, B, C = (feature(name, bit) for bit, name in enumerate(("a", "b", "c")))
SPACES = 48 * " "  # stand behind the names of features
VENDOR = "<vendor name='V' string='VVVVVVVVVVVV'/>"


def one_model(content, arch="x86"):
    """Line 3 has vendor and features a, b, c; line 4 begins the model, whose content begins at line 5."""
    return document(f"{VENDOR}{A}{B}{C}\n<model name='m'>\n{content}\n</model>", arch)


def arm(body):
    return document(body, "arm")


def ppc64(body):
    return document(body, "ppc64")


def cpuid(attributes):
    """A map with one feature f, its <cpuid> at line 4."""
    return document(f"<feature name='f'>\n<cpuid {attributes}/>\n</feature>")


def signature(attributes):
    return one_model(f"<signature {attributes}/>")


INDEX = "index.xml"
MAP = "cpu_map.xml"

# Name of the case, the map (a text, or texts by file name), the file and line to be named, what else the message says.
BAD_MAPS = [
    # XML itself
    ("unclosed", "<cpus>\n<arch name='x86'>\n</cpus>\n", MAP, 3, "not well-formed"),
    ("empty file", "", MAP, 1, "no root element"),
    ("only a comment", "<!-- nothing -->\n", MAP, 1, "no root element"),
    ("no XML", "hello\n", MAP, 1, "text outside the root"),
    ("text behind the root", document("") + "more", MAP, 6, "text outside the root"),
    ("CDATA before the root", "<![CDATA[more]]>\n" + document(""), MAP, 1, "text outside the root"),
    ("second root", document("") + "<cpus/>", MAP, 6, "second root element <cpus>"),
    ("wrong root", "<domain>\n</domain>", MAP, 1, "<domain>"),
    ("attribute twice", document("<vendor name='v'\n name='w' string='x'/>"), MAP, 3, "'name' twice"),
    ("bare ampersand", document("<vendor name='a & b'/>"), MAP, 3, "write &amp;"),
    ("bare ampersand in text", document("\na & b;"), MAP, 4, "write &amp;"),
    ("unknown entity", document("<vendor name='&who;'/>"), MAP, 3, "write &amp;"),
    ("character reference to nothing", document("<vendor name='&#0;'/>"), MAP, 3, "write &amp;"),
    ("character reference without digits", document("<vendor name='&#x;'/>"), MAP, 3, "write &amp;"),
    ("character reference with a tail", document("<vendor name='&#65x;'/>"), MAP, 3, "write &amp;"),
    ("character reference of 33 bits", document("<vendor name='&#x100000041;'/>"), MAP, 3, "write &amp;"),
    ("less-than in an attribute", document("<vendor name='a<b'/>"), MAP, 3, "write &lt;"),
    ("document type", "<!DOCTYPE cpus [\n<!ENTITY a 'b'>\n]>\n" + document(""), MAP, 1, "DOCTYPE"),
    ("unquoted attribute", document("<vendor name=v/>"), MAP, 3, "not well-formed"),
    ("dashes in a comment", document("<!-- a -- b -->"), MAP, 3, "comment"),
    ("not UTF-8", document("<vendor name='\xe9'/>").encode("latin-1"), MAP, 3, "UTF-8"),
    ("overlong UTF-8", document("<vendor name='?'/>").encode().replace(b"?", b"\xc0\xaf"), MAP, 3, "UTF-8"),
    ("longer overlong UTF-8", document("<vendor name='?'/>").encode().replace(b"?", b"\xe0\x80\xaf"), MAP, 3, "UTF-8"),
    ("UTF-8 cut at the end", document("").encode() + b"<!-- \xe2\x82", MAP, 6, "UTF-8"),
    ("zero byte", document("\0"), MAP, 3, "UTF-8"),
    ("declaration of no version", "<?xml encoding='UTF-8'?>\n" + document(""), MAP, 1, "declaration"),
    ("declaration of a strange version", "<?xml version='one'?>\n" + document(""), MAP, 1, "declaration"),
    ("other encoding", "<?xml version='1.0' encoding='latin1'?>\n" + document(""), MAP, 1, "latin1"),
    # architectures and includes
    ("architecture without a name", "<cpus>\n<arch>\n</arch>\n</cpus>", MAP, 2, "name="),
    ("architecture twice", "<cpus>\n<arch name='arm'/>\n<arch name='arm'/>\n</cpus>", MAP, 3, "'arm' is repeated"),
    ("include without a filename", {INDEX: document("<include/>")}, INDEX, 3, "filename"),
    ("include of an empty filename", {INDEX: document("<include filename=''/>")}, INDEX, 3, "without a filename"),
    ("missing include", {INDEX: document("<include filename='gone.xml'/>")}, INDEX, 3, "'gone.xml'"),
    ("include with a folder", {INDEX: document("<include filename='sub/a.xml'/>"), "sub/a.xml": "<cpus/>"},
     INDEX, 3, "'sub/a.xml'.*outside"),
    ("include above", {INDEX: document("<include filename='../a.xml'/>")}, INDEX, 3, "outside"),
    ("include of the parent", {INDEX: document("<include filename='..'/>")}, INDEX, 3, "outside"),
    ("include of the folder itself", {INDEX: document("<include filename='.'/>")}, INDEX, 3, "outside"),
    ("include with an absolute path", {INDEX: document("<include filename='/etc/passwd'/>")}, INDEX, 3, "outside"),
    ("include of a folder", {INDEX: document("<include filename='sub'/>"), "sub/a.xml": "<cpus/>"},
     INDEX, 3, "'sub'.*not a regular file"),
    ("include twice", {INDEX: document("<include filename='a.xml'/>\n<group name='g'>\n<include filename='a.xml'/>"
                                       "</group>"), "a.xml": "<cpus/>"}, INDEX, 5, "'a.xml'.*already included"),
    ("include of the index", {INDEX: document("<include filename='index.xml'/>")}, INDEX, 3, "includes itself"),
    ("loop of includes", {INDEX: document("<include filename='a.xml'/>"),
                          "a.xml": "<cpus>\n<include filename='b.xml'/>\n</cpus>",
                          "b.xml": "<cpus>\n\n<include filename='a.xml'/>\n</cpus>"}, "b.xml", 3, "includes itself"),
    ("deep includes", {INDEX: document("<include filename='0.xml'/>")} |
     {f"{i}.xml": f"<cpus><include filename='{i + 1}.xml'/></cpus>" for i in range(30)}, "15.xml", 1, "nested"),
    ("wrong root of an include", {INDEX: document("<include filename='a.xml'/>"), "a.xml": "\n<map/>"},
     "a.xml", 2, "<map>"),
    ("mistake in an include", {INDEX: document("<include filename='a.xml'/>"), "a.xml": "<cpus>\n<vendor/>\n</cpus>"},
     "a.xml", 2, "vendor.*no name"),
    # names
    ("feature without a name", document("<feature/>"), MAP, 3, "feature.*no name"),
    ("feature with an empty name", document("<feature name=''/>"), MAP, 3, "feature.*empty name"),
    ("feature twice", document(A + "\n" + feature("a", 5)), MAP, 4, "feature 'a' is repeated"),
    ("model without a name", document("\n<model/>"), MAP, 4, "model.*no name"),
    ("model twice", document("<model name='m'/>\n<model name='m'/>"), MAP, 4, "model 'm' is repeated"),
    ("vendor without a name", document("<vendor string='VVVVVVVVVVVV'/>"), MAP, 3, "vendor.*no name"),
    ("vendor twice", document(VENDOR + "\n<vendor name='V' string='WWWWWWWWWWWW'/>"), MAP, 4, "'V' is repeated"),
    ("alias without a name", document(feature("a", 0, "\n<alias source='qemu'/>")), MAP, 4, "'a'.*no name"),
    ("alias twice", document(feature("a", 0, "<alias name='x' source='qemu'/>\n<alias name='x' source='qemu'/>")),
     MAP, 4, "alias 'x' is repeated"),
    ("alias of two features", document(feature("a", 0, "<alias name='x' source='qemu'/>") + "\n" +
                                       feature("b", 1, "<alias name='x' source='linux'/>")),
     MAP, 4, "feature 'b': alias 'x'.*'a'"),
    ("alias that is a feature", document(feature("a", 0, "<alias name='b' source='qemu'/>") + "\n" + B),
     MAP, 3, "alias 'b' is the name of a feature"),
    ("one identifier of two features", document(feature("x.y", 0) + "\n" + feature("x-y", 1)),
     MAP, 4, "'x.y' and 'x-y'.*'x_y'"),
    ("one identifier of two models", document("<model name='and'/>\n<model name='and_'/>"),
     MAP, 4, "'and' and 'and_'"),
    ("ppc64 vendor twice", ppc64("<vendor name='I'/>\n<vendor name='I'/>"), MAP, 4, "'I' is repeated"),
    ("ppc64 model twice", ppc64("<model name='P'><pvr value='1'/></model>\n<model name='P'/>"), MAP, 4, "'P'"),
    ("arm feature twice", arm("<feature name='f'/>\n<feature name='f'/>"), MAP, 4, "'f' is repeated"),
    ("arm vendor twice", arm("<vendor name='v' value='1'/>\n<vendor name='v' value='2'/>"), MAP, 4, "'v'"),
    ("too many bytes of names", document(f"<model name='{'n' * 40000}'/>\n<model name='{'o' * 40000}'/>"),
     MAP, 4, "too many names"),
    ("too many names", document("".join(f"<model name='{i:x}'/>" for i in range(65534)) + "\n<model name='m'/>"), MAP,
     4, "'m' there are 65535 of .* bytes; the tables hold 65534"),
    ("too many bytes of aliases", document(feature("a", 0, f"<alias name='{'n' * 70000}'/>")), MAP, 3, "too many"),
    ("too many signatures", one_model("<signature family='6' model='1'/>" * 70000), MAP, 1, "too many.*signatures"),
    # vendors
    ("vendor string too short", document("<vendor name='V' string='short'/>"), MAP, 3, "'V'.*'short'.*12"),
    ("vendor string counted in bytes", document("<vendor name='V' string='VVVVVVVVVVV\xe9'/>"), MAP, 3, "13 bytes"),
    ("no vendor string", document("<vendor name='V'/>"), MAP, 3, "'V'.*no string"),
    ("vendor string twice", document(VENDOR + "\n<vendor name='W' string='VVVVVVVVVVVV'/>"), MAP, 4, "'W'.*'V'"),
    ("arm implementer twice", arm("<vendor name='v' value='0x41'/>\n<vendor name='w' value='41'/>"), MAP, 4,
     "'w'.*'v'"),
    ("arm implementer too large", arm("<vendor name='v' value='0x100'/>"), MAP, 3, "'v'.*8 bits"),
    ("arm vendor without a value", arm("<vendor name='v'/>"), MAP, 3, "'v'.*no value"),
    # numbers
    ("number without digits", cpuid("eax_in='0x' eax='1'"), MAP, 4, "'f': eax_in='0x'"),
    ("negative number", cpuid("eax_in='1' eax='-1'"), MAP, 4, "'f': eax='-1'"),
    ("number with a sign", cpuid("eax_in='1' ebx='+1'"), MAP, 4, "'f': ebx='\\+1'"),
    ("number too large", cpuid("eax_in='1' ecx='0x1ffffffff'"), MAP, 4, "'f': ecx='0x1ffffffff'"),
    ("number with a tail", cpuid("eax_in='1' edx='12zz'"), MAP, 4, "'f': edx='12zz'"),
    ("number with spaces", cpuid("eax_in=' 1' edx='1'"), MAP, 4, "'f': eax_in=' 1'"),
    ("empty number", cpuid("eax_in='1' eax=''"), MAP, 4, "'f': eax=''"),
    ("wrong subleaf", cpuid("eax_in='1' ecx_in='x' eax='1'"), MAP, 4, "'f': ecx_in='x'"),
    ("no leaf", cpuid("eax='1'"), MAP, 4, "'f'.*no eax_in"),
    ("leaf twice", cpuid("function='1' eax_in='1' eax='1'"), MAP, 4, "'f'.*function and eax_in"),
    ("no MSR index", document("<feature name='f'>\n<msr eax='1'/></feature>"), MAP, 4, "'f'.*no index"),
    ("wrong MSR index", document("<feature name='f'>\n<msr index='0xg' eax='1'/></feature>"), MAP, 4, "index='0xg'"),
    ("wrong pvr", ppc64("<model name='P'>\n<pvr value='P9'/></model>"), MAP, 4, "'P': value='P9'"),
    ("wrong pvr mask", ppc64("<model name='P'>\n<pvr value='1' mask='0x'/></model>"), MAP, 4, "'P': mask='0x'"),
    ("no pvr value", ppc64("<model name='P'>\n<pvr mask='1'/></model>"), MAP, 4, "'P'.*no value"),
    ("wrong part", arm("<model name='A'>\n<pvr value='x'/></model>"), MAP, 4, "'A': value='x'"),
    ("part too large", arm("<model name='A'>\n<pvr value='0x1000'/></model>"), MAP, 4, "'A'.*12 bits"),
    ("wrong implementer", arm("<vendor name='v' value='ARM'/>"), MAP, 3, "'v': value='ARM'"),
    # bits
    ("no bit", cpuid("eax_in='1'"), MAP, 3, "'f' has no bit"),
    ("no register", document("<feature name='f'/>"), MAP, 3, "'f' has no bit"),
    ("two bits of a register", cpuid("eax_in='1' eax='3'"), MAP, 3, "'f' has several bits"),
    ("bits of two registers", cpuid("eax_in='1' eax='1' ebx='1'"), MAP, 3, "'f' has several bits"),
    ("bits of two elements", document("<feature name='f'>\n<cpuid eax_in='1' eax='1'/><msr index='1' edx='1'/>"
                                      "</feature>"), MAP, 3, "'f' has several bits"),
    ("one bit of two features", document(A + "\n" + feature("z", 0)), MAP, 4, "'z' is the same bit as feature 'a'"),
    ("one bit, spelt differently", document("<feature name='f'><cpuid function='0x1' ecx_in='0' eax='0x01'/></feature>"
                                            "\n" + feature("z", 0)), MAP, 4, "'z'.*'f'"),
    # models
    ("unknown ancestor", one_model("<model name='who'/>"), MAP, 5, "'m': unknown ancestor 'who'"),
    ("later ancestor", document("<model name='m'>\n<model name='n'/></model>\n\n<model name='n'/>"), MAP, 4,
     "'m': ancestor 'n' comes later, at line 6"),
    ("ancestor in a later file", {INDEX: document("<include filename='a.xml'/><include filename='b.xml'/>"),
                                  "a.xml": "<cpus><model name='m'><model name='n'/></model></cpus>",
                                  "b.xml": "<cpus>\n<model name='n'/></cpus>"}, "a.xml", 1, "later.*b.xml:2"),
    ("own ancestor", one_model("<model name='m'/>"), MAP, 5, "'m': ancestor 'm' is the model itself"),
    ("ancestor without a name", one_model("<model/>"), MAP, 5, "'m'.*no name"),
    ("two ancestors", document("<model name='n'/><model name='m'>\n<model name='n'/>\n<model name='n'/></model>"),
     MAP, 5, "'m' has more than one <model>"),
    ("two canonical names", document("<model name='n'/>\n<model name='p'><model name='n'/></model>\n"
                                     "<model name='q'><model name='n'/></model>"), MAP, 5, "'q'.*'n'.*'p'"),
    ("unknown vendor", one_model("<vendor name='who'/>"), MAP, 5, "'m': unknown vendor 'who'"),
    ("two vendors", one_model("<vendor name='V'/>\n<vendor name='V'/>"), MAP, 6, "'m' has more than one <vendor>"),
    ("vendor of no name", one_model("<vendor/>"), MAP, 5, "'m'.*no name"),
    ("unknown feature", one_model("<feature name='a'/>\n<feature name='who'/>"), MAP, 6, "'m': unknown feature 'who'"),
    ("feature by its alias", document(feature("a", 0, "<alias name='x'/>") +
                                      "\n<model name='m'>\n<feature name='x'/></model>"), MAP, 5, "'x'.*write 'a'"),
    ("feature of no name", one_model("<feature/>"), MAP, 5, "'m'.*no name"),
    ("feature listed twice", one_model("<feature name='a'/>\n<feature name='a' removed='yes'/>"), MAP, 6,
     "'m' lists feature 'a' twice"),
    ("removed and added", one_model("<feature name='a' removed='yes' added='yes'/>"), MAP, 5,
     "'m': feature 'a'.*removed and added"),
    ("wrong removed", one_model("<feature name='a' removed='on'/>"), MAP, 5, "'m'.*removed='on'"),
    ("wrong added", one_model("<feature name='a' added=''/>"), MAP, 5, "'m'.*added=''"),
    ("wrong migratable", document("<feature name='f' migratable='off'/>"), MAP, 3, "'f'.*migratable='off'"),
    ("wrong decode", one_model("<decode host='on' guest='yes'/>"), MAP, 5, "'m'.*guest='yes'"),
    ("half a decode", one_model("<decode host='on'/>"), MAP, 5, "'m'.*no guest"),
    ("two decodes", one_model("<decode host='on' guest='on'/>\n<decode host='on' guest='on'/>"), MAP, 6,
     "'m' has more than one <decode>"),
    ("check without partial", one_model("<check/>"), MAP, 5, "'m'.*no partial"),
    ("two checks", one_model("<check partial='compat'/>\n<check partial='compat'/>"), MAP, 6, "'m'.*<check>"),
    ("signature without a family", signature("model='1'"), MAP, 5, "'m'.*no family"),
    ("signature without a model", signature("family='1'"), MAP, 5, "'m'.*no model"),
    ("family too large", signature("family='271' model='1'"), MAP, 5, "'m'.*family='271'"),
    ("hexadecimal family", signature("family='0x6' model='1'"), MAP, 5, "'m'.*family='0x6'"),
    ("model too large", signature("family='6' model='256'"), MAP, 5, "'m'.*model='256'"),
    ("negative model", signature("family='6' model='-1'"), MAP, 5, "'m'.*model='-1'"),
    ("stepping too large", signature("family='6' model='1' stepping='16'"), MAP, 5, "'m': stepping='16'"),
    ("empty stepping", signature("family='6' model='1' stepping=''"), MAP, 5, "'m': stepping=''"),
    ("stepping with a hole", signature("family='6' model='1' stepping='1,,2'"), MAP, 5, "stepping='1,,2'"),
    ("stepping with an open end", signature("family='6' model='1' stepping='3-'"), MAP, 5, "stepping='3-'"),
    ("reversed stepping", signature("family='6' model='1' stepping='7-4'"), MAP, 5, "stepping='7-4'"),
    ("stepping in words", signature("family='6' model='1' stepping='any'"), MAP, 5, "stepping='any'"),
    ("unknown ppc64 vendor", ppc64("<model name='P'>\n<vendor name='who'/><pvr value='1'/></model>"), MAP, 4,
     "'P': unknown vendor 'who'"),
    ("ppc64 model without pvr", ppc64("<model name='P'/>"), MAP, 3, "'P' has no <pvr>"),
    ("unknown arm vendor", arm("<model name='A'>\n<vendor name='who'/><pvr value='1'/></model>"), MAP, 4,
     "'A': unknown vendor 'who'"),
    ("arm model without pvr", arm("<model name='A'/>"), MAP, 3, "'A' has no <pvr>"),
    ("arm model of two parts", arm("<model name='A'><pvr value='1'/>\n<pvr value='2'/></model>"), MAP, 4,
     "'A' has more than one <pvr>"),
]

# What is new to the program: left out with a warning, an error with --strict.
UNKNOWN = [
    ("element of the root", "<cpus>\n<group/>\n</cpus>", 2, "<group>"),
    ("attribute of the root", "<cpus version='2'/>", 1, "'version'"),
    ("architecture", document("<model name='z'/>", "s390x"), 2, "'s390x'"),
    ("element", document("<blocker name='x'/>"), 3, "<blocker>"),
    ("element in a feature", document("\n<feature name='f'>\n<tdx/><cpuid eax_in='1' eax='1'/></feature>"), 5,
     "<tdx>.*'f'"),
    ("element in a model", one_model("<blockers/>"), 5, "<blockers>.*'m'"),
    ("group in a group", document("<group name='g'>\n<group name='h'/></group>"), 4, "<group>"),
    ("attribute", document("<feature name='f' since='1'><cpuid eax_in='1' eax='1'/></feature>"), 3, "'since'.*'f'"),
    ("attribute of an architecture", "<cpus>\n<arch name='x86' bits='64'/></cpus>", 2, "'bits'"),
    ("attribute of another architecture", arm("<feature name='f' migratable='no'/>"), 3, "'migratable'"),
    ("alias source", document(feature("f", 0, "<alias name='g' source='bsd'/>")), 3, "'f'.*'g'.*'bsd'"),
    ("check", one_model("<check partial='none'/>"), 5, "'m'.*'none'"),
    ("text", one_model("hello"), 5, "text inside <model>"),
    ("text in CDATA", one_model("<![CDATA[hello]]>"), 5, "text inside <model>"),
    ("processing instruction", document("<?php x?>"), 3, "'php'"),
]


class MapTest(support.FolderTest):
    def map_folder(self, content, name="map"):
        """Writes a map's files and gives the path to hand to the program."""
        if isinstance(content, dict):
            for path, text in content.items():
                self.write(pathlib.Path(name, path), text)
            return self.folder / name
        return self.write(pathlib.Path(name, MAP), content)

    def output(self):
        return self.folder / "out" / "map.hpp"

    def map(self, path, *arguments, libvirt="1.2.3", name="some_map", output=None, **settings):
        self.output().parent.mkdir(exist_ok=True)
        return run(options.codegen, "map", path, "--libvirt", libvirt, "--name", name, "--output",
                   output or self.output(), *arguments, **settings)

    def good(self, content, *arguments, **settings):
        """The header that a map gives, without a word of complaint."""
        result = self.map(self.map_folder(content), *arguments, **settings)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return self.output().read_text()

    def refused(self, result, place, pattern):
        """One line names the place and what is wrong, and the output is as it was."""
        self.assertEqual((result.returncode, result.stdout), (1, ""), result.stderr)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith(f"{place}: error: "), lines[0])
        self.assertRegex(lines[0], pattern)
        self.assert_output(OLD_OUTPUT)

    def assert_output(self, text):
        self.assertEqual(self.output().read_text(), text)
        self.assertEqual(sorted(os.listdir(self.output().parent)), ["map.hpp"])


class BadMaps(MapTest):
    def test_table(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        for number, (case, content, file, line, pattern) in enumerate(BAD_MAPS):
            with self.subTest(case):
                path = self.map_folder(content, f"map {number}")
                self.refused(self.map(path), f"{self.folder}/map {number}/{file}:{line}", pattern)

    def test_case_names_differ(self):
        names = [case[0] for case in BAD_MAPS]
        self.assertEqual(len(names), len(set(names)))

    def test_no_such_map(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        (self.folder / "empty").mkdir()
        self.refused(self.map(self.folder / "gone"), self.folder / "gone", "no such file")
        self.refused(self.map(self.folder / "empty"), self.folder / "empty", "neither index.xml nor cpu_map.xml")
        self.refused(self.map("/dev/null"), "/dev/null", "not a regular file")

    def test_what_the_system_does_not_read(self):
        """The message names the file, whichever look at it failed."""
        self.write("out/map.hpp", OLD_OUTPUT)
        (self.folder / INDEX).symlink_to(INDEX)
        self.refused(self.map(self.folder), self.folder / INDEX, "Too many levels of symbolic links")
        if os.path.exists("/proc/self/mem"):
            self.refused(self.map("/proc/self/mem"), "/proc/self/mem", "cannot read: Input/output error")

    def test_links_that_lead_outside(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        self.write("elsewhere.xml", "<cpus/>")
        path = self.map_folder({INDEX: document("<include filename='link.xml'/>")})
        (path / "link.xml").symlink_to("../elsewhere.xml")
        self.refused(self.map(path), f"{path}/index.xml:3", "'link.xml'.*outside")

    def test_link_to_a_file_that_is_included_already(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        path = self.map_folder({INDEX: document("<include filename='a.xml'/>\n<include filename='link.xml'/>"),
                                "a.xml": "<cpus/>"})
        (path / "link.xml").symlink_to("a.xml")
        self.refused(self.map(path), f"{path}/index.xml:4", "'link.xml'.*already included")

    def test_file_too_large(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        path = self.map_folder(document(""))
        with path.open("ab") as file:
            file.truncate((64 << 20) + 1)
        self.refused(self.map(path), path, "64 MiB")

    def test_files_too_large_together(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        index = document("<include filename='a.xml'/><include filename='b.xml'/>")
        half = f"<cpus>{' ' * (32 << 20)}</cpus>"
        path = self.map_folder({INDEX: index, "a.xml": half, "b.xml": half})
        self.refused(self.map(path), path / "b.xml", "with this file the map is larger than 64 MiB")

    def test_deep_nesting_is_no_danger(self):
        deep = 200000
        path = self.map_folder(document("<x>" * deep + "</x>" * deep))
        result = self.map(path)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (0, 1), result.stderr[:500])

    def test_wrong_name_of_the_type(self):
        path = self.map_folder(document(""))
        self.write("out/map.hpp", OLD_OUTPUT)
        for name in ("", "1a", "a-b", "a b", "a::b", "class", "and", "linux", "a__b", "_A", "x86", "version", "\xe9"):
            with self.subTest(name):
                result = self.map(path, name=name)
                self.assertEqual(result.returncode, 2)
                self.assertIn("--name", result.stderr)
                self.assert_output(OLD_OUTPUT)

    def test_wrong_version(self):
        path = self.map_folder(document(""))
        self.write("out/map.hpp", OLD_OUTPUT)
        for version in ("", "12", "12.", ".8", "12.8.0.1", "12.x", "v12.8", "12.8 ", "-1.0", "12.08", "1.1000", "1,2"):
            with self.subTest(version):
                result = self.map(path, libvirt=version)
                self.assertEqual(result.returncode, 2)
                self.assertIn("--libvirt", result.stderr)
                self.assert_output(OLD_OUTPUT)


class UnknownContent(MapTest):
    def test_table(self):
        for number, (case, content, line, pattern) in enumerate(UNKNOWN):
            with self.subTest(case):
                path = self.map_folder(content, f"map {number}")
                self.output().unlink(missing_ok=True)
                result = self.map(path)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertRegex(result.stderr, f"^{re.escape(str(path))}:{line}: warning: .*{pattern}.*\n$")
                self.assertIn("left out: 1 unknown", result.stdout)
                self.write("out/map.hpp", OLD_OUTPUT)
                self.refused(self.map(path, "--strict"), f"{path}:{line}", pattern)

    def test_too_many(self):
        """A file of nothing but that is not what it is taken for."""
        self.write("out/map.hpp", OLD_OUTPUT)
        path = self.map_folder(document("<x/>\n" * 100001))
        result = self.map(path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count(": warning: "), 100000)
        self.assertRegex(result.stderr, f"\n{re.escape(str(path))}:100002: error: this is the 100000th thing that is "
                         "not known; check that the file is what it is taken for\n$")
        self.assert_output(OLD_OUTPUT)

    def test_strict_names_all(self):
        path = self.map_folder(document("<x/>\n<y/>"))
        result = self.map(path, "--strict")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count(": error: "), 2)


class CommandLine(MapTest):
    def test_usage_errors(self):
        path = str(self.map_folder(document("")))
        rest = ["--libvirt", "1.2", "--name", "n", "--output", str(self.output())]
        self.output().parent.mkdir()
        for arguments in ([], ["nap"], ["--what"], ["map"], ["map", *rest], ["map", path], ["map", path, *rest[2:]],
                          ["map", path, *rest[:2], *rest[4:]], ["map", path, *rest[:4]], ["map", path, *rest, "more"],
                          ["map", path, *rest, "--wha"], ["map", path, *rest, "--output"], ["map", path, *rest, *rest],
                          ["map", path, *rest[:5], ""]):
            with self.subTest(arguments):
                result = run(options.codegen, *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertRegex(result.stderr, r"^cpumap-codegen: .*--help\n$")
                self.assertEqual(os.listdir(self.output().parent), [])

    def test_help_and_version(self):
        self.assertRegex(run(options.codegen, "--version").stdout, r"^cpumap-codegen (\d+\.\d+\.\d+|unknown)\n$")
        for arguments in (["--help"], ["map", "--help"]):
            result = run(options.codegen, *arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith("usage: cpumap-codegen"))
        for option in ("--libvirt", "--name", "--output", "--strict", "--check"):
            self.assertIn(option, run(options.codegen, "map", "--help").stdout)

    def test_options_with_equals_and_any_order(self):
        path = self.map_folder(document(A))
        text = self.good(document(A))
        self.output().unlink()
        result = run(options.codegen, "map", "--name=some_map", "--strict", f"--output={self.output()}",
                     "--libvirt=1.2.3", "--", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assert_output(text)

    def test_standard_output_is_full(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = run(options.codegen, "--help", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn("standard output", result.stderr)


class Output(MapTest):
    def test_it_replaces_what_was_there(self):
        self.write("out/map.hpp", OLD_OUTPUT)
        os.chmod(self.output(), 0o604)
        text = self.good(document(A))
        self.assertIn("struct some_map {", text)
        self.assert_output(text)
        self.assertEqual(self.output().stat().st_mode & 0o777, 0o604)

    def test_mode_of_a_new_file(self):
        old = os.umask(0o027)
        self.addCleanup(os.umask, old)
        self.good(document(A))
        self.assertEqual(self.output().stat().st_mode & 0o777, 0o640)

    def test_name_without_a_folder(self):
        path = self.map_folder(document(A))
        result = self.map(path, output="map.hpp", cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue((self.folder / "map.hpp").is_file())

    def test_a_link_stays_one(self):
        target = self.write("target.hpp", OLD_OUTPUT)
        self.output().parent.mkdir()
        self.output().symlink_to("../target.hpp")
        text = self.good(document(A))
        self.assertTrue(self.output().is_symlink())
        self.assertEqual(target.read_text(), text)

    def test_unwritable_places(self):
        path = self.map_folder(document(A))
        self.write("file", "")
        for output in (self.folder / "gone" / "map.hpp", self.folder / "file" / "map.hpp", self.folder,
                       "/proc/map.hpp", "/dev/full"):
            with self.subTest(output):
                result = self.map(path, output=output)
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertRegex(result.stderr, f"^{re.escape(str(output))}: error: .*\n$")
        self.assertEqual(sorted(os.listdir(self.folder)), ["file", "map", "out"])

    def test_a_socket(self):
        path = self.map_folder(document(A))
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.folder / "socket"))
            result = self.map(path, output=self.folder / "socket")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        place = re.escape(str(self.folder / "socket"))
        self.assertRegex(result.stderr, f"^{place}: error: cannot open: No such device.*\n$")

    def test_read_only_folder(self):
        if os.geteuid() == 0:
            self.skipTest("root may write into any folder")
        path = self.map_folder(document(A))
        self.write("out/map.hpp", OLD_OUTPUT)
        os.chmod(self.output().parent, 0o555)
        self.addCleanup(os.chmod, self.output().parent, 0o755)
        self.refused(self.map(path), self.output(), "Permission denied")

    def test_full_disk(self):
        """A limit on the size of files stands in for the disk: the write fails half-way."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        path = self.map_folder(document(A))
        self.write("out/map.hpp", OLD_OUTPUT)
        environment = os.environ | support.WITHOUT_COUNTERS
        self.refused(self.map(path, preexec_fn=limit, env=environment), self.output(), "cannot write")

    def test_killed_while_writing(self):
        """The old output stays when the program is killed by the system."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        path = self.map_folder(document(A))
        self.write("out/map.hpp", OLD_OUTPUT)
        self.assertLess(self.map(path, preexec_fn=limit).returncode, 0)
        self.assertEqual(self.output().read_text(), OLD_OUTPUT)

    def test_check(self):
        path = self.map_folder(document(A))
        self.output().parent.mkdir()
        missing = self.map(path, "--check")
        self.assertEqual(missing.returncode, 3)
        self.assertRegex(missing.stderr, "is missing; regenerate it with: cpumap-codegen map ")
        self.assertEqual(os.listdir(self.output().parent), [])

        text = self.good(document(A))
        before = self.output().stat()
        self.assertEqual(self.map(path, "--check").returncode, 0)
        self.assertEqual(self.output().stat(), before)

        for changed in (text + " ", text[:-1], "", text.replace("u\"", "U\"", 1)):
            self.write("out/map.hpp", changed)
            result = self.map(path, "--check")
            self.assertEqual(result.returncode, 3)
            self.assertEqual(result.stderr.count("\n"), 1)
            self.assertRegex(result.stderr, "map.hpp: differs .*; regenerate it with: cpumap-codegen map ")
            self.assert_output(changed)

        command = result.stderr.partition("with: cpumap-codegen ")[2]
        subprocess.run(f"'{options.codegen}' {command}", shell=True, check=True, stdout=subprocess.DEVNULL)
        self.assert_output(text)

        self.map_folder(document("<feature/>"))
        self.assertEqual(self.map(path, "--check").returncode, 1)


class GoodMaps(MapTest):
    def table(self, header, name, arch="x86"):
        """The numbers of one table."""
        body = re.search(rf"\n    struct {arch} {{\n(.*?)\n    }};\n", header, re.DOTALL)[1]
        text = re.search(rf" {name}\[\] =\s+(.*?);\n", body + "\n", re.DOTALL)[1]
        return [int(number, 16) for number in re.findall(r"\\x([0-9a-f]+)", text)]

    def sets(self, header):
        """Each set as one number, whose bit i is feature i."""
        halves = self.table(header, "sets")
        size = 2 * int(re.search(r" set_words = (\d+);", header)[1])
        return [sum(half << 32 * i for i, half in enumerate(halves[at:at + size])) for at in range(0, len(halves), size)]

    def model_sets(self, header):
        sets = self.sets(header)
        return [sets[index] for index in self.table(header, "model_set")]

    def test_the_layouts_agree(self):
        models = "<model name='m'><feature name='a'/></model>\n<model name='n'><model name='m'/></model>"
        old = self.good(document(f"{VENDOR}{A}{B}\n{models}"))
        split = {"v.xml": f"<cpus>{VENDOR}</cpus>", "f.xml": f"<cpus><!-- two -->{A}{B}</cpus>",
                 "m.xml": f"<?xml version='1.0' encoding='UTF-8'?>\n<cpus>{models}</cpus>"}
        plain = document("".join(f"<include filename='{name}'/>" for name in split))
        grouped = document("<include filename='v.xml'/><include filename='f.xml'/><group name='g'>\n"
                           "<include filename='m.xml'/></group>")
        nested = document("<include filename='v.xml'/><include filename='n.xml'/>")
        banner = re.compile("^// (Source.*|[0-9a-f]{64})$", re.MULTILINE)
        for index, more in ((plain, {}), (grouped, {}),
                            (nested, {"n.xml": "<cpus><include filename='f.xml'/><include filename='m.xml'/></cpus>"})):
            with self.subTest(index):
                new = self.good({INDEX: index} | split | more)
                self.assertEqual(banner.sub("", new), banner.sub("", old))
        by_index_file = self.map(self.folder / "map" / INDEX)
        self.assertEqual((by_index_file.returncode, by_index_file.stderr), (0, ""))
        self.assertEqual(self.output().read_text(), new)

    def test_path_without_a_folder(self):
        text = self.good(document(A))
        result = self.map(MAP, cwd=self.folder / "map")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assert_output(text)
        self.map_folder(document("<feature/>"))
        self.assertRegex(self.map(MAP, cwd=self.folder / "map").stderr, f"^{MAP}:3: error: ")
        self.assertRegex(self.map("-", cwd=self.folder).stderr, "^-: error: no such file or folder")

    def test_folder_of_the_old_layout(self):
        by_file = self.good(document(A))
        result = self.map(self.folder / "map")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.output().read_text(), by_file)

    def test_function_is_eax_in(self):
        old = self.good(document("<feature name='f'><cpuid function='0x80000001' edx='0x4'/></feature>"))
        self.assertEqual(self.table(old, "register_leaf"), [0x80000001])
        self.assertEqual(self.table(old, "bit_runs"), [2 << 5])

    def test_hexadecimal_in_capitals(self):
        header = self.good(document("<feature name='f'><cpuid eax_in='0X8000000A' edx='0X4'/></feature>"))
        self.assertEqual(self.table(header, "register_leaf"), [0x8000000a])
        self.assertEqual(self.table(header, "bit_runs"), [2 << 5])

    def test_registers_and_runs(self):
        header = self.good(document(
            feature("a", 30, register="ecx") + feature("b", 31, register="ecx") + feature("c", 0, register="edx") +
            feature("d", 2, register="edx") + feature("e", 1, register="edx") + feature("f", 0, register="ecx") +
            "<feature name='g'><msr index='0x10A' eax='0x1'/></feature>"
            "<feature name='h'><msr index='10a' edx='2' eax='0'/></feature>"
            "<feature name='i'><cpuid eax_in='0x1' ecx_in='1' edx='0x8'/></feature>"))
        self.assertEqual(self.table(header, "register_leaf"), [1, 1, 0x10a, 0x10a, 1])
        self.assertEqual(self.table(header, "register_subleaf"), [0, 0, 0, 0, 1])
        self.assertIn('register_part[] = "cdlhd";', header)
        run = lambda register, bit, bits: register << 10 | bit << 5 | bits - 1
        self.assertEqual(self.table(header, "bit_runs"), [run(0, 30, 2), run(1, 0, 1), run(1, 2, 1), run(1, 1, 1),
                                                          run(0, 0, 1), run(2, 0, 1), run(3, 1, 1), run(4, 3, 1)])

    def test_steppings(self):
        header = self.good(one_model("".join(
            f"<signature family='{family}' model='{model}'{stepping}/>" for family, model, stepping in
            ((6, 85, " stepping='0-4,7'"), (6, 85, " stepping='5'"), (270, 255, ""), (0, 0, " stepping='0-15'")))))
        self.assertEqual(self.table(header, "signatures"), [6 << 8 | 85, 6 << 8 | 85, 270 << 8 | 255, 0])
        self.assertEqual(self.table(header, "signature_steppings"), [0x9f, 0x20, 0xffff, 0xffff])

    def test_inheritance(self):
        header = self.good(document(f"""{VENDOR}<vendor name='W' string='WWWWWWWWWWWW'/>{A}{B}{C}
            <model name='base'>
              <decode host='on' guest='off'/><check partial='compat'/>
              <signature family='6' model='1'/><vendor name='V'/>
              <feature name='a'/><feature name='b' removed='yes'/><feature name='c' added='yes'/>
            </model>
            <model name='same'><decode host='off' guest='on'/><check partial='compat'/><model name='base'/></model>
            <model name='more'><model name='base'/><feature name='b'/></model>
            <model name='own'><model name='more'/><signature family='6' model='2'/><vendor name='W'/></model>
            <model name='kept'><model name='more'/><feature name='b' removed='yes'/></model>
            <model name='dropped'><model name='kept'/><feature name='c'/></model>"""))
        # kept marks an inherited feature removed: it stays, and goes where kept is an ancestor.
        self.assertEqual(self.model_sets(header), [0b001, 0b001, 0b011, 0b011, 0b011, 0b101])
        self.assertEqual(self.table(header, "model_size"), [1, 1, 2, 2, 2, 2])
        self.assertEqual(self.table(header, "model_vendor"), [0, 0, 0, 1, 0, 0])
        self.assertEqual(self.table(header, "model_canonical"), [1] + [0xffff] * 5)
        self.assertEqual(self.table(header, "model_flags"), [1 | 4, 2 | 4, 3, 3, 3, 3])
        self.assertEqual(self.table(header, "model_removed_count"), [1, 0, 0, 0, 1, 0])
        self.assertEqual(self.table(header, "removed"), [1])
        self.assertEqual([index != 0xffff for index in self.table(header, "model_added")], [True] + [False] * 5)
        self.assertEqual(self.sets(header)[self.table(header, "model_added")[0]], 0b100)
        self.assertEqual(self.table(header, "model_signatures_at"), [0, 0, 0, 1, 0, 0])
        self.assertEqual(self.table(header, "signatures"), [6 << 8 | 1, 6 << 8 | 2])

    def test_what_makes_a_canonical_name(self):
        for content, canonical in (("", 1), ("<decode host='on' guest='off'/>", 1), ("<feature name='a'/>", 0xffff),
                                   ("<feature name='a' added='yes'/>", 0xffff), ("<vendor name='V'/>", 0xffff),
                                   ("<signature family='6' model='1'/>", 0xffff)):
            with self.subTest(content):
                header = self.good(document(f"{VENDOR}{A}<model name='m'/>"
                                            f"<model name='n'><model name='m'/>{content}</model>"))
                self.assertEqual(self.table(header, "model_canonical")[0], canonical)

    def test_aliases(self):
        header = self.good(document(
            feature("b", 0, "<alias name='z' source='qemu'/><alias name='y' source='linux'/>"
                            "<alias name='z' source='linux'/>") +
            feature("x", 1, "<alias name='a'/>", register="ebx") +
            "<feature name='n' migratable='no'><cpuid eax_in='7' eax='1'/></feature>"
            "<feature name='o' migratable='yes'><cpuid eax_in='7' eax='2'/></feature>"))
        self.assertIn(f'feature_names[] = "bxnozya{SPACES}";', header)
        self.assertEqual(self.table(header, "alias_of"), [0, 0, 1])
        self.assertIn('alias_source[] = "ql\\?";', header)
        self.assertEqual(self.table(header, "feature_order"), [6, 0, 2, 3, 1, 5, 4])
        self.assertEqual(self.table(header, "non_migratable"), [2])

    def test_models_may_stand_before_what_they_name(self):
        header = self.good(document(f"<model name='m'><vendor name='V'/><feature name='a'/></model>{A}{VENDOR}"))
        self.assertEqual(self.model_sets(header), [1])

    def test_ppc64_and_arm(self):
        header = self.good("<cpus><arch name='ppc64'><vendor name='IBM'/><model name='P2'><vendor name='IBM'/>"
                           "<pvr value='0x003f0000' mask='0xffff0000'/><pvr value='0x1'/></model>"
                           "<model name='P1'><pvr value='FF' mask='ff'/></model></arch>"
                           "<arch name='arm'><vendor name='ARM' value='0x41'/><feature name='fp'/>"
                           "<feature name='asimd'/><model name='m'><vendor name='ARM'/><pvr value='0xd03'/></model>"
                           "</arch></cpus>", "--strict")
        of = lambda name: self.table(header, name, "ppc64")
        self.assertEqual((of("model_order"), of("model_vendor"), of("model_pvr_at")), ([1, 0], [0, 0xffff], [0, 2, 3]))
        self.assertEqual((of("pvr_value"), of("pvr_mask")), ([0x3f0000, 1, 0xff], [0xffff0000, 0xffffffff, 0xff]))
        of = lambda name: self.table(header, name, "arm")
        self.assertEqual((of("feature_order"), of("model_part"), of("vendor_implementer")), ([1, 0], [0xd03], [0x41]))

    def test_summary(self):
        aliased = feature("b", 1, "<alias name='x'/>")
        path = self.map_folder(document(f"<!-- c -->{VENDOR}{A}{aliased}"
                                        "<group name='g'><!-- d --><model name='m'/></group>")
                               .replace("<arch", "<!-- e --><arch"))
        result = self.map(path)
        self.assertEqual(result.stdout.splitlines(), [
            "x86: 2 features, 1 alias, 1 model, 1 vendor", "ppc64: 0 models, 0 vendors",
            "arm: 0 features, 0 models, 0 vendors",
            "skipped: 1 of arch/group@name: a heading for readers, the order of the models is the same without it",
            "skipped: 3 of comments: text for readers"])

    def test_version(self):
        for given, text, number in (("12.8", "12.8.0", 12008000), ("0.10.2", "0.10.2", 10002),
                                    ("9.0.0", "9.0.0", 9000000)):
            header = self.good(document(""), libvirt=given)
            self.assertIn(f'version = "{text}";', header)
            self.assertIn(f"version_number = {number};", header)

    def test_digest(self):
        for size in (*range(50, 70), 119, 120, 127, 128, 1000):
            content = document("<!-- " + "x" * size + " -->")
            self.assertIn(f"\n// {hashlib.sha256(content.encode()).hexdigest()}\n", self.good(content))
        files = {INDEX: document("<include filename='b.xml'/><include filename='a.xml'/>"),
                 "a.xml": f"<cpus>{A}</cpus>", "b.xml": f"<cpus>\n{B}</cpus>"}
        whole = files[INDEX] + files["b.xml"] + files["a.xml"]
        self.assertIn(hashlib.sha256(whole.encode()).hexdigest(), self.good(files))

    def test_determinism(self):
        content = document(f"{VENDOR}{A}{B}<model name='m'><feature name='b'/></model>")
        text = self.good(content)
        self.assertEqual(self.good(content), text)
        result = self.map(os.path.join("..", "map", MAP), cwd=self.output().parent, env=os.environ | {"LC_ALL": "C", "TZ": "UTC"})
        self.assertEqual(result.returncode, 0)
        self.assert_output(text)
        self.assertNotIn(str(self.folder), text)

    def test_byte_order_mark_and_line_ends(self):
        header = self.good(b"\xef\xbb\xbf" + document(A).replace("\n", "\r\n").encode())
        self.assertIn(f'feature_names[] = "a{SPACES}";', header)

    def test_declarations(self):
        for declaration in ("", "<?xml version='1.0'?>", "<?xml version='1.1' encoding='Utf-8'?>",
                            "<?xml version='1.0' encoding='US-ASCII'?>"):
            with self.subTest(declaration):
                self.assertIn(f'feature_names[] = "a{SPACES}";', self.good(declaration + document(A)))

    def test_names_of_the_type(self):
        for name in ("_a", "_1", "a_", "A1"):
            self.assertIn(f"struct {name} {{", self.good(document(A), name=name))

    def test_lines_are_short(self):
        names = "".join(feature(f"quite-a-long-name-of-feature-{i}", i % 32, register=("eax", "ebx")[i // 32])
                        for i in range(64))
        header = self.good(document(names + f"<model name='{'m' * 300}?'/>"))
        self.assertLessEqual(max(len(line) for line in header.splitlines() if "mmmm" not in line), 120)
        literals = [line for line in header.splitlines() if "mmmm" in line and '"' in line]
        self.assertLessEqual(max(map(len, literals)), 120)

    def test_names_that_xml_holds_as_they_are(self):
        for name, plain in (("a.b-c_d", True), ("x" * 48, True), ("x" * 49, False), ("a&amp;b", False),
                            ("a&lt;b", False), ("a>b", False), ("a&#39;b", False), ("a&quot;b", False)):
            for features in (feature(name, 0), feature("a", 0, f"<alias name='{name}'/>")):
                with self.subTest(features):
                    header = self.good(document(features))
                    self.assertIn(f"bool plain_feature_names = {str(plain).lower()};", header)

    def test_buckets_hold_each_name_once(self):
        header = self.good(document("".join(feature(f"f{i}", i, f"<alias name='a{i}'/>") for i in range(32))))
        buckets, names = (self.table(header, f"feature_{name}") for name in ("bucket", "in_buckets"))
        self.assertIn("feature_bucket_count = 32;", header)
        self.assertEqual((len(buckets), buckets[0], buckets[-1]), (33, 0, 64))
        self.assertEqual(buckets, sorted(buckets))
        self.assertEqual(sorted(names), list(range(64)))

    def test_no_map_at_all_compiles(self):
        header = self.good("<cpus/>")
        self.assertIn("feature_count = 0;", header)
        self.compile_header(header)

    def compile_header(self, header, more=""):
        path = self.write("some_map.hpp", header)
        self.compile(f'#include "{path}"\n#include "{path}"\nusing m = cpumap::maps::some_map;\n'
                     'static_assert(m::format == 2 && m::x86::sets[0] == m::x86::sets[0]);\n' + more)

    def test_odd_names(self):
        names = ['q"uote', "back\\slash", "caf\u00e9", "tri??/graph", "com*/ment", "//line", "0digit", "9\u20ac1",
                 "new", "linux", "unix", "i386", "not_eq", "xor", "a b", "char8_t", "R\"(raw)\"", "%s", "\u2028",
                 "tab\there", "a&b<c>'d", "concept", "sun", "errno", "x" * 200]
        escaped = [name.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;").replace('"', "&quot;")
                   .replace("\t", "&#x9;").replace("\u20ac", "&#x20ac;") for name in names]
        header = self.good(document(
            "".join(feature(name, i) for i, name in enumerate(escaped)) +
            "".join(f"<model name='{name}'/>" for name in escaped) +
            "".join(f"<vendor name='{name}' string='{i:012}'/>" for i, name in enumerate(escaped)) +
            "<vendor name='v' string='&quot;\\?\u00e9?/1*/0&lt;'/>"))
        blob = "".join(names).encode()
        array = ", ".join(str(byte) for byte in blob)
        self.compile_header(header, f"""
            constexpr unsigned char expected[] = {{{array}}};
            constexpr bool equal(const char* names) {{
                for (unsigned i = 0; i < sizeof expected; ++i) {{
                    if (static_cast<unsigned char>(names[i]) != expected[i]) {{
                        return false;
                    }}
                }}
                return names[sizeof expected] == 0 || names[sizeof expected] == ' ' || names[sizeof expected] == 'v';
            }}
            static_assert(equal(m::x86::feature_names) && equal(m::x86::model_names) && equal(m::x86::vendor_names));
            static_assert(static_cast<unsigned>(m::x86::feature_id::_0digit) == 6);
            static_assert(static_cast<unsigned>(m::x86::model_id::linux_) == 9);
            static_assert(static_cast<unsigned>(m::x86::feature_id::caf__) == 2);
            static_assert(m::x86::vendor_strings[12 * 25] == '"' && m::x86::vendor_strings[12 * 25 + 2] == '?');
            static_assert(sizeof m::x86::vendor_strings == 12 * 26 + 1);
            """)
        for arguments in (["-std=gnu++20"], ["-trigraphs"]):
            self.compile(f'#include "{self.folder}/some_map.hpp"\n'
                         'static_assert(cpumap::maps::some_map::x86::feature_names[26] == \'/\');\n', *arguments)

    def test_large_map_compiles(self):
        features = "".join(f"<feature name='f{i}'><cpuid eax_in='{i // 32:x}' edx='{1 << i % 32:x}'/></feature>"
                           for i in range(3000))
        models = "".join(f"<model name='m{i}'><feature name='f{i * 7}'/></model>" for i in range(400))
        header = self.good(document(features + models))
        self.compile_header(header, "static_assert(m::x86::set_words == 47 && m::x86::set_count == 400);\n"
                                    "static_assert(m::x86::sets[2 * (399 * 47 + 43) + 1] == 1u << 9);\n")


if __name__ == "__main__":
    support.main()
