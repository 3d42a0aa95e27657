// SPDX-License-Identifier: BSL-1.0
#pragma once

// Handles: a feature or a model of a map as a value of two bytes, and the ranges and searches that give them.

#include <cpumap/base/errors.hpp>
#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/names.hpp>
#include <cpumap/base/tables.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

/// A sized range over [0, size) whose element i is Access{}(first + i).
template <class Access>
class table_range {
public:
    constexpr table_range(Access access, std::size_t first, std::size_t size)
        : access_(access), first_(first), size_(size) {}

    class iterator {
    public:
        using value_type = decltype(Access{}(0));
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr value_type operator*() const { return access_(at_); }
        constexpr iterator& operator++() {
            ++at_;
            return *this;
        }
        constexpr iterator operator++(int) {
            iterator old = *this;
            ++at_;
            return old;
        }
        friend constexpr bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

    private:
        friend table_range;
        constexpr iterator(Access access, std::size_t at) : access_(access), at_(at) {}
        Access access_{};
        std::size_t at_ = 0;
    };

    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    [[nodiscard]] constexpr auto operator[](std::size_t i) const { return access_(first_ + i); }
    [[nodiscard]] constexpr iterator begin() const { return {access_, first_}; }
    [[nodiscard]] constexpr iterator end() const { return {access_, first_ + size_}; }

private:
    Access access_;
    std::size_t first_;
    std::size_t size_;
};

template <class Map>
struct feature_name_access {
    constexpr std::string_view operator()(std::size_t i) const {
        return name_at(tables_of<Map>::feature_names, tables_of<Map>::feature_name_at, i);
    }
};

}  // namespace detail

namespace detail {

/// Whether a register of the map belongs to an MSR.
template <class Map>
constexpr bool is_msr_register(std::size_t i) {
    return Map::x86::register_part[i] == 'l' || Map::x86::register_part[i] == 'h';
}

}  // namespace detail

/// One bit of a register that CPUID or an MSR gives.
struct register_bit {
    /// What gives the register.
    enum class source : std::uint8_t { cpuid, msr };
    source from = source::cpuid;  ///< CPUID or an MSR
    std::uint32_t leaf = 0;       ///< CPUID leaf (EAX), or the MSR's index
    std::uint32_t subleaf = 0;    ///< CPUID subleaf (ECX); 0 for an MSR
    char part = 'a';              ///< 'a' EAX, 'b' EBX, 'c' ECX, 'd' EDX; of an MSR 'l' the low word, 'h' the high one
    std::uint8_t bit = 0;         ///< 0 to 31

    friend constexpr bool operator==(const register_bit&, const register_bit&) = default;
};

/// A feature of Map.
template <class Map>
class basic_feature_ref {
    using tables = detail::tables_of<Map>;

public:
    /// The enumeration of all names of the map.
    using id_type = typename tables::feature_id;

