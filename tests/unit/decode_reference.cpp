// SPDX-License-Identifier: BSL-1.0
// The decoder against a slow one that is written from the rules alone, on thousands of processors that nobody ever built.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../data/hosts.hpp"
#include "reference_decode.hpp"
#include "support.hpp"

namespace {

template <class Map>
using model_ref = cpumap::basic_model_ref<Map>;

template <class Map>
model_ref<Map> random_model(unit::random& random) {
    return cpumap::models<Map>()[random.below(cpumap::models<Map>().size())];
}

template <class Map>
cpumap::cpu_signature random_signature(unit::random& random) {
    switch (random.below(6)) {
        case 0:  // where TSX is broken
            return {6,
                    random.one_in(2)   ? 63U
                    : random.one_in(2) ? 60U
                    : random.one_in(2) ? 69U
                                       : 70U,
                    static_cast<std::uint32_t>(random.below(8))};
        case 1:  // nobody's
            return {static_cast<std::uint32_t>(random.below(271)), static_cast<std::uint32_t>(random.below(256)),
                    static_cast<std::uint32_t>(random.below(16))};
        default: {
            const auto all = random_model<Map>(random).signatures();
            if (all.empty()) return {};
            const cpumap::model_signature s = all[random.below(all.size())];
            return {s.family, s.model, static_cast<std::uint32_t>(random.below(16))};
        }
    }
}

/// A processor: a recorded one, one made of a model's features, or one of pure chance; with some bits flipped.
template <class Map>
cpumap::cpu_data random_processor(unit::random& random) {
    constexpr std::string_view vendors[] = {"Intel",        "AMD",
                                            "Hygon",        "CentaurHauls",
                                            "nobody's CPU", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                                            "GenuineMntel"};
    cpumap::cpu_data data;
    switch (random.below(4)) {
        case 0:
            data = recorded::hosts[random.below(std::size(recorded::hosts))].data();
            if (random.one_in(3)) unit::set_signature(data, random_signature<Map>(random));
            if (random.one_in(6)) unit::set_vendor(data, vendors[random.below(std::size(vendors))]);
            break;
        case 1:
            for (const auto f : cpumap::features<Map>())
                if (random.one_in(2)) unit::change_bit<Map>(data, f, unit::change::set);
            unit::set_signature(data, random_signature<Map>(random));
            if (!random.one_in(4)) unit::set_vendor(data, vendors[random.below(std::size(vendors))]);
            break;
        default: {
            const auto m = random_model<Map>(random);
            const auto sig = random.one_in(4)   ? random_signature<Map>(random)
                             : random.one_in(4) ? cpumap::cpu_signature{}
                                                : unit::signature_of(m, random.below(m.signatures().size() + 1));
            data = unit::data_of<Map>(m.features(),
                                      random.one_in(8) ? vendors[random.below(std::size(vendors))] : m.vendor(), sig);
            if (random.one_in(3))  // two models' features together
                for (const auto f : random_model<Map>(random).features())
                    unit::change_bit<Map>(data, f, unit::change::set);
        }
    }
    for (std::size_t n = random.one_in(2) ? random.below(4) : random.below(40); n > 0; --n)
        unit::change_bit<Map>(data, cpumap::features<Map>()[random.below(cpumap::features<Map>().size())],
                              unit::change::flip);
    if (random.one_in(10)) {  // what is no part of family, model and stepping must not matter
        auto r = data.cpuid(1, 0).value_or(cpumap::cpuid_registers{});
        r.eax |= 0xf000c000U;
        if (random.one_in(2)) r.eax |= 0x1000U;
        data.set_cpuid(1, 0, r);
    }
    return data;
}

/// Options for both decoders, and the memory that the library's refer to.
template <class Map>
struct options {
    std::vector<cpumap::basic_usable_model<Map>> usable;
    std::vector<model_ref<Map>> preferred;
    cpumap::basic_decode_options<Map> ours;
    reference::options theirs;

    explicit options(unit::random& random) {
        if (random.one_in(2)) {
            theirs.models.emplace();
            const std::size_t one_in = 1 + random.below(4);
            for (const auto m : cpumap::models<Map>())
                if (random.below(one_in) == 0) add(m, random);
            if (random.one_in(3)) {  // a hypervisor that knows next to nothing
                while (usable.size() > random.below(4)) {
                    usable.pop_back();
                    theirs.models->pop_back();
                }
            }
            for (std::size_t i = usable.size(); i > 1; --i) {  // in an order that is not the map's
                const std::size_t j = random.below(i);
                std::swap(usable[i - 1], usable[j]);
                std::swap((*theirs.models)[i - 1], (*theirs.models)[j]);
            }
        }
        for (std::size_t n = random.one_in(2) ? 0 : random.below(4); n > 0; --n) {
            const auto m = random_model<Map>(random);
            bool twice = false;
            for (const auto p : preferred) twice = twice || p == m;
            if (twice) continue;
            preferred.push_back(m);
            theirs.preferred.emplace_back(m.name());
        }
        ours.preferred = preferred;
        ours.migratable = theirs.migratable = random.one_in(3);
        if (theirs.models) ours.hypervisor.models = usable;
    }
    options(const options&) = delete;
    options& operator=(const options&) = delete;

private:
    void add(model_ref<Map> m, unit::random& random) {
        usable.push_back({.model = m});
        reference::usable u{std::string(m.name()), {}};
        for (std::size_t n = random.one_in(3) ? random.below(12) : 0; n > 0; --n) {
            const auto f = cpumap::features<Map>()[random.below(cpumap::features<Map>().size())];
            const auto aliases = f.aliases();
            usable.back().block(!aliases.empty() && random.one_in(2) ? aliases[random.below(aliases.size())]
                                                                     : f.name());
            u.blockers.emplace_back(f.name());
            if (random.one_in(8)) {
                usable.back().block("a-feature-that-no-map-has");
                u.blockers.emplace_back("a-feature-that-no-map-has");
            }
        }
        theirs.models->push_back(u);
    }
};

template <class Map, class List>
bool same_list(const List& ours, const std::vector<reference::listed>& theirs) {
    if (ours.size() != theirs.size()) return false;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        if (ours[i].feature.index() != theirs[i].feature) return false;
        if (ours[i].policy != (theirs[i].required ? cpumap::feature_policy::require : cpumap::feature_policy::disable))
            return false;
    }
    return true;
}

