// SPDX-License-Identifier: BSL-1.0
#include "drift_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <memory>

#include "fleet_input.hpp"
#include "fleet_report.hpp"
#include "report_text.hpp"

namespace cpumap::codegen {
namespace {

feature_numbers both(const feature_numbers& a, const feature_numbers& b) {
    feature_numbers result;
    std::ranges::set_intersection(a, b, std::back_inserter(result));
    return result;
}

feature_numbers either(const feature_numbers& a, const feature_numbers& b) {
    feature_numbers result;
    std::ranges::set_union(a, b, std::back_inserter(result));
    return result;
}

// Features with the models that run on a host and have them; those with the same models together.
std::vector<consequence> consequences(const fleet_cpus& fleet, const feature_numbers& features, std::size_t host) {
    std::vector<std::size_t> running;
    for (std::size_t m = 0; m < fleet.models().size(); ++m) {
        if (fleet.models()[m].like == m && fleet.run_model(host, m).outcome == runs::yes) {
            running.push_back(m);
        }
    }
    std::vector<consequence> result;
    for (const std::uint32_t feature : features) {
        std::vector<std::string> having;
        for (const std::size_t m : running) {
            if (std::ranges::binary_search(fleet.models()[m].features, feature)) {
                having.push_back(fleet.models()[m].name);
            }
        }
        const auto found = std::ranges::find(result, having, &consequence::models);
        if (found == result.end()) {
            result.push_back({{feature}, having});
        } else {
            found->features.push_back(feature);
        }
    }
    return result;
}

host_drift compare_recordings(fleet_cpus& fleet, const host_dump& before, const host_dump& after) {
    const std::size_t old_host = fleet.hosts().size();
    const std::size_t new_host = old_host + 1;
    fleet.add(before);
    fleet.add(after);
    host_drift drift;
    drift.name = shown_name(after.name);
    drift.before = fleet.hosts()[old_host];
    drift.after = fleet.hosts()[new_host];
    drift.format_before = before.format;
    drift.format_after = after.format;
    drift.microcode_before = before.microcode;
    drift.microcode_after = after.microcode;
    drift.gone = without(drift.before.features, drift.after.features);
    drift.came = without(drift.after.features, drift.before.features);
    const bool as_they_are = drift.hide_the_same();
    if (!as_they_are) {
        drift.not_compared = either(both(drift.gone, drift.after.not_told), both(drift.came, drift.before.not_told));
        drift.gone = without(drift.gone, drift.after.not_told);
        drift.came = without(drift.came, drift.before.not_told);
    }
    // What has a feature that went does not run any longer, and what has one that came did not run before.
    drift.by_gone = consequences(fleet, drift.gone, old_host);
    drift.by_came = consequences(fleet, drift.came, new_host);
    drift.move = fleet.move_guest(old_host, new_host);
    if (as_they_are && drift.move.outcome == runs::not_told) {
        drift.move.outcome = runs::no;
    }
    return drift;
}

std::string hexadecimal(std::uint32_t value) {
    std::array<char, 8> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
    static_cast<void>(error);  // eight digits hold any
    return "0x" + std::string(digits.data(), end);
}

std::string host_model_of(const host_facts& facts) {
    return facts.guest ? summary_of(*facts.guest) : "none (" + facts.problem + ")";
}

// What is said of one host, without its name.
std::string text_of(const host_drift& drift, const std::vector<std::string>& features) {
    std::string text;
    const auto changes = [&](const std::string& what, const std::string& before, const std::string& after) {
        if (before != after) {
            text += "  " + what + ": " + before + " -> " + after + '\n';
        }
    };
    if (!drift.is_of_one_kind()) {
        text += "  recorded in different ways, so only what both tell is compared\n    before: " +
                to_string(drift.format_before) + "\n    now:    " + to_string(drift.format_after) + '\n';
    }
    changes("processor", processor_of(drift.before), processor_of(drift.after));
    if (drift.microcode_before && drift.microcode_after) {
        changes("microcode", hexadecimal(*drift.microcode_before), hexadecimal(*drift.microcode_after));
    }
    const auto list = [&](const std::string& what, const feature_numbers& of,
                          const std::vector<consequence>& consequences, const std::string& relation,
                          const std::string& effect) {
        if (of.empty()) {
            return;
        }
        text += wrapped("  " + what + ", " + counted(of.size(), "feature") + ": ", names_of(of, features), 8);
        for (const consequence& c : consequences) {
            if (!c.models.empty()) {
                text += wrapped(relation, names_of(c.features, features), 8, ", ");
                text.pop_back();
                text += ":\n" +
                        wrapped("      " + counted(c.models.size(), "model") + ' ' + effect + ": ", c.models, 8, ", ");
            }
        }
    };
    list("gone", drift.gone, drift.by_gone, "    without ", "that it runs no longer");
    list("came", drift.came, drift.by_came, "    with ", "that it runs now");
    if (!drift.not_compared.empty()) {
        text +=
            wrapped("  not compared, since one recording does not tell: ", names_of(drift.not_compared, features), 8);
    }
    const std::string before = host_model_of(drift.before);
    const std::string after = host_model_of(drift.after);
    text += "  host-model: " + before + (before == after ? "" : " -> " + after) + '\n';
    switch (drift.move.outcome) {
        case runs::yes:
            text += "  a guest started with host-model before runs here\n";
            break;
        case runs::no: {
            const feature_numbers hidden =
                drift.hide_the_same() ? feature_numbers() : both(drift.move.missing, drift.after.not_told);
            text += wrapped("  a guest started with host-model before does not run here, it needs: ",
                            names_of(without(drift.move.missing, hidden), features), 8);
            if (!hidden.empty()) {
                text += wrapped("    and it is not told of: ", names_of(hidden, features), 8);
            }
        } break;
        case runs::not_told:
            text += wrapped("  a guest started with host-model before may not run here, it is not told of: ",
                            names_of(drift.move.missing, features), 8);
            break;
        case runs::other_vendor:
            text += "  a guest started with host-model before does not run here, the vendor is another\n";
            break;
        case runs::undescribed:
            text += "  no CPU description, so nothing is known of guests\n";
            break;
    }
    return text;
}

}  // namespace

bool host_drift::changed() const {
    return !gone.empty() || !came.empty() || before.vendor != after.vendor || before.signature != after.signature ||
           (microcode_before && microcode_after && microcode_before != microcode_after);
}

bool drift_report::changed() const {
    return !only_before.empty() || !only_after.empty() ||
           std::ranges::any_of(hosts, [](const host_drift& h) { return h.changed(); });
}

drift_report find_drift(const std::vector<host_dump>& before, const std::vector<host_dump>& after, bool by_place,
                        const name_map& map) {
    const std::unique_ptr<fleet_cpus> fleet = make_fleet(map.shipped());
    drift_report report;
    report.map = map.shown();
    report.features = fleet->features();
    std::vector<bool> paired(after.size(), false);
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto named = std::ranges::find(after, before[i].name, &host_dump::name);
        const std::size_t at = by_place ? i : static_cast<std::size_t>(named - after.begin());
        if (at < after.size()) {
            paired[at] = true;
            report.hosts.push_back(compare_recordings(*fleet, before[i], after[at]));
        } else {
            report.only_before.push_back(shown_name(before[i].name));
        }
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (!paired[i]) {
            report.only_after.push_back(shown_name(after[i].name));
        }
    }
    return report;
}

