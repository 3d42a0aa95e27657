// SPDX-License-Identifier: BSL-1.0
// Prints diff<A, B>, which is computed when this is compiled, as `cpumap-codegen diff` prints it for x86, without the
// two lines at its head: print_diff BEFORE AFTER. Without arguments it lists the pairs it can print.

#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/diff.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../data/maps/after.hpp"
#include "../data/maps/before.hpp"

namespace {

struct row {
    std::string name;
    std::string text;
};

void append(std::string& list, std::string_view separator, const std::string& piece) {
    if (!list.empty()) list += separator;
    list += piece;
}

void append_change(std::string& text, const std::string& what, const std::string& before, const std::string& after) {
    append(text, "; ", what + ' ' + before + " -> " + after);
}

std::string hexadecimal(unsigned number) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", number);
    return text;
}

std::string text_of(const cpumap::register_bit& b) {
    const bool msr = b.from == cpumap::register_bit::source::msr;
    std::string text = (msr ? "msr " : "cpuid ") + hexadecimal(b.leaf);
    if (b.subleaf != 0) text += '.' + hexadecimal(b.subleaf);
    text += ' ';
    text += msr ? std::string(b.part == 'l' ? "low" : "high") : std::string{'e', b.part, 'x'};
    return text + " bit " + std::to_string(b.bit);
}

template <class Range>
std::string names_of(const Range& range) {
    std::vector<std::string> names;
    for (const std::string_view name : range) names.emplace_back(name);
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) append(text, " ", name);
    return text.empty() ? "none" : text;
}

std::string text_of(const cpumap::model_signature& s) {
    std::string text = std::to_string(s.family) + '/' + std::to_string(s.model);
    if (s.steppings == 0xffff) return text;
    std::string list;
    for (unsigned first = 0, last = 0; first < 16; first = last) {
        for (last = first; last < 16 && (s.steppings >> last & 1) != 0;) ++last;
        if (last == first) {
            ++last;
            continue;
        }
        append(list, ",", std::to_string(first));
        if (last - first > 1) list += '-' + std::to_string(last - 1);
    }
    return text + '/' + list;
}

template <class Model>
std::string signatures_of(Model model) {
    std::string text;
    for (const auto s : model.signatures()) append(text, " ", text_of(s));
    return text.empty() ? "none" : text;
}

template <class Model>
std::string canonical_of(Model model) {
    const auto canonical = model.canonical();
    return canonical ? std::string((*canonical).name()) : "none";
}

template <class Model>
std::string vendor_of(Model model) {
    return model.vendor().empty() ? "none" : std::string(model.vendor());
}

template <class Model>
row description(Model model) {
    const std::size_t n = model.features().size();
    return {std::string(model.name()),
            std::to_string(n) + (n == 1 ? " feature" : " features") + "; vendor " + vendor_of(model)};
}

/// What two ranges of features have that the other has not, by counterpart().
template <class A, class B, class Before, class After>
std::string list_changes(const Before& before, const After& after) {
    std::string text;
    for (const auto f : after) {
        const auto other = cpumap::counterpart<A>(f);
        if (!other || std::find(before.begin(), before.end(), *other) == before.end())
            text += " +" + std::string(f.name());
    }
    for (const auto f : before) {
        const auto other = cpumap::counterpart<B>(f);
        if (!other || std::find(after.begin(), after.end(), *other) == after.end())
            text += " -" + std::string(f.name());
    }
    return text;
}

template <class Range>
auto listed(const Range& range) {
    std::vector<typename decltype(range.begin())::value_type> list;
    for (const auto f : range) list.push_back(f);
    return list;
}

void print(const char* title, const std::vector<row>& rows) {
    std::size_t width = 0;
    for (const row& r : rows) width = std::max(width, r.name.size());
    std::printf("\n%s: %zu\n", title, rows.size());
    for (const row& r : rows) std::printf("  %-*s  %s\n", static_cast<int>(width), r.name.c_str(), r.text.c_str());
}

