// SPDX-License-Identifier: BSL-1.0
#include "report_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fleet_input.hpp"
#include "shown_text.hpp"

namespace cpumap::codegen {
namespace {

// Rows of cells, the columns as wide as their widest cell; those that are too many for a line come below, each time
// behind the first `fixed` ones.
std::string table(const std::vector<std::vector<std::string>>& rows, std::size_t fixed) {
    const std::size_t columns = rows.front().size();
    std::vector<std::size_t> widths(columns, 0);
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < columns; ++c) {
            widths[c] = std::max(widths[c], shown_width(row[c]));
        }
    }
    std::string text;
    for (std::size_t begin = fixed; begin < columns;) {
        std::size_t line = 2;
        for (std::size_t c = 0; c < fixed; ++c) {
            line += widths[c] + 2;
        }
        std::size_t end = begin;
        while (end < columns && (end == begin || line + widths[end] <= text_width)) {
            line += widths[end++] + 2;
        }
        text += begin == fixed ? "" : "\n";
        for (const auto& row : rows) {
            std::string out = " ";
            for (std::size_t c = 0; c < columns; ++c) {
                if (c < fixed || (c >= begin && c < end)) {
                    out += ' ' + row[c] + std::string(widths[c] - shown_width(row[c]) + 1, ' ');
                }
            }
            out.erase(out.find_last_not_of(' ') + 1);
            text += out + '\n';
        }
        begin = end;
    }
    return text;
}

std::string cell_of(const model_choice& choice) {
    switch (choice.answer.outcome) {
        case runs::yes:
            return "yes " + std::to_string(choice.lost.size());
        case runs::no:
            return "no " + std::to_string(choice.answer.missing.size());
        case runs::not_told:
            return "no? " + std::to_string(choice.answer.missing.size());
        case runs::other_vendor:
            return "vendor";
        case runs::undescribed:
            break;
    }
    return "-";
}

std::string cell_of(const run_answer& move) {
    return move.outcome == runs::yes ? "yes" : cell_of(model_choice{move, {}});
}

class writer {
public:
    explicit writer(const fleet_report& report) : report_(report) {}

