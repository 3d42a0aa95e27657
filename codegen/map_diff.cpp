// SPDX-License-Identifier: BSL-1.0

#include "map_diff.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shown_text.hpp"

namespace cpumap::codegen {
namespace {

// Appends a piece to a list, with a separator in front of all but the first.
void add(std::string& list, std::string_view separator, std::string_view piece) {
    if (!list.empty()) {
        list += separator;
    }
    list += piece;
}

std::string to_hexadecimal(std::uint32_t number) {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    return std::string("0x").append(digits, end);
}

// Names are printed as they stand in the map, but for bytes that would break a line, hide in it or turn it round.
std::string shown(const std::string& name) { return shown_text(name); }

using row = difference_row;

// Appends a statement to what a row says.
void say(std::string& text, std::string_view is) { add(text, "; ", is); }

void say_change(std::string& text, const std::string& what, const std::string& before, const std::string& after) {
    if (before != after) {
        say(text, what + ' ' + before + " -> " + after);
    }
}

class table_text {
public:
    void section(const std::string& title, const std::vector<row>& rows) {
        text_ += '\n' + title + ": " + std::to_string(rows.size()) + '\n';
        std::size_t width = 0;
        for (const row& r : rows) {
            width = std::max(width, shown_width(r.name));
        }
        for (const row& r : rows) {
            text_ += "  " + r.name;
            if (!r.text.empty()) {
                text_ += std::string(width - shown_width(r.name) + 2, ' ') + r.text;
            }
            text_ += '\n';
        }
    }
    // The sections of what came, went and changed of one kind; adds their sizes to the line of counts.
    void sections(const std::string& kind, const std::vector<row>& came, const std::vector<row>& went,
                  const std::vector<row>& changed) {
        section(kind + " that came", came);
        section(kind + " that went", went);
        section(kind + " that changed", changed);
        sections_.push_back({kind, came, went, changed});
        say(counts_, kind + ": " + std::to_string(came.size()) + " came, " + std::to_string(went.size()) + " went, " +
                         std::to_string(changed.size()) + " changed");
    }

    void line(const std::string& text) { text_ += text + '\n'; }
    [[nodiscard]] map_difference finish() const { return {text_ + '\n' + counts_ + '\n', counts_, sections_}; }

private:
    std::vector<difference_section> sections_;
    std::string text_;
    std::string counts_;
};

template <class Entries>
std::map<std::string_view, std::size_t> index_by_name(const Entries& entries) {
    std::map<std::string_view, std::size_t> result;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        result.emplace(entries[i].name, i);
    }
    return result;
}

// The names of an x86 map's features.
struct feature_names {
    explicit feature_names(const x86::tables& map)
        : features(index_by_name(map.features)), aliases_of(features.size()) {
        for (const x86::alias& alias : map.aliases) {
            aliases.emplace(alias.name, alias.feature);
            aliases_of[alias.feature].insert(alias.name);
        }
    }

    std::map<std::string_view, std::size_t> features;
    std::map<std::string_view, std::size_t> aliases;
    std::vector<std::set<std::string>> aliases_of;
};

// For each feature of a map the one it is in another: that of the same name; else, where aliases show it to be renamed
// and nothing else is in question, that one.
std::vector<std::optional<std::size_t>> find_partners(const x86::tables& from, const feature_names& from_names,
                                                      const x86::tables& to, const feature_names& to_names) {
    // The features of both whose names only one map has, and for each which of the other side it can be.
    std::map<std::size_t, std::set<std::size_t>> of_from;
    std::map<std::size_t, std::set<std::size_t>> of_to;
    const auto pair = [&](std::size_t a, std::size_t b) {
        if (!to_names.features.contains(from.features[a].name) && !from_names.features.contains(to.features[b].name)) {
            of_from[a].insert(b);
            of_to[b].insert(a);
        }
    };
    for (const x86::alias& alias : to.aliases) {
        if (const auto found = from_names.features.find(alias.name); found != from_names.features.end()) {
            pair(found->second, alias.feature);
        }
    }
    for (const x86::alias& alias : from.aliases) {
        if (const auto found = to_names.features.find(alias.name); found != to_names.features.end()) {
            pair(alias.feature, found->second);
        }
    }

    std::vector<std::optional<std::size_t>> result;
    for (std::size_t a = 0; a < from.features.size(); ++a) {
        const auto same = to_names.features.find(from.features[a].name);
        result.emplace_back();
        if (same != to_names.features.end()) {
            result.back() = same->second;
        } else if (const auto others = of_from.find(a); others != of_from.end() && others->second.size() == 1) {
            const std::size_t b = *others->second.begin();
            if (of_to[b].size() == 1) {
                result.back() = b;
            }
        }
    }
    return result;
}

std::string text_of(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        add(text, " ", shown(name));
    }
    return text.empty() ? "none" : text;
}

