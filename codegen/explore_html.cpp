// SPDX-License-Identifier: BSL-1.0
#include "explore_html.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "html_page.hpp"
#include "model_order.hpp"

namespace cpumap::codegen {
namespace {

// Beside the style that all pages have.
constexpr std::string_view style = R"css(
[hidden] { display: none !important; }
a { color: var(--accent); text-underline-offset: .2em; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0; }
nav a { min-height: 1.75rem; }
section:focus, .panel:focus { outline: none; }
.tall { max-height: 36rem; overflow-y: auto; }
.tall thead th { position: sticky; top: 0; z-index: 1; }
.tall thead th:first-child { z-index: 2; }
.tall tbody th { min-width: 7rem; max-width: none; overflow-wrap: normal; white-space: nowrap; }
.js .of-map > h3 { display: none; }
.tall td { white-space: nowrap; }
.tall td.wraps { white-space: normal; min-width: 6.5rem; }
.tall td.signatures { white-space: normal; min-width: 10rem; }
.tall thead th { white-space: nowrap; }
td.number { text-align: right; }
tr.chosen > * { background: var(--maybe-ground); }
tr.chosen > th { border-left: 4px solid var(--accent); }
.split { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
.panel { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem 1rem; min-width: 0; }
.panel h3 { font-size: 1.125rem; margin: .75rem 0 .25rem; overflow-wrap: anywhere; }
.panel h4 { font-size: 1rem; margin: 1rem 0 0; }
.panel table { width: 100%; }
.panel tbody th { min-width: 6rem; font-weight: normal; color: var(--muted); }
.panel td { overflow-wrap: anywhere; }
.panel .names a { display: inline-block; max-width: 100%; margin-right: .3em; }
.columns { display: grid; gap: 0 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); }
@media (min-width: 64rem) {
  .js .split { grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); }
  .js .panel { max-height: 36rem; overflow-y: auto; position: sticky; top: .5rem; } }
button.plain { font: inherit; color: var(--text); background: var(--raised); border: 1px solid var(--muted);
  border-radius: .35rem; min-height: 2.5rem; min-width: 2.5rem; padding: .4rem .8rem; cursor: pointer; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
.picture { max-height: 44rem; overflow: auto; }
.picture svg { display: block; margin: 0 auto; }
.picture text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--text);
  text-anchor: middle; }
.picture rect { fill: var(--raised); stroke: var(--muted); }
.picture path { fill: none; stroke: var(--muted); stroke-opacity: .6; }
.picture a text { cursor: pointer; }
.picture a:hover text, .picture a:focus-visible text { text-decoration: underline; fill: var(--accent); }
.chooses g:not([class]) text { fill: var(--muted); }
.chooses g:not([class]) rect { fill: none; stroke: var(--line); }
.chooses path { stroke-opacity: .3; }
.chooses .above rect { stroke: var(--yes); stroke-width: 2; fill: var(--yes-ground); }
.chooses .below rect { stroke: var(--maybe); stroke-width: 2; stroke-dasharray: 5 3; fill: var(--maybe-ground); }
.chooses .chosen rect { stroke: var(--accent); stroke-width: 4; fill: var(--ground); }
.chooses .chosen text { font-weight: bold; }
.chooses path.on { stroke: var(--text); stroke-opacity: 1; stroke-width: 1.5; }
.key { display: inline-block; width: 1.1rem; height: .8rem; border: 2px solid var(--yes); background: var(--yes-ground);
  vertical-align: -.05rem; }
.key.less { border: 2px dashed var(--maybe); background: var(--maybe-ground); }
.changes td { overflow-wrap: anywhere; min-width: 14rem; }
.changes tbody th { min-width: 8rem; }
@media print { .tall, .picture, .js .panel { max-height: none; overflow: visible; } }
)css";

