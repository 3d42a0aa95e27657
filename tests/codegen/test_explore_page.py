# SPDX-License-Identifier: BSL-1.0
"""Tests of the page that `cpumap-codegen explore` writes, in a browser: a script behind the page's own works it as a user
does, and says what it found. Without Chromium they are skipped."""

import json
import re

import browser
import test_explore
from support import options, run

# What the scripts of the tests use.
TOOLS = r"""
const shown = (e) => e.getClientRects().length > 0;
const rows = (section) => $$(`#${section} .of-map tbody tr`).filter(shown).map((r) => r.cells[0].textContent);
const text = (s) => $(s).textContent;
const set = (id, value) => {
  $(id).value = value;
  $(id).dispatchEvent(new Event("input", {bubbles: true}));
};
const moved = (act) => new Promise((done) => {
  addEventListener("hashchange", () => setTimeout(done), {once: true});
  act();
});
const find = (s, name) => $$(s).filter(shown).find((e) => e.textContent === name);
// The parts of a panel: what stands below each heading in it.
const parts = (panel) => {
  const out = {};
  $$(panel + " h4").filter(shown).forEach((h) => {
    out[h.textContent] = [];
    for (let e = h.nextElementSibling; e && e.tagName !== "H4"; e = e.nextElementSibling) {
      const links = Array.from(e.querySelectorAll("a"));
      out[h.textContent].push(...(links.length || e.tagName !== "P" ? links.map((a) => a.textContent) : [e.textContent]));
    }
  });
  return out;
};
const facts = () => Object.fromEntries($$("#model-body tbody tr").map((r) => [r.cells[0].textContent,
  Array.from(r.cells).slice(1).map((c) => c.textContent)]));
const state = () => [text("#model-name"), $("#with").value, text("#feature-name"), $("#map").selectedOptions[0].textContent,
                     rows("models").length, rows("features").length];
"""

# The contrast of the letters in pictures with their frames, which browser.CONTRAST does not look at.
PICTURE = r"""
const rgb = (c) => (c.match(/[\d.]+/g) || []).map(Number);
const light = (c) => {
  const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const found = {};
$$("#order g").filter(shown).forEach((g) => {
  const fill = getComputedStyle(g.querySelector("rect")).fill;
  const ground = rgb(fill === "none" ? getComputedStyle(document.body).backgroundColor : fill);
  g.querySelectorAll("text").forEach((t) => {
    const [a, b] = [light(rgb(getComputedStyle(t).fill)), light(ground)].sort((x, y) => y - x);
    const style = g.getAttribute("class") || "plain";
    found[style] = Math.min(found[style] || 99, (a + 0.05) / (b + 0.05));
  });
});
return found;
"""

CONTRAST = ("const texts = (() => {" + browser.CONTRAST + "})(), picture = (() => {" + PICTURE + """})();
    await moved(() => { location.hash = "#map=libvirt_9_0"; });
    return {texts, picture, plain: (() => {""" + PICTURE + "})()};")


