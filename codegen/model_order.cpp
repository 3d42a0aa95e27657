// SPDX-License-Identifier: BSL-1.0
#include "model_order.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <string>

namespace cpumap::codegen {
namespace {

// Lengths in the units of the picture, with letters of 12 units as wide as monospaced fonts have them.
constexpr double letter_width = 7.3;
constexpr double line_height = 16;
constexpr double padding = 8;
constexpr double gap = 14;        // between nodes of a layer
constexpr double edge_gap = 8;    // beside an edge that passes a layer
constexpr double layer_gap = 40;  // between layers, for the edges
constexpr double margin = 12;
constexpr double straightness = 6;
constexpr int order_sweeps = 24;
constexpr int place_sweeps = 100;

bool includes(const std::vector<bool>& all, const std::vector<bool>& some) {
    for (std::size_t i = 0; i < some.size(); ++i) {
        if (some[i] && !all[i]) {
            return false;
        }
    }
    return true;
}

// What a layer has at one place: a node, or an edge that passes.
struct item {
    std::size_t node;  // or no_node
    std::size_t layer = 0;
    double width = 0;
    double x = 0;
    std::size_t part = 0;  // of the picture: what edges join; 0 the largest
    std::vector<std::size_t> below{};
    std::vector<std::size_t> above{};
};

constexpr std::size_t no_node = ~std::size_t{0};

class drawing {
public:
    drawing(const x86::tables& map, const std::vector<std::size_t>& models) : map_(map) {
        find_nodes(models);
        find_edges();
        find_layers();
        find_items();
        find_parts();
        find_order();
        find_places();
        pack();
        draw();
    }

    model_order picture;

private:
    void find_nodes(const std::vector<std::size_t>& models) {
        std::map<std::vector<bool>, std::size_t> known;
        for (const std::size_t m : models) {
            const auto [at, is_new] = known.try_emplace(map_.models[m].features, picture.nodes.size());
            if (is_new) {
                picture.nodes.emplace_back();
            }
            picture.nodes[at->second].models.push_back(m);
        }
        for (order_node& node : picture.nodes) {
            std::size_t letters = 0;
            for (const std::size_t m : node.models) {
                letters = std::max(letters, map_.models[m].name.size());
            }
            node.width = std::ceil(letter_width * static_cast<double>(letters)) + 2 * padding;
            node.height = line_height * static_cast<double>(node.models.size()) + padding;
        }
    }

    [[nodiscard]] const std::vector<bool>& features(std::size_t node) const {
        return map_.models[picture.nodes[node].models[0]].features;
    }

    void find_edges() {
        const std::size_t count = picture.nodes.size();
        std::vector<std::vector<bool>> is_below(count, std::vector<bool>(count));
        for (std::size_t a = 0; a < count; ++a) {
            for (std::size_t b = 0; b < count; ++b) {
                is_below[a][b] = a != b && includes(features(b), features(a));
            }
        }
        for (std::size_t a = 0; a < count; ++a) {
            for (std::size_t b = 0; b < count; ++b) {
                bool next = is_below[a][b];
                for (std::size_t c = 0; next && c < count; ++c) {
                    next = !is_below[a][c] || !is_below[c][b];
                }
                if (next) {
                    picture.edges.push_back({a, b, {}});
                }
            }
        }
    }

    void find_layers() {
        std::vector<std::size_t> upwards(picture.nodes.size());
        for (std::size_t i = 0; i < upwards.size(); ++i) {
            upwards[i] = i;
        }
        std::ranges::stable_sort(upwards, {}, [&](std::size_t n) { return std::ranges::count(features(n), true); });
        for (const std::size_t n : upwards) {
            for (const order_edge& edge : picture.edges) {
                if (edge.above == n) {
                    picture.nodes[n].layer = std::max(picture.nodes[n].layer, picture.nodes[edge.below].layer + 1);
                }
            }
        }
        // A node with more edges upwards than downwards stands where these are short.
        // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile std::views of libstdc++ 12
        for (auto n = upwards.rbegin(); n != upwards.rend(); ++n) {
            std::size_t lowest = no_node;
            int balance = 0;
            for (const order_edge& edge : picture.edges) {
                if (edge.below == *n) {
                    lowest = std::min(lowest, picture.nodes[edge.above].layer);
                    ++balance;
                } else if (edge.above == *n) {
                    --balance;
                }
            }
            if (lowest != no_node && balance > 0) {
                picture.nodes[*n].layer = lowest - 1;
            }
        }
    }

    void find_items() {
        for (std::size_t n = 0; n < picture.nodes.size(); ++n) {
            add_item({n, picture.nodes[n].layer, picture.nodes[n].width + gap});
        }
        for (const order_edge& edge : picture.edges) {
            std::size_t last = edge.below;
            paths_.emplace_back();
            for (std::size_t layer = picture.nodes[edge.below].layer + 1; layer < picture.nodes[edge.above].layer;
                 ++layer) {
                paths_.back().push_back(items_.size());
                add_item({no_node, layer, edge_gap});
                join(last, items_.size() - 1);
                last = items_.size() - 1;
            }
            join(last, edge.above);
        }
    }