// Shows one map at a time, searches its tables, and tells what is chosen, which the address says behind its #.
constexpr std::string_view script = R"js(
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var maps = data.maps;
  function $(id) { return document.getElementById(id); }
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function by(map, kind, name) { return map[kind].findIndex(function (x) { return x.name === name; }); }

  maps.forEach(function (map) {
    map.models.forEach(function (m) {
      var digits = map.sets[m.set];
      m.has = map.features.map(function (_, i) { return (parseInt(digits[i >> 2], 16) >> (i & 3) & 1) === 1; });
      m.size = m.has.filter(Boolean).length;
    });
  });
  function lacks(a, b) { return a.has.reduce(function (l, h, i) { if (h && !b.has[i]) { l.push(i); } return l; }, []); }
  function includes(a, b) { return lacks(b, a).length === 0; }

  // What is chosen: a map always, and by name a model, one to compare it with, and a feature.
  var state = {map: maps.length - 1, model: "", "with": "", feature: ""};
  var goal = "";
  function read() {
    if (location.hash.length > 1 && location.hash.indexOf("=") < 0) { return; }
    var asked = new URLSearchParams(location.hash.slice(1));
    var map = maps.findIndex(function (m) { return m.key === asked.get("map"); });
    state = {map: map < 0 ? maps.length - 1 : map, model: asked.get("model") || "", "with": asked.get("with") || "",
             feature: asked.get("feature") || ""};
  }
  function link(changes) {
    var s = Object.assign({}, state, changes), out = "#map=" + encodeURIComponent(maps[s.map].key);
    ["model", "with", "feature"].forEach(function (part) {
      if (s[part] && (part !== "with" || s["with"] !== s.model)) { out += "&" + part + "=" + encodeURIComponent(s[part]); }
    });
    return out;
  }

  function make(tag, text, style) {
    var e = document.createElement(tag);
    if (text !== undefined) { e.textContent = text; }
    if (style) { e.className = style; }
    return e;
  }
  function add(parent) {
    for (var i = 1; i < arguments.length; i += 1) { parent.appendChild(arguments[i]); }
    return parent;
  }
  function anchor(text, changes, to) {
    var a = make("a", text);
    a.href = link(changes);
    if (to) { a.dataset.to = to; }
    return a;
  }
  // A link may have a place to go to. What a table's link is about is told beside the table, or on narrow screens below it.
  document.addEventListener("click", function (event) {
    var a = event.target.closest && event.target.closest("a");
    goal = a && a.dataset.to || "";
    if (a && a.closest(".tall")) {
      var panel = $(a.dataset.model ? "model" : "feature");
      goal = panel.getBoundingClientRect().top > a.getBoundingClientRect().bottom ? panel.id : "";
    }
    if (a && a.getAttribute("href") === location.hash) { go(); }
  });
  function go() {
    if (!goal) { return; }
    var to = $(goal);
    to.tabIndex = -1;
    to.focus({preventScroll: true});
    to.scrollIntoView();
    goal = "";
  }

  function names(list, write) {
    var p = make("p", undefined, "names");
    list.forEach(function (x) { add(p, write(x), document.createTextNode(" ")); });
    if (!list.length) { p.textContent = "none"; }
    return p;
  }
  function feature_names(map, list) {
    return names(list, function (i) { return anchor(map.features[i].name, {feature: map.features[i].name}, "features"); });
  }
  function model_names(list, of, to) {
    return names(list, function (m) {
      return anchor(m.name + (of !== undefined && m.vendor && of && m.vendor !== of ? " (" + m.vendor + ")" : ""),
                    {model: m.name}, to);
    });
  }
  function part(parent, title, list, content) {
    if (list.length) { add(parent, make("h4", title + ": " + list.length), content); }
  }
  function decodes(m) {
    return m.flags & 1 ? (m.flags & 2 ? "host, guest" : "host") : m.flags & 2 ? "guest" : "neither";
  }
  function facts(map, models) {
    var table = make("table"), head = add(make("tr"), make("td"));
    models.forEach(function (m) { var h = make("th", m.name); h.scope = "col"; add(head, h); });
    if (models.length > 1) { add(table, add(make("thead"), head)); }
    var body = make("tbody");
    [["Vendor", function (m) { return m.vendor || "any"; }],
     ["Features", function (m) { return String(m.size); }],
     ["Signatures", function (m) { return m.signatures; }],
     ["Decodes to it", decodes],
     ["Canonical name", function (m) { return m.canonical < 0 ? "none" : map.models[m.canonical].name; }],
     ["Is canonical of", function (m) {
       return map.models.filter(function (o) { return o.canonical >= 0 && map.models[o.canonical] === m; })
         .map(function (o) { return o.name; }).join(" ") || "none";
     }]].forEach(function (row) {
      var h = make("th", row[0]);
      h.scope = "row";
      var r = add(make("tr"), h);
      models.forEach(function (m) { add(r, make("td", row[1](m))); });
      add(body, r);
    });
    var box = add(make("div", undefined, "box"), add(table, body));
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Facts");
    return box;
  }
  function features_by_place(map, m) {
    var out = make("div"), last = "", list = [];
    function flush() {
      if (list.length) { add(out, make("div", last, "sub"), feature_names(map, list)); }
      list = [];
    }
    m.has.forEach(function (h, i) {
      var place = map.features[i].place.replace(/ bit \d+$/, "");
      if (h && place !== last) { flush(); last = place; }
      if (h) { list.push(i); }
    });
    flush();
    return out;
  }

  function show_model(map) {
    var m = map.models[by(map, "models", state.model)];
    var other = m && map.models[by(map, "models", state["with"])];
    $("model").hidden = false;
    $("model-body").textContent = "";
    $("compare").hidden = !m;
    $("model-name").textContent = m ? m.name : state.model || "No model chosen";
    $("model-said").textContent = !state.model ? "Choose one in the table or in the picture." :
      m ? "" : "There is no model of this name in " + map.title + ".";
    var body = $("model-body");
    var elsewhere = maps.filter(function (o) { return o !== map && by(o, "models", state.model) >= 0; });
    function links() {
      add(body, make("h4", "In other maps"), elsewhere.length ? names(elsewhere, function (o) {
        var there = o.models[by(o, "models", state.model)];
        return anchor(o.title + " (" + there.size + " features)", {map: maps.indexOf(o), "with": ""});
      }) : make("p", "In none of them."));
    }
    if (!m) {
      if (state.model) { links(); }
      return;
    }
    var select = $("with");
    select.textContent = "";
    add(select, new Option("nothing", ""));
    map.vendors.concat("").forEach(function (v) {
      var group = make("optgroup");
      group.label = v || "any vendor";
      map.models.forEach(function (o) { if (o.vendor === v && o !== m) { add(group, new Option(o.name, o.name)); } });
      if (group.children.length) { add(select, group); }
    });
    select.value = other && other !== m ? other.name : "";
    var up = map.models.filter(function (o) { return o !== m && o.size > m.size && includes(o, m); });
    var down = map.models.filter(function (o) { return o !== m && o.size < m.size && includes(m, o); });
    var same = map.models.filter(function (o) { return o !== m && o.size === m.size && includes(m, o); });
    if (other && other !== m) {
      var more = lacks(m, other), less = lacks(other, m);
      var both = m.has.reduce(function (l, h, i) { if (h && other.has[i]) { l.push(i); } return l; }, []);
      $("model-said").textContent = m.name + " and " + other.name + ": " + (more.length || less.length ?
        more.length + " features only in the first, " + less.length + " only in the second." : "the same features.");
      add(body, facts(map, [m, other]));
      var columns = make("div", undefined, "columns");
      [["Only " + m.name, more], ["Only " + other.name, less], ["Both", both]].forEach(function (c) {
        add(columns, add(make("div"), make("h4", c[0] + ": " + c[1].length), feature_names(map, c[1])));
      });
      add(body, columns);
    } else {
      $("model-said").textContent = m.name + " includes " + down.length + " models and is included in " + up.length + ".";
      add(body, facts(map, [m]));
    }
    part(body, "Removed features", m.removed, feature_names(map, m.removed));
    part(body, "Features that hypervisors add", m.added, feature_names(map, m.added));
    part(body, "Models with the same features", same, model_names(same, m.vendor));
    part(body, "Models that include it", up, model_names(up, m.vendor));
    part(body, "Models that it includes", down, model_names(down, m.vendor));
    links();
    if (!other || other === m) { add(body, make("h4", "Features: " + m.size), features_by_place(map, m)); }
  }

  function show_feature(map) {
    var i = by(map, "features", state.feature);
    if (i < 0 && state.feature) {
      i = map.features.findIndex(function (f) { return f.aliases.indexOf(state.feature) >= 0; });
    }
    var f = map.features[i], body = $("feature-body");
    body.textContent = "";
    $("feature-name").textContent = f ? f.name : state.feature || "No feature chosen";
    $("feature-said").textContent = !state.feature ? "Choose one in the table." :
      f ? f.place + ". " + (f.migratable ? "Migratable." : "Not migratable.") +
        (f.aliases.length ? " Also called " + f.aliases.join(", ") + "." : "") :
      "There is no feature of this name in " + map.title + ".";
    if (f) {
      var having = map.models.filter(function (m) { return m.has[i]; });
      var removing = map.models.filter(function (m) { return m.removed.indexOf(i) >= 0; });
      map.vendors.concat("").forEach(function (v) {
        var list = having.filter(function (m) { return m.vendor === v; });
        part(body, "In models of " + (v || "any vendor"), list, model_names(list, undefined, "models"));
      });
      if (!having.length) { add(body, make("p", "In no model.")); }
      part(body, "Removed from", removing, model_names(removing, undefined, "models"));
    }
    var there = maps.filter(function (o) { return o !== map && by(o, "features", f ? f.name : state.feature) >= 0; });
    if (state.feature) {
      add(body, make("h4", "In other maps"), there.length ? names(there, function (o) {
        return anchor(o.title, {map: maps.indexOf(o)});
      }) : make("p", "In none of them by this name."));
    }
    $("feature").hidden = false;
  }

  var zoom = 1;
  function mark(e, style) { if (style) { e.setAttribute("class", style); } else { e.removeAttribute("class"); } }
  function figures() { return all("#order .of-map:not([hidden]) figure"); }
  function show_picture(map) {
    var m = map.models[by(map, "models", state.model)], select = $("order-vendor");
    if (select.dataset.of !== map.key) {
      var kept = select.value;
      select.dataset.of = map.key;
      select.textContent = "";
      figures().forEach(function (f) {
        add(select, new Option(f.dataset.vendor || "any vendor", "=" + f.dataset.vendor));
      });
      select.value = kept;
      if (select.selectedIndex < 0) { select.selectedIndex = 0; }
    }
    if (m && show_picture.last !== state.map + " " + m.name) { select.value = "=" + m.vendor; }
    var fresh = m && show_picture.last !== state.map + " " + m.name;
    show_picture.last = m ? state.map + " " + m.name : "";
    figures().forEach(function (figure) {
      figure.hidden = "=" + figure.dataset.vendor !== select.value;
      var svg = figure.querySelector("svg"), nodes = all("g", svg), place = {};
      svg.setAttribute("width", Math.round(svg.viewBox.baseVal.width * zoom));
      svg.setAttribute("height", Math.round(svg.viewBox.baseVal.height * zoom));
      var shown = nodes.map(function (g) {
        var o = map.models[Number(g.dataset.m.split(" ")[0])];
        place[g.dataset.n] = !m ? "" : o.set === m.set ? "chosen" : includes(o, m) ? "above" : includes(m, o) ? "below" : "";
        mark(g, place[g.dataset.n]);
        return g;
      });
      var here = shown.find(function (g) { return place[g.dataset.n] === "chosen"; });
      svg.classList.toggle("chooses", !!here);
      all("path", svg).forEach(function (p) {
        var a = place[p.dataset.a], b = place[p.dataset.b];
        mark(p, a && b ? "on" : "");
      });
      if (here && fresh && !figure.hidden) {
        var box = svg.parentNode, r = here.getBoundingClientRect(), b = box.getBoundingClientRect();
        box.scrollLeft += r.left + r.width / 2 - b.left - b.width / 2;
        box.scrollTop += r.top + r.height / 2 - b.top - b.height / 2;
      }
    });
    var p = $("order-said");
    p.hidden = false;
    p.textContent = m ? "" : "Choose a model to see what is above and below it.";
    if (m) {
      add(p, document.createTextNode("Chosen: "), anchor(m.name, {}, "models"), document.createTextNode(". Marked: "),
          make("span", undefined, "key"), document.createTextNode(" what includes it, above; "),
          make("span", undefined, "key less"), document.createTextNode(" what it includes, below."));
    }
  }

  function search(map) {
    var text = $("model-text").value.trim().toLowerCase(), vendor = $("model-vendor").value, count = 0;
    var number = map.features.findIndex(function (f) {
      return [f.name].concat(f.aliases).some(function (t) { return t.toLowerCase() === text; });
    });
    var rows = all("#models .of-map:not([hidden]) tbody tr");
    rows.forEach(function (row, i) {
      var m = map.models[i];
      row.hidden = (vendor !== "" && vendor !== "=" + m.vendor) || !(m.name.toLowerCase().indexOf(text) >= 0 ||
        (number >= 0 && m.has[number]) || (" " + m.signatures + "/").indexOf(" " + text + "/") >= 0);
      count += row.hidden ? 0 : 1;
      row.classList.toggle("chosen", m.name === state.model);
      if (m.name === state.model) { row.setAttribute("aria-current", "true"); } else { row.removeAttribute("aria-current"); }
    });
    $("models-shown").textContent = count + " of " + rows.length + " models shown.";
    text = $("feature-text").value.trim().toLowerCase();
    count = 0;
    rows = all("#features .of-map:not([hidden]) tbody tr");
    rows.forEach(function (row, i) {
      var f = map.features[i];
      row.hidden = ![f.name, f.place].concat(f.aliases).some(function (t) { return t.toLowerCase().indexOf(text) >= 0; });
      count += row.hidden ? 0 : 1;
      row.classList.toggle("chosen", f.name === state.feature);
      if (f.name === state.feature) { row.setAttribute("aria-current", "true"); } else { row.removeAttribute("aria-current"); }
    });
    $("features-shown").textContent = count + " of " + rows.length + " features shown.";
  }

  // The row of what is chosen comes into sight, and the page stays where it is.
  function reveal(section) {
    var row = document.querySelector("#" + section + " .of-map:not([hidden]) tr.chosen:not([hidden])");
    if (!row) { return; }
    var box = row.closest(".box"), r = row.getBoundingClientRect(), b = box.getBoundingClientRect();
    if (r.top < b.top + 48 || r.bottom > b.bottom) { box.scrollTop += r.top - b.top - b.height / 2; }
  }

  // Names in tables and pictures become links, whose addresses say what else is chosen.
  function relink() {
    all("nav a").forEach(function (a) { a.setAttribute("href", link({})); });
    all(".of-map:not([hidden]) a[data-model]").forEach(function (a) {
      a.setAttribute("href", link({model: a.dataset.model}));
    });
    all(".of-map:not([hidden]) a[data-feature]").forEach(function (a) {
      a.setAttribute("href", link({feature: a.dataset.feature}));
    });
  }
  function prepare(map, number) {
    all('.of-map[data-map="' + number + '"]').forEach(function (part) {
      var kind = part.closest("section").id;
      if (kind === "order") {
        all("g", part).forEach(function (g) {
          var of = g.dataset.m.split(" ");
          all("text", g).forEach(function (t, i) {
            var a = document.createElementNS("http://www.w3.org/2000/svg", "a");
            a.dataset.model = map.models[Number(of[i])].name;
            g.replaceChild(a, t);
            a.appendChild(t);
          });
        });
        return;
      }
      all("tbody tr", part).forEach(function (row, i) {
        var a = make("a", row.cells[0].textContent);
        a.dataset[kind === "models" ? "model" : "feature"] = a.textContent;
        row.cells[0].textContent = "";
        row.cells[0].appendChild(a);
      });
    });
  }

  function show() {
    var map = maps[state.map], vendor = $("model-vendor");
    all(".of-map").forEach(function (part) { part.hidden = Number(part.dataset.map) !== state.map; });
    if (!map.prepared) { prepare(map, state.map); }
    map.prepared = true;
    $("map").value = String(state.map);
    if (vendor.dataset.of !== map.key) {
      var kept = vendor.value;
      vendor.dataset.of = map.key;
      vendor.textContent = "";
      add(vendor, new Option("all", ""));
      map.vendors.forEach(function (v) { add(vendor, new Option(v, "=" + v)); });
      add(vendor, new Option("any vendor", "="));
      vendor.value = kept;
      if (vendor.selectedIndex < 0) { vendor.selectedIndex = 0; }
    }
    relink();
    search(map);
    show_model(map);
    show_feature(map);
    show_picture(map);
    reveal("models");
    reveal("features");
    go();
  }

  maps.forEach(function (map, i) { add($("map"), new Option(map.title, String(i))); });
  $("map").addEventListener("input", function () { location.hash = link({map: Number($("map").value)}); });
  $("with").addEventListener("input", function () { location.hash = link({"with": $("with").value}); });
  ["model-text", "model-vendor", "feature-text"].forEach(function (id) {
    $(id).addEventListener("input", function () { search(maps[state.map]); });
  });
  $("order-vendor").addEventListener("input", function () { show_picture(maps[state.map]); });
  [["closer", 1.25], ["farther", 0.8]].forEach(function (b) {
    $(b[0]).addEventListener("click", function () {
      zoom = Math.min(3, Math.max(0.2, zoom * b[1]));
      show_picture(maps[state.map]);
    });
  });
  $("whole").addEventListener("click", function () {
    var figure = figures().find(function (f) { return !f.hidden; });
    var svg = figure && figure.querySelector("svg");
    if (svg) { zoom = Math.min(1, svg.parentNode.clientWidth / svg.viewBox.baseVal.width); }
    show_picture(maps[state.map]);
  });
  all("form").forEach(function (form) {
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.hidden = false;
  });
  document.body.classList.add("js");
  all("nav a").forEach(function (a) { a.dataset.to = a.getAttribute("href").slice(1); });
  window.addEventListener("hashchange", function () { read(); show(); });
  read();
  if (state.feature && !state.model) { goal = "features"; }
  show();
})();
)js";