std::string on_off(bool on) { return on ? "on" : "off"; }

class x86_comparison {
public:
    x86_comparison(const x86::tables& before, const x86::tables& after)
        : before_(before),
          after_(after),
          before_names_(before),
          after_names_(after),
          forward_(find_partners(before, before_names_, after, after_names_)),
          backward_(find_partners(after, after_names_, before, before_names_)) {}

    void write(table_text& out) const {
        write_features(out);
        write_models(out);
    }

private:
    void write_features(table_text& out) const {
        std::vector<row> came;
        std::vector<row> went;
        std::vector<row> changed;
        for (std::size_t b = 0; b < after_.features.size(); ++b) {
            if (!backward_[b]) {
                came.push_back({shown(after_.features[b].name), place_of(after_.features[b].bit)});
            }
        }
        for (std::size_t a = 0; a < before_.features.size(); ++a) {
            const x86::feature& old = before_.features[a];
            if (!forward_[a]) {
                went.push_back({shown(old.name), place_of(old.bit)});
                continue;
            }
            const x86::feature& now = after_.features[*forward_[a]];
            row r{shown(old.name), ""};
            if (old.name != now.name) {
                say(r.text, "renamed " + shown(now.name));
            }
            say_change(r.text, "moved", place_of(old.bit), place_of(now.bit));
            say_change(r.text, "migratable", old.migratable ? "yes" : "no", now.migratable ? "yes" : "no");
            say_change(r.text, "aliases", text_of(before_names_.aliases_of[a]),
                       text_of(after_names_.aliases_of[*forward_[a]]));
            if (!r.text.empty()) {
                changed.push_back(r);
            }
        }
        out.sections("features", came, went, changed);
    }

    void write_models(table_text& out) const {
        const auto before_models = index_by_name(before_.models);
        const auto after_models = index_by_name(after_.models);
        std::vector<row> came;
        std::vector<row> went;
        std::vector<row> changed;
        for (const x86::model& model : after_.models) {
            if (!before_models.contains(model.name)) {
                came.push_back({shown(model.name), describe(after_, model)});
            }
        }
        for (const x86::model& model : before_.models) {
            const auto found = after_models.find(model.name);
            if (found == after_models.end()) {
                went.push_back({shown(model.name), describe(before_, model)});
            } else if (std::string text = changes(model, after_.models[found->second]); !text.empty()) {
                changed.push_back({shown(model.name), std::move(text)});
            }
        }
        out.sections("models", came, went, changed);
    }

    static std::string vendor_of(const x86::tables& map, const x86::model& model) {
        return model.vendor ? shown(map.vendors[*model.vendor].name) : "none";
    }

    static std::string canonical_of(const x86::tables& map, const x86::model& model) {
        return model.canonical ? shown(map.models[*model.canonical].name) : "none";
    }

    static std::string describe(const x86::tables& map, const x86::model& model) {
        const auto count = std::ranges::count(model.features, true);
        return std::to_string(count) + (count == 1 ? " feature; vendor " : " features; vendor ") +
               vendor_of(map, model);
    }

    // Lists of features as +name and -name: what only the later one has in its order, then what only the earlier has.
    [[nodiscard]] std::string feature_changes(const std::vector<std::size_t>& before,
                                              const std::vector<std::size_t>& after) const {
        std::set<std::size_t> kept;
        std::string lost;
        for (const std::size_t a : before) {
            if (forward_[a] && std::ranges::find(after, *forward_[a]) != after.end()) {
                kept.insert(*forward_[a]);
            } else {
                lost += " -" + shown(before_.features[a].name);
            }
        }
        std::string gained;
        for (const std::size_t b : after) {
            if (!kept.contains(b)) {
                gained += " +" + shown(after_.features[b].name);
            }
        }
        return gained + lost;
    }

    static std::vector<std::size_t> indices(const std::vector<bool>& set) {
        std::vector<std::size_t> result;
        for (std::size_t i = 0; i < set.size(); ++i) {
            if (set[i]) {
                result.push_back(i);
            }
        }
        return result;
    }

    static std::vector<std::size_t> sorted(std::vector<std::size_t> list) {
        std::ranges::sort(list);
        return list;
    }

    [[nodiscard]] bool same_order(const std::vector<std::size_t>& before, const std::vector<std::size_t>& after) const {
        return std::ranges::equal(before, after, [&](std::size_t a, std::size_t b) { return forward_[a] == b; });
    }