    /// The feature at a place in map order, below features().size().
    static constexpr basic_feature_ref from_index(std::size_t index) {
        basic_feature_ref f;
        f.index_ = static_cast<std::uint16_t>(index);
        return f;
    }
    /// The place in map order.
    [[nodiscard]] constexpr std::size_t index() const { return index_; }
    /// The feature as an enumerator, spelled as in the map with _ for - and .
    [[nodiscard]] constexpr id_type id() const { return static_cast<id_type>(index_); }
    /// libvirt's name.
    [[nodiscard]] constexpr std::string_view name() const { return detail::feature_name_access<Map>{}(index_); }
    /// The names that QEMU and Linux use instead, as far as the map tells; a range of string_view.
    [[nodiscard]] constexpr auto aliases() const {
        std::size_t first = 0;
        while (first < tables::alias_count && tables::alias_of[first] < index_) ++first;
        std::size_t last = first;
        while (last < tables::alias_count && tables::alias_of[last] == index_) ++last;
        return detail::table_range(detail::feature_name_access<Map>{}, tables::feature_count + first, last - first);
    }
    /// QEMU's own name of the feature, as libvirt writes it on QEMU's command line: an alias of the map, or libvirt's.
    [[nodiscard]] constexpr std::string_view qemu_name() const requires detail::x86_map<Map> {
        // For these libvirt has QEMU's own name, and what the map names as aliases are QEMU's older spellings.
        if (detail::has_word("pni|sse4.1|sse4.2|nx|lm|", name())) return name();
        std::string_view found = name();
        for (std::size_t i = 0; i < tables::alias_count; ++i) {
            if (tables::alias_of[i] != index_ || tables::alias_source[i] != 'q') continue;
            const std::string_view alias = detail::feature_name_access<Map>{}(tables::feature_count + i);
            // So are those with an underscore, where QEMU's own have hyphens, and one that is but a part (ffxsr).
            bool own = alias.size() + 1 >= name().size();
            for (const char c : alias) own = own && c != '_';
            if (own) found = alias;
        }
        return found;
    }
    /// Whether a guest that has the feature can migrate.
    [[nodiscard]] constexpr bool migratable() const {
        for (std::size_t i = 0; i < tables::non_migratable_count; ++i)
            if (tables::non_migratable[i] == index_) return false;
        return true;
    }
    /// Where hardware reports the feature.
    [[nodiscard]] constexpr cpumap::register_bit register_bit() const requires detail::x86_map<Map> {
        std::size_t first = 0;
        for (std::size_t run = 0;; ++run) {
            const std::uint32_t r = tables::bit_runs[run];
            const std::size_t length = (r & 31) + 1;
            if (index_ < first + length) {
                const std::uint32_t reg = r >> 10;
                const char part = tables::register_part[reg];
                return {detail::is_msr_register<Map>(reg) ? register_bit::source::msr : register_bit::source::cpuid,
                        tables::register_leaf[reg], tables::register_subleaf[reg], part,
                        static_cast<std::uint8_t>((r >> 5 & 31) + (index_ - first))};
            }
            first += length;
        }
    }

    friend constexpr bool operator==(basic_feature_ref, basic_feature_ref) = default;

private:
    std::uint16_t index_ = 0;
};

template <class Map>
class basic_model_ref;

/// A signature that belongs to a CPU model: family and model, with the steppings that count.
struct model_signature {
    std::uint16_t family = 0;          ///< extended family added
    std::uint8_t model = 0;            ///< extended model added
    std::uint16_t steppings = 0xffff;  ///< bit n is set if stepping n, 0 to 15, belongs to the model

    friend constexpr bool operator==(const model_signature&, const model_signature&) = default;
};