std::string counted(std::size_t number, std::string_view what) {
    return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

// One text of several; by appending, since g++ 12 warns of a text in front of a temporary string, wrongly.
template <class... Parts>
std::string joined(const Parts&... parts) {
    std::string text;
    ((text += parts), ...);
    return text;
}

// One hexadecimal digit for four features, the lowest bit being the first of them.
std::string packed(const std::vector<bool>& set) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < set.size(); i += 4) {
        unsigned digit = 0;
        for (std::size_t k = i; k < std::min(i + 4, set.size()); ++k) {
            digit |= (set[k] ? 1U : 0U) << (k - i);
        }
        text += digits[digit];
    }
    return text;
}

std::string vendor_of(const x86::tables& map, const x86::model& model) {
    return model.vendor ? map.vendors[*model.vendor].name : std::string();
}

std::string_view decodes(const x86::model& model) {
    if (model.decodes_host) {
        return model.decodes_guest ? "host, guest" : "host";
    }
    return model.decodes_guest ? "guest" : "neither";
}

std::vector<std::vector<std::string>> aliases_of(const x86::tables& map) {
    std::vector<std::vector<std::string>> result(map.features.size());
    for (const x86::alias& alias : map.aliases) {
        result[alias.feature].push_back(alias.name);
    }
    return result;
}