    std::string write() {
        text_ = counted(report_.hosts, "host") + " of " + counted(report_.kinds.size(), "kind") +
                ", by the CPU map of " + report_.map + '\n';
        hosts();
        if (report_.models.empty()) {
            heading("MODELS", "No model runs on these hosts.");
        } else {
            models();
            costs();
        }
        baselines();
        moves();
        return std::move(text_);
    }

private:
    void heading(const std::string& title, const std::string& explained = {}) {
        text_ += '\n' + title + '\n';
        if (!explained.empty()) {
            std::vector<std::string> words;
            for (std::string_view rest = explained; !rest.empty();) {
                const std::size_t end = std::min(rest.find(' '), rest.size());
                words.emplace_back(rest.substr(0, end));
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            text_ += wrapped("", words, 0);
        }
    }

    [[nodiscard]] std::vector<std::string> names(const feature_numbers& numbers) const {
        return names_of(numbers, report_.features);
    }

    void hosts() {
        heading("KINDS OF HOSTS",
                "Hosts of a kind are equal in vendor, signature (family/model/stepping), features and "
                "in how they were recorded.");
        for (const host_kind& kind : report_.kinds) {
            text_ += "  " + kind.label + "  " + counted(kind.names.size(), "host") + ", " + processor_of(kind.facts) +
                     ", " + counted(kind.facts.features.size(), "feature");
            if (const std::string limit = reservation(kind.format); !limit.empty()) {
                text_ += ' ' + limit;
            }
            text_ += '\n';
            const std::size_t indent = 4 + kind.label.size();
            if (kind.facts.guest) {
                text_ += std::string(indent, ' ') + "host-model: " + summary_of(*kind.facts.guest) + '\n';
            }
            if (!kind.facts.problem.empty()) {
                text_ += std::string(indent, ' ') + "no CPU description: " + kind.facts.problem + '\n';
            }
            text_ += wrapped(std::string(indent, ' '), kind.names, indent, ", ");
        }
    }

    void models() {
        heading("MODELS AND HOSTS",
                "yes N: runs there, with N features less than host-model has. no N: does not, N features are missing. "
                "no? N: the recording does not tell these N, which may be there.");
        std::vector<std::vector<std::string>> rows{{"model", "vendor", "features", "runs on"}};
        for (const host_kind& kind : report_.kinds) {
            rows[0].push_back(kind.label);
        }
        for (std::size_t m = 0; m < report_.models.size(); ++m) {
            const model_facts& model = report_.models[m];
            std::size_t running = 0;
            std::vector<std::string> cells;
            for (std::size_t k = 0; k < report_.kinds.size(); ++k) {
                const model_choice& choice = report_.choices[k][m];
                running += choice.answer.outcome == runs::yes ? report_.kinds[k].names.size() : 0;
                cells.push_back(cell_of(choice));
            }
            rows.push_back({model.name, model.vendor.empty() ? "any" : model.vendor,
                            std::to_string(model.features.size()),
                            std::to_string(running) + " of " + std::to_string(report_.hosts)});
            rows.back().insert(rows.back().end(), cells.begin(), cells.end());
        }
        text_ += table(rows, 4);
    }

    void costs() {
        heading("WHAT EACH MODEL COSTS");
        for (std::size_t m = 0; m < report_.models.size(); ++m) {
            text_ += "  " + report_.models[m].name + '\n';
            for (const same_answer& same : answers_of_model(report_, m)) {
                if (same.outcome == runs::undescribed) {
                    continue;
                }
                const std::string number = std::to_string(same.features.size());
                const bool foreign = same.outcome != runs::yes && is_foreign(m, same.kinds);
                const std::string says = same.outcome == runs::yes  ? " runs, " + number + " lost"
                                         : same.outcome == runs::no ? " lacks " + number
                                                                    : " may lack " + number + ", not recorded";
                if (foreign) {
                    text_ += "    " + labels_of(report_, same.kinds) + says + "; the model is " +
                             report_.models[m].vendor + "'s\n";
                } else {
                    text_ += wrapped("    " + labels_of(report_, same.kinds) + says + (number == "0" ? "" : ": "),
                                     names(same.features), 6);
                }
            }
        }
    }

    // Whether all of the kinds are of another vendor than the model; then the names say little.
    [[nodiscard]] bool is_foreign(std::size_t model, const std::vector<std::size_t>& kinds) const {
        const std::string& vendor = report_.models[model].vendor;
        return !vendor.empty() &&
               std::ranges::none_of(kinds, [&](std::size_t k) { return report_.kinds[k].facts.vendor == vendor; });
    }

    void baselines() {
        heading("BASELINE", "The CPU that hosts have in common, without what does not migrate.");
        for (const fleet_baseline& base : report_.baselines) {
            const std::string of = base.vendor.empty() ? "all hosts" : base.vendor;
            text_ +=
                "  " + of + " (" + counted(base.hosts, "host") + ")" +
                (base.undescribed == 0 ? ""
                                       : ", without " + std::to_string(base.undescribed) + " that no model describes");
            if (!base.answer.guest) {
                text_ += ": none, " + base.answer.problem + '\n';
                continue;
            }
            const guest_facts& guest = *base.answer.guest;
            text_ += ": " + summary_of(guest) + '\n';
            if (!guest.required.empty()) {
                text_ += wrapped("    require: ", names(guest.required), 6);
            }
            if (!guest.disabled.empty()) {
                text_ += wrapped("    disable: ", names(guest.disabled), 6);
            }
            if (const std::string limit = reservation_of(report_, base); !limit.empty()) {
                text_ += "    " + limit + '\n';
            }
        }
    }

    void moves() {
        heading(
            "MOVING GUESTS WITH HOST-MODEL",
            "From the kind in the row, where the guest was started, to the kind in the column. no N: N features are "
            "missing there. vendor: the guest's CPU is of another vendor.");
        std::vector<std::vector<std::string>> rows{{"from"}};
        for (const host_kind& kind : report_.kinds) {
            rows[0].push_back(kind.label);
        }
        for (std::size_t from = 0; from < report_.kinds.size(); ++from) {
            rows.push_back({report_.kinds[from].label});
            for (std::size_t to = 0; to < report_.kinds.size(); ++to) {
                const bool nowhere = from == to && report_.kinds[from].names.size() == 1;
                rows.back().push_back(nowhere ? "." : cell_of(report_.moves[from][to]));
            }
        }
        text_ += table(rows, 1);
        bool first = true;
        for (std::size_t from = 0; from < report_.kinds.size(); ++from) {
            for (const same_answer& same : obstacles_from(report_, from)) {
                text_ += first ? "\n" : "";
                first = false;
                text_ += wrapped("  " + report_.kinds[from].label + " to " + labels_of(report_, same.kinds) +
                                     (same.outcome == runs::no ? " lacks: " : ", not recorded there: "),
                                 names(same.features), 6);
            }
        }
    }

    const fleet_report& report_;
    std::string text_;
};

}  // namespace

std::string wrapped(const std::string& heading, const std::vector<std::string>& words, std::size_t indent,
                    const std::string& between) {
    std::string text;
    std::string line = heading;
    bool first = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string word = words[i] + (i + 1 < words.size() ? between : "");
        const std::string bare = word.substr(0, word.find_last_not_of(' ') + 1);
        if (!first && shown_width(line) + shown_width(bare) > text_width) {
            line.erase(line.find_last_not_of(' ') + 1);
            text += line + '\n';
            line = std::string(indent, ' ');
        }
        line += word;
        first = false;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return text + line + '\n';
}

std::vector<std::string> names_of(const feature_numbers& numbers, const std::vector<std::string>& features) {
    std::vector<std::string> names;
    for (const std::uint32_t n : numbers) {
        names.push_back(features[n]);
    }
    return names;
}

std::string summary_of(const guest_facts& guest) {
    return guest.model + (guest.required.empty() ? "" : " and " + counted(guest.required.size(), "feature") + " more") +
           (guest.disabled.empty() ? "" : ", " + std::to_string(guest.disabled.size()) + " disabled");
}

std::string write_text(const fleet_report& report) { return writer(report).write(); }

}  // namespace cpumap::codegen
