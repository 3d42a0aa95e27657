// SPDX-License-Identifier: BSL-1.0
#pragma once

// Two maps side by side: which features and models came, went or changed from the one to the other. A header of its
// own, since only who deals with several libvirts needs it. cpumap-codegen diff prints the same as a table.

#include <cpumap/base/handles.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

namespace detail {

/// Whether a feature of the map has this very name; an alias does not count.
template <class Map>
constexpr bool is_feature_name(std::string_view name) {
    const std::size_t i = find_feature_index<Map>(name);
    return i != no_index && feature_name_access<Map>{}(i) == name;
}

/// The one feature of To that a feature of From can be under another name, or no_index where there is none or more
/// than one. To has no feature of that feature's own name.
template <class From, class To>
constexpr std::size_t only_candidate(std::size_t index) {
    const auto from = basic_feature_ref<From>::from_index(index);
    std::size_t found = find_feature_index<To>(from.name());
    if (found != no_index && is_feature_name<From>(feature_name_access<To>{}(found))) found = no_index;
    for (const std::string_view alias : from.aliases()) {
        if (!is_feature_name<To>(alias) || is_feature_name<From>(alias)) continue;
        const std::size_t other = find_feature_index<To>(alias);
        if (found != no_index && found != other) return no_index;
        found = other;
    }
    return found;
}

/// The feature of To that a feature of From is, or no_index; counterpart() has the rule.
template <class From, class To>
constexpr std::size_t find_partner(std::size_t index) {
    const std::string_view name = feature_name_access<From>{}(index);
    if (is_feature_name<To>(name)) return find_feature_index<To>(name);
    const std::size_t other = only_candidate<From, To>(index);
    return other != no_index && only_candidate<To, From>(other) == index ? other : no_index;
}

/// A row for each of `Size` entries of a table; never an array of none.
template <std::size_t Size>
struct index_table {
    std::uint16_t at[Size + 1]{};
    std::size_t size = 0;

    constexpr void add(std::size_t index) { at[size++] = static_cast<std::uint16_t>(index); }
};

// Each of these tables is a constant expression of its own, so that none needs more steps than compilers allow one.

template <class From, class To>
constexpr auto find_partners() {
    index_table<From::x86::feature_count> table;
    for (std::size_t i = 0; i < From::x86::feature_count; ++i) table.add(find_partner<From, To>(i));
    return table;
}
/// find_partner() of every feature of From.
template <class From, class To>
inline constexpr auto partners = find_partners<From, To>();

/// The features of From that To does not have.
template <class From, class To>
constexpr basic_feature_set<From> without_partner() {
    basic_feature_set<From> set;
    for (std::size_t i = 0; i < From::x86::feature_count; ++i)
        if (partners<From, To>.at[i] == no_index) set.set(i);
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

/// Whether two models have the same features; without the tables, which a single model does not pay for.
template <class MapA, class MapB>
constexpr bool same_features(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    const auto features = b.features();
    if (a.features().size() != features.size()) return false;
    for (const auto f : a.features()) {
        const std::size_t other = find_partner<MapA, MapB>(f.index());
        if (other == no_index || !features.test(other)) return false;
    }
    return true;
}

}  // namespace detail

/// The same feature in another map: `counterpart<libvirt_9_0>(feature)`. It is the feature of the same name; only where
/// the other map has none, the one that the aliases show to be renamed: the name of one is an alias of the other, the
/// other map knows neither as a name of its own feature, and no second feature is in question. Bits do not count.
template <class To, class From>
constexpr std::optional<basic_feature_ref<To>> counterpart(basic_feature_ref<From> feature) {
    return detail::ref_at<basic_feature_ref, To>(detail::find_partner<From, To>(feature.index()));
}

/// The model of the same name in another map, if that has one. Models have no aliases.
template <class To, class From>
constexpr std::optional<basic_model_ref<To>> counterpart(basic_model_ref<From> model) {
    return detail::ref_at<basic_model_ref, To>(detail::find_model_index<To>(model.name()));
}

/// A feature of two maps, and what of it differs.
template <class MapA, class MapB>
struct basic_feature_change {
    basic_feature_ref<MapA> before;
    basic_feature_ref<MapB> after;
    bool name = false;        ///< it is renamed
    bool bit = false;         ///< hardware reports it elsewhere
    bool migratable = false;  ///< a guest with it can migrate in one of the two
    bool aliases = false;     ///< other aliases, in whatever order

