// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is to be said of a fleet, worked out and not yet written down: which models run on which hosts and what that
// costs, what all hosts have in common, and where guests can move.

#include <cstddef>
#include <string>
#include <vector>

#include "fleet_cpus.hpp"
#include "host_dump.hpp"

namespace cpumap::codegen {

// Hosts that are equal in all that counts here: vendor, signature, features, and how they were recorded.
struct host_kind {
    std::string label;               // A, B, ... Z, AA, ...
    std::vector<std::string> names;  // to be shown
    dump_format format = dump_format::cpudata;
    host_facts facts;
};

struct model_choice {
    run_answer answer;
    feature_numbers lost;  // what the host's own host-model has and this model does not give
};

struct fleet_baseline {
    std::string vendor;              // of the hosts; empty where it is of all hosts
    std::vector<std::size_t> kinds;  // those that it is of
    std::size_t hosts = 0;           // how many these are
    std::size_t undescribed = 0;     // hosts that no model describes, and that are left out
    baseline_answer answer;
};

struct fleet_report {
    std::string map;  // "libvirt 12.8.0"
    std::vector<std::string> features;
    std::size_t hosts = 0;
    std::vector<host_kind> kinds;                    // in the order of their first hosts
    std::vector<model_facts> models;                 // the candidates
    std::vector<std::vector<model_choice>> choices;  // by kind, then model
    std::vector<std::vector<run_answer>> moves;      // by the kind that the guest comes from, then where it goes
    std::vector<fleet_baseline> baselines;           // of all hosts; where there is none, also of each vendor
};

// Models are by name, each once; none means those that decoding finds for the hosts, and of each vendor's models that run
// on all its hosts those that no other one includes, or nearly so. Throws usage_error for a name that the map does not have.
[[nodiscard]] fleet_report report_fleet(const std::vector<host_dump>& hosts, const name_map& map,
                                        const std::vector<std::string>& models);

// The label of a kind: A to Z, AA, AB, ...
[[nodiscard]] std::string label_of(std::size_t number);

// Kinds with the same answer, in the order of the first of them.
struct same_answer {
    runs outcome = runs::undescribed;
    feature_numbers features;  // lost where a model runs, otherwise missing
    std::vector<std::size_t> kinds;
};
// Of a model: where it runs come first.
[[nodiscard]] std::vector<same_answer> answers_of_model(const fleet_report& report, std::size_t model);
// Of guests that were started on hosts of a kind: where these cannot move for what is missing there.
[[nodiscard]] std::vector<same_answer> obstacles_from(const fleet_report& report, std::size_t kind);

// "A, C and D".
[[nodiscard]] std::string labels_of(const fleet_report& report, const std::vector<std::size_t>& kinds);

// What is to be said of a baseline whose hosts are not all known in full; empty where they are.
[[nodiscard]] std::string reservation_of(const fleet_report& report, const fleet_baseline& baseline);

// "Intel 6/85/7", as far as it is known.
[[nodiscard]] std::string processor_of(const host_facts& facts);

}  // namespace cpumap::codegen
