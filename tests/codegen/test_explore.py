# SPDX-License-Identifier: BSL-1.0
"""Tests of `cpumap-codegen explore`: what the page says against libvirt's XML, read here by other means, and against
`cpumap-codegen diff`; the pictures against the features that the page itself gives. The page in a browser is
test_explore_page.py's."""

import html.parser
import itertools
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

import support
import test_diff
from support import options, run

OWN_MAPS = test_diff.OWN_MAPS
OLD_OUTPUT = "the page of an earlier run\n"
SHIPPED = {"libvirt_0_10": "0.10.2", "libvirt_9_0": "9.0.0", "libvirt_11_3": "11.3.0", "libvirt_12_8": "12.8.0"}

# Names that would be markup, end the script that holds the data, or make trouble in an attribute or in a link.
HOSTILE = ["<img src=x onerror=bad()>", "</script><script>bad()</script>", "a\"b' onclick='bad()", "&amp;<!--", "q&=#%+",
           "__proto__"]
HOSTILE_MAP = """<cpus><arch name='x86'>
<vendor name='&lt;b&gt;bad()&lt;/b&gt;' string='BadBadBadBad'/>
{features}
{models}
</arch></cpus>
"""


def hostile_map():
    quoted = [name.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;") for name in HOSTILE]
    features = "\n".join(f"<feature name='{name}'><alias name='{name}2'/><cpuid eax_in='1' eax='{1 << i:#x}'/></feature>"
                         for i, name in enumerate(quoted))
    models = "\n".join(f"<model name='{name}'><vendor name='&lt;b&gt;bad()&lt;/b&gt;'/>" +
                       "".join(f"<feature name='{f}'/>" for f in quoted[:i + 1]) + "</model>"
                       for i, name in enumerate(quoted))
    return HOSTILE_MAP.format(features=features, models=models)


class Element:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children = tag, dict(attributes), []

    def all(self, tag, **wanted):
        """What is below with that tag and those attributes, in order; class_ is the attribute class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return (e for e in self.below() if e.tag == tag and all(e.attributes.get(n) == v for n, v in wanted.items()))

    def below(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()

    def one(self, tag, **wanted):
        found = list(self.all(tag, **wanted))
        assert len(found) == 1, (tag, wanted, len(found))
        return found[0]

    @property
    def text(self):
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Parser(html.parser.HTMLParser):
    """A page as elements; each that is opened must be closed."""

    def __init__(self, text):
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], [e.tag for e in self.open]

    def handle_starttag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, attrs))
        if tag not in ("meta", "input"):
            self.open.append(self.open[-1].children[-1])

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, attrs))

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag, tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


class Page:
    def __init__(self, text):
        self.text = text
        self.root = Parser(text).root
        self.maps = json.loads(self.root.one("script", id="data").text)["maps"]
        for m in self.maps:
            m["sets"] = [frozenset(i for i in range(len(m["features"])) if int(digits[i >> 2], 16) >> (i & 3) & 1)
                         for digits in m["sets"]]

    def section(self, name, number):
        return self.root.one("section", id=name).one("div", class_="of-map", data_map=str(number))

    def rows(self, name, number):
        """The texts of a table's rows."""
        body = self.section(name, number).one("tbody")
        return [[c.text for c in row.children if isinstance(c, Element)] for row in body.all("tr")]


class ExploreTest(support.FolderTest):
    def explore(self, *arguments, **settings):
        return run(options.codegen, "explore", *arguments, **settings)

    def page(self, *arguments):
        path = self.folder / "page.html"
        result = self.explore(*arguments, "--html", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return Page(path.read_text())


def steppings(text):
    """A list as "8,0-2,3" in order, without what it says twice: "0-3,8"."""
    if text is None:
        return None
    numbers = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    runs = []
    for n in sorted(numbers):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def read_x86(folder):
    """Names, places and sets of a map of libvirt, by the rules that libvirt's own reader has."""
    features, models, aliases = {}, {}, {}

    def visit(element):
        for child in element:
            if child.tag == "include":
                visit(ET.parse(folder / child.get("filename")).getroot())
            elif child.tag == "group":
                visit(child)
            elif child.tag == "feature":
                (word,) = [(e, r, int(e.get(r), 16)) for e in child if e.tag in ("cpuid", "msr")
                           for r in ("eax", "ebx", "ecx", "edx") if int(e.get(r, "0"), 16)]
                e, register, mask = word
                if e.tag == "msr":
                    place = f"msr {int(e.get('index'), 16):#x} " + {"eax": "low", "edx": "high"}[register]
                else:
                    leaf, subleaf = int(e.get("eax_in") or e.get("function"), 16), int(e.get("ecx_in", "0"), 16)
                    place = f"cpuid {leaf:#x}" + (f".{subleaf:#x}" if subleaf else "") + f" {register}"
                names = list(dict.fromkeys(a.get("name") for a in child.findall("alias")))
                features[child.get("name")] = (f"{place} bit {mask.bit_length() - 1}", child.get("migratable", "yes"), names)
            elif child.tag == "model":
                models[child.get("name")] = child

    root = folder / "index.xml"
    visit(ET.parse(root if root.exists() else folder / "cpu_map.xml").getroot().find("arch[@name='x86']"))

    result = {}
    for name, element in models.items():
        base = element.find("model")
        m = dict(result[base.get("name")]) if base is not None else {"has": frozenset(), "vendor": "", "signatures": "none"}
        m["has"] -= frozenset(m.pop("removed", ()))
        marked = {mark: [f.get("name") for f in element.findall("feature") if f.get(mark) == "yes"]
                  for mark in ("removed", "added")}
        m.update(marked, canonical="")
        m["has"] |= {f.get("name") for f in element.findall("feature")} - set(marked["removed"]) - set(marked["added"])
        if element.find("vendor") is not None:
            m["vendor"] = element.find("vendor").get("name")
        texts = ["/".join(filter(None, (s.get("family"), s.get("model"), steppings(s.get("stepping")))))
                 for s in element.findall("signature")]
        m["signatures"] = " ".join(texts) or m["signatures"]
        decode = element.find("decode")
        sides = [side for side in ("host", "guest") if decode is None or decode.get(side) == "on"]
        m["decodes"] = ", ".join(sides) or "neither"
        result[name] = m
        if base is not None and not [e for e in element if e.tag in ("feature", "vendor", "signature")]:
            result[base.get("name")]["canonical"] = name
    return features, result


class Facts(ExploreTest):
    def check(self, page, number, folder):
        features, models = read_x86(folder)
        having = {name: sum(name in m["has"] for m in models.values()) for name in features}
        self.assertEqual(page.rows("features", number),
                         [[name, place, migratable, str(having[name]), " ".join(aliases)]
                          for name, (place, migratable, aliases) in features.items()])
        self.assertEqual(page.rows("models", number),
                         [[name, m["vendor"] or "any", str(len(m["has"])), m["signatures"], m["decodes"], m["canonical"]]
                          for name, m in models.items()])
        data = page.maps[number]
        names = [f["name"] for f in data["features"]]
        self.assertEqual([(f["name"], f["place"], f["migratable"], f["aliases"]) for f in data["features"]],
                         [(name, place, migratable == "yes", aliases)
                          for name, (place, migratable, aliases) in features.items()])
        for m, (name, expected) in itertools.zip_longest(data["models"], models.items()):
            self.assertEqual(m["name"], name)
            self.assertEqual({names[i] for i in data["sets"][m["set"]]}, expected["has"], name)
            self.assertEqual([names[i] for i in m["removed"]], expected["removed"], name)
            self.assertEqual({names[i] for i in m["added"]}, set(expected["added"]), name)
            self.assertEqual((m["vendor"], m["signatures"]), (expected["vendor"], expected["signatures"]), name)
            self.assertEqual(m["flags"], ("host" in expected["decodes"]) + 2 * ("guest" in expected["decodes"]), name)
            self.assertEqual(data["models"][m["canonical"]]["name"] if m["canonical"] >= 0 else "", expected["canonical"])

    def test_own_maps(self):
        for name in ("before", "after"):
            text = (OWN_MAPS / f"{name}.xml").read_text()
            self.write(f"{name}/cpu_map.xml", text)
        page = self.page(self.folder / "before", self.folder / "after")
        self.check(page, 0, self.folder / "before")
        self.check(page, 1, self.folder / "after")

    def test_libvirt_maps(self):
        if not os.path.isdir(options.maps):
            self.skipTest("no maps of libvirt here, they are not part of this project")
        folders = [pathlib.Path(options.maps) / version for version in SHIPPED.values()]
        read, shipped = self.page(*folders), self.page()
        self.assertLess(len(shipped.text), 1_000_000)
        self.assertEqual([m["key"] for m in shipped.maps], list(SHIPPED))
        self.assertEqual([m["title"] for m in shipped.maps], [f"libvirt {version}" for version in SHIPPED.values()])
        for number, folder in enumerate(folders):
            with self.subTest(folder.name):
                self.check(read, number, folder)
                self.check(shipped, number, folder)
                self.assertEqual((read.maps[number]["key"], read.maps[number]["title"]), (str(folder), str(folder)))

    def test_changes_are_those_of_diff(self):
        pairs = [(OWN_MAPS / "before.xml", OWN_MAPS / "after.xml"), (OWN_MAPS / "after.xml", OWN_MAPS / "before.xml")]
        if os.path.isdir(options.maps):
            folders = [pathlib.Path(options.maps) / version for version in SHIPPED.values()]
            pairs += itertools.pairwise(folders) if hasattr(itertools, "pairwise") else zip(folders, folders[1:])
        for before, after in pairs:
            with self.subTest(before=before, after=after):
                table = test_diff.sections(run(options.codegen, "diff", before, after).stdout)
                page = self.page(before, after)
                (part,) = page.root.one("section", id="changes").all("div", class_="changes")
                self.assertEqual(part.one("h3").text, f"From {before} to {after}")
                found = {}
                for details in part.all("details"):
                    kind = details.attributes["data-kind"]
                    found[kind] = [[c.text for c in row.children if isinstance(c, Element)] for row in details.all("tr")]
                    self.assertEqual(details.one("summary").text, f"{len(found[kind])} {kind}")
                expected = {title: [re.split(" {2,}", row.strip(), maxsplit=1) for row in rows]
                            for title, rows in table.items() if rows and not title.startswith(("ppc64", "arm"))}
                self.assertEqual(found, expected)
                for kind in ("features", "models"):
                    counts = [len(table[f"{kind} that {what}"]) for what in ("came", "went", "changed")]
                    self.assertIn("{}: {} came, {} went, {} changed".format(kind, *counts), part.one("p").text)
        self.assertIn("There is one map only.", self.page(OWN_MAPS / "after.xml").root.one("section", id="changes").text)

    def test_changes_of_all_maps(self):
        titles = [d.one("h3").text for d in self.page().root.one("section", id="changes").all("div", class_="changes")]
        versions = list(SHIPPED.values())
        self.assertEqual(titles, [f"From libvirt {a} to libvirt {b}" for a, b in zip(versions, versions[1:])][::-1])


class Picture(ExploreTest):
    """Which model includes which."""

    def check(self, page, number):
        data = page.maps[number]
        drawn = []
        for figure in page.section("order", number).all("figure"):
            drawn += self.check_figure(figure, data)
        self.assertEqual(sorted(drawn), list(range(len(data["models"]))))  # each once

    def check_figure(self, figure, data):
        models = data["models"]
        nodes = {}
        boxes = {}
        for g in figure.all("g"):
            nodes[int(g.attributes["data-n"])] = [int(m) for m in g.attributes["data-m"].split()]
            box = [int(g.one("rect").attributes[name]) for name in ("x", "y", "width", "height")]
            boxes[int(g.attributes["data-n"])] = (box[0], box[1], box[0] + box[2], box[1] + box[3])
            self.assertEqual([t.text for t in g.all("text")], [models[int(m)]["name"] for m in g.attributes["data-m"].split()])
            for t in g.all("text"):
                self.assertTrue(box[1] < int(t.attributes["y"]) < box[1] + box[3])
                self.assertGreaterEqual(box[2], 7 * len(t.text) + 8)
        members = list(itertools.chain(*nodes.values()))
        vendor = figure.attributes["data-vendor"]
        self.assertEqual(sorted(members), [i for i, m in enumerate(models) if m["vendor"] == vendor])
        sets = {}
        for n, which in nodes.items():
            (sets[n],) = {data["sets"][models[m]["set"]] for m in which}
        self.assertEqual(len(set(sets.values())), len(sets))
        self.assertIn(f"{len(members)} model", figure.one("figcaption").text)
        self.assertIn(f"{len(nodes)} set", figure.one("figcaption").text)

        above = {a: {b for b in sets if sets[a] < sets[b]} for a in sets}
        expected = {(a, b) for a in sets for b in above[a] if not any(b in above[c] for c in above[a])}
        found = [(int(p.attributes["data-a"]), int(p.attributes["data-b"])) for p in figure.all("path")]
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(set(found), expected)

        width, height = map(int, figure.one("svg").attributes["viewbox"].split()[2:])
        for x0, y0, x1, y1 in boxes.values():
            self.assertTrue(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height)
        for p, q in itertools.combinations(boxes.values(), 2):
            self.assertTrue(p[2] < q[0] or q[2] < p[0] or p[3] < q[1] or q[3] < p[1], (p, q))
        for path, (a, b) in zip(figure.all("path"), found):
            self.check_path(path.attributes["d"], boxes[a], boxes[b], boxes.values(), (width, height))
        return members

    def check_path(self, line, below, above, boxes, size):
        """A line goes up, from the one frame to the other one, and through none."""
        steps = re.findall(r"([MVC])([\d .]+)", line)
        self.assertEqual("".join(c + d for c, d in steps), line)
        (x, y), points = map(int, steps[0][1].split()), []
        self.assertEqual((x, y), ((below[0] + below[2]) // 2 + (below[0] + below[2]) % 2, below[1]))
        for command, numbers in steps[1:]:
            numbers = [int(n) for n in numbers.split()]
            x1, y1 = (x, numbers[0]) if command == "V" else numbers[-2:]
            self.assertLess(y1, y)
            for box in boxes:
                inside = max(min(x, x1), box[0]) <= min(max(x, x1), box[2]) and y1 < box[3] and box[1] < y
                self.assertFalse(inside, (line, box))
            x, y = x1, y1
            points.append(x)
        self.assertEqual((x, y), ((above[0] + above[2]) // 2 + (above[0] + above[2]) % 2, above[3]))
        self.assertTrue(all(0 < p < size[0] for p in points))

    def test_shipped_maps(self):
        page = self.page()
        for number, (key, _) in enumerate(SHIPPED.items()):
            with self.subTest(key):
                self.check(page, number)
        widths = [int(s.attributes["width"]) for s in page.root.all("svg")]
        self.assertLess(max(widths), 1400)

    def test_own_maps(self):
        page = self.page(OWN_MAPS / "before.xml", OWN_MAPS / "after.xml", self.write("hostile.xml", hostile_map()))
        for number in range(3):
            self.check(page, number)

    def test_made_orders(self):
        """A cube, a chain, what nothing joins, and twins."""
        def a_map(*sets):
            features = "".join(test_diff.feature(f"f{i}", i) for i in range(12))
            return test_diff.document(features + "".join(
                f"<model name='m{i}'>" + "".join(f"<feature name='f{f}'/>" for f in s) + "</model>"
                for i, s in enumerate(sets)))
        cube = [[i for i in range(4) if n >> i & 1] for n in range(16)]
        for name, sets in {"cube": cube, "chain": [list(range(n)) for n in range(12)], "apart": [[n] for n in range(12)],
                           "pairs": [s for n in range(0, 12, 2) for s in ([n], [n, n + 1])], "twins": [[1], [1], [1, 2], [1]],
                           "none": []}.items():
            with self.subTest(name):
                page = self.page(self.write(f"{name}.xml", a_map(*sets)))
                self.check(page, 0)
                paths = len(list(page.root.all("path")))
                self.assertEqual(paths, {"cube": 32, "chain": 11, "apart": 0, "pairs": 6, "twins": 1, "none": 0}[name])


class Names(ExploreTest):
    def test_names_are_no_markup(self):
        folder = self.folder / "<b>&'\""
        folder.mkdir()
        path = folder / "<img src=x onerror=bad()>.xml"
        path.write_text(hostile_map())
        page = self.page(path, OWN_MAPS / "after.xml")
        self.assertEqual([m["name"] for m in page.maps[0]["models"]], HOSTILE)
        self.assertEqual([f["name"] for f in page.maps[0]["features"]], HOSTILE)
        self.assertEqual([row[0] for row in page.rows("models", 0)], HOSTILE)
        self.assertEqual([row[1] for row in page.rows("models", 0)], ["<b>bad()</b>"] * len(HOSTILE))
        self.assertEqual([row[0] for row in page.rows("features", 0)], HOSTILE)
        self.assertEqual([row[4] for row in page.rows("features", 0)], [f"{name}2" for name in HOSTILE])
        self.assertEqual(page.maps[0]["key"], str(path))
        tags = {e.tag for e in page.root.below()}
        self.assertTrue({"table", "svg", "figure"} <= tags)
        self.assertFalse(tags & {"img", "b", "iframe", "object", "embed", "link"})
        self.assertEqual(len(list(page.root.all("script"))), 2)
        for e in page.root.below():
            self.assertFalse([name for name in e.attributes if name.startswith("on")], e.tag)

    def test_loads_nothing(self):
        page = self.page()
        for e in page.root.below():
            self.assertFalse({"src", "srcset", "xlink:href"} & set(e.attributes), e.tag)
            self.assertTrue(e.attributes.get("href", "#").startswith("#"))
        self.assertNotRegex(page.text.replace("http://www.w3.org/2000/svg", ""), r"https?:|url\(|@import")


class CommandLine(ExploreTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "page.html"

    def refused(self, code, message, *arguments):
        """Refused with that message, and an earlier page is left as it is."""
        self.out.write_text(OLD_OUTPUT)
        result = self.explore(*arguments)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(self.out.read_text(), OLD_OUTPUT)
        self.assertEqual([p.name for p in self.folder.iterdir() if "page" in p.name], ["page.html"])

    def test_wrong_usage(self):
        after = OWN_MAPS / "after.xml"
        page = ("--html", self.out)
        self.refused(2, "--html is missing", after)
        self.refused(2, "--html is missing")
        self.refused(2, "--html needs a value", after, "--html")
        self.refused(2, "--html is given twice", after, *page, *page)
        self.refused(2, "unknown option --output", after, "--output", self.out)
        self.refused(2, "--maps '9.1': there is no map '9.1'; write 0.10, 9.0, 11.3 or 12.8", "--maps", "9.1", *page)
        self.refused(2, "--maps '9.0,': there is no map ''", "--maps", "9.0,", *page)
        self.refused(2, "--maps has an empty value", "--maps=", *page)
        self.refused(2, "the map 'libvirt_9_0' is given twice", "--maps", "9.0,9.0.0", *page)
        self.refused(2, f"the map '{after}' is given twice", after, after, *page)

    def test_wrong_maps(self):
        page = ("--html", self.out)
        self.refused(1, str(self.folder / "none.xml"), self.folder / "none.xml", *page)
        self.refused(1, str(self.folder), self.folder, *page)  # no map in this folder
        self.refused(1, "broken.xml:1:", self.write("broken.xml", "<cpus><arch"), *page)
        odd = self.write("odd.xml", test_diff.document(test_diff.feature("a", 0) + "<novelty/>"))
        self.refused(1, "odd.xml:", odd, "--strict", *page)
        result = self.explore(odd, *page)
        self.assertEqual(result.returncode, 0)
        self.assertIn("warning", result.stderr)
        self.refused(1, "broken.xml:1:", OWN_MAPS / "after.xml", self.folder / "broken.xml", *page)

    def test_unwritable(self):
        after = OWN_MAPS / "after.xml"
        for path in (self.folder / "no folder" / "a.html", self.folder):
            result = self.explore(after, "--html", path)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn(str(path), result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_says_what_it_wrote(self):
        result = self.explore("--maps=12.8,libvirt_0_10", OWN_MAPS / "after.xml", "--html", self.out)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        page = Page(self.out.read_text())
        self.assertEqual([m["key"] for m in page.maps], ["libvirt_12_8", "libvirt_0_10", str(OWN_MAPS / "after.xml")])
        self.assertEqual(result.stdout, "".join(f"{m['title']}: {len(m['models'])} models, {len(m['features'])} features\n"
                                                for m in page.maps))

    def test_is_the_same_again(self):
        first = self.page().text
        self.assertEqual(self.page().text, first)

    def test_help(self):
        result = self.explore("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith("usage: cpumap-codegen explore [PATH...] [--maps LIST] --html FILE"))
        self.assertTrue(all(len(line) <= 120 for line in result.stdout.splitlines()))


if __name__ == "__main__":
    support.main()
