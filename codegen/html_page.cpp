// SPDX-License-Identifier: BSL-1.0
#include "html_page.hpp"

namespace cpumap::codegen {
namespace {

// Of all pages. Colours in pairs of text and ground, each at least 4.5 to 1; the tests work it out.
constexpr std::string_view common_style = R"css(
:root { color-scheme: light dark;
  --ground: #ffffff; --text: #1c2026; --muted: #545c66; --line: #d3d8de; --raised: #f4f6f8; --accent: #0a58a6;
  --yes: #17542f; --yes-ground: #e4f3e9; --no: #8b1e14; --no-ground: #fbe8e5; --maybe: #654600; --maybe-ground: #fbf1d3; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #15181c; --text: #e3e7ec; --muted: #a3acb7; --line: #3a414a; --raised: #1e2329; --accent: #84bdfb;
  --yes: #a2e2b6; --yes-ground: #17301f; --no: #ffb8ad; --no-ground: #3e1d19; --maybe: #f2d588; --maybe-ground: #382e12; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); -webkit-text-size-adjust: 100%;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
header, main { max-width: 90rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); }
header { padding-top: 2rem; }
main { padding-bottom: 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
.note, .sub { color: var(--muted); }
.sub { font-size: .875rem; font-weight: normal; }
.controls { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin: 1rem 0; }
.controls[hidden] { display: none; }
.controls label { display: grid; gap: .2rem; font-size: .875rem; color: var(--muted); min-width: 0; }
.controls label.tick { grid-auto-flow: column; align-items: center; gap: .5rem; min-height: 2.5rem; color: var(--text); }
input, select { font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--muted);
  border-radius: .35rem; padding: .4rem .6rem; min-height: 2.5rem; max-width: 100%; }
input[type=checkbox] { min-height: 0; width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.box { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { background: var(--raised); font-weight: 600; vertical-align: bottom; }
thead th .sub { white-space: nowrap; }
tbody th { font-weight: 600; background: var(--ground); min-width: 12rem; max-width: 18rem; overflow-wrap: anywhere; }
th:first-child { position: sticky; left: 0; z-index: 1; }
@media (max-width: 40rem) { tbody th, thead th:first-child { min-width: 7rem; max-width: 9rem; } }
th button, td button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: inherit;
  cursor: pointer; }
th button { display: inline-flex; align-items: end; gap: .3rem; min-height: 1.5rem; }
th button::after { content: "\2195"; color: var(--muted); }
th[aria-sort=ascending] button::after { content: "\2191"; color: var(--accent); }
th[aria-sort=descending] button::after { content: "\2193"; color: var(--accent); }
td button { text-decoration: underline dotted; text-underline-offset: .2em; }
td.yes { color: var(--yes); background: var(--yes-ground); }
td.no { color: var(--no); background: var(--no-ground); }
td.maybe { color: var(--maybe); background: var(--maybe-ground); }
td.foreign { color: var(--muted); }
td.yes .sub, td.no .sub, td.maybe .sub { color: inherit; }
summary { cursor: pointer; }
td summary { white-space: nowrap; }
.names { margin: .35rem 0 0; font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
main > section > .names, li .names, main > section > details .names { max-width: 60rem; }
ul.plain { list-style: none; margin: .5rem 0; padding: 0; }
ul.plain > li { margin: .4rem 0; }
@media print { .controls { display: none; } .box { overflow: visible; } th:first-child { position: static; } }
)css";

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '&':
                result += "&amp;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string json_string(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '<' || c == '>' || c == '&' || c == '\'') {
            result += "\\u00";
            result += {digits[byte >> 4], digits[byte & 15]};
        } else {
            result += c == '"' || c == '\\' ? "\\" : "";
            result += c;
        }
    }
    return result + '"';
}

std::string page_head(std::string_view title, std::string_view style) {
    std::string text =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>";
    text += escaped(title) + "</title>\n<style>";
    text += common_style;
    text += style;
    return text + "</style>\n</head>\n<body>\n";
}

}  // namespace cpumap::codegen
