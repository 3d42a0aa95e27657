# SPDX-License-Identifier: BSL-1.0
"""What the tests of pages for a browser share: a script behind the page's own works it as a user does, and says what it
found. Without Chromium they are skipped."""

import base64
import html
import json
import os
import re
import shutil
import sys
import tempfile

import support
from support import run

CHROMIUM = shutil.which("chromium")

TOOLS = r"""
const $ = (s) => document.querySelector(s), $$ = (s) => Array.from(document.querySelectorAll(s));
"""

# The contrast of every text on the page with the ground that it stands on, the least first.
CONTRAST = r"""
$$("details").forEach((d) => { d.open = true; });
const rgb = (c) => (c.match(/[\d.]+/g) || []).map(Number);
const light = (c) => {
  const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) { return c; }
  }
  return [255, 255, 255];
};
const found = [];
$$("body *").forEach((e) => {
  const own = Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || e.tagName === "SCRIPT" || e.tagName === "OPTION") { return; }
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  found.push([(a + 0.05) / (b + 0.05), e.tagName + "." + e.className + ": " + e.textContent.slice(0, 40)]);
});
found.sort((a, b) => a[0] - b[0]);
return {least: found.slice(0, 3), texts: found.length, ground: ground(document.body)};
"""


class BrowserTest(support.FolderTest):
    page = ""  # what is opened where a test names no other page

    @classmethod
    def setUpClass(cls):
        profile = tempfile.mkdtemp(prefix="cpumap browser ")
        cls.addClassCleanup(shutil.rmtree, profile, ignore_errors=True)
        cls.flags = ["--headless", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-extensions",
                     "--enable-logging=stderr", "--v=0", f"--user-data-dir={profile}", "--window-size=1280,900"]
        if os.geteuid() == 0:
            cls.flags.append("--no-sandbox")

    def browse(self, script, *more, width=None, page=None, at=""):
        """Opens the page, at what stands behind the # of its address, with a script behind its own that may await. Gives
        what this returns, and what the console got."""
        text = (page or self.page).replace("</body>", "<script>{" + TOOLS + """
            const told = document.createElement("pre");
            told.id = "told";
            document.body.appendChild(told);
            const tell = (value) => { told.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(value)))); };
            (async () => {""" + script + """})().then(tell, (e) => tell({thrown: String(e)})); }</script></body>""")
        if width is not None:
            # A window has a least width, a frame has none.
            text = (f'<!DOCTYPE html><iframe style="width: {width}px; height: 800px; border: 0" srcdoc="{html.escape(text)}">'
                    "</iframe><script>onload = () => document.body.appendChild("
                    "document.querySelector('iframe').contentDocument.getElementById('told'));</script>")
        path = self.write("tested.html", text)
        done = run(CHROMIUM, *self.flags, *more, "--dump-dom", path.as_uri() + at)
        found = re.search(r'<pre id="told">(.+?)</pre>', done.stdout)
        self.assertTrue(found, done.stdout[-500:] + done.stderr[-1500:])
        console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        return json.loads(base64.b64decode(found[1])), console

    def told(self, script, *more, **settings):
        value, console = self.browse(script, *more, **settings)
        self.assertEqual(console, [])
        self.assertFalse(isinstance(value, dict) and "thrown" in value, value)
        return value


def main():
    if CHROMIUM is None:
        print("SKIP: no Chromium here")
        sys.exit(77)
    support.main()