# What is done on the page of the library's maps, all in one browser since to start one is what takes time: the address that
# each begins at, and a script.
STEPS = {
    "search": ("#map=libvirt_12_8", r"""
        const out = {all: [rows("models"), rows("features")], said: text("#models-shown")};
        const ask = (name, section, id, value) => {
          set(id, value);
          out[name] = [rows(section), text(`#${section}-shown`)];
          set(id, "");
        };
        ask("name", "models", "#model-text", "skyLAKE-server");
        ask("feature", "models", "#model-text", " avx512f ");
        ask("alias", "models", "#model-text", "SSE4_1");
        ask("signature", "models", "#model-text", "6/85");
        ask("no signature", "models", "#model-text", "6/8");
        ask("vendor", "models", "#model-vendor", "=AMD");
        ask("any vendor", "models", "#model-vendor", "=");
        ask("nothing", "models", "#model-text", "no such model");
        ask("feature name", "features", "#feature-text", "AVX512");
        ask("feature alias", "features", "#feature-text", "sse4_1");
        ask("place", "features", "#feature-text", "cpuid 0x7 ebx");
        out.after = [rows("models"), rows("features")];
        return out;"""),
    "chosen_model": ("#map=libvirt_12_8", r"""
        const before = [text("#model-name"), shown($("#with")), $$("tr.chosen, tr[aria-current]").length];
        await moved(() => find("#models th a", "Skylake-Server").click());
        const out = {before, hash: location.hash, said: text("#model-said"), facts: facts(), parts: parts("#model"),
                     state: state(), chosen: $$("tr[aria-current]").filter(shown).map((r) => r.cells[0].textContent)};
        const box = find("#models .box", text("#models .of-map:not([hidden]) .box")), row = $("#models tr.chosen");
        const b = box.getBoundingClientRect(), r = row.getBoundingClientRect();
        out.seen = b.top <= r.top && r.bottom <= b.bottom;
        out.nodes = Object.fromEntries($$("#order g[class]").filter(shown)
          .flatMap((g) => Array.from(g.querySelectorAll("text")).map((t) => [t.textContent, g.getAttribute("class")])));
        out.lines = $$("#order path.on").filter(shown).length;
        await moved(() => find("#order a", "Haswell").dispatchEvent(new MouseEvent("click", {bubbles: true})));
        out.next = state();
        return out;"""),
    "compares_two_models": ("#map=libvirt_12_8&model=EPYC-Rome", r"""
        const out = {choices: Array.from($("#with").options).map((o) => o.value)};
        await moved(() => set("#with", "EPYC-Genoa"));
        Object.assign(out, {hash: location.hash, said: text("#model-said"), facts: facts(), parts: parts("#model"),
          heads: $$("#model-body thead th").map((h) => h.textContent)});
        await moved(() => set("#with", "EPYC-Rome-v1"));
        out.twin = text("#model-said");
        await moved(() => set("#with", ""));
        out.alone = [location.hash, Object.keys(parts("#model")).length];
        return out;"""),
    "chosen_feature": ("#map=libvirt_12_8", r"""
        await moved(() => find("#features th a", "avx512f").click());
        const out = {hash: location.hash, said: text("#feature-said"), parts: parts("#feature")};
        await moved(() => { location.hash = "#feature=sse4_1"; });
        out.alias = [text("#feature-name"), text("#feature-said")];
        await moved(() => find("#feature-body a", "Westmere").click());
        out.model = [location.hash, text("#model-name"), text("#feature-name"), document.activeElement.id];
        return out;"""),
    "address": ("#map=libvirt_9_0&model=EPYC&with=Haswell&feature=svm", r"""
        const out = {first: state()};
        await moved(() => find("#models th a", "Haswell").click());
        await moved(() => find("#features th a", "avx2").click());
        await moved(() => set("#map", "0"));
        out.there = [location.hash, state(), text("#model-said")];
        await moved(() => history.back());
        out.back = state();
        await moved(() => history.back());
        await moved(() => history.back());
        out.start = state();
        await moved(() => history.forward());
        out.forward = state();
        $("nav a:nth-of-type(3)").click();
        out.section = [location.hash, state(), Math.abs($("#features").getBoundingClientRect().top) < 2];
        await moved(() => { location.hash = "#map=none&model=%3Cb%3E&with=x&feature=y"; });
        out.unknown = [state(), text("#model-said"), text("#feature-said")];
        return out;"""),
    "picture": ("#map=libvirt_12_8", r"""
        const figure = () => $$("#order figure").filter(shown);
        const size = () => { const s = figure()[0].querySelector("svg"); return s.width.baseVal.value; };
        const out = {first: figure().map((f) => f.dataset.vendor), choices: $("#order-vendor").options.length};
        out.sizes = [size()];
        ["#closer", "#farther", "#farther", "#whole"].forEach((b) => { $(b).click(); out.sizes.push(size()); });
        const box = figure()[0].querySelector(".box");
        out.fits = box.scrollWidth <= box.clientWidth;
        set("#order-vendor", "=AMD");
        out.second = figure().map((f) => f.dataset.vendor);
        await moved(() => { location.hash = "#model=Haswell"; });
        out.third = figure().map((f) => f.dataset.vendor);
        const b = figure()[0].querySelector(".box").getBoundingClientRect();
        const n = $("#order .of-map:not([hidden]) figure:not([hidden]) g.chosen").getBoundingClientRect();
        out.seen = b.left <= n.left && n.right <= b.right && b.top <= n.top && n.bottom <= b.bottom;
        return out;"""),
    "keyboard_and_names": ("#model=Haswell&with=EPYC&feature=avx2", r"""
        $$("details").forEach((d) => { d.open = true; });
        // Of the many links to models and features some.
        const can = $$("a, button, input, select, summary, .box").filter(shown).filter((e, i) => e.tagName !== "A" || i % 9 === 0);
        const missed = can.filter((e) => { e.focus({preventScroll: true}); return document.activeElement !== e || e.tabIndex < 0; });
        const nameless = can.filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() ||
          (e.labels && e.labels.length && e.labels[0].textContent.trim())));
        const order = $$("a, button, input, select").filter(shown).map((e) => e.id).filter(Boolean);
        const link = $$("#order a").filter(shown)[0];
        link.focus();
        const outline = getComputedStyle(link).outlineStyle;
        const html = (e) => e.outerHTML.slice(0, 80);
        const ids = $$("[id]").map((e) => e.id);
        return {count: can.length, missed: missed.map(html), nameless: nameless.map(html), order,
                twice: ids.filter((id, i) => ids.indexOf(id) !== i), lang: document.documentElement.lang};"""),
    "loads_nothing": ("#map=libvirt_12_8", r"""
        return {loaded: performance.getEntriesByType("resource").length,
                asking: $$("[src], link, iframe, object, embed").length,
                links: $$("a[href]").filter((a) => !(a.getAttribute("href")).startsWith("#")).length,
                policy: $("meta[http-equiv]").content};"""),
    "contrast": ("#map=libvirt_9_0&model=Haswell&with=EPYC&feature=avx", CONTRAST),
}


