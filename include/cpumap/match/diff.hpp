// SPDX-License-Identifier: BSL-1.0
#pragma once

// Two maps side by side: which features and models came, went or changed from the one to the other. A header of its
// own, since only who deals with several libvirts needs it. cpumap-codegen diff prints the same as a table.

#include <cpumap/base/handles.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

namespace detail {

/// Some of the `Capacity` entries of a table, by index.
template <std::size_t Capacity>
struct index_list {
    std::uint16_t at[Capacity + 1]{};
    std::size_t size = 0;

    constexpr void add(std::size_t index) { at[size++] = static_cast<std::uint16_t>(index); }
};

/// For each entry of two tables the index of the one it is in the other table, or no_index.
template <std::size_t SizeA, std::size_t SizeB>
struct index_pairs {
    std::uint16_t forward[SizeA + 1]{};
    std::uint16_t backward[SizeB + 1]{};

    constexpr index_pairs() {
        for (std::uint16_t& i : forward) i = no_index;
        for (std::uint16_t& i : backward) i = no_index;
    }
    constexpr void add(std::size_t a, std::size_t b) {
        forward[a] = static_cast<std::uint16_t>(b);
        backward[b] = static_cast<std::uint16_t>(a);
    }
};

/// Names of a map in the order of their bytes; name_of(i) is the one at index i.
template <class Order, class NameOf>
struct sorted_names {
    const Order& order;
    std::size_t count;
    NameOf name_of;
};

/// Calls found(i, j) for the indices of each name that is in both. One pass over both, since a search for each name
/// takes compilers several times longer.
template <class A, class B, class Found>
constexpr void match_names(const A& a, const B& b, Found found) {
    for (std::size_t i = 0, j = 0; i < a.count && j < b.count;) {
        const int c = a.name_of(a.order[i]).compare(b.name_of(b.order[j]));
        if (c == 0) found(std::size_t{a.order[i]}, std::size_t{b.order[j]});
        i += c <= 0 ? 1 : 0;
        j += c >= 0 ? 1 : 0;
    }
}

template <class Map>
constexpr auto sorted_feature_names() {
    using tables = typename Map::x86;
    return sorted_names<decltype(tables::feature_order), feature_name_access<Map>>{
        tables::feature_order, tables::feature_count + tables::alias_count, {}};
}

template <class Map>
struct model_name_access {
    constexpr std::string_view operator()(std::size_t i) const {
        return name_at(Map::x86::model_names, Map::x86::model_name_at, i);
    }
};

template <class Map>
constexpr auto sorted_model_names() {
    using tables = typename Map::x86;
    return sorted_names<decltype(tables::model_order), model_name_access<Map>>{
        tables::model_order, tables::model_count, {}};
}

/// Which feature of one map is which of another; counterpart() has the rule.
template <class MapA, class MapB>
constexpr auto pair_features() {
    using a_tables = typename MapA::x86;
    using b_tables = typename MapB::x86;
    index_pairs<a_tables::feature_count, b_tables::feature_count> pairs;
    // Features of which one has a name that is an alias of the other: entry i of both lists.
    index_list<a_tables::alias_count + b_tables::alias_count> a_renamed;
    index_list<a_tables::alias_count + b_tables::alias_count> b_renamed;
    match_names(sorted_feature_names<MapA>(), sorted_feature_names<MapB>(), [&](std::size_t i, std::size_t j) {
        const std::size_t a = feature_of_name<MapA>(i);
        const std::size_t b = feature_of_name<MapB>(j);
        if (a == i && b == j) {
            pairs.add(a, b);
        } else if (a == i || b == j) {
            a_renamed.add(a);
            b_renamed.add(b);
        }
    });
    // Those that have a partner of their own name are out of question.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < a_renamed.size; ++i) {
        if (pairs.forward[a_renamed.at[i]] != no_index || pairs.backward[b_renamed.at[i]] != no_index) continue;
        a_renamed.at[kept] = a_renamed.at[i];
        b_renamed.at[kept++] = b_renamed.at[i];
    }
    for (std::size_t i = 0; i < kept; ++i) {
        bool only = true;
        for (std::size_t k = 0; k < kept; ++k)
            only = only && (a_renamed.at[i] == a_renamed.at[k]) == (b_renamed.at[i] == b_renamed.at[k]);
        if (only) pairs.add(a_renamed.at[i], b_renamed.at[i]);
    }
    return pairs;
}

