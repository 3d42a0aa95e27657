// SPDX-License-Identifier: BSL-1.0
#include "report_html.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet_input.hpp"
#include "html_page.hpp"
#include "report_text.hpp"

namespace cpumap::codegen {
namespace {

// Beside the style that all pages have.
constexpr std::string_view style = R"css(
#shown { display: flex; align-items: center; min-height: 2.5rem; }
thead th.model { min-width: 8.5rem; }
.box:has(> .pairs) { width: fit-content; max-width: 100%; }
.pairs { width: auto; }
.pairs th, .pairs td { min-width: 0; padding: .4rem .6rem; white-space: nowrap; }
.pairs tbody th { white-space: normal; min-width: 6rem; }
td .names { max-width: 22rem; white-space: normal; }
#why { min-height: 3rem; margin-top: .75rem; padding: .6rem .75rem; border-left: 3px solid var(--accent);
  background: var(--raised); max-width: none; overflow-wrap: anywhere; }
@media print { #why { display: none; } }
)css";

// Sorts and filters what is there; works on the data in the page for what the tables do not show.
constexpr std::string_view script = R"js(
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var table = document.getElementById("hosts");
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var number = new Map(data.features.map(function (name, i) { return [name, i]; }));

  function value(row, column) {
    var v = row.cells[column].dataset.v;
    return row.cells[column].dataset.text === undefined ? Number(v) : v;
  }
  function sort(column) {
    var head = heads[column];
    var down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach(function (h) { h.setAttribute("aria-sort", "none"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.sort(function (a, b) {
      var x = value(a, column), y = value(b, column);
      var order = typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0;
      return (down ? -order : order) || a.dataset.kind - b.dataset.kind;
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    head.setAttribute("aria-sort", column === 0 ? "ascending" : "none");
    button.addEventListener("click", function () { sort(column); });
  });

  var text = document.getElementById("text");
  var vendor = document.getElementById("vendor");
  var model = document.getElementById("model");
  var failing = document.getElementById("failing");
  var shown = document.getElementById("shown");
  function option(select, name, v) {
    var o = document.createElement("option");
    o.textContent = name;
    o.value = v;
    select.appendChild(o);
  }
  Array.from(new Set(data.kinds.map(function (k) { return k.vendor; }))).sort().forEach(function (v) {
    option(vendor, v || "unknown", "=" + v);
  });
  data.models.forEach(function (m, i) { option(model, m.name, String(i)); });

  function matches(kind, wanted) {
    if (!wanted) { return true; }
    if (number.has(wanted)) { return kind.features.indexOf(number.get(wanted)) >= 0; }
    return kind.names.concat([kind.label, kind.processor, kind.model]).some(function (t) {
      return t.toLowerCase().indexOf(wanted) >= 0;
    });
  }
  function fits(m, itsVendor) { return !data.models[m].vendor || data.models[m].vendor === itsVendor; }
  function filter() {
    var wanted = text.value.trim().toLowerCase();
    var only = model.value === "" ? -1 : Number(model.value);
    var kinds = 0, hosts = 0;
    // A model that is asked for is shown, otherwise those of the vendor that is asked for.
    function hides(m) {
      return only >= 0 ? m !== only : vendor.value !== "" && !fits(m, vendor.value.slice(1));
    }
    rows.forEach(function (row) {
      var i = Number(row.dataset.kind), kind = data.kinds[i];
      var fails = data.choices[i].some(function (c, m) {
        return (only < 0 ? fits(m, kind.vendor) : m === only) && c[0] !== "yes";
      });
      row.hidden = !matches(kind, wanted) || (vendor.value !== "" && vendor.value !== "=" + kind.vendor) ||
        (failing.checked && !fails);
      if (!row.hidden) { kinds += 1; hosts += kind.names.length; }
      data.models.forEach(function (_, m) { row.cells[1 + m].hidden = hides(m); });
    });
    data.models.forEach(function (_, m) { heads[1 + m].hidden = hides(m); });
    shown.textContent = kinds === data.kinds.length ? "All shown." :
      hosts + " of " + data.hosts + " hosts shown" + (kinds ? "." : ": none is like that.");
  }
  [text, vendor, model, failing].forEach(function (control) { control.addEventListener("input", filter); });
  document.getElementById("controls").addEventListener("submit", function (event) { event.preventDefault(); });
  document.getElementById("controls").hidden = false;
  filter();

  var why = document.getElementById("why");
  Array.prototype.forEach.call(document.querySelectorAll("#pairs td[data-from]"), function (cell) {
    var from = Number(cell.dataset.from), to = Number(cell.dataset.to), move = data.moves[from][to];
    var names = data.sets[move[1]].map(function (n) { return data.features[n]; });
    if (!names.length && move[0] !== "vendor") { return; }
    var button = document.createElement("button");
    button.type = "button";
    while (cell.firstChild) { button.appendChild(cell.firstChild); }
    cell.appendChild(button);
    button.addEventListener("click", function () {
      var a = data.kinds[from].label, b = data.kinds[to].label;
      why.textContent = "From " + a + " to " + b + ": " + (move[0] === "vendor" ?
        "the guest's CPU is " + data.kinds[from].vendor + "'s, and " + b + " is " + data.kinds[to].vendor + "'s." :
        (move[0] === "no" ? "missing there: " : "not recorded there: ") + names.join(" "));
    });
    why.hidden = false;
  });
})();
)js";

std::string json_numbers(const feature_numbers& numbers) {
    return json_list(numbers, [](std::uint32_t n) { return std::to_string(n); });
}

struct shown_answer {
    std::string_view style;  // of the cell, and the data's word for it
    std::string_view sign;
    std::string_view word;
};

shown_answer shown(runs outcome) {
    switch (outcome) {
        case runs::yes:
            return {"yes", "\u2713", "runs"};
        case runs::no:
            return {"no", "\u2717", "does not run"};
        case runs::not_told:
            return {"maybe", "?", "may not run"};
        case runs::other_vendor:
            return {"vendor", "\u2717", "other vendor"};
        case runs::undescribed:
            break;
    }
    return {"unknown", "\u2013", "unknown"};
}

std::string_view class_of(runs outcome) { return outcome == runs::other_vendor ? "foreign" : shown(outcome).style; }

class writer {
public:
    explicit writer(const fleet_report& report) : report_(report) {}

    std::string write() {
        head();
        hosts();
        baselines();
        moves();
        put("</main>\n");
        data();
        put("<script>" + std::string(script) + "</script>\n</body>\n</html>\n");
        return std::move(text_);
    }

private:
    void put(std::string_view text) { text_ += text; }

    [[nodiscard]] std::string names(const feature_numbers& numbers) const {
        std::string result;
        for (const std::string& name : names_of(numbers, report_.features)) {
            result += result.empty() ? "" : " ";
            result += escaped(name);
        }
        return result;
    }

    void head() {
        put(page_head("CPU models of a fleet", style));
        put("<header>\n<h1>CPU models of a fleet</h1>\n<p class=\"note\">" + counted(report_.hosts, "host") + " of " +
            counted(report_.kinds.size(), "kind") + ", by the CPU map of " + escaped(report_.map) +
            ". This is what the processors have, which a hypervisor need not give.</p>\n</header>\n<main>\n");
    }

    void host_cell(const host_kind& kind, std::size_t number) {
        put("<th scope=\"row\" data-v=\"" + std::to_string(number) + "\">" + kind.label + " ");
        if (kind.names.size() == 1) {
            put(escaped(kind.names[0]));
        } else {
            put("<details><summary>" + counted(kind.names.size(), "host") + ": " + escaped(kind.names[0]) +
                ", \u2026</summary><p class=\"names\">");
            for (std::size_t i = 0; i < kind.names.size(); ++i) {
                put((i == 0 ? "" : ", ") + escaped(kind.names[i]));
            }
            put("</p></details>");
        }
        if (const std::string limit = reservation(kind.format); !limit.empty()) {
            put("<div class=\"sub\">" + escaped(limit) + "</div>");
        }
        put("</th>");
    }

    // The model's vendor where it does not run because the host is another's: what is missing is no fault of the host.
    [[nodiscard]] static std::string foreign_vendor(const host_kind& kind, const model_facts& model, runs outcome) {
        return outcome == runs::yes || model.vendor.empty() || model.vendor == kind.facts.vendor ? std::string()
                                                                                                 : model.vendor;
    }

    void choice_cell(const host_kind& kind, const model_facts& model, const model_choice& choice) {
        const runs outcome = choice.answer.outcome;
        const bool running = outcome == runs::yes;
        const feature_numbers& features = running ? choice.lost : choice.answer.missing;
        const shown_answer answer = shown(outcome);
        const std::string count = std::to_string(features.size());
        const std::size_t order = features.size() + 10000 * static_cast<std::size_t>(outcome);
        const std::string vendor = foreign_vendor(kind, model, outcome);
        put("<td class=\"" + (vendor.empty() ? std::string(class_of(outcome)) : "foreign") + "\" data-v=\"" +
            std::to_string(order) + "\">");
        const std::string said = std::string(answer.sign) + ' ' + std::string(answer.word);
        if (features.empty()) {
            put(said + (running ? ", loses nothing" : "") + "</td>");
            return;
        }
        put("<details><summary>" + said + "<br><span class=\"sub\">" +
            (vendor.empty() ? "" : escaped(vendor) + "\u2019s, ") +
            (running                     ? "loses " + count
             : outcome == runs::not_told ? count + " not recorded"
                                         : count + " missing") +
            "</span></summary><p class=\"names\">" + names(features) + "</p></details></td>");
    }

    void hosts() {
        put("<section>\n<h2 id=\"hosts-title\">Hosts and models</h2>\n"
            "<p>One row for hosts that are equal in vendor, signature (family/model/stepping), features and in how "
            "they "
            "were recorded. A model that runs loses what the host\u2019s own host-model has beyond it; open a cell for "
            "the "
            "names. \u201cMay not run\u201d: the recording does not tell whether the rest is there.</p>\n"
            "<form class=\"controls\" id=\"controls\" hidden>\n"
            "<label>Host, processor or feature<input type=\"search\" id=\"text\" autocomplete=\"off\"></label>\n"
            "<label>Vendor<select id=\"vendor\"><option value=\"\">all</option></select></label>\n"
            "<label>Model<select id=\"model\"><option value=\"\">all</option></select></label>\n"
            "<label class=\"tick\"><input type=\"checkbox\" id=\"failing\">only where one does not run</label>\n"
            "<span class=\"note\" id=\"shown\" role=\"status\"></span>\n</form>\n"
            "<div class=\"box\" role=\"region\" aria-labelledby=\"hosts-title\" tabindex=\"0\">\n<table id=\"hosts\">\n"
            "<thead><tr><th scope=\"col\">Hosts</th>");
        for (const model_facts& model : report_.models) {
            put("<th scope=\"col\" class=\"model\"><span>" + escaped(model.name) + "<br><span class=\"sub\">" +
                (model.vendor.empty() ? "any vendor" : escaped(model.vendor)) + ", " +
                counted(model.features.size(), "feature") + "</span></span></th>");
        }
        put("<th scope=\"col\">host-model</th><th scope=\"col\">Processor</th><th "
            "scope=\"col\">Features</th></tr></thead>\n"
            "<tbody>\n");
        for (std::size_t k = 0; k < report_.kinds.size(); ++k) {
            const host_kind& kind = report_.kinds[k];
            const std::string processor = escaped(processor_of(kind.facts));
            const std::string size = std::to_string(kind.facts.features.size());
            put("<tr data-kind=\"" + std::to_string(k) + "\">");
            host_cell(kind, k);
            for (std::size_t m = 0; m < report_.models.size(); ++m) {
                choice_cell(kind, report_.models[m], report_.choices[k][m]);
            }
            const std::string guest = kind.facts.guest ? kind.facts.guest->model : std::string();
            put("<td data-text data-v=\"" + escaped(guest) + "\">");
            if (kind.facts.guest) {
                host_model(*kind.facts.guest);
            }
            if (!kind.facts.problem.empty()) {
                put("<div>" + escaped(kind.facts.problem) + "</div>");
            }
            put("</td><td data-text data-v=\"" + processor + "\">" + processor + "</td><td data-v=\"" + size + "\">" +
                size + "</td></tr>\n");
        }
        put("</tbody>\n</table>\n</div>\n</section>\n");
    }

    void host_model(const guest_facts& guest) {
        if (guest.required.empty() && guest.disabled.empty()) {
            put(escaped(guest.model));
            return;
        }
        put("<details><summary>" + escaped(guest.model) + "<br><span class=\"sub\">");
        put((guest.required.empty() ? "" : counted(guest.required.size(), "feature") + " more") +
            (guest.required.empty() || guest.disabled.empty() ? "" : ", ") +
            (guest.disabled.empty() ? "" : std::to_string(guest.disabled.size()) + " disabled"));
        put("</span></summary>");
        lists(guest);
        put("</details>");
    }

    void lists(const guest_facts& guest) {
        if (!guest.required.empty()) {
            put("<p class=\"names\">require: " + names(guest.required) + "</p>");
        }
        if (!guest.disabled.empty()) {
            put("<p class=\"names\">disable: " + names(guest.disabled) + "</p>");
        }
    }

    void baselines() {
        put("<section id=\"baseline\">\n<h2>Baseline</h2>\n<p>The CPU that hosts have in common, without what does not "
            "migrate.</p>\n");
        for (const fleet_baseline& base : report_.baselines) {
            put("<h3>" + (base.vendor.empty() ? "All hosts" : escaped(base.vendor)) + " <span class=\"sub\">" +
                counted(base.hosts, "host") +
                (base.undescribed == 0 ? ""
                                       : ", without " + std::to_string(base.undescribed) + " that no model describes") +
                "</span></h3>\n");
            if (!base.answer.guest) {
                put("<p>None: " + escaped(base.answer.problem) + "</p>\n");
                continue;
            }
            put("<p>" + escaped(summary_of(*base.answer.guest)) + "</p>\n");
            lists(*base.answer.guest);
            if (const std::string limit = reservation_of(report_, base); !limit.empty()) {
                put("<p class=\"note\">" + escaped(limit) + "</p>\n");
            }
        }
        put("</section>\n");
    }

    void moves() {
        put("<section>\n<h2 id=\"pairs-title\">Moving guests with host-model</h2>\n"
            "<p>From the hosts in the row, where the guest was started, to those in the column.</p>\n"
            "<div class=\"box\" role=\"region\" aria-labelledby=\"pairs-title\" tabindex=\"0\">\n"
            "<table id=\"pairs\" class=\"pairs\">\n<thead><tr><th scope=\"col\">from</th>");
        for (const host_kind& kind : report_.kinds) {
            put("<th scope=\"col\">" + kind.label + "</th>");
        }
        put("</tr></thead>\n<tbody>\n");
        for (std::size_t from = 0; from < report_.kinds.size(); ++from) {
            const host_kind& kind = report_.kinds[from];
            put("<tr><th scope=\"row\">" + kind.label + " <span class=\"sub\">" + escaped(kind.names[0]) +
                (kind.names.size() == 1 ? "" : ", \u2026") + "</span></th>");
            for (std::size_t to = 0; to < report_.kinds.size(); ++to) {
                if (from == to && kind.names.size() == 1) {
                    put("<td>\u2013</td>");
                    continue;
                }
                const run_answer& move = report_.moves[from][to];
                const shown_answer answer = shown(move.outcome);
                put("<td class=\"" + std::string(class_of(move.outcome)) + "\" data-from=\"" + std::to_string(from) +
                    "\" data-to=\"" + std::to_string(to) + "\">" + std::string(answer.sign) + ' ');
                put(move.outcome == runs::yes            ? "moves"
                    : move.outcome == runs::no           ? std::to_string(move.missing.size()) + " missing"
                    : move.outcome == runs::not_told     ? std::to_string(move.missing.size()) + " not recorded"
                    : move.outcome == runs::other_vendor ? "vendor"
                                                         : "unknown");
                put("</td>");
            }
            put("</tr>\n");
        }
        put("</tbody>\n</table>\n</div>\n<p id=\"why\" role=\"status\" hidden>Choose a cell to see what is "
            "missing.</p>\n");
        for (std::size_t from = 0; from < report_.kinds.size(); ++from) {
            const std::vector<same_answer> obstacles = obstacles_from(report_, from);
            if (obstacles.empty()) {
                continue;
            }
            put("<details><summary>What guests from " + report_.kinds[from].label +
                " lack elsewhere</summary>\n<ul class=\"plain\">\n");
            for (const same_answer& same : obstacles) {
                put("<li>" + labels_of(report_, same.kinds) +
                    (same.outcome == runs::no ? ", missing: " : ", not recorded: ") + "<span class=\"names\">" +
                    names(same.features) + "</span></li>\n");
            }
            put("</ul></details>\n");
        }
        put("</section>\n");
    }

    void data() {
        std::map<feature_numbers, std::size_t> places;
        std::vector<const feature_numbers*> sets;
        const auto place_of = [&](const feature_numbers& set) {
            const auto [at, is_new] = places.try_emplace(set, sets.size());
            if (is_new) {
                sets.push_back(&at->first);
            }
            return std::to_string(at->second);
        };
        const auto answer = [&](const run_answer& a, const feature_numbers& features) {
            return "[\"" + std::string(shown(a.outcome).style) + "\"," + place_of(features) + ']';
        };
        std::string json = "{\"map\":" + json_string(report_.map) + ",\"hosts\":" + std::to_string(report_.hosts);
        json += ",\n\"features\":" + json_list(report_.features, json_string);
        json += ",\n\"kinds\":" + json_list(report_.kinds, [](const host_kind& k) {
                    return "{\"label\":" + json_string(k.label) + ",\"names\":" + json_list(k.names, json_string) +
                           ",\"vendor\":" + json_string(shown_name(k.facts.vendor)) +
                           ",\"processor\":" + json_string(processor_of(k.facts)) +
                           ",\"limit\":" + json_string(reservation(k.format)) +
                           ",\"model\":" + json_string(k.facts.guest ? k.facts.guest->model : "") +
                           ",\"features\":" + json_numbers(k.facts.features) + '}';
                });
        json += ",\n\"models\":" + json_list(report_.models, [](const model_facts& m) {
                    return "{\"name\":" + json_string(m.name) + ",\"vendor\":" + json_string(m.vendor) + '}';
                });
        json += ",\n\"choices\":" + json_list(report_.choices, [&](const std::vector<model_choice>& row) {
                    return json_list(row, [&](const model_choice& c) {
                        return answer(c.answer, c.answer.outcome == runs::yes ? c.lost : c.answer.missing);
                    });
                });
        json += ",\n\"moves\":" + json_list(report_.moves, [&](const std::vector<run_answer>& row) {
                    return json_list(row, [&](const run_answer& a) { return answer(a, a.missing); });
                });
        json += ",\n\"sets\":" + json_list(sets, [](const feature_numbers* set) { return json_numbers(*set); });
        put("<script type=\"application/json\" id=\"data\">" + json + "}</script>\n");
    }

    const fleet_report& report_;
    std::string text_;
};

}  // namespace

std::string write_html(const fleet_report& report) { return writer(report).write(); }

}  // namespace cpumap::codegen