/// How the answers were spread, so that the test can tell that it tried what it means to try.
struct statistics {
    std::size_t answers = 0, none = 0, signature_decided = 0, with_disabled = 0;
};

template <class Map>
bool same_guest(const reference::map& map, const reference::processor& p, const cpumap::cpu_data& data,
                const options<Map>& o, statistics& s) {
    const auto ours = cpumap::decode_guest<Map>(data, o.ours);
    const auto theirs = reference::decode(map, p, o.theirs, false);
    if (!theirs) {
        ++s.none;
        return !ours && ours.error().code() == cpumap::errc::no_suitable_model;
    }
    ++s.answers;
    if (!ours) return false;
    for (const reference::listed& l : theirs->list)
        if (!l.required) {
            ++s.with_disabled;
            break;
        }
    if (const auto m = cpumap::find_model<Map>(theirs->model); p.has_signature)
        for (const reference::model& r : map.models)
            if (r.name == m->name() && reference::has_signature(r, p)) ++s.signature_decided;
    return ours->model().name() == theirs->model && ours->vendor() == theirs->vendor &&
           same_list<Map>(ours->listed(), theirs->list) && ours->mode() == cpumap::mode::custom &&
           ours->match() == cpumap::match::exact && ours->fallback() == cpumap::fallback::forbid;
}

template <class Map>
bool same_host(const reference::map& map, const reference::processor& p, const cpumap::cpu_data& data,
               const options<Map>& o, statistics& s) {
    const auto ours = cpumap::decode_host<Map>(data, o.ours);
    const auto theirs = reference::decode(map, p, o.theirs, true);
    if (!theirs) {
        ++s.none;
        return !ours && ours.error().code() == cpumap::errc::no_suitable_model;
    }
    ++s.answers;
    return ours && ours->model().name() == theirs->model && ours->vendor() == theirs->vendor &&
           same_list<Map>(ours->listed(), theirs->list) && ours->signature().family() == theirs->family &&
           ours->signature().model() == theirs->model_number && ours->signature().stepping() == theirs->stepping;
}

std::string describe(const cpumap::cpu_data& data, const reference::options& o) {
    std::string text;
    const auto hex = [](std::uint32_t v) {
        std::string s = "0x00000000";
        for (std::size_t i = 0; i < 8; ++i) s[9 - i] = "0123456789abcdef"[v >> (4 * i) & 15];
        return s;
    };
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto& e = data[i];
        text += (e.is_msr ? "msr " : "cpuid ") + hex(e.leaf) + ' ' + std::to_string(e.subleaf);
        for (const std::uint32_t r : {e.registers.eax, e.registers.ebx, e.registers.ecx, e.registers.edx})
            text += ' ' + hex(r);
        text += '\n';
    }
    for (const auto& name : o.preferred) text += "preferred " + name + '\n';
    if (o.models)
        for (const auto& u : *o.models) {
            text += "usable " + u.model;
            for (const auto& b : u.blockers) text += ' ' + b;
            text += '\n';
        }
    return text + (o.migratable ? "migratable\n" : "");
}

}  // namespace

TEMPLATE_TEST_CASE("decoding agrees with its rules, written down plainly", "[decode][reference]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    const reference::map map = reference::load<Map>();
    unit::random random(4);
    statistics guests;
    statistics hosts;
    for (int round = 0; round < 1000; ++round) {
        const cpumap::cpu_data data = random_processor<Map>(random);
        const options<Map> o(random);
        const reference::processor p = reference::read<Map>(map, data);
        if (!same_guest<Map>(map, p, data, o, guests))
            FAIL("guest, round " << round << '\n' << describe(data, o.theirs));
        if (!same_host<Map>(map, p, data, o, hosts)) FAIL("host, round " << round << '\n' << describe(data, o.theirs));
    }
    // The processors were of all kinds.
    CHECK(guests.answers > 700);
    CHECK(guests.none > 20);
    CHECK(guests.with_disabled > 300);
    CHECK(hosts.answers > 300);
    CHECK(hosts.none > 50);
    if (Map::version != "0.10.2") CHECK(guests.signature_decided > 150);
}
