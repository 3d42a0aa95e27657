// SPDX-License-Identifier: BSL-1.0
#pragma once

// The CPU settings of a nova.conf as the text of a header with a policy.

#include <string>
#include <vector>

#include "nova_reader.hpp"

namespace cpumap::codegen {

// What the header is made for.
struct nova_policy_description {
    std::string map;                // the name of the type in cpumap::maps
    std::string map_shown;          // how a sentence calls it
    std::vector<std::string> name;  // of the policy, its namespaces first
    std::string architecture;
    bool ordered = false;
};

// The same text for the same arguments, whenever and wherever.
[[nodiscard]] std::string write_nova_policy(const nova_settings& settings, const nova_policy_description& description);

}  // namespace cpumap::codegen
