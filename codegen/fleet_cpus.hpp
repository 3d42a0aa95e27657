// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the library says of recorded machines, by a map that is chosen when the program runs. Hosts, models and features
// are numbers here; what the commands make of them need not know the map's type.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host_dump.hpp"
#include "shipped_maps.hpp"

namespace cpumap::codegen {

// Numbers of features, ascending, which is map order.
using feature_numbers = std::vector<std::uint32_t>;

// a without what is in b.
[[nodiscard]] feature_numbers without(const feature_numbers& a, const feature_numbers& b);
[[nodiscard]] bool includes(const feature_numbers& a, const feature_numbers& b);

struct model_facts {
    std::string name;
    std::string vendor;  // empty where it fits every vendor
    feature_numbers features;
    std::size_t like = 0;  // the model that stands for all with these features: itself, or one before or behind it
};

// A guest's definition.
struct guest_facts {
    std::string model;
    std::string vendor;        // empty where it asks for none
    feature_numbers required;  // beyond the model's
    feature_numbers disabled;
    feature_numbers features;
};

struct host_facts {
    std::string vendor;  // the map's name, or the twelve bytes where the map has none
    cpu_signature signature;
    feature_numbers features;
    feature_numbers not_told;          // not among them, and the recording does not say that they are not there
    std::optional<guest_facts> guest;  // what host-model means there
    std::string problem;               // why there is none, or no description of the host
};

enum class runs {
    yes,
    no,            // something is known to be missing
    not_told,      // it lacks only what the recording does not tell
    other_vendor,  // the guest asks for another vendor's host
    undescribed,   // no model describes one of the hosts
};

struct run_answer {
    runs outcome = runs::undescribed;
    feature_numbers missing;

    friend bool operator==(const run_answer&, const run_answer&) = default;
};

// A guest that runs on all of several hosts and can move between them, or why there is none.
struct baseline_answer {
    std::optional<guest_facts> guest;
    std::string problem;
    bool vendors_differ = false;
};

// Hosts that were recorded, with the library's answers. By numbers: those of hosts in the order in which they were added.
class fleet_cpus {
public:
    fleet_cpus() = default;
    fleet_cpus(const fleet_cpus&) = delete;
    fleet_cpus& operator=(const fleet_cpus&) = delete;
    virtual ~fleet_cpus() = default;

    [[nodiscard]] const std::vector<std::string>& features() const { return features_; }
    [[nodiscard]] const std::vector<model_facts>& models() const { return models_; }
    [[nodiscard]] const std::vector<host_facts>& hosts() const { return hosts_; }

    virtual void add(const host_dump& dump) = 0;
    // A custom guest of the model.
    [[nodiscard]] virtual run_answer run_model(std::size_t host, std::size_t model) const = 0;
    // A guest that was started with host-model on one of the hosts, and moves to the other.
    [[nodiscard]] virtual run_answer move_guest(std::size_t from, std::size_t to) const = 0;
    [[nodiscard]] virtual baseline_answer baseline(std::span<const std::size_t> hosts) const = 0;

protected:
    std::vector<std::string> features_;
    std::vector<model_facts> models_;
    std::vector<host_facts> hosts_;
};

[[nodiscard]] std::unique_ptr<fleet_cpus> make_fleet(const shipped_map& map);

}  // namespace cpumap::codegen
