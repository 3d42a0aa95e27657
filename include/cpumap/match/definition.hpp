// SPDX-License-Identifier: BSL-1.0
#pragma once

// CPU definitions: what a guest's <cpu> element says, and the description of a host. Both list features by name
// besides their model. The rules for what may stand together are check_definition().

#include <cpumap/base/handles.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/options.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

/// A feature that a definition lists, and what it says of it.
template <class Map>
struct basic_listed_feature {
    /// Which feature.
    basic_feature_ref<Map> feature;
    /// What is said of it.
    feature_policy policy = feature_policy::require;

    friend constexpr bool operator==(const basic_listed_feature&, const basic_listed_feature&) = default;
};

namespace detail {

/// What a list keeps of values that are no policy, for check_definition() to find.
inline constexpr auto no_policy = static_cast<feature_policy>(static_cast<unsigned>(feature_policy::forbid) + 1);

/// Chooses the constructors that leave memory as it is.
struct unfilled_t {};
inline constexpr unfilled_t unfilled{};

}  // namespace detail

/// The features that a definition lists, in their order, each at most once.
template <class Map>
class basic_feature_list {
public:
    /// What the list holds, by value.
    using value_type = basic_listed_feature<Map>;
    /// How many features it can list: all of the map.
    static constexpr std::size_t capacity = detail::tables_of<Map>::feature_count;

    /// The empty list.
    constexpr basic_feature_list() : items_{} {}
    /// The empty list, whose memory that size() hides is not cleared at run time: for who fills it at once.
    constexpr explicit basic_feature_list(detail::unfilled_t) {
        if (std::is_constant_evaluated()) items_ = {};
    }

    /// How many features are listed.
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    /// Whether none is listed.
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    /// Entry i, below size().
    [[nodiscard]] constexpr value_type operator[](std::size_t i) const {
        return {basic_feature_ref<Map>::from_index(index_at(i)), policy_at(i)};
    }
    /// Which features are listed, whatever is said of them.
    [[nodiscard]] constexpr const basic_feature_set<Map>& listed() const { return listed_; }
    /// The listed features with this policy; for a value that is no policy, those with any such value.
    [[nodiscard]] constexpr const basic_feature_set<Map>& with_policy(feature_policy policy) const {
        return with_policy_[number_of(policy)];
    }

    /// Appends a feature, or changes what is said of it where it stands.
    constexpr void put(feature_policy policy, basic_feature_ref<Map> feature) {
        if (!listed_.contains(feature)) {
            append(policy, feature.index());
            return;
        }
        for (std::size_t i = 0; i < size_; ++i)
            if (index_at(i) == feature.index()) items_.at[i] = item(policy, feature.index());
        for (basic_feature_set<Map>& set : with_policy_) set.erase(feature);
        with_policy_[number_of(policy)].insert(feature);
    }
    /// Appends a feature unless it is listed already; returns whether it did.
    constexpr bool put_if_missing(feature_policy policy, basic_feature_ref<Map> feature) {
        if (listed_.contains(feature)) return false;
        append(policy, feature.index());
        return true;
    }
    /// Appends the features of a set in map order, without those that are listed already.
    constexpr void append(feature_policy policy, const basic_feature_set<Map>& set) {
        const std::size_t number = number_of(policy);
        std::size_t n = size_;
        for (std::size_t w = 0; w < basic_feature_set<Map>::word_count; ++w) {
            const std::uint64_t features = set.words_[w] & ~listed_.words_[w];
            listed_.words_[w] |= features;
            with_policy_[number].words_[w] |= features;
            const auto first = static_cast<unsigned>(number << 13 | w * 64);
            for (std::uint64_t rest = features; rest != 0; rest &= rest - 1)
                items_.at[n++] = static_cast<std::uint16_t>(first | detail::lowest_bit(rest));
        }
        size_ = static_cast<std::uint16_t>(n);
    }
    /// Takes features out of the list, whatever is said of them.
    constexpr void remove(const basic_feature_set<Map>& features) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i)
            if (!features.test(index_at(i))) items_.at[kept++] = items_.at[i];
        size_ = static_cast<std::uint16_t>(kept);
        listed_ -= features;
        for (basic_feature_set<Map>& set : with_policy_) set -= features;
    }
    /// Takes all features out of the list.
    constexpr void clear() {
        size_ = 0;
        listed_ = {};
        for (basic_feature_set<Map>& set : with_policy_) set = {};
    }

    /// Over the entries of the list, in its order.
    class iterator {
    public:
        /// What the list holds, by value.
        using value_type = basic_listed_feature<Map>;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr value_type operator*() const { return (*list_)[at_]; }
        constexpr iterator& operator++() {
            ++at_;
            return *this;
        }
        constexpr iterator operator++(int) {
            iterator old = *this;
            ++at_;
            return old;
        }
        friend constexpr bool operator==(const iterator&, const iterator&) = default;

    private:
        friend basic_feature_list;
        constexpr iterator(const basic_feature_list* list, std::size_t at) : list_(list), at_(at) {}
        const basic_feature_list* list_ = nullptr;
        std::size_t at_ = 0;
    };
    /// The first entry.
    [[nodiscard]] constexpr iterator begin() const { return {this, 0}; }
    /// Behind the last entry.
    [[nodiscard]] constexpr iterator end() const { return {this, size_}; }

    /// Whether the same is said of the same features in the same order.
    friend constexpr bool operator==(const basic_feature_list& a, const basic_feature_list& b) {
        if (a.size_ != b.size_ || a.listed_ != b.listed_) return false;
        for (std::size_t i = 0; i < a.size_; ++i)
            if (a.items_.at[i] != b.items_.at[i]) return false;
        return true;
    }