template <class MapA, class MapB>
constexpr auto pair_models() {
    index_pairs<MapA::x86::model_count, MapB::x86::model_count> pairs;
    match_names(sorted_model_names<MapA>(), sorted_model_names<MapB>(),
                [&](std::size_t i, std::size_t j) { pairs.add(i, j); });
    return pairs;
}

// Each table is a constant expression of its own, so that none needs more steps than compilers allow one.
template <class MapA, class MapB>
inline constexpr auto feature_pairs = pair_features<MapA, MapB>();
template <class MapA, class MapB>
inline constexpr auto model_pairs = pair_models<MapA, MapB>();

/// The features of Map that have no partner.
template <class Map>
constexpr basic_feature_set<Map> without_partner(const std::uint16_t* partners) {
    basic_feature_set<Map> set;
    for (std::size_t i = 0; i < Map::x86::feature_count; ++i)
        if (partners[i] == no_index) set.set(i);
    return set;
}

/// Whether two ranges of names hold the same, in whatever order.
template <class A, class B>
constexpr bool same_names(const A& a, const B& b) {
    if (a.size() != b.size()) return false;
    for (const std::string_view name : a) {
        bool found = false;
        for (const std::string_view other : b) found = found || name == other;
        if (!found) return false;
    }
    return true;
}

template <class A, class B>
constexpr bool same_in_order(const A& a, const B& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// Whether two models have the same features.
template <class MapA, class MapB>
constexpr bool same_features(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    const auto before = a.features();
    const auto after = b.features();
    if (before.size() != after.size()) return false;
    for (const auto f : before) {
        const std::size_t other = feature_pairs<MapA, MapB>.forward[f.index()];
        if (other == no_index || !after.test(other)) return false;
    }
    return true;
}

}  // namespace detail

/// The same feature in another map: `counterpart<libvirt_9_0>(feature)`. It is the feature of the same name; only where
/// the other map has none, the one that the aliases show to be renamed: the name of one is an alias of the other, the
/// other map knows neither as a name of its own feature, and no second feature is in question. Bits do not count.
template <class To, class From>
constexpr given<basic_feature_ref<To>> counterpart(basic_feature_ref<From> feature) {
    return detail::ref_at<basic_feature_ref, To>(detail::feature_pairs<From, To>.forward[feature.index()]);
}

/// The model of the same name in another map, if that has one. Models have no aliases.
template <class To, class From>
constexpr given<basic_model_ref<To>> counterpart(basic_model_ref<From> model) {
    return detail::ref_at<basic_model_ref, To>(detail::model_pairs<From, To>.forward[model.index()]);
}

/// A feature of two maps, and what of it differs.
template <class MapA, class MapB>
struct basic_feature_change {
    basic_feature_ref<MapA> before;  ///< the feature in MapA
    basic_feature_ref<MapB> after;   ///< the feature in MapB
    bool name = false;               ///< it is renamed
    bool bit = false;                ///< hardware reports it elsewhere
    bool migratable = false;         ///< a guest with it can migrate in one of the two
    bool aliases = false;            ///< other aliases, in whatever order

    /// Whether anything differs.
    constexpr explicit operator bool() const { return name || bit || migratable || aliases; }
};

/// A model of two maps, and what of it differs.
template <class MapA, class MapB>
struct basic_model_change {
    basic_model_ref<MapA> before;       ///< the model in MapA
    basic_model_ref<MapB> after;        ///< the model in MapB
    basic_feature_set<MapB> gained{};   ///< features that only the later one has
    basic_feature_set<MapA> lost{};     ///< features that only the earlier one has
    bool vendor = false;                ///< another vendor, or one more or less
    bool signatures = false;            ///< other signatures, other steppings, or another order
    bool canonical = false;             ///< another canonical name, or one more or less
    bool removed = false;               ///< another list of removed features, or another order
    bool added = false;                 ///< other features that hypervisors add
    bool decodes_host = false;          ///< decoding a host answers with it in one of the two
    bool decodes_guest = false;         ///< decoding for a guest answers with it in one of the two
    bool partial_check_compat = false;  ///< a partial check compares features itself in one of the two

    /// Whether anything differs.
    constexpr explicit operator bool() const {
        return !gained.empty() || !lost.empty() || vendor || signatures || canonical || removed || added ||
               decodes_host || decodes_guest || partial_check_compat;
    }
};