    /// Whether anything differs.
    constexpr explicit operator bool() const { return name || bit || migratable || aliases; }
};

/// A model of two maps, and what of it differs.
template <class MapA, class MapB>
struct basic_model_change {
    basic_model_ref<MapA> before;
    basic_model_ref<MapB> after;
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
constexpr basic_feature_set<To> partners_of(const basic_feature_set<From>& set, basic_feature_set<From>& unknown) {
    basic_feature_set<To> result;
    for (std::size_t w = 0; w < basic_feature_set<From>::word_count; ++w)
        for (std::uint64_t rest = set.word(w); rest != 0; rest &= rest - 1) {
            const std::size_t i = w * 64 + lowest_bit(rest);
            if (partners<From, To>.at[i] == no_index)
                unknown.set(i);
            else
                result.set(partners<From, To>.at[i]);
        }
    return result;
}

template <class MapA, class MapB>
constexpr bool same_removed(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    const auto before = a.removed();
    const auto after = b.removed();
    if (before.size() != after.size()) return false;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (partners<MapA, MapB>.at[before[i].index()] != after[i].index()) return false;
    return true;
}

template <class MapA, class MapB>
constexpr basic_model_change<MapA, MapB> change_of(basic_model_ref<MapA> a, basic_model_ref<MapB> b) {
    basic_model_change<MapA, MapB> change{.before = a, .after = b};
    const basic_feature_set<MapB> after = b.features();
    const basic_feature_set<MapB> kept = partners_of<MapB>(a.features(), change.lost);
    change.gained = after - kept;
    if (!after.includes(kept)) {
        basic_feature_set<MapB> none;
        change.lost |= partners_of<MapA>(kept - after, none);
    }
    const auto canonical_name = [](const auto& canonical) {
        return canonical ? (*canonical).name() : std::string_view{};
    };
    change.vendor = a.vendor() != b.vendor();
    change.signatures = !same_in_order(a.signatures(), b.signatures());
    change.canonical = canonical_name(a.canonical()) != canonical_name(b.canonical());
    change.removed = !same_removed(a, b);
    basic_feature_set<MapA> unknown;
    change.added = partners_of<MapB>(a.added(), unknown) != b.added() || !unknown.empty();
    change.decodes_host = a.decodes_host() != b.decodes_host();
    change.decodes_guest = a.decodes_guest() != b.decodes_guest();
    change.partial_check_compat = a.partial_check_compat() != b.partial_check_compat();
    return change;
}

template <class MapA, class MapB>
constexpr auto find_changed_features() {
    index_table<MapA::x86::feature_count> table;
    for (std::size_t i = 0; i < MapA::x86::feature_count; ++i) {
        const std::size_t other = partners<MapA, MapB>.at[i];
        if (other != no_index &&
            change_of(basic_feature_ref<MapA>::from_index(i), basic_feature_ref<MapB>::from_index(other)))
            table.add(i);
    }
    return table;
}
template <class MapA, class MapB>
inline constexpr auto changed_features = find_changed_features<MapA, MapB>();

template <class From, class To>
constexpr auto find_models_without_partner() {
    index_table<From::x86::model_count> table;
    for (std::size_t i = 0; i < From::x86::model_count; ++i)
        if (!counterpart<To>(basic_model_ref<From>::from_index(i))) table.add(i);
    return table;
}
template <class From, class To>
inline constexpr auto models_without_partner = find_models_without_partner<From, To>();

template <class MapA, class MapB>
constexpr auto find_changed_models() {
    index_table<MapA::x86::model_count> table;
    for (std::size_t i = 0; i < MapA::x86::model_count; ++i) {
        const auto a = basic_model_ref<MapA>::from_index(i);
        const auto b = counterpart<MapB>(a);
        if (b && change_of(a, *b)) table.add(i);
    }
    return table;
}
template <class MapA, class MapB>
inline constexpr auto changed_models = find_changed_models<MapA, MapB>();

template <class MapA, class MapB>
struct feature_change_access {
    constexpr auto operator()(std::size_t i) const {
        const std::size_t a = changed_features<MapA, MapB>.at[i];
        return change_of(basic_feature_ref<MapA>::from_index(a),
                         basic_feature_ref<MapB>::from_index(partners<MapA, MapB>.at[a]));
    }
};

template <class MapA, class MapB>
struct model_change_access {
    constexpr auto operator()(std::size_t i) const {
        const auto a = basic_model_ref<MapA>::from_index(changed_models<MapA, MapB>.at[i]);
        return change_of(a, *counterpart<MapB>(a));
    }
};

template <class From, class To>
struct models_without_partner_access {
    constexpr auto operator()(std::size_t i) const {
        return basic_model_ref<From>::from_index(models_without_partner<From, To>.at[i]);
    }
};

}  // namespace detail

/// What differs from MapA to MapB, for x86: `diff<maps::libvirt_9_0, maps::libvirt_12_8>::models_came()`. Which feature
/// of the one is which of the other says counterpart(). All is computed when the program is compiled, as far as it is
/// asked for, and takes no heap.
template <class MapA, class MapB>
struct diff {
    using feature_change = basic_feature_change<MapA, MapB>;
    using model_change = basic_model_change<MapA, MapB>;

    /// The features that only MapB has, a set of MapB's.
    static constexpr basic_feature_set<MapB> features_came() { return detail::without_partner<MapB, MapA>(); }
    /// The features that only MapA has, a set of MapA's.
    static constexpr basic_feature_set<MapA> features_went() { return detail::without_partner<MapA, MapB>(); }
    /// The features of both that differ: a sized range of feature_change, in MapA's order.
    static constexpr auto features_changed() {
        return detail::table_range(detail::feature_change_access<MapA, MapB>{}, 0,
                                   detail::changed_features<MapA, MapB>.size);
    }
    /// The models that only MapB has: a sized range of its models, in its order.
    static constexpr auto models_came() {
        return detail::table_range(detail::models_without_partner_access<MapB, MapA>{}, 0,
                                   detail::models_without_partner<MapB, MapA>.size);
    }
    /// The models that only MapA has: a sized range of its models, in its order.
    static constexpr auto models_went() {
        return detail::table_range(detail::models_without_partner_access<MapA, MapB>{}, 0,
                                   detail::models_without_partner<MapA, MapB>.size);
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

    /// What differs between a feature of MapA and one of MapB, or between two models, whatever their names.
    static constexpr feature_change change(basic_feature_ref<MapA> before, basic_feature_ref<MapB> after) {
        return detail::change_of(before, after);
    }
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
        if (a == no_index || b == no_index || find_partner<MapA, MapB>(a) != b) return false;
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
