// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map of a few models: for a firmware that knows which processors it meets. The compiler makes its tables from those
// of a whole map, of which then nothing is in the program.

#include <cpumap/base/errors.hpp>
#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/handles.hpp>
#include <cpumap/base/map.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

/// Names of models, as a type.
template <fixed_string... Names>
struct model_names {};

/// A list of models for subset: `models<"EPYC", "EPYC-Rome">`. It is named and never called.
template <fixed_string... Names>
model_names<Names...> models();

/// A feature or model of a subset as a number. An error shows the whole map's enumerator for it.
template <class Subset, bool IsFeature>
struct subset_id {
    std::uint16_t number = 0;  ///< the place in map order

    /// Number 0.
    constexpr subset_id() = default;
    /// This number.
    constexpr explicit subset_id(std::size_t index) : number(static_cast<std::uint16_t>(index)) {}

    friend constexpr bool operator==(const subset_id&, const subset_id&) = default;
};

namespace detail {

/// Which models, features and registers of a map a subset has, and how much room its tables take.
template <class Map>
struct subset_plan {
    using from = typename Map::x86;
    static constexpr std::size_t names_of_features = from::feature_count + from::alias_count;

    std::uint16_t model[from::model_count + 1]{};      // of the subset's: the index in the map
    std::uint16_t new_model[from::model_count + 1]{};  // of the map's: the index in the subset
    std::uint16_t feature[from::feature_count + 1]{};  // likewise
    std::uint16_t new_feature[from::feature_count + 1]{};
    std::uint16_t alias[from::alias_count + 1]{};
    std::uint16_t reg[from::register_count + 1]{};
    std::uint16_t new_reg[from::register_count + 1]{};
    std::uint16_t of_reg[from::feature_count + 1]{};  // the map's register of each of its features
    std::uint8_t bit[from::feature_count + 1]{};      // and the bit in it
    std::uint16_t set[from::model_count + 1]{};       // of the subset's sets: one in the map
    std::size_t models = 0, features = 0, aliases = 0, registers = 0, runs = 0, sets = 0, signatures = 0, removed = 0,
                non_migratable = 0, feature_bytes = 0, model_bytes = 0, highest_signature = 0;

    constexpr subset_plan(const bool (&wanted)[from::model_count + 1]) {
        find_bits();
        bool mentioned[from::feature_count + 1]{};
        for (std::size_t m = 0; m < from::model_count; ++m) {
            new_model[m] = static_cast<std::uint16_t>(no_index);
            if (!wanted[m]) continue;
            new_model[m] = static_cast<std::uint16_t>(models);
            model[models++] = static_cast<std::uint16_t>(m);
            model_bytes += from::model_name_at[m + 1] - from::model_name_at[m];
            for (std::size_t i = 0; i < from::model_signatures_count[m]; ++i, ++signatures)
                if (const std::uint32_t n = from::signatures[from::model_signatures_at[m] + i]; n > highest_signature)
                    highest_signature = n;
            removed += from::model_removed_count[m];
            take_set(from::model_set[m]);
            for (std::size_t w = 0; w < from::set_words; ++w)
                for (std::uint64_t rest = set_word<from>(from::model_set[m], w); rest != 0; rest &= rest - 1)
                    mentioned[w * 64 + lowest_bit(rest)] = true;
            if (from::model_added[m] != no_index) take_set(from::model_added[m]);
            for (std::size_t i = 0; i < from::model_removed_count[m]; ++i)
                mentioned[from::removed[from::model_removed_at[m] + i]] = true;
        }
        for (std::size_t r = 0; r < from::register_count; ++r) new_reg[r] = static_cast<std::uint16_t>(no_index);
        for (std::size_t f = 0; f < from::feature_count; ++f) {
            new_feature[f] = static_cast<std::uint16_t>(no_index);
            if (!mentioned[f]) continue;
            const std::size_t last = features == 0 ? no_index : feature[features - 1];
            if (last == no_index || of_reg[last] != of_reg[f] || bit[last] + 1 != bit[f]) ++runs;
            new_feature[f] = static_cast<std::uint16_t>(features);
            feature[features++] = static_cast<std::uint16_t>(f);
            feature_bytes += from::feature_name_at[f + 1] - from::feature_name_at[f];
            new_reg[of_reg[f]] = 0;
        }
        for (std::size_t r = 0; r < from::register_count; ++r)
            if (new_reg[r] == 0) {
                new_reg[r] = static_cast<std::uint16_t>(registers);
                reg[registers++] = static_cast<std::uint16_t>(r);
            }
        for (std::size_t a = 0; a < from::alias_count; ++a)
            if (mentioned[from::alias_of[a]]) {
                alias[aliases++] = static_cast<std::uint16_t>(a);
                const std::size_t n = from::feature_count + a;
                feature_bytes += from::feature_name_at[n + 1] - from::feature_name_at[n];
            }
        for (std::size_t i = 0; i < from::non_migratable_count; ++i)
            if (mentioned[from::non_migratable[i]]) ++non_migratable;
    }

