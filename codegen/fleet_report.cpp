// SPDX-License-Identifier: BSL-1.0
#include "fleet_report.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "diagnostics.hpp"
#include "fleet_input.hpp"

namespace cpumap::codegen {
namespace {

std::size_t find_model(const fleet_cpus& fleet, const std::string& name) {
    const auto found = std::ranges::find(fleet.models(), name, &model_facts::name);
    return static_cast<std::size_t>(found - fleet.models().begin());
}

std::vector<std::size_t> named_models(const fleet_cpus& fleet, const name_map& map,
                                      const std::vector<std::string>& names) {
    std::vector<std::size_t> models;
    for (const std::string& name : names) {
        const std::size_t model = find_model(fleet, name);
        if (model == fleet.models().size()) {
            const std::string nearest = map.nearest_model(name);
            throw usage_error("--models: " + map.shown() + " knows no CPU model " + in_quotes(shown_name(name)) +
                              (nearest.empty() ? "" : ", did you mean " + nearest + '?'));
        }
        if (std::ranges::find(models, model) != models.end()) {
            throw usage_error("--models names " + in_quotes(name) + " twice");
        }
        models.push_back(model);
    }
    return models;
}

// Whether one has nearly all that another has, and much more: old models have a few features (monitor, say) that were left
// out of all newer ones, and nobody chooses them for these.
bool nearly_includes(const feature_numbers& better, const feature_numbers& other) {
    return without(other, better).size() * 10 < without(better, other).size();
}

// Models that run on all hosts of a vendor, without those that another one includes, or nearly so. A model for every vendor counts
// only where none of the vendor's own runs: the old generic ones lack most of what hosts have.
std::vector<std::size_t> best_models(const fleet_cpus& fleet, const std::string& vendor,
                                     const std::vector<std::size_t>& hosts) {
    std::vector<std::size_t> running;
    for (std::size_t m = 0; m < fleet.models().size(); ++m) {
        const model_facts& model = fleet.models()[m];
        const bool fits = model.like == m && (model.vendor.empty() || model.vendor == vendor);
        if (fits &&
            std::ranges::all_of(hosts, [&](std::size_t h) { return fleet.run_model(h, m).outcome == runs::yes; })) {
            running.push_back(m);
        }
    }
    const auto is_own = [&](std::size_t m) { return !fleet.models()[m].vendor.empty(); };
    if (std::ranges::any_of(running, is_own)) {
        std::erase_if(running, [&](std::size_t m) { return !is_own(m); });
    }
    std::vector<std::size_t> best;
    for (const std::size_t m : running) {
        const feature_numbers& features = fleet.models()[m].features;
        const bool beaten = std::ranges::any_of(running, [&](std::size_t other) {
            const feature_numbers& others = fleet.models()[other].features;
            return others.size() > features.size() && nearly_includes(others, features);
        });
        if (!beaten) {
            best.push_back(m);
        }
    }
    return best;
}

using vendor_hosts = std::map<std::string, std::vector<std::size_t>>;

std::vector<std::size_t> candidate_models(const fleet_cpus& fleet, const vendor_hosts& described,
                                          const std::vector<std::size_t>& one_of_each_kind) {
    std::set<std::size_t> models;
    for (const std::size_t host : one_of_each_kind) {
        if (const auto& guest = fleet.hosts()[host].guest) {
            models.insert(find_model(fleet, guest->model));
        }
    }
    for (const auto& [vendor, hosts] : described) {
        for (const std::size_t m : best_models(fleet, vendor, hosts)) {
            // One that decoding found stands for its namesakes.
            const auto same = [&](std::size_t other) { return fleet.models()[other].like == m; };
            if (std::ranges::none_of(models, same)) {
                models.insert(m);
            }
        }
    }
    std::vector<std::size_t> sorted(models.begin(), models.end());
    std::ranges::stable_sort(sorted, {}, [&](std::size_t m) {
        const model_facts& model = fleet.models()[m];
        return std::pair(model.vendor, model.features.size());
    });
    return sorted;
}

fleet_baseline find_baseline(const fleet_cpus& fleet, const std::string& vendor,
                             const std::vector<std::size_t>& hosts) {
    fleet_baseline result;
    result.vendor = vendor;
    result.hosts = hosts.size();
    result.answer = fleet.baseline(hosts);
    return result;
}

void add_answer(std::vector<same_answer>& answers, const run_answer& answer, const feature_numbers& features,
                std::size_t kind) {
    const auto found = std::ranges::find_if(
        answers, [&](const same_answer& a) { return a.outcome == answer.outcome && a.features == features; });
    if (found == answers.end()) {
        answers.push_back({answer.outcome, features, {kind}});
    } else {
        found->kinds.push_back(kind);
    }
}

}  // namespace

std::string label_of(std::size_t number) {
    std::string label;
    for (std::size_t rest = number + 1; rest != 0; rest = (rest - 1) / 26) {
        label.insert(label.begin(), static_cast<char>('A' + (rest - 1) % 26));
    }
    return label;
}

std::vector<same_answer> answers_of_model(const fleet_report& report, std::size_t model) {
    std::vector<same_answer> answers;
    for (std::size_t k = 0; k < report.kinds.size(); ++k) {
        const model_choice& choice = report.choices[k][model];
        add_answer(answers, choice.answer, choice.answer.outcome == runs::yes ? choice.lost : choice.answer.missing, k);
    }
    // Not of std::ranges, whose one clang 14 does not compile with libstdc++ 12.
    std::stable_partition(answers.begin(), answers.end(), [](const same_answer& a) { return a.outcome == runs::yes; });
    return answers;
}

std::vector<same_answer> obstacles_from(const fleet_report& report, std::size_t kind) {
    std::vector<same_answer> answers;
    for (std::size_t to = 0; to < report.kinds.size(); ++to) {
        const run_answer& move = report.moves[kind][to];
        if (move.outcome == runs::no || move.outcome == runs::not_told) {
            add_answer(answers, move, move.missing, to);
        }
    }
    return answers;
}

std::string labels_of(const fleet_report& report, const std::vector<std::size_t>& kinds) {
    std::string result;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        result += (i == 0 ? "" : i + 1 == kinds.size() ? " and " : ", ") + report.kinds[kinds[i]].label;
    }
    return result;
}

