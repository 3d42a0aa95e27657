// SPDX-License-Identifier: BSL-1.0
#pragma once

// Decoding once more, slowly: written from the description of the rules alone, without the library's own decoder, its
// sets or its signatures. Tables come from the handles; what they say is checked elsewhere.

#include <cpumap/cpumap.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reference {

using flags = std::vector<char>;  ///< by feature, in map order: 0 or 1

struct signature {
    unsigned family, model;
    std::vector<unsigned> steppings;
};

struct model {
    std::string name, vendor;
    flags has;
    std::vector<std::size_t> removed;  ///< in the model's order
    std::vector<signature> signatures;
    bool decode_host, decode_guest;
};

struct map {
    std::vector<std::string> features;
    flags migratable;
    std::vector<std::pair<std::string, std::string>> vendors;  ///< twelve bytes, name
    std::vector<model> models;

    [[nodiscard]] std::optional<std::size_t> feature(std::string_view name) const {
        for (std::size_t i = 0; i < features.size(); ++i)
            if (features[i] == name) return i;
        return std::nullopt;
    }
};

/// What the hypervisor says of a model; blockers by libvirt's names.
struct usable {
    std::string model;
    std::vector<std::string> blockers;
};

struct options {
    std::optional<std::vector<usable>> models;
    std::vector<std::string> preferred;
    bool migratable = false;
};

struct listed {
    bool required;
    std::size_t feature;

    friend bool operator==(const listed&, const listed&) = default;
};

struct answer {
    std::string vendor, model;
    std::vector<listed> list;
    unsigned family = 0, model_number = 0, stepping = 0;
};

/// The tables of a map.
template <class Map>
map load() {
    map m;
    for (const auto f : cpumap::features<Map>()) {
        m.features.emplace_back(f.name());
        m.migratable.push_back(f.migratable());
    }
    m.vendors = {{"GenuineIntel", "Intel"}, {"AuthenticAMD", "AMD"}};
    if (Map::version != "0.10.2") m.vendors.emplace_back("HygonGenuine", "Hygon");
    if (Map::version == "12.8.0") m.vendors.emplace_back("CentaurHauls", "Zhaoxin CentaurHauls");
    for (const auto from : cpumap::models<Map>()) {
        model to{std::string(from.name()), std::string(from.vendor()), {}, {}, {},
                 from.decodes_host(),      from.decodes_guest()};
        to.has.resize(m.features.size());
        for (const auto f : from.features()) to.has[f.index()] = 1;
        for (const auto f : from.removed()) to.removed.push_back(f.index());
        for (const auto s : from.signatures()) {
            signature own{s.family, s.model, {}};
            for (unsigned stepping = 0; stepping < 16; ++stepping)
                if ((s.steppings >> stepping & 1) != 0) own.steppings.push_back(stepping);
            to.signatures.push_back(own);
        }
        m.models.push_back(to);
    }
    return m;
}

/// What the data of a processor says, in terms of a map.
struct processor {
    flags has;
    std::string vendor;  ///< none is ""
    bool has_signature = false;
    unsigned family = 0, model = 0, stepping = 0;
};

template <class Map>
processor read(const map& m, const cpumap::cpu_data& data) {
    processor p;
    for (const auto f : cpumap::features<Map>()) {
        const cpumap::register_bit b = f.register_bit();
        std::uint32_t word = 0;
        if (b.from == cpumap::register_bit::source::msr) {
            const std::uint64_t value = data.msr(b.leaf).value_or(0);
            word = static_cast<std::uint32_t>(b.part == 'l' ? value : value >> 32);
        } else {
            const auto r = data.cpuid(b.leaf, b.subleaf).value_or(cpumap::cpuid_registers{});
            word = b.part == 'a' ? r.eax : b.part == 'b' ? r.ebx : b.part == 'c' ? r.ecx : r.edx;
        }
        p.has.push_back(static_cast<char>(word >> b.bit & 1));
    }
    if (const auto leaf = data.cpuid(0, 0)) {
        std::string text;
        for (const std::uint32_t word : {leaf->ebx, leaf->edx, leaf->ecx})
            for (int i = 0; i < 4; ++i) text += static_cast<char>(word >> (8 * i) & 0xff);
        for (const auto& [bytes, name] : m.vendors) {  // the first whose bits are all set
            bool all = true;
            for (std::size_t i = 0; i < 12; ++i) all = all && (bytes[i] & text[i]) == bytes[i];
            if (all && p.vendor.empty()) p.vendor = name;
        }
    }
    if (const auto leaf = data.cpuid(1, 0)) {
        const std::uint32_t sig = leaf->eax & 0x0fff3fff;
        p.has_signature = sig != 0;
        p.family = ((sig >> 20) & 0xff) + ((sig >> 8) & 0xf);
        p.model = ((sig >> 12) & 0xf0) + ((sig >> 4) & 0xf);
        p.stepping = sig & 0xf;
    }
    return p;
}