    void add_item(item added) {
        layers_.resize(std::max(layers_.size(), added.layer + 1));
        layers_[added.layer].push_back(items_.size());
        items_.push_back(std::move(added));
    }

    void join(std::size_t below, std::size_t above) {
        items_[below].above.push_back(above);
        items_[above].below.push_back(below);
    }

    // What no edge joins is laid out by itself, since nothing would keep it near the rest.
    void find_parts() {
        constexpr std::size_t unknown = ~std::size_t{0};
        for (item& i : items_) {
            i.part = unknown;
        }
        for (std::size_t first = 0; first < items_.size(); ++first) {
            if (items_[first].part != unknown) {
                continue;
            }
            std::vector<std::size_t> found{first};
            items_[first].part = parts_.size();
            for (std::size_t k = 0; k < found.size(); ++k) {
                for (const auto* joined : {&items_[found[k]].below, &items_[found[k]].above}) {
                    for (const std::size_t other : *joined) {
                        if (items_[other].part == unknown) {
                            items_[other].part = parts_.size();
                            found.push_back(other);
                        }
                    }
                }
            }
            parts_.push_back(std::move(found));
        }
        std::ranges::stable_sort(parts_, std::ranges::greater{}, [](const auto& part) { return part.size(); });
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            for (const std::size_t i : parts_[p]) {
                items_[i].part = p;
            }
        }
        for (auto& layer : layers_) {
            std::ranges::stable_sort(layer, {}, [&](std::size_t i) { return items_[i].part; });
        }
    }

    [[nodiscard]] std::vector<std::size_t> positions() const {
        std::vector<std::size_t> result(items_.size());
        for (const auto& layer : layers_) {
            for (std::size_t i = 0; i < layer.size(); ++i) {
                result[layer[i]] = i;
            }
        }
        return result;
    }

    [[nodiscard]] std::size_t crossings() const {
        const std::vector<std::size_t> position = positions();
        std::size_t count = 0;
        for (const auto& layer : layers_) {
            std::vector<std::pair<std::size_t, std::size_t>> lines;
            for (const std::size_t i : layer) {
                for (const std::size_t up : items_[i].above) {
                    lines.emplace_back(position[i], position[up]);
                }
            }
            for (std::size_t a = 0; a < lines.size(); ++a) {
                for (std::size_t b = a + 1; b < lines.size(); ++b) {
                    // The lines are in the order of their lower ends.
                    count += lines[a].first < lines[b].first && lines[a].second > lines[b].second;
                }
            }
        }
        return count;
    }

    // Sorts the layers by the mean place of what each item is joined to, up and down again, and keeps the best.
    void find_order() {
        auto best = layers_;
        std::size_t fewest = crossings();
        for (int sweep = 0; sweep < order_sweeps; ++sweep) {
            const bool upwards = sweep % 2 == 0;
            for (std::size_t i = 1; i < layers_.size(); ++i) {
                auto& layer = layers_[upwards ? i : layers_.size() - 1 - i];
                const std::vector<std::size_t> position = positions();
                std::vector<std::pair<double, std::size_t>> sorted;
                for (const std::size_t at : layer) {
                    const auto& joined = upwards ? items_[at].below : items_[at].above;
                    double sum = 0;
                    for (const std::size_t other : joined) {
                        sum += static_cast<double>(position[other]);
                    }
                    sorted.emplace_back(
                        joined.empty() ? static_cast<double>(position[at]) : sum / static_cast<double>(joined.size()),
                        at);
                }
                std::ranges::stable_sort(sorted, {}, [&](const std::pair<double, std::size_t>& place) {
                    return std::pair(items_[place.second].part, place.first);
                });
                for (std::size_t k = 0; k < layer.size(); ++k) {
                    layer[k] = sorted[k].second;
                }
            }
            if (const std::size_t now = crossings(); now < fewest) {
                fewest = now;
                best = layers_;
            }
        }
        layers_ = best;
    }

    // Puts the items of a layer as near to where they would like to be as their order and widths allow, by least
    // squares: wishes that are in each other's way are averaged.
    void place(const std::vector<std::size_t>& layer, const std::vector<double>& wished) {
        struct block {
            double sum;
            double weight;
            std::size_t size;
        };
        std::vector<block> blocks;
        std::vector<double> offset;
        double at = 0;
        for (std::size_t i = 0; i < layer.size(); ++i) {
            at += i == 0 ? 0 : (items_[layer[i - 1]].width + items_[layer[i]].width) / 2;
            offset.push_back(at);
            // Long edges are bent where they pass between nodes sooner than the nodes are pushed about.
            const double weight = items_[layer[i]].node == no_node ? 2 : 1;
            blocks.push_back({(wished[i] - at) * weight, weight, 1});
            while (blocks.size() > 1) {
                const block last = blocks.back();
                block& before = blocks[blocks.size() - 2];
                if (before.sum / before.weight <= last.sum / last.weight) {
                    break;
                }
                before = {before.sum + last.sum, before.weight + last.weight, before.size + last.size};
                blocks.pop_back();
            }
        }
        std::size_t i = 0;
        for (const block& b : blocks) {
            for (std::size_t k = 0; k < b.size; ++k, ++i) {
                items_[layer[i]].x = b.sum / b.weight + offset[i];
            }
        }
    }

