# SPDX-License-Identifier: BSL-1.0
"""Tests of the page that `cpumap-codegen report --html` writes, in a browser: a script behind the page's own works it as a
user does, and says what it found. Without Chromium they are skipped."""

import json
import re

import browser
import dumps
import test_report
from support import options, run

# What the scripts of the tests use.
TOOLS = r"""
const labels = () => $$("#hosts tbody tr").filter((r) => !r.hidden).map((r) => r.cells[0].textContent.split(" ")[0]);
const heads = () => $$("#hosts thead th").filter((h) => !h.hidden).map((h) => h.textContent);
const head = (name) => $$("#hosts thead th").find((h) => h.textContent.startsWith(name));
const set = (id, value) => {
  const e = $(id);
  if (e.type === "checkbox") { e.checked = value; } else { e.value = value; }
  e.dispatchEvent(new Event("input", {bubbles: true}));
};
"""


class Page(browser.BrowserTest):
    def setUp(self):
        super().setUp()
        for name, text in test_report.fleet().items():
            self.write(f"fleet/{name}", text)
        self.page = self.make_page(self.folder / "fleet")

    def make_page(self, *hosts):
        path = self.folder / "page.html"
        result = run(options.codegen, "report", *hosts, "--html", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return path.read_text()

    def told(self, script, *more, **settings):
        return super().told(TOOLS + script, *more, **settings)

    def data(self):
        return json.loads(re.search(r'id="data">(.*?)</script>', self.page, re.DOTALL)[1])

    def test_sorts(self):
        found = self.told("""
            const seen = [];
            const click = (name) => {
              const h = head(name), b = h.querySelector("button");
              b.focus();
              b.click();
              seen.push([name, h.getAttribute("aria-sort"), document.activeElement === b, labels(),
                         $$("#hosts th[aria-sort=ascending], #hosts th[aria-sort=descending]").length]);
            };
            seen.push(["", head("Hosts").getAttribute("aria-sort"), true, labels(), 1]);
            ["Features", "Features", "Cascadelake", "host-model", "Processor", "Hosts", "Hosts"].forEach(click);
            return seen;""")
        kinds = self.data()["kinds"]
        choices = self.data()["choices"]
        column = [m["name"] for m in self.data()["models"]].index("Cascadelake-Server")
        rank = {"yes": 0, "no": 1, "maybe": 2}
        sizes = {len(s): s for s in self.data()["sets"]}
        self.assertTrue(sizes)
        order = lambda key, down=False: [k["label"] for k in sorted(kinds, key=key, reverse=down)]
        by_choice = lambda k: (rank[choices[kinds.index(k)][column][0]],
                               len(self.data()["sets"][choices[kinds.index(k)][column][1]]))
        expected = [order(lambda k: 0), order(lambda k: len(k["features"])),
                    order(lambda k: len(k["features"]), True), order(by_choice), order(lambda k: k["model"]),
                    order(lambda k: k["processor"]), order(lambda k: 0), order(lambda k: 0)[::-1]]
        self.assertEqual([row[3] for row in found], expected)
        self.assertEqual([row[1] for row in found], ["ascending", "ascending", "descending", "ascending", "ascending",
                                                     "ascending", "ascending", "descending"])
        self.assertEqual({(row[2], row[4]) for row in found}, {(True, 1)})
        self.assertGreater(len({tuple(row[3]) for row in found}), 4)  # else all orders would be one

    def test_filters(self):
        found = self.told("""
            const out = {all: labels(), heads: heads(), open: !$("#controls").hidden};
            const ask = (name, id, value) => {
              set(id, value);
              out[name] = labels();
              out[name + " heads"] = heads();
              out[name + " said"] = $("#shown").textContent;
              set(id, id === "#failing" ? false : "");
            };
            ask("host", "#text", "RACK-2");
            ask("feature", "#text", "avx512f");
            ask("processor", "#text", "23/1");
            ask("nothing", "#text", "no such host");
            ask("AMD", "#vendor", "=AMD");
            ask("model", "#model", "1");
            ask("failing", "#failing", true);
            set("#model", "1");
            ask("both", "#failing", true);
            set("#model", "");
            out.after = labels();
            return out;""")
        data = self.data()
        label = lambda test: [k["label"] for i, k in enumerate(data["kinds"]) if test(i, k)]
        self.assertTrue(found["open"])
        self.assertEqual(found["all"], label(lambda i, k: True))
        self.assertEqual(found["after"], found["all"])
        self.assertEqual(found["host"], label(lambda i, k: "rack-2" in k["names"]))
        self.assertEqual(found["host said"], "2 of 8 hosts shown.")
        avx512f = data["features"].index("avx512f")
        self.assertEqual(found["feature"], label(lambda i, k: avx512f in k["features"]))
        self.assertTrue(0 < len(found["feature"]) < len(found["all"]))
        self.assertEqual(found["processor"], label(lambda i, k: k["vendor"] == "AMD"))
        self.assertEqual(found["AMD"], found["processor"])
        of_amd = [m["name"] for m in data["models"] if m["vendor"] in ("", "AMD")]
        self.assertEqual([h for h in found["AMD heads"] if h.startswith(tuple(m["name"] for m in data["models"]))],
                         [h for h in found["heads"] if h.startswith(tuple(of_amd))])
        self.assertTrue(0 < len(of_amd) < len(data["models"]))
        self.assertEqual((found["nothing"], found["nothing said"]), ([], "0 of 8 hosts shown: none is like that."))
        names = [m["name"] for m in data["models"]]
        self.assertEqual(sum(h.startswith(tuple(names)) for h in found["heads"]), len(names))
        self.assertEqual([h for h in found["model heads"] if h.startswith(tuple(names))][0][:len(names[1])], names[1])
        self.assertEqual(len(found["model heads"]), len(found["heads"]) - len(names) + 1)
        fails = lambda i, k: any(c[0] != "yes" for c, m in zip(data["choices"][i], data["models"])
                                 if m["vendor"] in ("", k["vendor"]))
        self.assertEqual(found["failing"], label(fails))
        self.assertTrue(0 < len(found["failing"]) < len(found["all"]))
        self.assertEqual(found["both"], label(lambda i, k: data["choices"][i][1][0] != "yes"))
        self.assertTrue(0 < len(found["both"]) < len(found["all"]))

    def test_says_why_a_guest_cannot_move(self):
        data = self.data()
        labels = [k["label"] for k in data["kinds"]]
        source = next(i for i, k in enumerate(data["kinds"]) if "rack-1" in k["names"])
        target = next(i for i, k in enumerate(data["kinds"]) if "old" in k["names"])
        found = self.told(f"""
            const cell = $('#pairs td[data-from="{source}"][data-to="{target}"] button');
            const before = $("#why").textContent;
            cell.click();
            const texts = $$("#pairs td").map((td) => [td.textContent, td.className, !!td.querySelector("button")]);
            return {{before, after: $("#why").textContent, hidden: $("#why").hidden, texts}};""")
        names = [data["features"][n] for n in data["sets"][data["moves"][source][target][1]]]
        self.assertEqual(found["after"], f"From {labels[source]} to {labels[target]}: missing there: {' '.join(names)}")
        self.assertFalse(found["hidden"])
        for text, style, button in found["texts"]:
            # A sign and a word each, not the colour alone.
            self.assertRegex(text, {"yes": "^✓ moves$", "no": r"^✗ \d+ missing$", "foreign": "^✗ vendor$",
                                    "maybe": r"^\? \d+ not recorded$", "": "^–$"}[style])
            self.assertEqual(button, style in ("no", "maybe", "foreign"))

    def test_is_readable_on_a_narrow_screen(self):
        for name, page in (("small", None), ("large", self.large())):
            with self.subTest(name):
                found = self.told("""
                    $$("details").forEach((d) => { d.open = true; });
                    return {inner: innerWidth, scroll: document.documentElement.scrollWidth,
                            boxes: $$(".box").map((b) => [b.clientWidth, b.scrollWidth]),
                            size: parseFloat(getComputedStyle(document.body).fontSize)};""", width=360, page=page)
                self.assertEqual(found["inner"], 360)
                self.assertLessEqual(found["scroll"], 360)
                self.assertTrue(all(width <= 360 for width, _ in found["boxes"]))
                self.assertTrue(any(scroll > width for width, scroll in found["boxes"]))  # the tables are wider than it
                self.assertGreaterEqual(found["size"], 16)

    def large(self):
        """A page with long names and many columns."""
        for i in range(20):
            words = dict(dumps.HASWELL) | {(1, 0): (0x306F2, 0x100800, 0x7FFEFBFF & ~(1 << i), 0xBFEBFBFF)}
            self.write(f"large/{'a-very-long-name-of-a-host' * 4}-{i}.xml", dumps.cpudata(words))
        page = self.make_page(self.folder / "large")
        self.assertGreater(page.count("<th scope=\"col\">"), 12)
        return page

    def test_contrast(self):
        light = self.told(browser.CONTRAST, "--blink-settings=preferredColorScheme=1")
        dark = self.told(browser.CONTRAST, "--blink-settings=preferredColorScheme=0")
        for scheme in (light, dark):
            self.assertGreater(scheme["texts"], 100)
            self.assertGreaterEqual(scheme["least"][0][0], 4.5, scheme["least"])
        self.assertGreater(min(light["ground"]), 200)
        self.assertLess(max(dark["ground"]), 60)

    def test_names_are_no_markup(self):
        files = [self.write(f"names/{name}.xml", dumps.cpudata(dumps.EPYC)) for name in test_report.Names.HOSTILE]
        files += [self.write(f"names/<b onclick=bad()>{i}.txt", dumps.raw(words))
                  for i, words in enumerate((dumps.HASWELL, dumps.CASCADELAKE))]
        ebx, edx, ecx = (int.from_bytes(b"<b>&amp;</b>"[i:i + 4], "little") for i in (0, 4, 8))
        files.append(self.write("names/vendor.txt", dumps.raw(dict(dumps.HASWELL) | {(0, 0): (0xD, ebx, ecx, edx)})))
        found = self.told("""
            head("Features").querySelector("button").click();
            set("#text", "<img src=x");
            const said = $$("#pairs td button").map((b) => { b.click(); return $("#why").textContent; });
            return {said, bad: typeof bad, kinds: labels().length, images: $$("img, svg, b, body a").length,
                    text: $("#hosts tbody").textContent};""", page=self.make_page(*files))
        self.assertTrue(any(text.endswith(" is <b>&amp;</b>'s.") for text in found["said"]), found["said"])
        self.assertEqual((found["bad"], found["kinds"], found["images"]), ("undefined", 1, 0))
        for name in test_report.Names.HOSTILE[:4]:
            self.assertIn(name, found["text"])

    def test_loads_nothing(self):
        found = self.told("""
            const image = document.createElement("img");
            return {loaded: performance.getEntriesByType("resource").length,
                    asking: $$("[src], [href], link, iframe, object, embed").length,
                    policy: $("meta[http-equiv]").content};""")
        self.assertEqual((found["loaded"], found["asking"]), (0, 0))
        self.assertTrue(found["policy"].startswith("default-src 'none';"))
        # The policy holds, and what the console gets would be seen.
        _, console = self.browse("""
            const image = document.createElement("img");
            image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
            document.body.appendChild(image);
            return true;""")
        self.assertTrue(any("Content Security Policy" in line for line in console), console)

    def test_without_scripts(self):
        """As where scripts are off: the page's own one is taken out."""
        page = re.sub(r"<script>.*?</script>", "", self.page, flags=re.DOTALL)
        self.assertNotEqual(page, self.page)
        found = self.told("""
            const shown = (e) => e.getClientRects().length > 0;
            return {controls: shown($("#controls")), why: shown($("#why")), labels: labels(), heads: heads(),
                    buttons: $$("button").length, cells: $$("#hosts td, #pairs td").filter(shown).length,
                    lists: $$("#pairs-title ~ details").length};""", page=page)
        data = self.data()
        self.assertFalse(found["controls"] or found["why"])
        self.assertEqual(found["labels"], [k["label"] for k in data["kinds"]])
        self.assertEqual(found["buttons"], 0)
        kinds, models = len(data["kinds"]), len(data["models"])
        self.assertEqual(found["cells"], kinds * (models + 3) + kinds * kinds)
        self.assertEqual(found["lists"], sum(any(m[0] in ("no", "maybe") for m in row) for row in data["moves"]))


if __name__ == "__main__":
    browser.main()