std::string number(double value) { return std::to_string(static_cast<long long>(value)); }

std::string json_numbers(const std::vector<std::size_t>& list) {
    return json_list(list, [](std::size_t n) { return std::to_string(n); });
}

std::string json_feature(const x86::feature& feature, const std::vector<std::string>& aliases) {
    return joined(R"({"name":)", json_string(feature.name), R"(,"place":)", json_string(place_of(feature.bit)),
                  R"(,"migratable":)", feature.migratable ? "true" : "false", R"(,"aliases":)",
                  json_list(aliases, json_string), '}');
}

std::string json_model(const x86::tables& map, const x86::model& model, std::size_t set) {
    const int flags = (model.decodes_host ? 1 : 0) | (model.decodes_guest ? 2 : 0);
    return joined(R"({"name":)", json_string(model.name), R"(,"vendor":)", json_string(vendor_of(map, model)),
                  R"(,"set":)", std::to_string(set), R"(,"signatures":)",
                  json_string(signatures_text(model.signatures)), R"(,"flags":)", std::to_string(flags),
                  R"(,"canonical":)", model.canonical ? std::to_string(*model.canonical) : "-1", R"(,"removed":)",
                  json_numbers(model.removed), R"(,"added":)", json_numbers(model.added), '}');
}

// Models with the same features share a set, which the models give by its number.
std::string json_map(const explored_map& shown) {
    const x86::tables& map = shown.map.data.x86;
    const std::vector<std::vector<std::string>> aliases = aliases_of(map);
    std::size_t next = 0;
    const std::string features =
        json_list(map.features, [&](const x86::feature& feature) { return json_feature(feature, aliases[next++]); });
    std::map<std::vector<bool>, std::size_t> places;
    std::vector<std::string> sets;
    const std::string models = json_list(map.models, [&](const x86::model& model) {
        const auto [at, is_new] = places.try_emplace(model.features, sets.size());
        if (is_new) {
            sets.push_back(packed(model.features));
        }
        return json_model(map, model, at->second);
    });
    return joined(R"({"key":)", json_string(shown.key), R"(,"title":)", json_string(shown.map.title),
                  ",\n\"vendors\":", json_list(map.vendors, [](const auto& v) { return json_string(v.name); }),
                  ",\n\"features\":", features, ",\n\"models\":", models, ",\n\"sets\":", json_list(sets, json_string),
                  '}');
}

