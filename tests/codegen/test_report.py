# SPDX-License-Identifier: BSL-1.0
"""Tests of `cpumap-codegen report` as its users run it: each answer is worked out again here, from the features that the
dump program prints of hosts and models; and bad input, names that are markup, and files that are written whole or not."""

import html.parser
import json
import os
import re

import dumps
import support
from support import options, run

# What the newest map marks as not to migrate; host-model leaves it out.
NOT_MIGRATABLE = {"invtsc", "xsaves"}
# A Cascadelake with all that Cooperlake has in CPUID, and no MSRs, which are read by root alone.
NEAR_COOPERLAKE = dict(dumps.CASCADELAKE) | {
    (7, 0): (0x00000001, *dumps.CASCADELAKE[7, 0][1:]), (7, 1): (0x00000020, 0, 0, 0)}
IN_MSR = {"rdctl-no", "ibrs-all", "skip-l1dfl-vmentry", "mds-no", "pschange-mc-no", "taa-no", "vmx-flexpriority"}


def fleet():
    """File names and texts: each kind of recording, some machines being equal."""
    return {
        "epyc-1.xml": dumps.cpudata(dumps.EPYC),
        "epyc-2.xml": dumps.cpudata(dumps.EPYC),
        "flags.txt": dumps.cpuinfo(),
        "lab.xml": dumps.capabilities(),
        "old.txt": dumps.raw(dumps.HASWELL),
        "rack-1.xml": dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS),
        "rack-2.xml": dumps.cpudata(dumps.CASCADELAKE, dumps.CASCADELAKE_MSRS),
        "user.xml": dumps.cpudata(NEAR_COOPERLAKE),
    }