    [[nodiscard]] std::string changes(const x86::model& old, const x86::model& now) const {
        std::string text;
        if (const std::string f = feature_changes(indices(old.features), indices(now.features)); !f.empty()) {
            say(text, "features" + f);
        }
        say_change(text, "vendor", vendor_of(before_, old), vendor_of(after_, now));
        say_change(text, "signatures", signatures_text(old.signatures), signatures_text(now.signatures));
        say_change(text, "canonical", canonical_of(before_, old), canonical_of(after_, now));
        if (!same_order(old.removed, now.removed)) {
            const std::string f = feature_changes(old.removed, now.removed);
            say(text, "removed" + (f.empty() ? " in another order" : f));
        }
        if (const std::string f = feature_changes(sorted(old.added), sorted(now.added)); !f.empty()) {
            say(text, "added" + f);
        }
        say_change(text, "decode host", on_off(old.decodes_host), on_off(now.decodes_host));
        say_change(text, "decode guest", on_off(old.decodes_guest), on_off(now.decodes_guest));
        say_change(text, "partial check", old.partial_compat ? "compat" : "none",
                   now.partial_compat ? "compat" : "none");
        return text;
    }

    const x86::tables& before_;
    const x86::tables& after_;
    feature_names before_names_;
    feature_names after_names_;
    std::vector<std::optional<std::size_t>> forward_;
    std::vector<std::optional<std::size_t>> backward_;
};

// Entries that have nothing but a name and a text that says all of it.
void write_plain(table_text& out, const std::string& kind, const std::vector<row>& before,
                 const std::vector<row>& after) {
    const auto before_names = index_by_name(before);
    const auto after_names = index_by_name(after);
    std::vector<row> came;
    std::vector<row> went;
    std::vector<row> changed;
    for (const row& r : after) {
        if (!before_names.contains(r.name)) {
            came.push_back(r);
        }
    }
    for (const row& r : before) {
        const auto found = after_names.find(r.name);
        if (found == after_names.end()) {
            went.push_back(r);
        } else if (after[found->second].text != r.text) {
            changed.push_back({r.name, r.text + " -> " + after[found->second].text});
        }
    }
    if (!came.empty() || !went.empty() || !changed.empty()) {
        out.sections(kind, came, went, changed);
    }
}

std::vector<row> rows_of(const ppc64::tables& map) {
    std::vector<row> rows;
    for (const ppc64::model& model : map.models) {
        std::string text = "pvr";
        for (const ppc64::pvr& pvr : model.pvrs) {
            text += ' ' + to_hexadecimal(pvr.value) + '/' + to_hexadecimal(pvr.mask);
        }
        rows.push_back(
            {shown(model.name), text + ", vendor " + (model.vendor ? shown(map.vendors[*model.vendor]) : "none")});
    }
    return rows;
}

std::vector<row> rows_of(const arm::tables& map) {
    std::vector<row> rows;
    for (const arm::model& model : map.models) {
        rows.push_back({shown(model.name), "part " + to_hexadecimal(model.part) + ", vendor " +
                                               (model.vendor ? shown(map.vendors[*model.vendor].name) : "none")});
    }
    return rows;
}

std::vector<row> features_of(const arm::tables& map) {
    std::vector<row> rows;
    for (const std::string& feature : map.features) {
        rows.push_back({shown(feature), ""});
    }
    return rows;
}

}  // namespace

std::string place_of(const x86::register_bit& bit) {
    const bool msr = bit.part == 'l' || bit.part == 'h';
    std::string text = (msr ? "msr " : "cpuid ") + to_hexadecimal(bit.leaf);
    if (!msr && bit.subleaf != 0) {
        text += '.' + to_hexadecimal(bit.subleaf);
    }
    text += msr ? (bit.part == 'l' ? " low" : " high") : std::string(" e") + bit.part + 'x';
    return text + " bit " + std::to_string(bit.bit);
}

std::string signatures_text(const std::vector<x86::signature>& signatures) {
    std::string text;
    for (const x86::signature& s : signatures) {
        add(text, " ", std::to_string(s.family) + '/' + std::to_string(s.model));
        if (s.steppings == 0xffff) {
            continue;
        }
        std::string steppings;
        for (unsigned first = 0; first < 16; ++first) {
            if ((s.steppings >> first & 1) == 0) {
                continue;
            }
            unsigned last = first;
            while (last < 15 && (s.steppings >> (last + 1) & 1) != 0) {
                ++last;
            }
            add(steppings, ",", std::to_string(first));
            if (last != first) {
                steppings += '-' + std::to_string(last);
            }
            first = last;
        }
        text += '/' + steppings;
    }
    return text.empty() ? "none" : text;
}

map_difference compare_maps(const named_map& before, const named_map& after) {
    table_text out;
    out.line("from " + before.title);
    out.line("to   " + after.title);
    x86_comparison(before.data.x86, after.data.x86).write(out);
    write_plain(out, "ppc64 models", rows_of(before.data.ppc64), rows_of(after.data.ppc64));
    write_plain(out, "arm features", features_of(before.data.arm), features_of(after.data.arm));
    write_plain(out, "arm models", rows_of(before.data.arm), rows_of(after.data.arm));
    return out.finish();
}

}  // namespace cpumap::codegen