    void find_places() {
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            std::vector<std::vector<std::size_t>> layers(layers_.size());
            for (std::size_t i = 0; i < layers_.size(); ++i) {
                std::ranges::copy_if(layers_[i], std::back_inserter(layers[i]),
                                     [&](std::size_t at) { return items_[at].part == p; });
                place(layers[i], std::vector<double>(layers[i].size(), 0));
            }
            for (int sweep = 0; sweep < place_sweeps; ++sweep) {
                const bool upwards = sweep % 2 == 0;
                for (std::size_t i = 0; i < layers.size(); ++i) {
                    const auto& layer = layers[upwards ? i : layers.size() - 1 - i];
                    std::vector<double> wished;
                    for (const std::size_t at : layer) {
                        wished.push_back(wished_place(at));
                    }
                    place(layer, wished);
                }
            }
        }
    }

    [[nodiscard]] double wished_place(std::size_t at) const {
        double sum = 0;
        double count = 0;
        for (const auto* joined : {&items_[at].below, &items_[at].above}) {
            for (const std::size_t other : *joined) {
                // A long edge is to be straight more than to end in the middle.
                const bool along = items_[at].node == no_node && items_[other].node == no_node;
                const double weight = along ? straightness : 1;
                sum += weight * items_[other].x;
                count += weight;
            }
        }
        return count == 0 ? items_[at].x : sum / count;
    }

    // Puts each part as far to the left as the parts before it leave room.
    void pack() {
        std::vector<double> taken(layers_.size());  // up to where each layer is
        for (const std::vector<std::size_t>& part : parts_) {
            double shift = -std::numeric_limits<double>::infinity();
            for (const std::size_t i : part) {
                shift = std::max(shift, taken[items_[i].layer] + items_[i].width / 2 - items_[i].x);
            }
            for (const std::size_t i : part) {
                items_[i].x += shift;
                taken[items_[i].layer] = std::max(taken[items_[i].layer], items_[i].x + items_[i].width / 2);
            }
        }
    }

    void draw() {
        double left = 0;
        double right = 0;
        for (const item& i : items_) {
            left = std::min(left, i.x - i.width / 2);
            right = std::max(right, i.x + i.width / 2);
        }
        std::vector<double> heights(layers_.size());
        for (const order_node& node : picture.nodes) {
            heights[node.layer] = std::max(heights[node.layer], node.height);
        }
        std::vector<double> middles(layers_.size());
        double y = margin;
        for (std::size_t layer = layers_.size(); layer-- > 0;) {  // the highest is at the top
            middles[layer] = y + heights[layer] / 2;
            y += heights[layer] + layer_gap;
        }
        // Whole numbers, so that the last bits of a mean show nowhere.
        const auto x_of = [&](std::size_t i) { return std::round(items_[i].x - left + margin); };
        for (std::size_t n = 0; n < picture.nodes.size(); ++n) {
            picture.nodes[n].x = x_of(n);
            picture.nodes[n].y = std::round(middles[picture.nodes[n].layer]);
        }
        for (std::size_t e = 0; e < picture.edges.size(); ++e) {
            order_edge& edge = picture.edges[e];
            const order_node& below = picture.nodes[edge.below];
            const order_node& above = picture.nodes[edge.above];
            const auto pass = [&](double x, double from, double to) {
                edge.points.emplace_back(x, std::round(from));
                edge.points.emplace_back(x, std::round(to));
            };
            const auto upper = [&](std::size_t layer) { return middles[layer] - heights[layer] / 2; };
            const auto lower = [&](std::size_t layer) { return middles[layer] + heights[layer] / 2; };
            pass(below.x, below.y - below.height / 2, upper(below.layer));
            for (const std::size_t i : paths_[e]) {
                pass(x_of(i), lower(items_[i].layer), upper(items_[i].layer));
            }
            pass(above.x, lower(above.layer), above.y + above.height / 2);
        }
        picture.width = std::round(right - left + 2 * margin);
        picture.height = layers_.empty() ? 0 : std::round(y - layer_gap + margin);
    }

    const x86::tables& map_;
    std::vector<item> items_;  // the nodes, then what edges pass
    std::vector<std::vector<std::size_t>> parts_;
    std::vector<std::vector<std::size_t>> layers_;
    std::vector<std::vector<std::size_t>> paths_;  // of each edge, the items on the layers that it passes
};

}  // namespace

model_order order_models(const x86::tables& map, const std::vector<std::size_t>& models) {
    return std::move(drawing(map, models).picture);
}

}  // namespace cpumap::codegen