    /// The subset's set for one of the map's.
    [[nodiscard]] constexpr std::size_t new_set(std::size_t old) const {
        for (std::size_t i = 0; i < sets; ++i)
            if (set[i] == old) return i;
        return no_index;
    }

private:
    constexpr void find_bits() {
        std::size_t f = 0;
        for (std::size_t run = 0; run < from::run_count; ++run) {
            const std::uint32_t r = from::bit_runs[run];
            for (std::uint32_t b = r >> 5 & 31, left = (r & 31) + 1; left > 0; --left, ++b, ++f) {
                of_reg[f] = static_cast<std::uint16_t>(r >> 10);
                bit[f] = static_cast<std::uint8_t>(b);
            }
        }
    }
    constexpr void take_set(std::size_t old) {
        if (new_set(old) == no_index) set[sets++] = static_cast<std::uint16_t>(old);
    }
};

/// The plan for the models of these indices, of which one may be no_index, which is an error elsewhere.
template <class Map, std::size_t... Model>
constexpr subset_plan<Map> make_subset_plan() {
    bool wanted[Map::x86::model_count + 1]{};
    ((wanted[Model == no_index ? std::size_t{Map::x86::model_count} : Model] = true), ...);
    return subset_plan<Map>(wanted);
}

/// An integer for numbers up to the highest.
template <std::size_t Highest>
using narrow = std::conditional_t<Highest <= 0xff, std::uint8_t,
                                  std::conditional_t<Highest <= 0xffff, std::uint16_t, std::uint32_t>>;

/// The tables themselves, all of them as large as it takes.
template <class Map, std::size_t... Model>
struct subset_tables {
    using from = typename Map::x86;
    static constexpr subset_plan<Map> plan = make_subset_plan<Map, Model...>();
    static constexpr std::size_t set_words = plan.features == 0 ? 1 : (plan.features + 63) / 64;
    static constexpr std::size_t feature_names_count = plan.features + plan.aliases;

    char feature_names[plan.feature_bytes + 1]{};
    char16_t feature_name_at[feature_names_count + 1]{};
    narrow<feature_names_count> feature_order[feature_names_count + 1]{};
    narrow<plan.features> alias_of[plan.aliases + 1]{};
    char alias_source[plan.aliases + 1]{};
    narrow<plan.features> non_migratable[plan.non_migratable + 1]{};
    char32_t register_leaf[plan.registers + 1]{};
    narrow<0xff> register_subleaf[plan.registers + 1]{};
    char register_part[plan.registers + 1]{};
    narrow<(plan.registers << 10)> bit_runs[plan.runs + 1]{};
    char32_t sets[2 * (plan.sets + 1) * set_words]{};
    char model_names[plan.model_bytes + 1]{};
    char16_t model_name_at[plan.models + 1]{};
    narrow<plan.models> model_order[plan.models + 1]{};
    narrow<plan.sets> model_set[plan.models + 1]{};
    narrow<plan.features> model_size[plan.models + 1]{};
    char16_t model_added[plan.models + 1]{};
    char16_t model_vendor[plan.models + 1]{};
    char16_t model_canonical[plan.models + 1]{};
    narrow<0xff> model_flags[plan.models + 1]{};
    narrow<plan.signatures> model_signatures_at[plan.models + 1]{};
    narrow<plan.signatures> model_signatures_count[plan.models + 1]{};
    narrow<plan.highest_signature> signatures[plan.signatures + 1]{};
    char16_t signature_steppings[plan.signatures + 1]{};
    narrow<plan.removed> model_removed_at[plan.models + 1]{};
    narrow<plan.removed> model_removed_count[plan.models + 1]{};
    narrow<plan.features> removed[plan.removed + 1]{};

    constexpr subset_tables() {
        make_features();
        make_registers();
        make_sets();
        make_models();
    }

private:
    template <class T>
    static constexpr void put(T& to, std::size_t number) {
        to = static_cast<T>(number);
    }

