// SPDX-License-Identifier: BSL-1.0
#pragma once

// Tables of the architectures whose models are names without features of their own, in the shape that handles, sets
// and definitions read: a map's own names, and those that its architecture knows besides.

#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/handles.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/base/tables.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace cpumap::inline v0 {

/// A feature or model as a number, where the map gives none of them an enumerator.
template <class Map, bool IsFeature>
struct plain_id {
    std::uint16_t number = 0;  ///< the place in map order

    /// Number 0.
    constexpr plain_id() = default;
    /// This number.
    constexpr explicit plain_id(std::size_t index) : number(static_cast<std::uint16_t>(index)) {}

    friend constexpr bool operator==(const plain_id&, const plain_id&) = default;
};

namespace detail {

/// Names that come from more than one place, joined by the compiler into the tables that a map has for names.
template <std::size_t Bytes, std::size_t Count>
struct joined_names {
    char text[Bytes + 1]{};
    char16_t at[Count + 1]{};
    char16_t order[Count + 1]{};
    std::size_t size = 0;

    constexpr void add(std::string_view name) {
        std::size_t end = at[size];
        for (const char c : name) text[end++] = c;
        at[size + 1] = static_cast<char16_t>(end);
        // Where it stands among the names so far, in the order of their bytes.
        std::size_t place = size;
        for (; place > 0 && name.compare(name_at(text, at, order[place - 1])) < 0; --place)
            order[place] = order[place - 1];
        order[place] = static_cast<char16_t>(size++);
    }
    [[nodiscard]] constexpr std::size_t find(std::string_view name) const {
        return find_name(text, at, order, size, name);
    }
};

/// What stands in tables for each of so many models that are nothing but names.
template <std::size_t ModelCount>
struct plain_columns {
    char16_t zero[ModelCount + 1]{};
    char16_t none[ModelCount + 1]{};
    char16_t decodes[ModelCount + 1]{};

    constexpr plain_columns() {
        for (char16_t& c : none) c = static_cast<char16_t>(no_index);
        for (char16_t& c : decodes) c = 3;
    }
};
template <std::size_t ModelCount>
inline constexpr plain_columns<ModelCount> plain_columns_of{};

/// What tables hold of features and models that are nothing but names.
template <class Map, std::size_t FeatureCount, std::size_t ModelCount>
struct plain_tables {
    using feature_id = plain_id<Map, true>;
    using model_id = plain_id<Map, false>;

    static constexpr std::uint32_t feature_count = FeatureCount;
    static constexpr std::uint32_t model_count = ModelCount;
    static constexpr std::uint32_t set_words = FeatureCount == 0 ? 1 : (FeatureCount + 63) / 64;
    static constexpr std::uint32_t alias_count = 0;
    static constexpr std::uint32_t non_migratable_count = 0;
    static constexpr char16_t alias_of[1]{};
    static constexpr char16_t non_migratable[1]{};

    static constexpr char32_t sets[2 * set_words]{};
    static constexpr char32_t signatures[1]{};
    static constexpr char16_t signature_steppings[1]{};
    static constexpr char16_t removed[1]{};

    static constexpr const auto& model_set = plain_columns_of<ModelCount>.zero;
    static constexpr const auto& model_size = plain_columns_of<ModelCount>.zero;
    static constexpr const auto& model_added = plain_columns_of<ModelCount>.none;
    static constexpr const auto& model_canonical = plain_columns_of<ModelCount>.none;
    static constexpr const auto& model_flags = plain_columns_of<ModelCount>.decodes;
    static constexpr const auto& model_signatures_at = plain_columns_of<ModelCount>.zero;
    static constexpr const auto& model_signatures_count = plain_columns_of<ModelCount>.zero;
    static constexpr const auto& model_removed_at = plain_columns_of<ModelCount>.zero;
    static constexpr const auto& model_removed_count = plain_columns_of<ModelCount>.zero;
};

// A name that has no enumerator is shown by its letters: as a string both compilers would not.
template <class Map, bool IsFeature>
constexpr std::string_view plain_name(std::size_t i) {
    using tables = tables_of<Map>;
    if constexpr (IsFeature)
        return name_at(tables::feature_names, tables::feature_name_at, i);
    else
        return name_at(tables::model_names, tables::model_name_at, i);
}
template <class Map, bool IsFeature, std::size_t Index, class Letters>
struct spelled;
template <class Map, bool IsFeature, std::size_t Index, std::size_t... Letter>
struct spelled<Map, IsFeature, Index, std::index_sequence<Letter...>> {
    using type = did_you_mean<plain_name<Map, IsFeature>(Index)[Letter]...>;
};
template <class Map, bool IsFeature, std::size_t Index>
struct suggest<plain_id<Map, IsFeature>, Index>
    : spelled<Map, IsFeature, Index, std::make_index_sequence<plain_name<Map, IsFeature>(Index).size()>> {};
template <class Map, bool IsFeature>
struct suggest<plain_id<Map, IsFeature>, no_index> {
    using type = no_name_is_near;
};

/// translate() where no other model can stand in for one.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> translate_by_name(
    const basic_guest_cpu<Map>& guest, const basic_hypervisor_view<Map>& hypervisor) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    if (guest.mode() == mode::custom && guest.has_model() && hypervisor.models &&
        hypervisor.find(guest.model()) == nullptr)
        return result(basic_error<Map>(errc::model_not_supported, guest.model().name()));
    return guest;
}

}  // namespace detail

}  // namespace cpumap::inline v0