namespace detail {

template <class MapA, class MapB>
constexpr basic_feature_change<MapA, MapB> change_of(basic_feature_ref<MapA> a, basic_feature_ref<MapB> b) {
    return {.before = a,
            .after = b,
            .name = a.name() != b.name(),
            .bit = a.register_bit() != b.register_bit(),
            .migratable = a.migratable() != b.migratable(),
            .aliases = !same_names(a.aliases(), b.aliases())};
}

/// The features of a set as far as To has them; the others are put into `unknown`.
template <class To, class From>
constexpr basic_feature_set<To> partners_of(const basic_feature_set<From>& set, const std::uint16_t* partners,
                                            basic_feature_set<From>& unknown) {
    basic_feature_set<To> result;
    for (std::size_t w = 0; w < basic_feature_set<From>::word_count; ++w)
        for (std::uint64_t rest = set.word(w); rest != 0; rest &= rest - 1) {
            const std::size_t i = w * 64 + lowest_bit(rest);
            if (partners[i] == no_index)
                unknown.set(i);
            else
                result.set(partners[i]);
        }
    return result;
}

template <class MapA, class MapB>
constexpr bool same_removed(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    const auto before = a.removed();
    const auto after = b.removed();
    if (before.size() != after.size()) return false;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (feature_pairs<MapA, MapB>.forward[before[i].index()] != after[i].index()) return false;
    return true;
}

template <class MapA, class MapB>
constexpr basic_model_change<MapA, MapB> change_of(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    basic_model_change<MapA, MapB> change{.before = a, .after = b};
    const auto& pairs = feature_pairs<MapA, MapB>;
    const basic_feature_set<MapB> after = b.features();
    const basic_feature_set<MapB> kept = partners_of<MapB>(a.features(), pairs.forward, change.lost);
    change.gained = after - kept;
    if (!after.includes(kept)) {
        basic_feature_set<MapB> none;
        change.lost |= partners_of<MapA>(kept - after, pairs.backward, none);
    }
    const auto canonical_name = [](const auto& canonical) {
        return canonical ? (*canonical).name() : std::string_view{};
    };
    change.vendor = a.vendor() != b.vendor();
    change.signatures = !same_in_order(a.signatures(), b.signatures());
    change.canonical = canonical_name(a.canonical()) != canonical_name(b.canonical());
    change.removed = !same_removed(a, b);
    basic_feature_set<MapA> unknown;
    change.added = partners_of<MapB>(a.added(), pairs.forward, unknown) != b.added() || !unknown.empty();
    change.decodes_host = a.decodes_host() != b.decodes_host();
    change.decodes_guest = a.decodes_guest() != b.decodes_guest();
    change.partial_check_compat = a.partial_check_compat() != b.partial_check_compat();
    return change;
}

/// Where each feature of a map is: its register and the bit of that; and whether the map has an alias for it.
template <class Map>
struct feature_places {
    std::uint16_t of_register[Map::x86::feature_count + 1]{};
    std::uint8_t bit[Map::x86::feature_count + 1]{};
    bool aliased[Map::x86::feature_count + 1]{};