namespace detail {

template <class Map>
struct feature_access {
    constexpr auto operator()(std::size_t i) const { return basic_feature_ref<Map>::from_index(i); }
};

template <class Map>
struct model_access {
    constexpr auto operator()(std::size_t i) const { return basic_model_ref<Map>::from_index(i); }
};

template <class Map>
struct removed_access {
    constexpr auto operator()(std::size_t i) const {
        return basic_feature_ref<Map>::from_index(tables_of<Map>::removed[i]);
    }
};

template <class Map>
struct signature_access {
    constexpr model_signature operator()(std::size_t i) const {
        const std::uint32_t s = tables_of<Map>::signatures[i];
        return {static_cast<std::uint16_t>(s >> 8), static_cast<std::uint8_t>(s & 0xff),
                static_cast<std::uint16_t>(tables_of<Map>::signature_steppings[i])};
    }
};

template <class Map>
constexpr std::string_view vendor_name(std::size_t vendor) {
    if (vendor == no_index) return {};
    return name_at(tables_of<Map>::vendor_names, tables_of<Map>::vendor_name_at, vendor);
}

/// The vendor of a name, as an index, or no_index.
template <class Map>
constexpr std::size_t find_vendor(std::string_view name) {
    for (std::size_t i = 0; i < tables_of<Map>::vendor_count; ++i)
        if (vendor_name<Map>(i) == name) return i;
    return no_index;
}

/// The feature that name number i of the map stands for, aliases being numbered behind the features.
template <class Map>
constexpr std::size_t feature_of_name(std::size_t i) {
    using tables = tables_of<Map>;
    return i == no_index || i < tables::feature_count ? i : tables::alias_of[i - tables::feature_count];
}

template <class Map>
constexpr std::size_t find_feature_index(std::string_view name) {
    using tables = tables_of<Map>;
    if constexpr (requires { tables::feature_bucket_count; })
        return feature_of_name<Map>(find_in_bucket(tables::feature_names, tables::feature_name_at,
                                                   tables::feature_bucket, tables::feature_in_buckets,
                                                   bucket_of(name, tables::feature_bucket_count), name));
    else
        return feature_of_name<Map>(find_name(tables::feature_names, tables::feature_name_at, tables::feature_order,
                                              tables::feature_count + tables::alias_count, name));
}

template <class Map>
constexpr std::size_t find_model_index(std::string_view name) {
    using tables = tables_of<Map>;
    if constexpr (requires { tables::model_bucket_count; })
        return find_in_bucket(tables::model_names, tables::model_name_at, tables::model_bucket,
                              tables::model_in_buckets, bucket_of(name, tables::model_bucket_count), name);
    else
        return find_name(tables::model_names, tables::model_name_at, tables::model_order, tables::model_count, name);
}

template <class Map>
constexpr std::size_t nearest_feature_index(std::string_view name) {
    using tables = tables_of<Map>;
    return feature_of_name<Map>(nearest_name(tables::feature_names, tables::feature_name_at,
                                             tables::feature_count + tables::alias_count, name));
}

template <class Map>
constexpr std::size_t nearest_model_index(std::string_view name) {
    using tables = tables_of<Map>;
    return nearest_name(tables::model_names, tables::model_name_at, tables::model_count, name);
}

/// A set of the map's tables.
template <class Map>
constexpr basic_feature_set<Map> set_of(std::size_t set) {
    std::uint64_t words[basic_feature_set<Map>::word_count]{};
    for (std::size_t w = 0; w < basic_feature_set<Map>::word_count; ++w) words[w] = set_word<tables_of<Map>>(set, w);
    return basic_feature_set<Map>::from_words(words);
}

template <template <class> class Ref, class Map>
constexpr given<Ref<Map>> ref_at(std::size_t index) {
    if (index == no_index) return {};
    return Ref<Map>::from_index(index);
}

}  // namespace detail

/// A CPU model of Map.
template <class Map>
class basic_model_ref {
    using tables = detail::tables_of<Map>;

public:
    /// The enumeration of all names of the map.
    using id_type = typename tables::model_id;