/// A model that may be the answer, with its list and how it scores.
struct candidate {
    const reference::model* model;
    std::vector<listed> list;
    bool has_signature;
    long score, penalty;
};

inline bool has_signature(const model& m, const processor& p) {
    for (const signature& s : m.signatures)
        if (s.family == p.family && s.model == p.model &&
            std::find(s.steppings.begin(), s.steppings.end(), p.stepping) != s.steppings.end())
            return true;
    return false;
}

/// The candidate that a model makes; `blockers` by name, of which the map may lack some.
inline candidate make_candidate(const map& m, const processor& p, const model& model,
                                const std::vector<std::string>& blockers, bool host) {
    flags blocked(m.features.size());
    for (const std::string& name : blockers)
        if (const auto i = m.feature(name)) blocked[*i] = 1;

    candidate c{&model, {}, has_signature(model, p), 0, 0};
    std::vector<listed> missing;
    const std::size_t count = m.features.size();
    const char* const data = p.has.data();
    const char* const own = model.has.data();
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_extra = data[i] > own[i];
        if (is_extra) c.list.push_back({true, i});
        if (data[i] < own[i] || (blocked[i] != 0 && !is_extra)) missing.push_back({false, i});
    }
    c.list.insert(c.list.end(), missing.begin(), missing.end());
    if (!host)
        for (const std::size_t i : model.removed)
            if (std::none_of(c.list.begin(), c.list.end(), [i](const listed& l) { return l.feature == i; }))
                c.list.push_back({false, i});

    const long n = static_cast<long>(c.list.size());
    const long d =
        static_cast<long>(std::count_if(c.list.begin(), c.list.end(), [](const listed& l) { return !l.required; }));
    if (host) {
        c.score = n;
        c.penalty = 0;
    } else {
        const long k = d / 2 + d % 2;
        c.penalty = k * (k + 3) / 2;
        c.score = n - k + c.penalty;
    }
    return c;
}

inline bool has_disabled(const candidate& c) {
    return std::any_of(c.list.begin(), c.list.end(), [](const listed& l) { return !l.required; });
}

/// The best candidate, trying models from the last to the first.
inline std::optional<candidate> choose(const map& m, const processor& p, const options& o, bool host) {
    std::optional<candidate> best;
    for (std::size_t i = m.models.size(); i-- > 0;) {
        const model& model = m.models[i];
        const usable* known = nullptr;
        if (o.models) {
            for (const usable& u : *o.models)
                if (u.model == model.name) known = &u;
            if (known == nullptr) continue;
        }
        if (!model.vendor.empty() && !p.vendor.empty() && model.vendor != p.vendor) continue;
        if (host ? !model.decode_host : !model.decode_guest) continue;  // 1, in part
        const candidate c =
            make_candidate(m, p, model, known != nullptr ? known->blockers : std::vector<std::string>{}, host);

        // 1
        if (host && has_disabled(c)) continue;
        // 2
        const bool preferred = std::find(o.preferred.begin(), o.preferred.end(), model.name) != o.preferred.end();
        if (preferred && o.preferred.size() == 1) return c;
        // 3
        if (!best) {
            best = c;
            continue;
        }
        // 4
        if (p.has_signature && best->has_signature != c.has_signature) {
            if (c.has_signature) best = c;
            continue;
        }
        // 5
        if (c.score < best->score || (c.score == best->score && c.penalty < best->penalty) ||
            (preferred && c.penalty < best->penalty))
            best = c;
    }
    return best;
}

/// What decoding answers; nothing is "no suitable model".
inline std::optional<answer> decode(const map& m, processor p, const options& o, bool host) {
    const bool broken_tsx = p.model == 60 || p.model == 69 || p.model == 70 || (p.model == 63 && p.stepping < 4);
    if (p.vendor == "Intel" && p.family == 6 && broken_tsx)
        for (const char* name : {"hle", "rtm"})
            if (const auto i = m.feature(name)) p.has[*i] = 0;

    const std::optional<candidate> best = choose(m, p, o, host);
    if (!best) return std::nullopt;
    answer a{p.vendor, best->model->name, best->list};
    if (o.migratable)
        a.list.erase(
            std::remove_if(a.list.begin(), a.list.end(), [&m](const listed& l) { return !m.migratable[l.feature]; }),
            a.list.end());
    if (host) {
        a.family = p.family;
        a.model_number = p.model;
        a.stepping = p.stepping;
    }
    return a;
}

}  // namespace reference