class Tables(html.parser.HTMLParser):
    """The tables of a page by their ids, as rows of texts; and what of tags and attributes there is."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tags, self.attributes, self.texts = {}, [], [], []
        self.rows, self.cell = None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.extend((tag, name, value) for name, value in attributes)
        if tag == "table":
            self.rows = self.tables[dict(attributes)["id"]] = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag in ("br", "p", "summary") and self.cell is not None:
            self.cell += "|"

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(re.sub(r"\s+", " ", self.cell).strip())
            self.cell = None
        elif tag == "table":
            self.rows = None

    def handle_data(self, data):
        self.texts.append(data)
        if self.cell is not None:
            self.cell += data


class ReportTest(support.FolderTest):
    def report(self, *arguments):
        result = run(options.codegen, "report", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def refused(self, code, pattern, *arguments):
        result = run(options.codegen, "report", *arguments)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertRegex(result.stderr, pattern)
        self.assertEqual(result.stderr.count("\n"), 1)

    def write_fleet(self, files=None):
        for name, text in (files or fleet()).items():
            self.write(f"fleet/{name}", text)
        return self.folder / "fleet"

    def page(self, *arguments):
        path = self.folder / "page.html"
        self.report(*arguments, "--html", path)
        text = path.read_text()
        data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])
        return text, data

    def features_of(self, path):
        """Vendor and features of a recorded machine; hle and rtm do not count on the Haswell, where they do not work."""
        result = run(options.print_dump, "--decode", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        vendor = re.search(r"^vendor (.*)$", result.stdout, re.MULTILINE)[1]
        return vendor, set(re.search(r"^features(.*)$", result.stdout, re.MULTILINE)[1].split())

    def features_of_model(self, model):
        path = self.write("model.xml", f"<cpu><model>{model}</model></cpu>")
        return self.features_of(path)[1]

    def host_model_of(self, path):
        return re.search(r"^model (.*)$", run(options.print_dump, "--decode", path).stdout, re.MULTILINE)[1]


class Answers(ReportTest):
    MODELS = ["qemu64", "EPYC", "IvyBridge", "Haswell-noTSX", "Cascadelake-Server", "Cooperlake"]

    def setUp(self):
        super().setUp()
        self.fleet = self.write_fleet()

    def expected(self, host, wanted):
        """What running something that needs features comes to on a host: a word and the features that are missing."""
        _, features = self.features_of(host)
        missing = wanted - features
        if not missing:
            return "yes", set()
        limited = host.name in ("flags.txt", "lab.xml") or missing <= IN_MSR
        return "maybe" if limited else "no", missing

    def test_each_cell(self):
        text, data = self.page(self.fleet, "--models", ",".join(self.MODELS))
        self.assertEqual([m["name"] for m in data["models"]], self.MODELS)
        names = lambda place: {data["features"][n] for n in data["sets"][place]}
        table = Tables(text).tables["hosts"]
        plain = self.report(self.fleet, "--models", ",".join(self.MODELS))
        section = plain[plain.index("MODELS AND HOSTS"):plain.index("WHAT EACH")]
        rows = {line.split()[0]: line.split() for line in section.splitlines() if line.startswith("  ")}
        seen = set()
        for k, kind in enumerate(data["kinds"]):
            for name in kind["names"]:
                host = next(self.fleet.glob(name + ".*"))
                _, features = self.features_of(host)
                self.assertEqual({data["features"][n] for n in kind["features"]}, features, name)
                self.assertEqual(kind["model"], self.host_model_of(host))
                for m, model in enumerate(self.MODELS):
                    wanted = self.features_of_model(model)
                    outcome, missing = self.expected(host, wanted)
                    lost = features - wanted - NOT_MIGRATABLE
                    found = data["choices"][k][m]
                    self.assertEqual((found[0], names(found[1])), (outcome, lost if outcome == "yes" else missing),
                                     f"{name} {model}")
                    cell = table[1 + k][1 + m]
                    said, listed = {"yes": ("✓ runs", lost), "no": ("✗ does not run", missing),
                                    "maybe": ("? may not run", missing)}[outcome]
                    self.assertIn(said, cell)
                    self.assertEqual(set(cell.split("|")[-1].split()), listed, cell)
                    word = {"yes": "yes", "no": "no", "maybe": "no?"}[outcome]
                    self.assertEqual(rows[model][6 + 2 * k:8 + 2 * k], [word, str(len(listed))], rows[model])
                    seen.add(outcome)
        self.assertEqual(seen, {"yes", "no", "maybe"})

    def test_runs_on_as_many_hosts_as_it_says(self):
        for line in self.report(self.fleet, "--models", ",".join(self.MODELS)).splitlines():
            model = line.split()[0] if line.split() else ""
            if model in self.MODELS and " of 8 " in line:
                wanted = self.features_of_model(model)
                running = sum(wanted <= self.features_of(path)[1] for path in self.fleet.iterdir())
                self.assertRegex(line, rf" {running} of 8 ")

    def test_moves(self):
        _, data = self.page(self.fleet)
        hosts = [next(self.fleet.glob(kind["names"][0] + ".*")) for kind in data["kinds"]]
        outcomes = set()
        for a, source in enumerate(hosts):
            vendor, features = self.features_of(source)
            for b, target in enumerate(hosts):
                outcome, missing = self.expected(target, features - NOT_MIGRATABLE)
                if vendor != self.features_of(target)[0]:
                    outcome = "vendor"
                word, place = data["moves"][a][b]
                self.assertEqual((word, {data["features"][n] for n in data["sets"][place]}), (outcome, missing))
                outcomes.add(outcome)
        self.assertEqual(outcomes, {"yes", "no", "maybe", "vendor"})

    def test_moves_in_the_text(self):
        plain = self.report(self.fleet)
        _, data = self.page(self.fleet)
        matrix = plain[plain.index("MOVING GUESTS"):]
        words = {"yes": "yes", "no": "no", "maybe": "no?", "vendor": "vendor"}
        for a, kind in enumerate(data["kinds"]):
            row = re.search(rf"^  {kind['label']}  +(.*)$", matrix, re.MULTILINE)[1]
            expected = []
            for b, (word, place) in enumerate(data["moves"][a]):
                if a == b and len(kind["names"]) == 1:
                    expected.append(".")
                else:
                    expected.append(words[word] + (f" {len(data['sets'][place])}" if word in ("no", "maybe") else ""))
            self.assertEqual(re.split(r" {2,}", row), expected)
        self.assertIn("\n  B to C, not recorded there: dtes64 ", re.sub(r"\n {3,}", " ", matrix))

    def test_candidates(self):
        """The host-model of each host, and what runs on all of a vendor's hosts and is not included by a better one."""
        _, data = self.page(self.fleet)
        self.assertEqual([m["name"] for m in data["models"]], ["EPYC", "Haswell-noTSX", "Cascadelake-Server"])
        self.assertEqual({kind["model"] for kind in data["kinds"]}, {m["name"] for m in data["models"]})
        # A host whose host-model disables features: a model that runs is added to it.
        words = dict(dumps.CASCADELAKE) | {(7, 0): (0, 0xD39FFFFB & ~(1 << 4 | 1 << 11), 0x818, 0xBC000400)}
        _, data = self.page(self.write("new.xml", dumps.cpudata(words)))
        found = {m["name"]: data["choices"][0][i][0] for i, m in enumerate(data["models"])}
        self.assertEqual(found, {"Cascadelake-Server": "no", "Cascadelake-Server-noTSX": "yes"})

    def test_baseline(self):
        plain = re.sub(r"\n {6,}", " ", self.report(self.fleet))
        self.assertIn("\n  all hosts (8 hosts): none, the CPUs have different vendors: AMD, Intel\n", plain)
        section = plain[plain.index("BASELINE"):plain.index("MOVING")]
        for vendor, files in (("AMD", ("epyc-1.xml", "epyc-2.xml")),
                              ("Intel", ("flags.txt", "lab.xml", "old.txt", "rack-1.xml", "rack-2.xml", "user.xml"))):
            common = set.intersection(*(self.features_of(self.fleet / name)[1] for name in files))
            found = re.search(rf"^  {vendor} \({len(files)} hosts\): (\S+).*\n(?:    require: (.*)\n)?(?:    disable: (.*)\n)?",
                              section, re.MULTILINE)
            has = (self.features_of_model(found[1]) | set((found[2] or "").split())) - set((found[3] or "").split())
            self.assertEqual(has, common - NOT_MIGRATABLE, found[0])
        self.assertRegex(section, r"Intel.*\n.*\n    What is recorded of B and C need not be all")
        alone = self.report(*sorted(self.fleet.glob("rack*")))
        self.assertIn("\n  all hosts (2 hosts): Cooperlake and ", alone)  # as libvirt: no signature counts here
        self.assertNotIn("need not be all", alone)

    def test_hosts(self):
        plain = self.report(self.fleet)
        self.assertTrue(plain.startswith("8 hosts of 6 kinds, by the CPU map of libvirt 12.8.0\n"))
        self.assertIn("  A  2 hosts, AMD 23/1/2, 95 features\n     host-model: EPYC and 28 features more\n"
                      "     epyc-1, epyc-2\n", plain)
        self.assertRegex(plain, r"  B  1 host, Intel 6/63/2, \d+ features as far as /proc/cpuinfo tells\n")
        self.assertRegex(plain, r"  C  1 host, Intel 6/63/2, \d+ features as far as libvirt's host capabilities tell\n")
        self.assertLessEqual(max(map(len, plain.splitlines())), 110)

    def test_how_they_were_recorded(self):
        """CPUID words are the same however they are written; what libvirt tells of a host and of a guest is not."""
        guest = "<cpu><model>Haswell-noTSX</model><vendor>Intel</vendor></cpu>"
        files = [self.write("a.txt", dumps.raw(dumps.HASWELL)), self.write("b.xml", dumps.cpudata(dumps.HASWELL)),
                 self.write("c.xml", dumps.capabilities(features=(), signature="")), self.write("d.xml", guest)]
        _, data = self.page(*files)
        self.assertEqual([k["names"] for k in data["kinds"]], [["a", "b"], ["c"], ["d"]])
        self.assertEqual(data["kinds"][1]["features"], data["kinds"][2]["features"])

    def test_domain_capabilities(self):
        plain = self.report(self.write("n.xml", dumps.domain_capabilities()))
        self.assertRegex(plain, r"  A  1 host, AMD 23/1/0, \d+ features as far as libvirt's domain capabilities tell\n")

    def test_a_host_that_is_a_model(self):
        plain = self.report(self.write("n.xml", "<cpu><model>Haswell-noTSX</model></cpu>"))
        self.assertIn("\n     host-model: Haswell-noTSX\n     n\n", plain)
        self.assertIn("\n  Haswell-noTSX\n    A runs, 0 lost\n", plain)
        self.assertIn("\n  all hosts (1 host): Haswell-noTSX\n    What is recorded of A ", plain)

    def test_what_of_a_folder_is_read(self):
        """Files, but those that are hidden."""
        self.write("fleet/.epyc-3.xml.swp", "what an editor left")
        self.write("fleet/older/epyc-1.xml", dumps.cpudata(dumps.EPYC))
        self.assertTrue(self.report(self.fleet).startswith("8 hosts of 6 kinds"))

    def test_vendors_that_nobody_knows(self):
        unknown = self.write("unknown.xml", "<cpu><model>qemu64</model></cpu>")
        plain = self.report(unknown, self.fleet / "old.txt")
        self.assertIn("  A  1 host, vendor unknown, no signature, 27 features as far as", plain)
        self.assertIn("\n  all hosts (2 hosts): kvm64\n", plain)
        plain = self.report(unknown, self.fleet / "old.txt", self.fleet / "epyc-1.xml")
        self.assertIn("  all hosts (3 hosts): none, the CPUs have different vendors: unknown vendor, AMD, Intel\n"
                      "  unknown vendor (1 host): qemu64\n", plain)

    def test_other_maps(self):
        plain = self.report(self.fleet / "old.txt", "--map", "9.0")
        self.assertIn("1 host of 1 kind, by the CPU map of libvirt 9.0.0\n", plain)
        self.assertNotIn("Haswell-v", plain)
        for version, release in (("0.10", "0.10.2"), ("11.3", "11.3.0")):
            plain = self.report(self.fleet / "old.txt", "--map", version)
            self.assertIn(f" by the CPU map of libvirt {release}\n", plain)

    def test_a_host_that_no_model_describes(self):
        self.write("fleet/bare.xml", dumps.cpudata({(0, 0): (1, 0, 0, 0), (1, 0): (0, 0, 0, 0)}))
        plain = self.report(self.fleet / "bare.xml", self.fleet / "old.txt")
        self.assertIn("no CPU description: ", plain)
        self.assertIn("all hosts (1 host), without 1 that no model describes: Haswell-noTSX", plain)
        self.assertRegex(plain, r"\n  Haswell-noTSX +Intel +48 +1 of 2 +- +yes 27\n")
        self.assertRegex(plain, r"\n  from  A  B\n  A     \.  yes\n  B     -  \.\n")
        text, data = self.page(self.fleet / "bare.xml", self.fleet / "old.txt")
        self.assertEqual([[answer[0] for answer in row] for row in data["moves"]][1][0], "unknown")
        rows = Tables(text).tables["pairs"]
        self.assertEqual([row[1:] for row in rows[1:]], [["–", "✓ moves"], ["– unknown", "–"]])

    def test_many_hosts(self):
        """Hundreds of hosts of few kinds are said in few lines, and the answer does not depend on when it is asked."""
        files = {f"n{i:03}.xml": list(fleet().values())[i % 7] for i in range(210)}
        folder = self.write_fleet({})
        for name, text in files.items():
            self.write(f"many/{name}", text)
        plain = self.report(self.folder / "many")
        self.assertTrue(plain.startswith("210 hosts of 5 kinds"))
        self.assertLess(plain.count("\n"), 150)
        page = self.page(self.folder / "many")[0]
        self.assertEqual(page, self.page(self.folder / "many")[0])
        self.assertLess(len(page), 80_000)
        self.assertTrue(folder.exists())

    def test_many_kinds(self):
        """Columns that do not fit stand below; each kind stands once in each table's head."""
        for i in range(40):
            words = dict(dumps.HASWELL) | {(1, 0): (0x306F2, 0x100800, 0x7FFEFBFF & ~(1 << i % 32 if i < 32 else 0),
                                                    0xBFEBFBFF & ~(1 << (22 + i - 32) if i >= 32 else 0))}
            self.write(f"kinds/n{i:02}.xml", dumps.cpudata(words))
        plain = self.report(self.folder / "kinds")
        count = int(re.search(r"of (\d+) kinds", plain)[1])
        self.assertGreater(count, 26)
        labels = [re.match(r"  ([A-Z]+)  \d+ host", line)[1] for line in plain.splitlines()
                  if re.match(r"  [A-Z]+  \d+ host", line)]
        self.assertEqual(labels[24:28], ["Y", "Z", "AA", "AB"])
        heads = [line.split()[5:] for line in plain.splitlines() if line.startswith("  model ")]
        self.assertGreater(len(heads), 2)
        self.assertEqual(sum(heads, []), labels)
        self.assertLessEqual(max(map(len, plain.splitlines())), 110)