    /// The model at a place in map order, below models().size().
    static constexpr basic_model_ref from_index(std::size_t index) {
        basic_model_ref m;
        m.index_ = static_cast<std::uint16_t>(index);
        return m;
    }
    /// The place in map order.
    [[nodiscard]] constexpr std::size_t index() const { return index_; }
    /// The model as an enumerator, spelled as in the map with _ for - and .
    [[nodiscard]] constexpr id_type id() const { return static_cast<id_type>(index_); }
    /// libvirt's name.
    [[nodiscard]] constexpr std::string_view name() const {
        return detail::name_at(tables::model_names, tables::model_name_at, index_);
    }
    /// What a guest of this model has, features inherited from the model's ancestor included.
    [[nodiscard]] constexpr basic_feature_set<Map> features() const {
        return detail::set_of<Map>(tables::model_set[index_]);
    }
    /// The vendor's name, "Intel" or "AMD" say; empty where the model fits every vendor.
    [[nodiscard]] constexpr std::string_view vendor() const {
        return detail::vendor_name<Map>(tables::model_vendor[index_]);
    }
    /// The signatures that identify the model; a range of model_signature, empty where it has none.
    [[nodiscard]] constexpr auto signatures() const {
        return detail::table_range(detail::signature_access<Map>{}, tables::model_signatures_at[index_],
                                   tables::model_signatures_count[index_]);
    }
    /// Features that the model once had and that guests of it disable by name, in the map's own order.
    [[nodiscard]] constexpr auto removed() const {
        return detail::table_range(detail::removed_access<Map>{}, tables::model_removed_at[index_],
                                   tables::model_removed_count[index_]);
    }
    /// Features that hypervisors add to the model although the map does not list them as its own.
    [[nodiscard]] constexpr basic_feature_set<Map> added() const {
        const std::size_t set = tables::model_added[index_];
        if (set == detail::no_index) return {};
        return detail::set_of<Map>(set);
    }
    /// The versioned name of this model (Haswell: Haswell-v1), where the map gives it one.
    [[nodiscard]] constexpr given<basic_model_ref> canonical() const {
        return detail::ref_at<cpumap::basic_model_ref, Map>(tables::model_canonical[index_]);
    }
    /// The model that has this one as its canonical name (Haswell-v1: Haswell), if there is one.
    [[nodiscard]] constexpr given<basic_model_ref> unversioned() const {
        for (std::size_t i = 0; i < tables::model_count; ++i)
            if (tables::model_canonical[i] == index_) return from_index(i);
        return {};
    }
    /// Whether decoding a host may answer with this model.
    [[nodiscard]] constexpr bool decodes_host() const { return (tables::model_flags[index_] & 1) != 0; }
    /// Whether decoding for a guest may answer with this model.
    [[nodiscard]] constexpr bool decodes_guest() const { return (tables::model_flags[index_] & 2) != 0; }
    /// Whether a partial check of the model must compare features itself (`<check partial='compat'/>`).
    [[nodiscard]] constexpr bool partial_check_compat() const { return (tables::model_flags[index_] & 4) != 0; }

    friend constexpr bool operator==(basic_model_ref, basic_model_ref) = default;

private:
    std::uint16_t index_ = 0;
};

namespace detail {

/// Shown by an error about an unknown name: the nearest name that the map has, as an identifier, or as its letters.
template <auto... Id>
struct did_you_mean;
/// Shown instead where no name of the map is near.
struct no_name_is_near;

template <class Id, std::size_t Index>
struct suggest {
    using type = did_you_mean<static_cast<Id>(Index)>;
};
template <class Id>
struct suggest<Id, no_index> {
    using type = no_name_is_near;
};

// What naming a feature or a model at compile time goes through: complete and harmless for a name of the map, else the
// compiler's error. The handle itself is computed from an unchecked index, so that the one error stays the only one.
template <class Map, fixed_string Name, std::size_t Index>
struct feature_name_check {
    using type = broken<errc::none>;
};
template <class Map, fixed_string Name>
struct feature_name_check<Map, Name, no_index> {
    using type =
        broken<errc::unknown_feature, typed<Name>,
               typename suggest<typename tables_of<Map>::feature_id, nearest_feature_index<Map>(Name.view())>::type>;
};

template <class Map, fixed_string Name, std::size_t Index>
struct model_name_check {
    using type = broken<errc::none>;
};
template <class Map, fixed_string Name>
struct model_name_check<Map, Name, no_index> {
    using type =
        broken<errc::unknown_model, typed<Name>,
               typename suggest<typename tables_of<Map>::model_id, nearest_model_index<Map>(Name.view())>::type>;
};

constexpr std::size_t index_or_first(std::size_t index) { return index == no_index ? 0 : index; }

/// The feature of a name; a compile error where the map has none.
template <class Map, fixed_string Name>
struct checked_feature {
    static constexpr std::size_t index = find_feature_index<Map>(Name.view());
    static_assert(sizeof(typename feature_name_check<Map, Name, index>::type) != 0);
    static constexpr auto value = basic_feature_ref<Map>::from_index(index_or_first(index));
};

/// The model of a name; a compile error where the map has none.
template <class Map, fixed_string Name>
struct checked_model {
    static constexpr std::size_t index = find_model_index<Map>(Name.view());
    static_assert(sizeof(typename model_name_check<Map, Name, index>::type) != 0);
    static constexpr auto value = basic_model_ref<Map>::from_index(index_or_first(index));
};

}  // namespace detail

}  // namespace cpumap::inline v0