    template <class Names, class At, class Order, class Take>
    static constexpr void make_names(Names& names, At& at, Order& order, std::size_t count, Take name) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < count; ++i) {
            for (const char c : name(i)) names[end++] = c;
            at[i + 1] = static_cast<char16_t>(end);
            std::size_t place = i;
            for (; place > 0 && name(i).compare(name(order[place - 1])) < 0; --place) order[place] = order[place - 1];
            put(order[place], i);
        }
    }

    constexpr void make_features() {
        make_names(feature_names, feature_name_at, feature_order, feature_names_count, [](std::size_t i) {
            const std::size_t old =
                i < plan.features ? std::size_t{plan.feature[i]} : from::feature_count + plan.alias[i - plan.features];
            return name_at(from::feature_names, from::feature_name_at, old);
        });
        for (std::size_t a = 0; a < plan.aliases; ++a) {
            put(alias_of[a], plan.new_feature[from::alias_of[plan.alias[a]]]);
            alias_source[a] = from::alias_source[plan.alias[a]];
        }
        std::size_t n = 0;
        for (std::size_t i = 0; i < from::non_migratable_count; ++i)
            if (const std::size_t f = plan.new_feature[from::non_migratable[i]]; f != no_index)
                put(non_migratable[n++], f);
    }

    constexpr void make_registers() {
        for (std::size_t r = 0; r < plan.registers; ++r) {
            register_leaf[r] = from::register_leaf[plan.reg[r]];
            put(register_subleaf[r], from::register_subleaf[plan.reg[r]]);
            register_part[r] = from::register_part[plan.reg[r]];
        }
        std::size_t runs = 0;
        for (std::size_t i = 0; i < plan.features; ++i) {
            const std::size_t f = plan.feature[i];
            const std::size_t last = i == 0 ? no_index : plan.feature[i - 1];
            if (last != no_index && plan.of_reg[last] == plan.of_reg[f] && plan.bit[last] + 1 == plan.bit[f])
                ++bit_runs[runs - 1];
            else
                put(bit_runs[runs++], std::size_t{plan.new_reg[plan.of_reg[f]]} << 10 | std::size_t{plan.bit[f]} << 5);
        }
    }

    constexpr void make_sets() {
        for (std::size_t s = 0; s < plan.sets; ++s)
            for (std::size_t i = 0; i < plan.features; ++i)
                if (const std::size_t f = plan.feature[i]; (set_word<from>(plan.set[s], f / 64) >> (f % 64) & 1) != 0)
                    sets[2 * s * set_words + i / 32] |= std::uint32_t{1} << (i % 32);
    }

    constexpr void make_models() {
        make_names(model_names, model_name_at, model_order, plan.models,
                   [](std::size_t i) { return name_at(from::model_names, from::model_name_at, plan.model[i]); });
        std::size_t signature = 0;
        std::size_t gone = 0;
        for (std::size_t i = 0; i < plan.models; ++i) {
            const std::size_t m = plan.model[i];
            const std::size_t canonical = from::model_canonical[m];
            const std::size_t added = from::model_added[m];
            put(model_set[i], plan.new_set(from::model_set[m]));
            put(model_size[i], from::model_size[m]);
            put(model_added[i], added == no_index ? no_index : plan.new_set(added));
            put(model_vendor[i], from::model_vendor[m]);
            put(model_canonical[i], canonical == no_index ? no_index : plan.new_model[canonical]);
            put(model_flags[i], from::model_flags[m]);
            put(model_signatures_at[i], signature);
            put(model_signatures_count[i], from::model_signatures_count[m]);
            for (std::size_t k = 0; k < from::model_signatures_count[m]; ++k, ++signature) {
                put(signatures[signature], from::signatures[from::model_signatures_at[m] + k]);
                signature_steppings[signature] = from::signature_steppings[from::model_signatures_at[m] + k];
            }
            put(model_removed_at[i], gone);
            put(model_removed_count[i], from::model_removed_count[m]);
            for (std::size_t k = 0; k < from::model_removed_count[m]; ++k)
                put(removed[gone++], plan.new_feature[from::removed[from::model_removed_at[m] + k]]);
        }
    }
};
template <class Map, std::size_t... Model>
inline constexpr subset_tables<Map, Model...> subset_tables_of{};

/// The same names in another order, or one of them twice, are the same tables, but another type.
template <class Map, fixed_string... Names>
struct subset_map {
    static_assert(((sizeof(typename model_name_check<Map, Names, find_model_index<Map>(Names.view())>::type) != 0) &&
                   ...));