private:
    constexpr void append(feature_policy policy, std::size_t index) {
        items_.at[size_++] = item(policy, index);
        listed_.set(index);
        with_policy_[number_of(policy)].set(index);
    }

    // Thirteen bits of index, three of policy.
    static_assert(capacity < 1U << 13, "cpumap: a map of more than 8191 features does not fit into a definition");
    static constexpr std::uint16_t item(feature_policy policy, std::size_t index) {
        return static_cast<std::uint16_t>(number_of(policy) << 13 | index);
    }
    static constexpr std::size_t number_of(feature_policy policy) {
        return static_cast<std::size_t>(policy < detail::no_policy ? policy : detail::no_policy);
    }
    [[nodiscard]] constexpr std::size_t index_at(std::size_t i) const { return items_.at[i] & 0x1fffU; }
    [[nodiscard]] constexpr feature_policy policy_at(std::size_t i) const {
        return static_cast<feature_policy>(items_.at[i] >> 13);
    }

    // A class, so that one assignment clears all.
    struct items {
        std::uint16_t at[capacity + 1];
    };

    // The same facts twice: in the order of the list, and as sets, which all but writing asks for.
    basic_feature_set<Map> listed_;
    basic_feature_set<Map> with_policy_[static_cast<std::size_t>(detail::no_policy) + 1];
    items items_;
    std::uint16_t size_ = 0;
};

namespace detail {

/// The set of one feature.
template <class Map>
constexpr basic_feature_set<Map> just(basic_feature_ref<Map> feature) {
    basic_feature_set<Map> set;
    set.insert(feature);
    return set;
}

}  // namespace detail

/// What a guest's CPU shall be: libvirt's <cpu> element of a domain. As made, a definition in custom mode with match
/// exact and fallback allow that says nothing else. Whether what is set goes together is check_definition()'s to say.
template <class Map>
class basic_guest_cpu {
public:
    /// The map that the names are of.
    using map_type = Map;
    /// What set() returns.
    using result_type = basic_result<void, basic_error<Map>>;
    /// std::span<const numa_cell>; written so that it costs compilers nothing where no definition is used.
    using numa_cells = std::span<const typename detail::dependent<Map, numa_cell>::type>;

    /// A definition that says nothing.
    constexpr basic_guest_cpu() = default;
    /// The same, in memory that its list has not cleared: for who fills it at once.
    constexpr explicit basic_guest_cpu(detail::unfilled_t unfilled) : list_(unfilled) {}
    /// A custom definition of this model.
    constexpr explicit basic_guest_cpu(basic_model_ref<Map> model) { set_model(model); }

    /// Where the CPU comes from; custom unless set.
    [[nodiscard]] constexpr cpumap::mode mode() const { return mode_; }
    /// How the host must relate to a custom CPU; exact unless set.
    [[nodiscard]] constexpr cpumap::match match() const { return match_; }
    /// What to check when the guest starts, if that is set.
    [[nodiscard]] constexpr given<cpumap::check> check() const { return check_; }
    /// Whether another model may stand in; allow unless set.
    [[nodiscard]] constexpr cpumap::fallback fallback() const { return fallback_; }
    /// Whether the host's CPU is taken without what does not migrate, if that is set.
    [[nodiscard]] constexpr given<cpumap::migratable> migratable() const { return migratable_; }
    /// Whether deprecated features are kept, if that is set.
    [[nodiscard]] constexpr given<cpumap::deprecated_features> deprecated_features() const { return deprecated_; }
    /// Whether a model is set.
    [[nodiscard]] constexpr bool has_model() const { return has_model_; }
    /// The model; there must be one.
    [[nodiscard]] constexpr basic_model_ref<Map> model() const { return model_; }
    /// The vendor that the definition asks the host to be of, a vendor's name; empty where it does not.
    [[nodiscard]] constexpr std::string_view vendor() const { return vendor_.view(); }
    /// Whether the vendor that was set is longer than vendor() shows.
    [[nodiscard]] constexpr bool vendor_cut() const { return vendor_.cut(); }
    /// What CPUID shall show as vendor; empty where that is not set.
    [[nodiscard]] constexpr std::string_view vendor_id() const { return vendor_id_.view(); }
    /// The processor's shape, if it is set.
    [[nodiscard]] constexpr const given<cpumap::topology>& topology() const { return topology_; }
    /// The cache that the guest sees, if it is set.
    [[nodiscard]] constexpr const given<cpumap::cache>& cache() const { return cache_; }
    /// The width of physical addresses, if it is set.
    [[nodiscard]] constexpr const given<cpumap::maxphysaddr>& maxphysaddr() const { return maxphysaddr_; }
    /// The NUMA cells; none unless set.
    [[nodiscard]] constexpr numa_cells numa() const { return numa_; }
    /// The features that the definition lists, in its own order.
    [[nodiscard]] constexpr const basic_feature_list<Map>& listed() const { return list_; }
    /// The same, to be changed.
    [[nodiscard]] constexpr basic_feature_list<Map>& listed() { return list_; }

