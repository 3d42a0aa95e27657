// SPDX-License-Identifier: BSL-1.0
#pragma once

// What changed on hosts from one recording to another, worked out and as text.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet_cpus.hpp"
#include "host_dump.hpp"
#include "name_map.hpp"

namespace cpumap::codegen {

// Features that the same models need.
struct consequence {
    feature_numbers features;
    std::vector<std::string> models;  // each for all that have its features; may be empty
};

struct host_drift {
    std::string name;  // to be shown
    host_facts before;
    host_facts after;
    dump_format format_before = dump_format::cpudata;
    dump_format format_after = dump_format::cpudata;
    std::optional<std::uint32_t> microcode_before;
    std::optional<std::uint32_t> microcode_after;
    feature_numbers gone;
    feature_numbers came;
    feature_numbers not_compared;  // that one recording has and the other does not tell
    std::vector<consequence> by_gone;
    std::vector<consequence> by_came;
    run_answer move;  // of a guest that was started with host-model before, to the host as it is

    [[nodiscard]] bool changed() const;
    // Recordings of one kind are compared as they are; of two kinds only in what both tell.
    [[nodiscard]] bool is_of_one_kind() const {
        return format_before == format_after ||
               (kind_of(format_before) == dump_kind::cpuid && kind_of(format_after) == dump_kind::cpuid);
    }
    // Two recordings of one kind hide the same, so that what only one of them has did change. CPUID words do not hide
    // anything, but may lack MSRs, which take root to read.
    [[nodiscard]] bool hide_the_same() const { return is_of_one_kind() && kind_of(format_after) != dump_kind::cpuid; }
};

struct drift_report {
    std::string map;  // "libvirt 12.8.0"
    std::vector<std::string> features;
    std::vector<host_drift> hosts;
    std::vector<std::string> only_before;  // names of hosts, to be shown
    std::vector<std::string> only_after;

    [[nodiscard]] bool changed() const;
};

// Hosts are paired by name, or by their places where both lists are of one file.
[[nodiscard]] drift_report find_drift(const std::vector<host_dump>& before, const std::vector<host_dump>& after,
                                      bool by_place, const name_map& map);

[[nodiscard]] std::string write_text(const drift_report& report);

}  // namespace cpumap::codegen