    static constexpr std::uint32_t format = Map::format;
    static constexpr std::string_view version = Map::version;
    static constexpr std::uint32_t version_number = Map::version_number;

    struct x86 {
        using feature_id = subset_id<subset_map, true>;
        using model_id = subset_id<subset_map, false>;
        using from = typename Map::x86;
        static constexpr const auto& own = subset_tables_of<Map, find_model_index<Map>(Names.view())...>;
        static constexpr const auto& plan = std::remove_cvref_t<decltype(own)>::plan;

        static constexpr std::uint32_t feature_count = plan.features;
        static constexpr std::uint32_t alias_count = plan.aliases;
        static constexpr std::uint32_t non_migratable_count = plan.non_migratable;
        static constexpr std::uint32_t register_count = plan.registers;
        static constexpr std::uint32_t run_count = plan.runs;
        static constexpr std::uint32_t set_count = plan.sets;
        static constexpr std::uint32_t set_words = std::remove_cvref_t<decltype(own)>::set_words;
        static constexpr std::uint32_t model_count = plan.models;
        static constexpr std::uint32_t vendor_count = from::vendor_count;

        static constexpr const auto& feature_names = own.feature_names;
        static constexpr const auto& feature_name_at = own.feature_name_at;
        static constexpr const auto& feature_order = own.feature_order;
        static constexpr const auto& alias_of = own.alias_of;
        static constexpr const auto& alias_source = own.alias_source;
        static constexpr const auto& non_migratable = own.non_migratable;
        static constexpr const auto& register_leaf = own.register_leaf;
        static constexpr const auto& register_subleaf = own.register_subleaf;
        static constexpr const auto& register_part = own.register_part;
        static constexpr const auto& bit_runs = own.bit_runs;
        static constexpr const auto& sets = own.sets;
        static constexpr const auto& model_names = own.model_names;
        static constexpr const auto& model_name_at = own.model_name_at;
        static constexpr const auto& model_order = own.model_order;
        static constexpr const auto& model_set = own.model_set;
        static constexpr const auto& model_size = own.model_size;
        static constexpr const auto& model_added = own.model_added;
        static constexpr const auto& model_vendor = own.model_vendor;
        static constexpr const auto& model_canonical = own.model_canonical;
        static constexpr const auto& model_flags = own.model_flags;
        static constexpr const auto& model_signatures_at = own.model_signatures_at;
        static constexpr const auto& model_signatures_count = own.model_signatures_count;
        static constexpr const auto& signatures = own.signatures;
        static constexpr const auto& signature_steppings = own.signature_steppings;
        static constexpr const auto& model_removed_at = own.model_removed_at;
        static constexpr const auto& model_removed_count = own.model_removed_count;
        static constexpr const auto& removed = own.removed;
        // All vendors, since a processor of another vendor must be known as such.
        static constexpr const auto& vendor_names = from::vendor_names;
        static constexpr const auto& vendor_name_at = from::vendor_name_at;
        static constexpr const auto& vendor_strings = from::vendor_strings;
    };
    using ppc64 = typename Map::ppc64;
    using arm = typename Map::arm;
};

template <class Map, fixed_string... Names, bool IsFeature, std::size_t Index>
requires(Index != no_index) struct suggest<subset_id<subset_map<Map, Names...>, IsFeature>, Index> {
    static constexpr auto id() {
        using tables = typename subset_map<Map, Names...>::x86;
        if constexpr (IsFeature)
            return static_cast<typename Map::x86::feature_id>(tables::plan.feature[Index]);
        else
            return static_cast<typename Map::x86::model_id>(tables::plan.model[Index]);
    }
    using type = did_you_mean<id()>;
};

template <class Map, class Models>
struct subset_of;
template <class Map, fixed_string... Names>
struct subset_of<Map, model_names<Names...> (*)()> {
    using type = subset_map<Map, Names...>;
};

}  // namespace detail

/// A map with just these models and the features that they mention, in the order of the whole map: `subset<models<"EPYC",
/// "EPYC-Rome">>`. It goes wherever a map goes, `use<>` too. Features that none of them mentions do not exist in it, so
/// decoding says nothing of them, and features that hypervisors add to a model (added()) count where another model has them.
/// Which model decoding answers with is what the whole map answers where a hypervisor knows these models alone. Compile error: unknown_model.
template <auto Models, class Map = default_map>
using subset = typename detail::subset_of<Map, decltype(Models)>::type;

}  // namespace cpumap::inline v0