    constexpr feature_places() {
        std::size_t feature = 0;
        for (std::size_t run = 0; feature < Map::x86::feature_count; ++run) {
            const std::uint32_t r = Map::x86::bit_runs[run];
            for (std::uint32_t i = 0; i <= (r & 31); ++i, ++feature) {
                of_register[feature] = static_cast<std::uint16_t>(r >> 10);
                bit[feature] = static_cast<std::uint8_t>((r >> 5 & 31) + i);
            }
        }
        for (std::size_t i = 0; i < Map::x86::alias_count; ++i) aliased[Map::x86::alias_of[i]] = true;
    }
};

template <class MapA, class MapB>
constexpr auto find_changed_features() {
    using a_tables = typename MapA::x86;
    using b_tables = typename MapB::x86;
    index_list<a_tables::feature_count> list;
    const feature_places<MapA> before;
    const feature_places<MapB> after;
    for (std::size_t a = 0; a < a_tables::feature_count; ++a) {
        const std::size_t b = feature_pairs<MapA, MapB>.forward[a];
        if (b == no_index) continue;
        // Most features are what they were, which is seen in a few steps; the others are compared as change_of() does.
        const std::size_t r = before.of_register[a];
        const std::size_t s = after.of_register[b];
        const bool same_place = before.bit[a] == after.bit[b] &&
                                a_tables::register_leaf[r] == b_tables::register_leaf[s] &&
                                a_tables::register_subleaf[r] == b_tables::register_subleaf[s] &&
                                a_tables::register_part[r] == b_tables::register_part[s];
        const auto f = basic_feature_ref<MapA>::from_index(a);
        const auto g = basic_feature_ref<MapB>::from_index(b);
        if (!same_place || f.migratable() != g.migratable() ||
            ((before.aliased[a] || after.aliased[b]) && change_of(f, g)))
            list.add(a);
    }
    return list;
}
template <class MapA, class MapB>
inline constexpr auto changed_features = find_changed_features<MapA, MapB>();

template <class Map>
constexpr auto find_models_without_partner(const std::uint16_t* partners) {
    index_list<Map::x86::model_count> list;
    for (std::size_t i = 0; i < Map::x86::model_count; ++i)
        if (partners[i] == no_index) list.add(i);
    return list;
}
template <class MapA, class MapB>
inline constexpr auto models_that_came = find_models_without_partner<MapB>(model_pairs<MapA, MapB>.backward);
template <class MapA, class MapB>
inline constexpr auto models_that_went = find_models_without_partner<MapA>(model_pairs<MapA, MapB>.forward);

template <class MapA, class MapB>
constexpr basic_model_change<MapA, MapB> change_of_model(std::size_t a) {
    return change_of(basic_model_ref<MapA>::from_index(a),
                     basic_model_ref<MapB>::from_index(model_pairs<MapA, MapB>.forward[a]));
}

template <class MapA, class MapB>
constexpr auto find_changed_models() {
    index_list<MapA::x86::model_count> list;
    for (std::size_t i = 0; i < MapA::x86::model_count; ++i)
        if (model_pairs<MapA, MapB>.forward[i] != no_index && change_of_model<MapA, MapB>(i)) list.add(i);
    return list;
}
template <class MapA, class MapB>
inline constexpr auto changed_models = find_changed_models<MapA, MapB>();

template <class MapA, class MapB>
struct feature_change_access {
    constexpr auto operator()(std::size_t i) const {
        const std::size_t a = changed_features<MapA, MapB>.at[i];
        return change_of(basic_feature_ref<MapA>::from_index(a),
                         basic_feature_ref<MapB>::from_index(feature_pairs<MapA, MapB>.forward[a]));
    }
};

template <class MapA, class MapB>
struct model_change_access {
    constexpr auto operator()(std::size_t i) const {
        return change_of_model<MapA, MapB>(changed_models<MapA, MapB>.at[i]);
    }
};

template <class MapA, class MapB>
struct model_came_access {
    constexpr auto operator()(std::size_t i) const {
        return basic_model_ref<MapB>::from_index(models_that_came<MapA, MapB>.at[i]);
    }
};

template <class MapA, class MapB>
struct model_went_access {
    constexpr auto operator()(std::size_t i) const {
        return basic_model_ref<MapA>::from_index(models_that_went<MapA, MapB>.at[i]);
    }
};

}  // namespace detail

/// What differs from MapA to MapB, for x86: `diff<maps::libvirt_9_0, maps::libvirt_12_8>::models_came()`. Which feature
/// of the one is which of the other says counterpart(). All is computed when the program is compiled, as far as it is
/// asked for, and takes no heap.
template <class MapA, class MapB>
struct diff {
    /// What features_changed() holds.
    using feature_change = basic_feature_change<MapA, MapB>;
    /// What models_changed() holds.
    using model_change = basic_model_change<MapA, MapB>;

    /// The features that only MapB has, a set of MapB's.
    static constexpr basic_feature_set<MapB> features_came() {
        return detail::without_partner<MapB>(detail::feature_pairs<MapA, MapB>.backward);
    }
    /// The features that only MapA has, a set of MapA's.
    static constexpr basic_feature_set<MapA> features_went() {
        return detail::without_partner<MapA>(detail::feature_pairs<MapA, MapB>.forward);
    }
    /// The features of both that differ: a sized range of feature_change, in MapA's order.
    static constexpr auto features_changed() {
        return detail::table_range(detail::feature_change_access<MapA, MapB>{}, 0,
                                   detail::changed_features<MapA, MapB>.size);
    }
    /// The models that only MapB has: a sized range of its models, in its order.
    static constexpr auto models_came() {
        return detail::table_range(detail::model_came_access<MapA, MapB>{}, 0,
                                   detail::models_that_came<MapA, MapB>.size);
    }
    /// The models that only MapA has: a sized range of its models, in its order.
    static constexpr auto models_went() {
        return detail::table_range(detail::model_went_access<MapA, MapB>{}, 0,
                                   detail::models_that_went<MapA, MapB>.size);
    }
    /// The models of both that differ: a sized range of model_change, in MapA's order.
    static constexpr auto models_changed() {
        return detail::table_range(detail::model_change_access<MapA, MapB>{}, 0,
                                   detail::changed_models<MapA, MapB>.size);
    }

