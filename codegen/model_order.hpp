// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which models of a map include which, as a picture to draw: models with the same features are one node, an edge goes
// from a node to each that includes it and no other one between, and nodes have places on layers.

#include <cstddef>
#include <utility>
#include <vector>

#include "map_data.hpp"

namespace cpumap::codegen {

struct order_node {
    std::vector<std::size_t> models;  // with the same features, in map order
    std::size_t layer = 0;            // 0 the lowest; above all nodes that it includes
    double x = 0;                     // the middle
    double y = 0;
    double width = 0;
    double height = 0;
};

struct order_edge {
    std::size_t below = 0;
    std::size_t above = 0;
    // From the upper side of the one to the lower side of the other: in pairs, up to which the edge goes straight up past a
    // layer; between two pairs it may bend, and there is no node.
    std::vector<std::pair<double, double>> points;
};

struct model_order {
    std::vector<order_node> nodes;
    std::vector<order_edge> edges;
    double width = 0;
    double height = 0;
};

// Of the models given by their indices. The same for the same models, whatever the machine.
[[nodiscard]] model_order order_models(const x86::tables& map, const std::vector<std::size_t>& models);

}  // namespace cpumap::codegen