std::string write_text(const drift_report& report) {
    // Hosts of which the same is to be said come together.
    std::vector<std::pair<std::string, std::vector<std::string>>> texts;
    std::vector<std::string> unchanged;
    for (const host_drift& host : report.hosts) {
        if (!host.changed() && host.not_compared.empty() && host.is_of_one_kind()) {
            unchanged.push_back(host.name);
            continue;
        }
        std::string body = (host.changed() ? "changed\n" : "no change found\n") + text_of(host, report.features);
        const auto found = std::ranges::find_if(texts, [&](const auto& t) { return t.first == body; });
        if (found == texts.end()) {
            texts.emplace_back(std::move(body), std::vector{host.name});
        } else {
            found->second.push_back(host.name);
        }
    }
    const auto changed =
        static_cast<std::size_t>(std::ranges::count_if(report.hosts, [](const host_drift& h) { return h.changed(); }));
    std::string text = std::to_string(changed) + " of " + counted(report.hosts.size(), "host") +
                       " changed, by the CPU map of " + report.map + '\n';
    for (const auto& [body, names] : texts) {
        std::string heading = wrapped("", names, 2, ", ");
        heading.pop_back();
        text += '\n' + heading + ": " + body;
    }
    const auto listed = [&](const std::string& what, const std::vector<std::string>& names) {
        if (!names.empty()) {
            text += '\n' + wrapped(what + ": ", names, 2, ", ");
        }
    };
    listed("unchanged", unchanged);
    listed("only before", report.only_before);
    listed("only now", report.only_after);
    return text;
}

}  // namespace cpumap::codegen