LIGHT, DARK = (f"--blink-settings=preferredColorScheme={scheme}" for scheme in (1, 0))


class Page(browser.BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.built = None
        cls.done = None
        cls.done_narrow = None

    def setUp(self):
        super().setUp()
        if not self.built:
            type(self).built = test_explore.Page(self.make_page())
        self.page = self.built.text
        self.latest = self.built.maps[-1]

    def make_page(self, *arguments):
        path = self.folder / "page.html"
        result = run(options.codegen, "explore", *arguments, "--html", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return path.read_text()

    def told(self, script, *more, **settings):
        # The time is the page's own, not the clock's: it passes as fast as nothing is left to do.
        return super().told(TOOLS + script, "--virtual-time-budget=5000", *more, **settings)

    def worked(self, step):
        """What a script of STEPS found."""
        if self.done is None:
            acts = ",".join(f"[{json.dumps(name)}, {json.dumps(at)}, async () => {{{script}}}]"
                            for name, (at, script) in STEPS.items())
            type(self).done = self.told(f"""
                const out = {{}};
                for (const [name, at, act] of [{acts}]) {{
                  if (location.hash !== at) {{ await moved(() => {{ location.hash = at; }}); }}
                  try {{ out[name] = await act(); }} catch (e) {{ out[name] = String(e); }}
                }}
                return out;""", LIGHT)
        self.assertIsInstance(self.done[step], dict)
        return self.done[step]

    def narrow(self):
        """What a narrow and dark screen shows."""
        if self.done_narrow is None:
            type(self).done_narrow = self.told("""
                $$("details").forEach((d) => { d.open = true; });
                const measure = () => ({inner: innerWidth, scroll: document.documentElement.scrollWidth,
                  wide: $$("main *, header *").filter(shown).filter((e) => !e.closest(".box") &&
                    e.getBoundingClientRect().right > 360).map((e) => e.outerHTML.slice(0, 80)),
                  boxes: $$(".box").filter(shown).map((b) => [b.clientWidth, b.scrollWidth]),
                  size: parseFloat(getComputedStyle(document.body).fontSize)});
                const out = [measure()];
                await moved(() => { location.hash = "#model=Skylake-Server-noTSX-IBRS&with=EPYC-IBPB&feature=avx512f"; });
                out.push(measure());
                // A link in a frame like this one would leave it, so its address is gone to by hand.
                const link = find("#models th a", "Haswell");
                addEventListener("click", (event) => event.preventDefault());
                link.click();
                await moved(() => { location.hash = link.getAttribute("href"); });
                out.push(document.activeElement.id, $("#model").getBoundingClientRect().top);
                await moved(() => { location.hash = "#map=libvirt_9_0&model=Haswell&with=EPYC&feature=avx"; });
                out.push(await (async () => {""" + CONTRAST + """})());
                return out;""", DARK, width=360)
        return self.done_narrow

    def model(self, name, data=None):
        (found,) = [m for m in (data or self.latest)["models"] if m["name"] == name]
        return found

    def has(self, name, data=None):
        data = data or self.latest
        return {data["features"][i]["name"] for i in data["sets"][self.model(name, data)["set"]]}

    def test_search(self):
        found = self.worked("search")
        models, features = self.latest["models"], self.latest["features"]
        of = lambda test: [m["name"] for m in models if test(m)]
        self.assertEqual(found["all"], [of(lambda m: True), [f["name"] for f in features]])
        self.assertEqual(found["after"], found["all"])
        self.assertEqual(found["said"], f"{len(models)} of {len(models)} models shown.")
        expected = {
            "name": of(lambda m: "skylake-server" in m["name"].lower()),
            "feature": of(lambda m: "avx512f" in self.has(m["name"])),
            "alias": of(lambda m: "sse4.1" in self.has(m["name"])),
            "signature": of(lambda m: any(s.startswith("6/85/") or s == "6/85" for s in m["signatures"].split())),
            "vendor": of(lambda m: m["vendor"] == "AMD"),
            "any vendor": of(lambda m: m["vendor"] == ""),
            "no signature": [], "nothing": []}
        for name, wanted in expected.items():
            self.assertEqual(found[name], [wanted, f"{len(wanted)} of {len(models)} models shown."], name)
            self.assertTrue(name.startswith("no") or 0 < len(wanted) < len(models), name)
        self.assertEqual(found["feature name"][0], [f["name"] for f in features if "avx512" in f["name"]])
        self.assertEqual(found["feature alias"][0], ["sse4.1"])
        self.assertEqual(found["place"][0], [f["name"] for f in features if f["place"].startswith("cpuid 0x7 ebx ")])
        self.assertTrue(0 < len(found["place"][0]) < len(features))

    def test_chosen_model(self):
        found = self.worked("chosen_model")
        chosen = self.model("Skylake-Server")
        have = self.has("Skylake-Server")
        others = [m["name"] for m in self.latest["models"] if m is not chosen]
        above = [n for n in others if self.has(n) > have]
        below = [n for n in others if self.has(n) < have]
        same = [n for n in others if self.has(n) == have]
        self.assertEqual(found["before"], ["No model chosen", False, 0])
        self.assertEqual(found["hash"], "#map=libvirt_12_8&model=Skylake-Server")
        self.assertEqual(found["said"],
                         f"Skylake-Server includes {len(below)} models and is included in {len(above)}.")
        self.assertEqual(found["facts"], {
            "Vendor": ["Intel"], "Features": [str(len(have))], "Signatures": [chosen["signatures"]],
            "Decodes to it": ["host, guest"], "Canonical name": ["Skylake-Server-v1"], "Is canonical of": ["none"]})
        names = [f["name"] for f in self.latest["features"]]
        bare = lambda title: [re.sub(r" \(.*\)", "", n) for n in found["parts"][title]]
        self.assertEqual(bare(f"Models that include it: {len(above)}"), above)
        self.assertEqual(bare(f"Models that it includes: {len(below)}"), below)
        self.assertEqual(bare(f"Models with the same features: {len(same)}"), same)
        self.assertEqual(bare(f"Features: {len(have)}"), [n for n in names if n in have])
        self.assertEqual(bare("Removed features: 1"), ["mpx"])
        self.assertEqual(bare(f"Features that hypervisors add: {len(chosen['added'])}"),
                         [names[i] for i in chosen["added"]])
        self.assertEqual(found["parts"]["In other maps"],
                         [f"{m['title']} ({len(self.has('Skylake-Server', m))} features)" for m in self.built.maps[1:3]])
        self.assertEqual(found["chosen"], ["Skylake-Server"])
        self.assertTrue(found["seen"])
        intel = {m["name"] for m in self.latest["models"] if m["vendor"] == "Intel"}
        marked = {n: style for style, ns in (("above", above), ("below", below), ("chosen", same + ["Skylake-Server"]))
                  for n in ns if n in intel}
        self.assertEqual(found["nodes"], marked)
        self.assertGreater(found["lines"], 5)
        self.assertEqual(found["next"][0], "Haswell")

    def test_compares_two_models(self):
        found = self.worked("compares_two_models")
        rome, genoa = self.has("EPYC-Rome"), self.has("EPYC-Genoa")
        names = [f["name"] for f in self.latest["features"]]
        self.assertEqual(sorted(found["choices"]),
                         sorted([""] + [m["name"] for m in self.latest["models"] if m["name"] != "EPYC-Rome"]))
        self.assertEqual(found["hash"], "#map=libvirt_12_8&model=EPYC-Rome&with=EPYC-Genoa")
        self.assertEqual(found["said"], f"EPYC-Rome and EPYC-Genoa: {len(rome - genoa)} features only in the first, "
                                        f"{len(genoa - rome)} only in the second.")
        self.assertEqual(found["heads"], ["EPYC-Rome", "EPYC-Genoa"])
        self.assertEqual(found["facts"]["Features"], [str(len(rome)), str(len(genoa))])
        self.assertEqual(found["facts"]["Vendor"], ["AMD", "AMD"])
        for title, wanted in (("Only EPYC-Rome", rome - genoa), ("Only EPYC-Genoa", genoa - rome), ("Both", rome & genoa)):
            self.assertEqual(found["parts"][f"{title}: {len(wanted)}"], [n for n in names if n in wanted] or ["none"])
        self.assertGreater(len(genoa - rome), 5)
        self.assertEqual(found["twin"], "EPYC-Rome and EPYC-Rome-v1: the same features.")
        self.assertEqual(found["alone"][0], "#map=libvirt_12_8&model=EPYC-Rome")

    def test_chosen_feature(self):
        found = self.worked("chosen_feature")
        self.assertEqual(found["hash"], "#map=libvirt_12_8&feature=avx512f")
        self.assertEqual(found["said"], "cpuid 0x7 ebx bit 16. Migratable.")
        having = {}
        for m in self.latest["models"]:
            if "avx512f" in self.has(m["name"]):
                having.setdefault(m["vendor"], []).append(m["name"])
        self.assertTrue({"Intel", "AMD"} <= set(having))
        for vendor, wanted in having.items():
            self.assertEqual(found["parts"][f"In models of {vendor or 'any vendor'}: {len(wanted)}"], wanted)
        self.assertEqual(found["parts"]["In other maps"], ["libvirt 9.0.0", "libvirt 11.3.0"])
        self.assertEqual(found["alias"][0], "sse4.1")
        self.assertIn("Also called ", found["alias"][1])
        self.assertEqual(found["model"], ["#map=libvirt_12_8&model=Westmere&feature=sse4_1", "Westmere", "sse4.1", "models"])

    def test_address(self):
        found = self.worked("address")
        count = lambda number: [len(self.built.maps[number]["models"]), len(self.built.maps[number]["features"])]
        below = sum(self.has(m["name"], self.built.maps[0]) < self.has("Haswell", self.built.maps[0])
                    for m in self.built.maps[0]["models"])
        first = ["EPYC", "Haswell", "svm", "libvirt 9.0.0"] + count(1)
        haswell = ["Haswell", "", "svm", "libvirt 9.0.0"] + count(1)
        avx2 = ["Haswell", "", "avx2", "libvirt 9.0.0"] + count(1)
        self.assertEqual(found["first"], first)
        self.assertEqual(found["there"], ["#map=libvirt_0_10&model=Haswell&feature=avx2",
                                          ["Haswell", "", "avx2", "libvirt 0.10.2"] + count(0),
                                          f"Haswell includes {below} models and is included in 0."])
        self.assertEqual(found["back"], avx2)
        self.assertEqual(found["start"], first)
        self.assertEqual(found["forward"][0], "Haswell")
        self.assertEqual(found["section"][1:], [found["forward"], True])
        self.assertEqual(found["unknown"], [["<b>", "", "y", "libvirt 12.8.0"] + count(3),
                                            "There is no model of this name in libvirt 12.8.0.",
                                            "There is no feature of this name in libvirt 12.8.0."])
        self.assertEqual(found["forward"][:4], haswell[:4])

    def test_picture(self):
        found = self.worked("picture")
        self.assertEqual((found["first"], found["second"], found["third"]), (["Intel"], ["AMD"], ["Intel"]))
        self.assertEqual(found["choices"], len({m["vendor"] for m in self.latest["models"]}))
        first, closer, same, farther, _ = found["sizes"]
        self.assertTrue(farther < first < closer and abs(same - first) <= 1, found["sizes"])
        self.assertTrue(found["fits"])
        self.assertTrue(found["seen"])

    def test_is_readable_on_a_narrow_screen(self):
        found = self.narrow()
        for measured in found[:2]:
            self.assertEqual(measured["inner"], 360)
            self.assertLessEqual(measured["scroll"], 360)
            self.assertEqual(measured["wide"], [])
            self.assertTrue(any(scroll > width for width, scroll in measured["boxes"]))
            self.assertGreaterEqual(measured["size"], 16)
        # What was chosen is told below the table, and the page goes there.
        self.assertEqual(found[2], "model")
        self.assertLess(abs(found[3]), 2)

    def test_contrast(self):
        for found, bright in ((self.worked("contrast"), True), (self.narrow()[4], False)):
            self.assertGreater(found["texts"]["texts"], 500)
            self.assertGreaterEqual(found["texts"]["least"][0][0], 4.5, found["texts"]["least"])
            self.assertEqual(set(found["picture"]), {"plain", "chosen", "above", "below"})
            self.assertEqual(set(found["plain"]), {"plain"})
            for values in (found["picture"], found["plain"]):
                self.assertGreaterEqual(min(values.values()), 4.5, values)
            self.assertEqual(min(found["texts"]["ground"]) > 200, bright)
            self.assertEqual(max(found["texts"]["ground"]) < 60, not bright)

    def test_keyboard_and_names(self):
        """Whatever can be worked can be reached by keys, and has a name."""
        found = self.worked("keyboard_and_names")
        self.assertGreater(found["count"], 100)
        self.assertEqual((found["missed"], found["nameless"], found["twice"]), ([], [], []))
        self.assertEqual(found["order"], ["map", "model-text", "model-vendor", "with", "order-vendor", "farther", "closer",
                                          "whole", "feature-text"])
        self.assertEqual(found["lang"], "en")

    def test_names_are_no_markup(self):
        page = self.make_page(self.write("<img src=x onerror=bad()>.xml", test_explore.hostile_map()),
                              self.write("empty.xml", "<cpus><arch name='x86'></arch></cpus>"))
        found = self.told("""
            const out = {models: [], features: []};
            await moved(() => set("#map", "0"));
            for (const name of rows("models")) {
              await moved(() => find("#models th a", name).click());
              out.models.push([text("#model-name"), facts().Vendor[0], parts("#model")]);
            }
            for (const name of rows("features")) {
              await moved(() => find("#features th a", name).click());
              out.features.push([text("#feature-name"), text("#feature-said")]);
            }
            for (const name of rows("models").slice(1)) {
              await moved(() => set("#with", name));
              out.said = text("#model-said");
              if (name === "&amp;<!--") { break; }
            }
            set("#model-text", "<IMG SRC");
            out.found = rows("models");
            await moved(() => set("#map", "1"));
            ["#closer", "#whole"].forEach((b) => $(b).click());
            out.empty = [text("#models-shown"), text("#model-name"), $$("#order figure").filter(shown).length];
            out.bad = [typeof bad, $$("img, b, iframe, [onclick], [onerror]").length, $$("script").length];
            return out;""", page=page)
        names = test_explore.HOSTILE
        self.assertEqual([m[0] for m in found["models"]], names)
        self.assertEqual({m[1] for m in found["models"]}, {"<b>bad()</b>"})
        for i, (_, _, told) in enumerate(found["models"]):
            self.assertEqual(told[f"Features: {i + 1}"], names[:i + 1])
        self.assertEqual([f[0] for f in found["features"]], names)
        for name, (_, said) in zip(names, found["features"]):
            self.assertIn(f"Also called {name}2.", said)
        self.assertEqual(found["said"], f"{names[-1]} and &amp;<!--: 2 features only in the first, 0 only in the second.")
        self.assertEqual(found["found"], names[:1])
        # A map without models.
        self.assertEqual(found["empty"], ["0 of 0 models shown.", names[-1], 0])
        self.assertEqual(found["bad"][:2], ["undefined", 0])
        self.assertEqual(found["bad"][2], 3)  # the data, the page's own and the test's

    def test_loads_nothing(self):
        found = self.worked("loads_nothing")
        self.assertEqual((found["loaded"], found["asking"], found["links"]), (0, 0, 0))
        self.assertTrue(found["policy"].startswith("default-src 'none';"))

    def test_without_scripts(self):
        """As where scripts are off: the page's own one is taken out."""
        whole = self.make_page("--maps", "0.10,9.0")
        page = re.sub(r"<script>.*?</script>", "", whole, flags=re.DOTALL)
        self.assertNotEqual(page, whole)
        found = self.told("""
            return {controls: $$("form, .panel, #order-said").filter(shown).length, links: $$("main a").length,
                    models: rows("models").length, features: rows("features").length,
                    pictures: $$("svg").filter(shown).length, titles: $$(".of-map > h3").filter(shown).length,
                    details: $$("details").filter(shown).length, scroll: document.documentElement.scrollWidth};""", page=page)
        maps = self.built.maps[:2]
        self.assertEqual((found["controls"], found["links"]), (0, 0))
        self.assertEqual(found["models"], sum(len(m["models"]) for m in maps))
        self.assertEqual(found["features"], sum(len(m["features"]) for m in maps))
        self.assertEqual(found["pictures"], sum(len({x["vendor"] for x in m["models"]}) for m in maps))
        self.assertEqual(found["titles"], 3 * len(maps))
        self.assertGreater(found["details"], 2)
        self.assertLessEqual(found["scroll"], 1280)


if __name__ == "__main__":
    browser.main()