    /// Sets mode().
    constexpr void set_mode(cpumap::mode v) { mode_ = v; }
    /// Sets match().
    constexpr void set_match(cpumap::match v) { match_ = v; }
    /// Sets check(), or with {} takes it back.
    constexpr void set_check(given<cpumap::check> v) { check_ = v; }
    /// Sets fallback().
    constexpr void set_fallback(cpumap::fallback v) { fallback_ = v; }
    /// Sets migratable(), or with {} takes it back.
    constexpr void set_migratable(given<cpumap::migratable> v) { migratable_ = v; }
    /// Sets deprecated_features(), or with {} takes it back.
    constexpr void set_deprecated_features(given<cpumap::deprecated_features> v) { deprecated_ = v; }
    /// Sets model().
    constexpr void set_model(basic_model_ref<Map> v) {
        model_ = v;
        has_model_ = true;
    }
    /// A name of up to 63 bytes; what is longer is cut, and no vendor has such a name.
    constexpr void set_vendor(std::string_view v) { vendor_ = inline_text<63>(v); }
    /// Exactly 12 characters; others are kept as far as 63 bytes go and refused by check_definition().
    constexpr void set_vendor_id(std::string_view v) { vendor_id_ = inline_text<63>(v); }
    /// Sets topology(), or with {} takes it back.
    constexpr void set_topology(const given<cpumap::topology>& v) { topology_ = v; }
    /// Sets cache(), or with {} takes it back.
    constexpr void set_cache(const given<cpumap::cache>& v) { cache_ = v; }
    /// Sets maxphysaddr(), or with {} takes it back.
    constexpr void set_maxphysaddr(const given<cpumap::maxphysaddr>& v) { maxphysaddr_ = v; }
    /// The cells stay the caller's and must outlive the definition.
    constexpr void set_numa(numa_cells v) { numa_ = v; }

    /// Lists one more feature, at the end. Error: duplicate_feature where it is listed already.
    constexpr result_type set(feature_policy policy, basic_feature_ref<Map> feature) {
        if (!list_.put_if_missing(policy, feature))
            return basic_error<Map>(errc::duplicate_feature, feature.name(), detail::just(feature));
        return {};
    }
    /// The same by name or alias; error also unknown_feature.
    constexpr result_type set(feature_policy policy, std::string_view feature) {
        const std::size_t index = detail::find_feature_index<Map>(feature);
        if (index == detail::no_index) return basic_error<Map>(errc::unknown_feature, feature);
        return set(policy, basic_feature_ref<Map>::from_index(index));
    }

    /// The features that the definition promises: its model's, and those it forces and requires, without those it
    /// disables and forbids; optional ones do not count. In modes without a model just what is listed.
    [[nodiscard]] constexpr basic_feature_set<Map> features() const {
        basic_feature_set<Map> set;
        if (has_model_) set = model_.features();
        set |= list_.with_policy(feature_policy::force) | list_.with_policy(feature_policy::require);
        return set -= list_.with_policy(feature_policy::disable) | list_.with_policy(feature_policy::forbid);
    }

private:
    basic_feature_list<Map> list_;
    inline_text<63> vendor_;
    inline_text<63> vendor_id_;
    given<cpumap::topology> topology_;
    given<cpumap::cache> cache_;
    given<cpumap::maxphysaddr> maxphysaddr_;
    numa_cells numa_{};
    basic_model_ref<Map> model_;
    bool has_model_ = false;
    cpumap::mode mode_ = cpumap::mode::custom;
    cpumap::match match_ = cpumap::match::exact;
    cpumap::fallback fallback_ = cpumap::fallback::allow;
    given<cpumap::check> check_;
    given<cpumap::migratable> migratable_;
    given<cpumap::deprecated_features> deprecated_;
};