class Names(ReportTest):
    HOSTILE = ["<script>window.bad=1;<!--", "\"&'", "<img src=x onerror=window.bad=1>", "]]><svg onload=window.bad=1>",
               "a\u2028b\u00e9\U0001f5a5", "{{x}}${1}\\u003c", "-->"]

    def test_are_escaped(self):
        files = [self.write(f"hosts/{name}.xml", dumps.cpudata(dumps.EPYC)) for name in self.HOSTILE]
        files.append(self.write("hosts/<b>alone.txt", dumps.raw(dumps.HASWELL)))
        text, data = self.page(*files)
        shown = [name.replace("\u2028", "???") for name in self.HOSTILE]
        self.assertEqual(data["kinds"][0]["names"], shown)
        page = Tables(text)
        self.assertEqual(set(page.tags) & {"img", "svg", "b", "link", "iframe", "object", "a"}, set())
        self.assertEqual(page.tags.count("script"), 2)
        self.assertNotRegex(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1], "[<>&]")
        for name in (*shown, "<b>alone"):
            self.assertTrue(any(name in t for t in page.texts), name)
        # Nothing of a name stands as it is where it would mean something.
        for name in self.HOSTILE[:4]:
            self.assertNotIn(name, text)

    # Bytes of a name and what is shown for them: characters, and ? for each byte of what is none or hides.
    BYTES = [(b"\xe0\x80\xaf", "???"), (b"\xe0\xa4\x85", "\u0905"), (b"\xf0\x80\x80\xaf", "????"),
             (b"\xf0\x9f\x96\xa5", "\U0001f5a5"), (b"\xed\xa0\x80", "???"), (b"\xee\x80\x80", "\ue000"),
             (b"\xc2\xad", "??"), (b"\xd8\x9c", "??"), (b"\xef\xbf\xb9", "???"), (b"\xef\xbf\xbd", "\ufffd"),
             (b"\xf3\xa0\x80\x81", "????"), (b"\xf3\xa1\x80\x80", "\U000e1000"), (b"\xf4\x90\x80\x80", "????"),
             (b"\xf4\x8f\xbf\xbf", "\U0010ffff"), (b"\xf5\x80\x80\x80", "????"), (b"\xc1\x81", "??"),
             (b"\xe2\x82", "??")]

    def test_that_are_no_characters(self):
        for i, (name, _) in enumerate(self.BYTES):
            path = os.fsencode(self.folder / "bytes") + b"/%02d" % i + name
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(dumps.cpudata(dumps.EPYC).encode())
        _, data = self.page(self.folder / "bytes")
        self.assertEqual(data["kinds"][0]["names"], [f"{i:02}{shown}" for i, (_, shown) in enumerate(self.BYTES)])

    def test_that_would_steer_a_terminal(self):
        files = [self.write(name, dumps.cpudata(dumps.EPYC)) for name in
                 ("a\x1b[31mb.xml", "c\u202ed.xml", "e\u0085.xml", "tab\t.xml")]
        path = os.fsencode(self.folder) + b"/\xff\xfe.xml"
        with open(path, "wb") as file:
            file.write(dumps.cpudata(dumps.EPYC).encode())
        plain = self.report(*files, os.fsdecode(path))
        self.assertIn("a?[31mb, c???d, e??, tab?, ??\n", plain)

    def test_the_page_asks_for_nothing(self):
        text, _ = self.page(self.write("epyc.xml", dumps.cpudata(dumps.EPYC)))
        page = Tables(text)
        for tag, name, value in page.attributes:
            self.assertNotIn(name, ("src", "href", "style", "srcset", "action", "background"), f"{tag} {value}")
            self.assertFalse(name.startswith("on"), name)
        self.assertIn(("meta", "http-equiv", "Content-Security-Policy"), page.attributes)
        self.assertIn(("meta", "content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                       "base-uri 'none'; form-action 'none'"), page.attributes)
        self.assertNotRegex(text, r"url\(|@import|https?:|//[a-z]+\.")


class CommandLine(ReportTest):
    def test_bad_arguments(self):
        host = self.write("n.xml", dumps.cpudata(dumps.EPYC))
        self.refused(2, "DUMP, a recorded machine, is missing")
        self.refused(2, "DUMP, a recorded machine, is missing", "--models", "EPYC")
        self.refused(2, "--models: libvirt 12.8.0 knows no CPU model 'EPYC-Rme', did you mean EPYC-Rome\\?", host,
                     "--models", "EPYC,EPYC-Rme")
        self.refused(2, "libvirt 9.0.0 knows no CPU model 'SapphireRapids'", host, "--map", "9.0", "--models",
                     "SapphireRapids")
        self.refused(2, "--models names 'EPYC' twice", host, "--models", "EPYC,EPYC")
        self.refused(2, "--models 'EPYC,,Penryn' has nothing between two commas", host, "--models", "EPYC,,Penryn")
        self.refused(2, "--map '9' is none of ours; write 0.10, 9.0, 11.3 or 12.8", host, "--map", "9")
        self.refused(2, "--html and --output name the same file", host, "--html", "x", "--output", "x")
        self.refused(2, "unknown option --json", host, "--json")

    def test_bad_files(self):
        host = self.write("a/n.xml", dumps.cpudata(dumps.EPYC))
        other = self.write("b/n.txt", dumps.raw(dumps.HASWELL))
        self.refused(1, rf"b/n\.txt:1: error: a second machine is called 'n'; the first is in .*a/n\.xml:1\. .*rename one",
                     host, other)
        self.refused(1, "no such file: error: no such file", self.folder / "no such file")
        self.refused(1, "empty.txt: error: is empty; write what", self.write("empty.txt", ""))
        (self.folder / "nothing").mkdir()
        self.refused(1, "nothing: error: the folder holds no file", self.folder / "nothing")
        self.write("a/README", "not a machine\n")
        self.refused(1, "README:1: error: this is no recorded machine", self.folder / "a")

    def test_writes_whole_files_or_none(self):
        host = self.write("n.xml", dumps.cpudata(dumps.EPYC))
        out, page = self.folder / "out.txt", self.folder / "page.html"
        self.assertEqual(self.report(host, "--output", out, "--html", page), "1 host of 1 kind, 1 model\n")
        self.assertEqual(out.read_text(), self.report(host))
        self.assertTrue(page.read_text().endswith("</html>\n"))
        old = {path: path.read_text() for path in (out, page)}
        for arguments in ([self.write("bad.xml", "<x")], [host, "--models", "None"]):
            self.assertNotEqual(run(options.codegen, "report", *arguments, "--output", out, "--html", page).returncode, 0)
            self.assertEqual({path: path.read_text() for path in old}, old)
        self.refused(1, "no folder.*page.html: error: ", host, "--html", self.folder / "no folder" / "page.html")
        self.assertEqual(self.report(host, "--output", out), "1 host of 1 kind, 1 model\n")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bad.xml", "n.xml", "out.txt", "page.html"])
        for option in ("--html", "--output"):
            full = run(options.codegen, "report", host, option, "/dev/full")
            self.assertEqual(full.returncode, 1)
            self.assertIn("/dev/full: error: ", full.stderr)

    def test_help(self):
        text = self.report("--help")
        for option in ("--map", "--models", "--html", "--output"):
            self.assertIn(f"\n  {option} ", text)
        self.assertIn("\n  report  ", run(options.codegen, "--help").stdout)


if __name__ == "__main__":
    support.main()