class writer {
public:
    explicit writer(const std::vector<explored_map>& maps) : maps_(maps) {}

    std::string write() {
        head();
        models();
        order();
        features();
        changes();
        put("</main>\n");
        put(R"(<script type="application/json" id="data">{"maps":)", json_list(maps_, json_map), "}</script>\n");
        put("<script>", script, "</script>\n</body>\n</html>\n");
        return std::move(text_);
    }

private:
    template <class... Parts>
    void put(const Parts&... parts) {
        ((text_ += parts), ...);
    }

    // For each map its part of a section, the last one first, since that is the one most people have.
    template <class Write>
    void of_maps(Write write) {
        for (std::size_t m = maps_.size(); m-- > 0;) {
            const std::string title = escaped(maps_[m].map.title);
            put(R"(<div class="of-map" data-map=")", std::to_string(m), "\">\n<h3>", title, "</h3>\n");
            write(maps_[m].map.data.x86, title);
            put("</div>\n");
        }
    }

    void head() {
        std::string titles;
        for (const explored_map& shown : maps_) {
            titles += titles.empty() ? "" : ", ";
            titles += escaped(shown.map.title);
        }
        put(page_head("CPU models and features", style));
        put("<header>\n<h1>CPU models and features</h1>\n");
        put("<p class=\"note\">What these CPU maps say of x86: ", titles, ".</p>\n");
        put(R"(<nav aria-label="Sections"><a href="#models">Models</a> <a href="#order">Which includes which</a>
<a href="#features">Features</a> <a href="#changes">Changes</a></nav>
<form class="controls" hidden><label>CPU map<select id="map"></select></label></form>
</header>
<main>
)");
    }

    void models() {
        put(R"(<section id="models">
<h2>Models</h2>
<p>Signatures are family/model/steppings. What decodes to a model is what libvirt may call by its name: the CPU of a host, of
a guest. A canonical name is another name of the same model.</p>
<form class="controls" hidden>
<label>Name, feature or signature<input type="search" id="model-text" autocomplete="off"></label>
<label>Vendor<select id="model-vendor"></select></label>
<span class="note" id="models-shown" role="status"></span>
</form>
<div class="split">
<div>
)");
        of_maps([&](const x86::tables& map, const std::string& title) {
            table_head("Models of " + title,
                       {"Model", "Vendor", "Features", "Signatures", "Decodes to it", "Canonical name"});
            for (const x86::model& model : map.models) {
                put("<tr><th scope=\"row\">", escaped(model.name), "</th><td class=\"wraps\">",
                    model.vendor ? escaped(vendor_of(map, model)) : "any", "</td><td class=\"number\">",
                    std::to_string(std::ranges::count(model.features, true)), "</td><td class=\"signatures\">",
                    signatures_text(model.signatures), "</td><td>", decodes(model), "</td><td>",
                    model.canonical ? escaped(map.models[*model.canonical].name) : "", "</td></tr>\n");
            }
            put("</tbody></table></div>\n");
        });
        put(R"(</div>
<div class="panel" id="model" hidden>
<h3 id="model-name"></h3>
<p class="note" id="model-said" role="status"></p>
<form class="controls" hidden><label id="compare">Compare with<select id="with"></select></label></form>
<div id="model-body"></div>
</div>
</div>
</section>
)");
    }

    void table_head(const std::string& label, const std::vector<std::string_view>& heads) {
        put(R"(<div class="box tall" role="region" aria-label=")", label, "\" tabindex=\"0\"><table>\n<thead><tr>");
        for (const std::string_view head : heads) {
            put("<th scope=\"col\">", head, "</th>");
        }
        put("</tr></thead>\n<tbody>\n");
    }

    void order() {
        put(R"(<section id="order">
<h2>Which includes which</h2>
<p>A line goes up from a model to one that has all of its features and more, where no model is between. Models with the same
features share a frame.</p>
<form class="controls" hidden>
<label>Vendor<select id="order-vendor"></select></label>
<button class="plain" type="button" id="farther" aria-label="Zoom out">&minus;</button>
<button class="plain" type="button" id="closer" aria-label="Zoom in">+</button>
<button class="plain" type="button" id="whole">Whole width</button>
</form>
<p class="note" id="order-said" hidden></p>
)");
        of_maps([&](const x86::tables& map, const std::string&) {
            for (std::size_t v = 0; v <= map.vendors.size(); ++v) {
                std::vector<std::size_t> of_vendor;
                for (std::size_t i = 0; i < map.models.size(); ++i) {
                    if (map.models[i].vendor.value_or(map.vendors.size()) == v) {
                        of_vendor.push_back(i);
                    }
                }
                if (!of_vendor.empty()) {
                    picture(map, of_vendor, v == map.vendors.size() ? std::string() : map.vendors[v].name);
                }
            }
        });
        put("</section>\n");
    }

    void picture(const x86::tables& map, const std::vector<std::size_t>& of_vendor, const std::string& vendor) {
        const model_order order = order_models(map, of_vendor);
        const std::string title =
            joined(vendor.empty() ? "Any vendor" : escaped(vendor), ": ", counted(of_vendor.size(), "model"), ", ",
                   counted(order.nodes.size(), "set"), " of features");
        const std::string width = number(order.width);
        const std::string height = number(order.height);
        put("<figure data-vendor=\"", escaped(vendor), "\"><figcaption>", title, "</figcaption>");
        put(R"(<div class="box picture" role="region" aria-label=")", title, "\" tabindex=\"0\">");
        put("<svg role=\"group\" width=\"", width, "\" height=\"", height, "\" viewBox=\"0 0 ", width, ' ', height,
            "\">\n");
        for (const order_edge& edge : order.edges) {
            put("<path data-a=\"", std::to_string(edge.below), "\" data-b=\"", std::to_string(edge.above), "\" d=\"M",
                number(edge.points[0].first), ' ', number(edge.points[0].second));
            for (std::size_t i = 1; i < edge.points.size(); ++i) {
                const auto& [x0, y0] = edge.points[i - 1];
                const auto& [x, y] = edge.points[i];
                if (i % 2 == 0) {  // between two layers
                    const std::string middle = number((y0 + y) / 2);
                    put('C', number(x0), ' ', middle, ' ', number(x), ' ', middle, ' ', number(x), ' ', number(y));
                } else if (y != y0) {
                    put('V', number(y));
                }
            }
            put("\"/>\n");
        }
        for (std::size_t n = 0; n < order.nodes.size(); ++n) {
            node(map, order.nodes[n], n);
        }
        put("</svg></div></figure>\n");
    }

    void node(const x86::tables& map, const order_node& drawn, std::size_t place) {
        std::string which;
        for (const std::size_t m : drawn.models) {
            which += which.empty() ? "" : " ";
            which += std::to_string(m);
        }
        const double top = drawn.y - drawn.height / 2;
        put("<g data-n=\"", std::to_string(place), "\" data-m=\"", which, "\"><rect x=\"",
            number(drawn.x - drawn.width / 2), "\" y=\"", number(top), "\" width=\"", number(drawn.width),
            "\" height=\"", number(drawn.height), "\" rx=\"5\"/>");
        double y = top;
        for (const std::size_t m : drawn.models) {
            y += 16;
            put("<text x=\"", number(drawn.x), "\" y=\"", number(y), "\">", escaped(map.models[m].name), "</text>");
        }
        put("</g>\n");
    }

    void features() {
        put(R"(<section id="features">
<h2>Features</h2>
<p>Where hardware reports each: CPUID leaf, subleaf where it is not 0, and register, or an MSR. A guest with a feature that
is not migratable stays on its host.</p>
<form class="controls" hidden>
<label>Name, alias or place<input type="search" id="feature-text" autocomplete="off"></label>
<span class="note" id="features-shown" role="status"></span>
</form>
<div class="split">
<div>
)");
        of_maps([&](const x86::tables& map, const std::string& title) {
            table_head("Features of " + title, {"Feature", "Where", "Migratable", "Models", "Aliases"});
            const std::vector<std::vector<std::string>> aliases = aliases_of(map);
            for (std::size_t f = 0; f < map.features.size(); ++f) {
                std::string called;
                for (const std::string& alias : aliases[f]) {
                    called += called.empty() ? "" : " ";
                    called += escaped(alias);
                }
                const auto having = std::ranges::count_if(map.models, [&](const auto& m) { return m.features[f]; });
                put("<tr><th scope=\"row\">", escaped(map.features[f].name), "</th><td>", place_of(map.features[f].bit),
                    "</td><td>", map.features[f].migratable ? "yes" : "no", "</td><td class=\"number\">",
                    std::to_string(having), "</td><td class=\"wraps\">", called, "</td></tr>\n");
            }
            put("</tbody></table></div>\n");
        });
        put(R"(</div>
<div class="panel" id="feature" hidden>
<h3 id="feature-name"></h3>
<p class="note" id="feature-said" role="status"></p>
<div id="feature-body"></div>
</div>
</div>
</section>
)");
    }

    void changes() {
        put("<section id=\"changes\">\n<h2>Changes</h2>\n");
        if (maps_.size() < 2) {
            put("<p>There is one map only.</p>\n");
        } else {
            put(R"(<p>From each map to the next: features and models that came, went or changed. A feature is the same in both
by its name, or where aliases show it to be renamed; + stands before what a model gained, - before what it lost.</p>
)");
        }
        for (std::size_t m = maps_.size(); m-- > 1;) {
            named_map before{maps_[m - 1].map.title, {}};
            named_map after{maps_[m].map.title, {}};
            before.data.x86 = maps_[m - 1].map.data.x86;
            after.data.x86 = maps_[m].map.data.x86;
            const map_difference difference = compare_maps(before, after);
            put("<div class=\"changes\">\n<h3>From ", escaped(before.title), " to ", escaped(after.title), "</h3>\n<p>",
                escaped(difference.counts), ".</p>\n");
            for (const difference_section& section : difference.sections) {
                rows(section.kind, "came", section.came);
                rows(section.kind, "went", section.went);
                rows(section.kind, "changed", section.changed);
            }
            put("</div>\n");
        }
        put("</section>\n");
    }

    void rows(const std::string& kind, std::string_view what, const std::vector<difference_row>& rows) {
        if (rows.empty()) {
            return;
        }
        const std::string title = joined(kind, " that ", what);
        put("<details data-kind=\"", title, "\"><summary>", std::to_string(rows.size()), ' ', title, "</summary>");
        put(R"(<div class="box" role="region" aria-label=")", title, "\" tabindex=\"0\"><table><tbody>\n");
        for (const difference_row& row : rows) {
            put("<tr><th scope=\"row\">", escaped(row.name), "</th><td>", escaped(row.text), "</td></tr>\n");
        }
        put("</tbody></table></div></details>\n");
    }

    const std::vector<explored_map>& maps_;
    std::string text_;
};

}  // namespace

std::string write_explore_html(const std::vector<explored_map>& maps) { return writer(maps).write(); }

}  // namespace cpumap::codegen