/// What a host's CPU is: libvirt's <cpu> element of host capabilities, a model and the features beyond it. Always has
/// all of its model's features, since a model that has more than the host does not describe it.
template <class Map>
class basic_host_cpu {
public:
    /// The map that the names are of.
    using map_type = Map;
    /// What set() returns.
    using result_type = basic_result<void, basic_error<Map>>;

    /// A description that says nothing.
    constexpr basic_host_cpu() = default;
    /// The same, in memory that its list has not cleared: for who fills it at once.
    constexpr explicit basic_host_cpu(detail::unfilled_t unfilled) : list_(unfilled) {}
    /// A host that is exactly this model, of the model's vendor.
    constexpr explicit basic_host_cpu(basic_model_ref<Map> model) {
        set_model(model);
        set_vendor(model.vendor());
    }
    /// A host that is exactly this model: `host_cpu::of<"EPYC-Milan">()`. A compile error on an unknown name.
    template <fixed_string Model>
    static constexpr basic_host_cpu of() {
        return basic_host_cpu(detail::checked_model<Map, Model>::value);
    }

    /// The architecture; x86_64 unless set.
    [[nodiscard]] constexpr architecture arch() const { return arch_; }
    /// Whether a model is set.
    [[nodiscard]] constexpr bool has_model() const { return has_model_; }
    /// The model; there must be one.
    [[nodiscard]] constexpr basic_model_ref<Map> model() const { return model_; }
    /// The vendor's name; empty where it is not known.
    [[nodiscard]] constexpr std::string_view vendor() const { return vendor_.view(); }
    /// Family, model and stepping; none where the host's data had no CPUID leaf 1.
    [[nodiscard]] constexpr cpu_signature signature() const { return signature_; }
    /// The version of the processor's microcode, if it is known.
    [[nodiscard]] constexpr const given<std::uint32_t>& microcode() const { return microcode_; }
    /// The time-stamp counter, if something is known of it.
    [[nodiscard]] constexpr const given<cpumap::counter>& counter() const { return counter_; }
    /// The processor's shape, if it is set.
    [[nodiscard]] constexpr const given<cpumap::topology>& topology() const { return topology_; }
    /// The features beyond the model's, in the description's own order; policies do not count on a host.
    [[nodiscard]] constexpr const basic_feature_list<Map>& listed() const { return list_; }
    /// The same, to be changed.
    [[nodiscard]] constexpr basic_feature_list<Map>& listed() { return list_; }

    /// Sets arch().
    constexpr void set_arch(architecture v) { arch_ = v; }
    /// Sets model().
    constexpr void set_model(basic_model_ref<Map> v) {
        model_ = v;
        has_model_ = true;
    }
    /// A name of up to 63 bytes; what is longer is cut, and no vendor has such a name.
    constexpr void set_vendor(std::string_view v) { vendor_ = inline_text<63>(v); }
    /// Sets signature().
    constexpr void set_signature(cpu_signature v) { signature_ = v; }
    /// Sets microcode(), or with {} takes it back.
    constexpr void set_microcode(const given<std::uint32_t>& v) { microcode_ = v; }
    /// Sets counter(), or with {} takes it back.
    constexpr void set_counter(const given<cpumap::counter>& v) { counter_ = v; }
    /// Sets topology(), or with {} takes it back.
    constexpr void set_topology(const given<cpumap::topology>& v) { topology_ = v; }
    /// Lists one more feature, at the end. Error: duplicate_feature where it is listed already.
    constexpr result_type set(basic_feature_ref<Map> feature) {
        if (!list_.put_if_missing(feature_policy::require, feature))
            return basic_error<Map>(errc::duplicate_feature, feature.name(), detail::just(feature));
        return {};
    }
    /// The same by name or alias; error also unknown_feature.
    constexpr result_type set(std::string_view feature) {
        const std::size_t index = detail::find_feature_index<Map>(feature);
        if (index == detail::no_index) return basic_error<Map>(errc::unknown_feature, feature);
        return set(basic_feature_ref<Map>::from_index(index));
    }

    /// All features of the host: the model's and the listed ones.
    [[nodiscard]] constexpr basic_feature_set<Map> features() const {
        return has_model_ ? model_.features() | list_.listed() : list_.listed();
    }

private:
    // What a baseline reads of very many hosts stands together: the listed features are the first in the list.
    inline_text<63> vendor_;
    basic_model_ref<Map> model_;
    bool has_model_ = false;
    architecture arch_ = detail::own_architecture<Map>;
    cpu_signature signature_;
    basic_feature_list<Map> list_;
    given<std::uint32_t> microcode_;
    given<cpumap::counter> counter_;
    given<cpumap::topology> topology_;
};

}  // namespace cpumap::inline v0