std::string reservation_of(const fleet_report& report, const fleet_baseline& baseline) {
    std::vector<std::size_t> limited;
    for (const std::size_t k : baseline.kinds) {
        if (kind_of(report.kinds[k].format) != dump_kind::cpuid) {
            limited.push_back(k);
        }
    }
    if (limited.empty()) {
        return {};
    }
    return "What is recorded of " + labels_of(report, limited) + " need not be all, so there may be more in common.";
}

std::string processor_of(const host_facts& facts) {
    const std::string vendor = facts.vendor.empty() ? "vendor unknown" : shown_name(facts.vendor);
    if (!facts.signature) {
        return vendor + ", no signature";
    }
    return vendor + ' ' + std::to_string(facts.signature.family()) + '/' + std::to_string(facts.signature.model()) +
           '/' + std::to_string(facts.signature.stepping());
}

fleet_report report_fleet(const std::vector<host_dump>& hosts, const name_map& map,
                          const std::vector<std::string>& models) {
    const std::unique_ptr<fleet_cpus> fleet = make_fleet(map.shipped());
    const std::vector<std::size_t> named = named_models(*fleet, map, models);
    fleet_report report;
    report.map = map.shown();
    report.features = fleet->features();
    report.hosts = hosts.size();

    using key = std::tuple<std::string, std::string, std::uint32_t, feature_numbers, feature_numbers>;
    std::map<key, std::size_t> kinds;
    std::vector<std::size_t> first;  // of each kind the first host
    std::vector<std::size_t> kind_of_host;
    for (const host_dump& host : hosts) {
        fleet->add(host);
        const host_facts& facts = fleet->hosts().back();
        const key of{reservation(host.format), facts.vendor, facts.signature.number(), facts.features, facts.not_told};
        const auto [at, is_new] = kinds.try_emplace(of, report.kinds.size());
        if (is_new) {
            report.kinds.push_back({label_of(report.kinds.size()), {}, host.format, facts});
            first.push_back(fleet->hosts().size() - 1);
        }
        report.kinds[at->second].names.push_back(shown_name(host.name));
        kind_of_host.push_back(at->second);
    }

    vendor_hosts described;
    std::vector<std::size_t> all;
    for (std::size_t h = 0; h < hosts.size(); ++h) {
        const host_facts& facts = fleet->hosts()[h];
        if (facts.problem.empty()) {
            described[facts.vendor].push_back(h);
            all.push_back(h);
        }
    }
    const std::vector<std::size_t> candidates = models.empty() ? candidate_models(*fleet, described, first) : named;
    for (const std::size_t m : candidates) {
        report.models.push_back(fleet->models()[m]);
    }
    for (const std::size_t host : first) {
        std::vector<model_choice> row;
        for (const std::size_t m : candidates) {
            model_choice choice{fleet->run_model(host, m), {}};
            if (const auto& guest = fleet->hosts()[host].guest) {
                choice.lost = without(guest->features, fleet->models()[m].features);
            }
            row.push_back(std::move(choice));
        }
        report.choices.push_back(std::move(row));
        std::vector<run_answer> moves;
        for (const std::size_t to : first) {
            moves.push_back(fleet->move_guest(host, to));
        }
        report.moves.push_back(std::move(moves));
    }

    const auto add = [&](const std::string& vendor, const std::vector<std::size_t>& of) {
        fleet_baseline found = find_baseline(*fleet, vendor, of);
        std::set<std::size_t> its_kinds;
        for (const std::size_t h : of) {
            its_kinds.insert(kind_of_host[h]);
        }
        found.kinds.assign(its_kinds.begin(), its_kinds.end());
        found.undescribed = vendor.empty() ? hosts.size() - all.size() : 0;
        report.baselines.push_back(std::move(found));
    };
    add("", all);
    if (!report.baselines[0].answer.guest && described.size() > 1) {
        if (report.baselines[0].answer.vendors_differ) {
            std::string vendors;
            for (const auto& [vendor, of] : described) {
                vendors += (vendors.empty() ? "" : ", ") + (vendor.empty() ? "unknown vendor" : shown_name(vendor));
            }
            report.baselines[0].answer.problem = "the CPUs have different vendors: " + vendors;
        }
        for (const auto& [vendor, of] : described) {
            add(vendor.empty() ? "unknown vendor" : vendor, of);
        }
    }
    return report;
}

}  // namespace cpumap::codegen