template <class A, class B>
void print_diff() {
    using diff = cpumap::diff<A, B>;
    std::vector<row> came;
    std::vector<row> went;
    std::vector<row> changed;
    for (const auto f : diff::features_came()) came.push_back({std::string(f.name()), text_of(f.register_bit())});
    for (const auto f : diff::features_went()) went.push_back({std::string(f.name()), text_of(f.register_bit())});
    for (const auto c : diff::features_changed()) {
        std::string text;
        if (c.name) append(text, "; ", "renamed " + std::string(c.after.name()));
        if (c.bit) append_change(text, "moved", text_of(c.before.register_bit()), text_of(c.after.register_bit()));
        if (c.migratable)
            append_change(text, "migratable", c.before.migratable() ? "yes" : "no",
                          c.after.migratable() ? "yes" : "no");
        if (c.aliases) append_change(text, "aliases", names_of(c.before.aliases()), names_of(c.after.aliases()));
        changed.push_back({std::string(c.before.name()), text});
    }
    print("features that came", came);
    print("features that went", went);
    print("features that changed", changed);

    std::vector<row> models_came;
    std::vector<row> models_went;
    std::vector<row> models_changed;
    for (const auto m : diff::models_came()) models_came.push_back(description(m));
    for (const auto m : diff::models_went()) models_went.push_back(description(m));
    for (const auto c : diff::models_changed()) {
        const auto on_off = [](bool on) { return on ? "on" : "off"; };
        const auto check = [](bool compat) { return compat ? "compat" : "none"; };
        std::string text;
        if (!c.gained.empty() || !c.lost.empty()) {
            std::string features = "features";
            for (const auto f : c.gained) features += " +" + std::string(f.name());
            for (const auto f : c.lost) features += " -" + std::string(f.name());
            append(text, "; ", features);
        }
        if (c.vendor) append_change(text, "vendor", vendor_of(c.before), vendor_of(c.after));
        if (c.signatures) append_change(text, "signatures", signatures_of(c.before), signatures_of(c.after));
        if (c.canonical) append_change(text, "canonical", canonical_of(c.before), canonical_of(c.after));
        if (c.removed) {
            const std::string list = list_changes<A, B>(listed(c.before.removed()), listed(c.after.removed()));
            append(text, "; ", "removed" + (list.empty() ? " in another order" : list));
        }
        if (c.added) {
            const auto before = c.before.added();
            const auto after = c.after.added();
            append(text, "; ", "added" + list_changes<A, B>(listed(before), listed(after)));
        }
        if (c.decodes_host)
            append_change(text, "decode host", on_off(c.before.decodes_host()), on_off(c.after.decodes_host()));
        if (c.decodes_guest)
            append_change(text, "decode guest", on_off(c.before.decodes_guest()), on_off(c.after.decodes_guest()));
        if (c.partial_check_compat)
            append_change(text, "partial check", check(c.before.partial_check_compat()),
                          check(c.after.partial_check_compat()));
        models_changed.push_back({std::string(c.before.name()), text});
    }
    print("models that came", models_came);
    print("models that went", models_went);
    print("models that changed", models_changed);
}

namespace maps = cpumap::maps;

struct pair {
    std::string_view before;
    std::string_view after;
    void (*print)();
};

constexpr pair pairs[] = {
    {"before", "after", print_diff<maps::test_before, maps::test_after>},
    {"after", "before", print_diff<maps::test_after, maps::test_before>},
    {"0.10.2", "9.0.0", print_diff<maps::libvirt_0_10, maps::libvirt_9_0>},
    {"0.10.2", "11.3.0", print_diff<maps::libvirt_0_10, maps::libvirt_11_3>},
    {"0.10.2", "12.8.0", print_diff<maps::libvirt_0_10, maps::libvirt_12_8>},
    {"9.0.0", "0.10.2", print_diff<maps::libvirt_9_0, maps::libvirt_0_10>},
    {"9.0.0", "11.3.0", print_diff<maps::libvirt_9_0, maps::libvirt_11_3>},
    {"9.0.0", "12.8.0", print_diff<maps::libvirt_9_0, maps::libvirt_12_8>},
    {"11.3.0", "0.10.2", print_diff<maps::libvirt_11_3, maps::libvirt_0_10>},
    {"11.3.0", "9.0.0", print_diff<maps::libvirt_11_3, maps::libvirt_9_0>},
    {"11.3.0", "12.8.0", print_diff<maps::libvirt_11_3, maps::libvirt_12_8>},
    {"12.8.0", "0.10.2", print_diff<maps::libvirt_12_8, maps::libvirt_0_10>},
    {"12.8.0", "9.0.0", print_diff<maps::libvirt_12_8, maps::libvirt_9_0>},
    {"12.8.0", "11.3.0", print_diff<maps::libvirt_12_8, maps::libvirt_11_3>},
};

}  // namespace

int main(int argc, char** argv) {
    bool found = argc == 1;
    for (const pair& p : pairs) {
        if (argc == 1)
            std::printf("%.*s %.*s\n", static_cast<int>(p.before.size()), p.before.data(),
                        static_cast<int>(p.after.size()), p.after.data());
        if (argc == 3 && p.before == argv[1] && p.after == argv[2]) {
            found = true;
            p.print();
        }
    }
    return found ? 0 : 2;
}