    /// Whether nothing came, went or changed.
    static constexpr bool empty() {
        return features_came().empty() && features_went().empty() && features_changed().empty() &&
               models_came().empty() && models_went().empty() && models_changed().empty();
    }

    /// What differs between a feature of MapA and one of MapB, whatever their names.
    static constexpr feature_change change(basic_feature_ref<MapA> before, basic_feature_ref<MapB> after) {
        return detail::change_of(before, after);
    }
    /// What differs between a model of MapA and one of MapB, whatever their names.
    static constexpr model_change change(basic_model_ref<MapA> before, basic_model_ref<MapB> after) {
        return detail::change_of(before, after);
    }
};

namespace detail {

// A name that neither map has is the compiler's error, one that just one has is not. The nearest name shown is MapB's,
// or MapA's where MapB has none that is near.
template <fixed_string Name, class MapA, class MapB, bool Known>
struct either_model_check {
    using type = broken<errc::none>;
};
template <fixed_string Name, class MapA, class MapB>
struct either_model_check<Name, MapA, MapB, false> {
    using shown = std::conditional_t<nearest_model_index<MapB>(Name.view()) == no_index, MapA, MapB>;
    using type = typename model_name_check<shown, Name, no_index>::type;
};
template <fixed_string Name, class MapA, class MapB, bool Known>
struct either_feature_check {
    using type = broken<errc::none>;
};
template <fixed_string Name, class MapA, class MapB>
struct either_feature_check<Name, MapA, MapB, false> {
    using shown = std::conditional_t<nearest_feature_index<MapB>(Name.view()) == no_index, MapA, MapB>;
    using type = typename feature_name_check<shown, Name, no_index>::type;
};

template <fixed_string Name, class MapA, class MapB>
struct checked_same_model {
    static constexpr std::size_t a = find_model_index<MapA>(Name.view());
    static constexpr std::size_t b = find_model_index<MapB>(Name.view());
    static_assert(sizeof(typename either_model_check < Name, MapA, MapB, a != no_index || b != no_index > ::type) != 0);

    static constexpr bool holds() {
        if (a == no_index || b == no_index) return false;
        const auto before = basic_model_ref<MapA>::from_index(a);
        const auto after = basic_model_ref<MapB>::from_index(b);
        return before.vendor() == after.vendor() && same_features(before, after);
    }
};

template <fixed_string Name, class MapA, class MapB>
struct checked_same_feature {
    static constexpr std::size_t a = find_feature_index<MapA>(Name.view());
    static constexpr std::size_t b = find_feature_index<MapB>(Name.view());
    static_assert(sizeof(typename either_feature_check < Name, MapA, MapB, a != no_index || b != no_index > ::type) !=
                  0);

    static constexpr bool holds() {
        if (a == no_index || b == no_index || feature_pairs<MapA, MapB>.forward[index_or_first(a)] != b) return false;
        const auto before = basic_feature_ref<MapA>::from_index(a);
        const auto after = basic_feature_ref<MapB>::from_index(b);
        return before.register_bit() == after.register_bit() && before.migratable() == after.migratable();
    }
};

}  // namespace detail

/// Whether a guest of the model gets the same CPU by both maps: the same features, by counterpart(), and the same
/// vendor. What decides only which hosts are taken for the model does not count: signatures, decode flags, canonical
/// name; nor do the lists of removed and added features, and the kind of check. diff::change() tells all of these.
/// False where one map has no such model; a compile error where neither has.
template <fixed_string Name, class MapA, class MapB>
inline constexpr bool same_model = detail::checked_same_model<Name, MapA, MapB>::holds();

/// Whether a name or alias stands for the same feature in both maps, on the same bit and migratable in both or neither;
/// other names for it do not count. False where one map has no such feature; a compile error where neither has.
template <fixed_string Name, class MapA, class MapB>
inline constexpr bool same_feature = detail::checked_same_feature<Name, MapA, MapB>::holds();

}  // namespace cpumap::inline v0
