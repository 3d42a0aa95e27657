// SPDX-License-Identifier: BSL-1.0
#pragma once

// Decoding: from the data of a processor to the model that describes it best, and the features that complete it.

#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/hypervisor_view.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace cpumap::inline v0 {

/// What a model is to some data when a guest is decoded, see assess_guest().
template <class Map>
struct basic_assessment {
    /// Why a model is not a candidate at all, if it is not.
    enum class standing : std::uint8_t {
        candidate,
        not_usable,        ///< the hypervisor's list of models lacks it
        other_vendor,      ///< its vendor is known and not the data's
        not_for_decoding,  ///< the map says that decoding shall not answer with it
        has_more,          ///< only when a host is decoded: it has features that the data has not
    };
    standing state = standing::candidate;  ///< whether decoding could answer with it
    bool has_signature = false;            ///< the data's signature is one of the model's
    std::uint32_t listed = 0;              ///< features that would be listed besides the model
    std::uint32_t disabled = 0;            ///< those of them that would be disabled
    std::uint32_t score = 0;               ///< the lower the better
    std::uint32_t penalty = 0;  ///< the part of the score that disabled features make; decides between equal scores
};

/// How to decode; see decode_guest().
template <class Map>
struct basic_decode_options {
    /// What the hypervisor can do; by default every model is usable and nothing is blocked.
    basic_hypervisor_view<Map> hypervisor{};
    /// Models to be preferred: one alone is taken wherever it is a candidate; of several, one is taken over a better
    /// model when it has fewer features to disable. The models stay the caller's.
    std::span<const basic_model_ref<Map>> preferred{};
    /// Leave out features that do not migrate.
    bool migratable = false;
};

namespace detail {

enum class decode_for : std::uint8_t { host, guest };

/// What decoding needs to know of the data, worked out once.
template <class Map>
struct decode_input {
    basic_feature_set<Map> features;
    cpu_signature signature;
    std::size_t vendor = no_index;
};

template <class Map>
constexpr bool has_signature(std::size_t model, const cpu_signature& s) {
    using tables = typename Map::x86;
    if (!s) return false;
    const std::uint32_t wanted = s.family() << 8 | s.model();
    const std::size_t first = tables::model_signatures_at[model];
    for (std::size_t i = first; i < first + tables::model_signatures_count[model]; ++i)
        if (tables::signatures[i] == wanted && (tables::signature_steppings[i] >> s.stepping() & 1) != 0) return true;
    return false;
}

/// Intel processors whose TSX does not work: hle and rtm are not there, whatever CPUID says.
constexpr bool has_broken_tsx(const cpu_signature& s) {
    if (s.family() != 6) return false;
    const std::uint32_t m = s.model();
    return m == 60 || m == 69 || m == 70 || (m == 63 && s.stepping() < 4);
}

template <class Map>
constexpr decode_input<Map> make_decode_input(const basic_feature_set<Map>& features, cpu_signature signature,
                                              std::size_t vendor) {
    decode_input<Map> in;
    in.features = features;
    in.signature = signature;
    in.vendor = vendor;
    if (has_broken_tsx(signature) && vendor_name<Map>(vendor) == std::string_view("Intel", 5)) {
        constexpr std::size_t tsx[] = {find_feature_index<Map>("hle"), find_feature_index<Map>("rtm")};
        for (const std::size_t f : tsx)
            if (f != no_index) in.features.reset(f);
    }
    return in;
}

/// The lists that a candidate would give: what to require, what to disable.
template <class Map>
struct decode_lists {
    basic_feature_set<Map> extra;
    basic_feature_set<Map> missing;
};

/// The lists that a model would give. Blockers may be null.
template <class Map>
constexpr decode_lists<Map> make_lists(const decode_input<Map>& in, std::size_t model,
                                       const basic_feature_set<Map>* blockers) {
    std::uint64_t extra[basic_feature_set<Map>::word_count]{};
    std::uint64_t missing[basic_feature_set<Map>::word_count]{};
    const std::size_t set = Map::x86::model_set[model];
    for (std::size_t i = 0; i < basic_feature_set<Map>::word_count; ++i) {
        const std::uint64_t word = set_word<typename Map::x86>(set, i);
        extra[i] = in.features.word(i) & ~word;
        missing[i] = word & ~in.features.word(i);
        if (blockers != nullptr) missing[i] |= blockers->word(i) & ~extra[i];
    }
    return {basic_feature_set<Map>::from_words(extra), basic_feature_set<Map>::from_words(missing)};
}

constexpr void set_score(decode_for kind, std::uint32_t listed, std::uint32_t disabled, std::uint32_t& score,
                         std::uint32_t& penalty) {
    if (kind == decode_for::host) {
        score = listed;
        penalty = 0;
        return;
    }
    const std::uint32_t k = (disabled + 1) / 2;  // half of them, as libvirt has it release after release
    penalty = k * (k + 3) / 2;
    score = listed - k + penalty;
}

/// How many features of a model the data has.
template <class Map>
constexpr std::uint32_t count_common(const basic_feature_set<Map>& features, std::size_t model) {
    std::uint32_t n = 0;
    const std::size_t set = Map::x86::model_set[model];
    for (std::size_t i = 0; i < basic_feature_set<Map>::word_count; ++i)
        n += count_bits(features.word(i) & set_word<typename Map::x86>(set, i));
    return n;
}

/// Whether the data has all features of a model.
template <class Map>
constexpr bool has_features_of(const basic_feature_set<Map>& features, std::size_t model) {
    const std::size_t set = Map::x86::model_set[model];
    for (std::size_t i = 0; i < basic_feature_set<Map>::word_count; ++i)
        if ((set_word<typename Map::x86>(set, i) & ~features.word(i)) != 0) return false;
    return true;
}

/// How many features a candidate would list, and disable, where the data has `feature_count`.
template <class Map>
constexpr void count_listed(decode_for kind, const decode_input<Map>& in, std::uint32_t feature_count,
                            std::size_t model, const basic_feature_set<Map>* blockers, std::uint32_t& listed,
                            std::uint32_t& disabled) {
    using tables = typename Map::x86;
    const bool with_removed = kind == decode_for::guest && tables::model_removed_count[model] != 0;
    if (blockers == nullptr && !with_removed) {
        const std::uint32_t common = count_common<Map>(in.features, model);
        disabled = tables::model_size[model] - common;
        listed = feature_count - common + disabled;
        return;
    }
    decode_lists<Map> l = make_lists<Map>(in, model, blockers);
    if (with_removed)
        for (const auto f : basic_model_ref<Map>::from_index(model).removed())
            if (!l.extra.contains(f)) l.missing.insert(f);
    disabled = static_cast<std::uint32_t>(l.missing.size());
    listed = static_cast<std::uint32_t>(l.extra.size()) + disabled;
}

/// Whether a model may be an answer at all, features aside.
template <class Map>
constexpr typename basic_assessment<Map>::standing standing_of(decode_for kind, std::size_t data_vendor,
                                                               std::size_t model, bool usable) {
    using tables = typename Map::x86;
    using standing = typename basic_assessment<Map>::standing;
    const std::size_t vendor = tables::model_vendor[model];
    if (!usable) return standing::not_usable;
    if (vendor != no_index && data_vendor != no_index && vendor != data_vendor) return standing::other_vendor;
    if ((tables::model_flags[model] & (kind == decode_for::host ? 1 : 2)) == 0) return standing::not_for_decoding;
    return standing::candidate;
}

template <class Map>
constexpr const basic_feature_set<Map>* blockers_of(const basic_usable_model<Map>* usable) {
    return usable == nullptr || usable->blockers.empty() ? nullptr : &usable->blockers;
}

/// What a model is to the data. `usable` is null where the hypervisor says nothing of models, or not of this one.
template <class Map>
constexpr basic_assessment<Map> assess(decode_for kind, const decode_input<Map>& in, std::size_t model, bool is_usable,
                                       const basic_usable_model<Map>* usable) {
    using standing = typename basic_assessment<Map>::standing;
    basic_assessment<Map> a;
    a.state = standing_of<Map>(kind, in.vendor, model, is_usable);
    a.has_signature = has_signature<Map>(model, in.signature);
    const auto feature_count = static_cast<std::uint32_t>(in.features.size());
    count_listed<Map>(kind, in, feature_count, model, blockers_of<Map>(usable), a.listed, a.disabled);
    if (a.state == standing::candidate && kind == decode_for::host && a.disabled != 0) a.state = standing::has_more;
    set_score(kind, a.listed, a.disabled, a.score, a.penalty);
    return a;
}

/// Models, a bit each.
template <class Map>
struct model_set {
    static constexpr std::size_t words = Map::x86::model_count / 64 + 1;
    std::uint64_t word[words]{};

    constexpr void insert(std::size_t model) { word[model / 64] |= std::uint64_t{1} << (model % 64); }
    /// The model, where there is exactly one; otherwise no_index.
    [[nodiscard]] constexpr std::size_t only_one() const {
        std::size_t found = no_index;
        for (std::size_t i = 0; i < words; ++i) {
            if (word[i] == 0) continue;
            if (found != no_index || (word[i] & (word[i] - 1)) != 0) return no_index;
            found = i * 64 + lowest_bit(word[i]);
        }
        return found;
    }
    constexpr model_set& operator|=(const model_set& o) {
        for (std::size_t i = 0; i < words; ++i) word[i] |= o.word[i];
        return *this;
    }
    constexpr model_set& operator&=(const model_set& o) {
        for (std::size_t i = 0; i < words; ++i) word[i] &= o.word[i];
        return *this;
    }
};

/// What the compiler works out so that a search need not look at every model: for each entry of the map's signatures
/// the models that have it, where to find the entries of a signature, and for each vendor of the data, or none, the
/// models that may be an answer.
template <class Map>
struct decode_index {
    using tables = typename Map::x86;
    static constexpr std::size_t signature_count = [] {
        std::size_t n = 0;
        for (std::size_t m = 0; m < tables::model_count; ++m) {
            const std::size_t end = tables::model_signatures_at[m] + std::size_t{tables::model_signatures_count[m]};
            if (end > n) n = end;
        }
        return n;
    }();
    static constexpr std::size_t bucket_count = [] {
        std::size_t n = 1;
        while (n < signature_count / 2) n *= 2;
        return n;
    }();
    model_set<Map> of_signature[signature_count + 1]{};
    model_set<Map> candidates[2][tables::vendor_count + 1]{};
    std::uint16_t bucket[bucket_count + 1]{};         // the first of its entries in in_buckets; then its end
    std::uint16_t in_buckets[signature_count + 1]{};  // entries of the map's signatures

    constexpr decode_index() {
        for (std::size_t m = 0; m < tables::model_count; ++m) {
            const std::size_t first = tables::model_signatures_at[m];
            for (std::size_t i = first; i < first + tables::model_signatures_count[m]; ++i) of_signature[i].insert(m);
            for (const decode_for kind : {decode_for::host, decode_for::guest})
                for (std::size_t v = 0; v <= tables::vendor_count; ++v)
                    if (standing_of<Map>(kind, v < tables::vendor_count ? v : no_index, m, true) ==
                        basic_assessment<Map>::standing::candidate)
                        candidates[static_cast<std::size_t>(kind)][v].insert(m);
        }
        for (std::size_t i = 0; i < signature_count; ++i) ++bucket[bucket_of(tables::signatures[i]) + 1];
        for (std::size_t b = 0; b < bucket_count; ++b)
            bucket[b + 1] = static_cast<std::uint16_t>(bucket[b + 1] + bucket[b]);
        std::uint16_t next[bucket_count]{};
        for (std::size_t i = 0; i < signature_count; ++i) {
            const std::size_t b = bucket_of(tables::signatures[i]);
            in_buckets[bucket[b] + next[b]++] = static_cast<std::uint16_t>(i);
        }
    }

    /// Of a signature as the map writes it, family << 8 | model.
    static constexpr std::size_t bucket_of(std::uint32_t signature) {
        return (signature ^ signature >> 6) % bucket_count;
    }
};
template <class Map>
inline constexpr decode_index<Map> index_of{};

/// A search for the best model.
template <class Map>
class decode_search {
    using tables = typename Map::x86;
    using standing = typename basic_assessment<Map>::standing;

public:
    constexpr decode_search(decode_for kind, const decode_input<Map>& in, const basic_decode_options<Map>& options)
        : kind_(kind),
          in_(in),
          options_(options),
          any_usable_(!options.hypervisor.models),
          one_preferred_(all_same(options.preferred)),
          candidates_(index_of<Map>.candidates[static_cast<std::size_t>(kind)]
                                              [in.vendor == no_index ? tables::vendor_count : in.vendor]) {
        if (any_usable_) return;
        for (std::uint16_t& p : place_) p = 0;
        std::size_t n = 0;
        model_set<Map> usable;
        for (const auto& m : *options.hypervisor.models) {
            ++n;
            std::uint16_t& place = place_[m.model.index()];
            if (place == 0)
                place = static_cast<std::uint16_t>(n);  // the first counts, as in basic_hypervisor_view::find()
            usable.insert(m.model.index());
        }
        candidates_ &= usable;
    }

    /// The index of the best model, or no_index.
    constexpr std::size_t run() {
        if (one_preferred_) {
            const std::size_t model = options_.preferred[0].index();
            if (assess<Map>(kind_, in_, model, any_usable_ || place_[model] != 0, usable(model)).state ==
                standing::candidate)
                return model;
        }
        // A model that has the data's signature beats all that have not, so these come first and alone.
        if (in_.signature) consider_all(with_signature());
        if (best_ == no_index) consider_all(candidates_);
        return best_;
    }

    constexpr const basic_usable_model<Map>* usable(std::size_t model) const {
        if (any_usable_ || place_[model] == 0) return nullptr;
        return &(*options_.hypervisor.models)[place_[model] - 1U];
    }

private:
    constexpr model_set<Map> with_signature() const {
        const std::uint32_t wanted = in_.signature.family() << 8 | in_.signature.model();
        const std::uint32_t stepping = in_.signature.stepping();
        model_set<Map> models;
        const std::size_t bucket = decode_index<Map>::bucket_of(wanted);
        for (std::size_t n = index_of<Map>.bucket[bucket]; n < index_of<Map>.bucket[bucket + 1]; ++n) {
            const std::size_t i = index_of<Map>.in_buckets[n];
            if (tables::signatures[i] == wanted && (tables::signature_steppings[i] >> stepping & 1) != 0)
                models |= index_of<Map>.of_signature[i];
        }
        return models &= candidates_;
    }

    /// From the last model of the map to the first, as libvirt tries them: of equally good ones the first tried stays.
    constexpr void consider_all(const model_set<Map>& models) {
        if (const std::size_t model = models.only_one(); kind_ == decode_for::guest && model != no_index) {
            best_ = model;  // whatever its score
            return;
        }
        feature_count_ = static_cast<std::uint32_t>(in_.features.size());
        for (std::size_t w = model_set<Map>::words; w-- > 0;)
            for (std::uint64_t rest = models.word[w]; rest != 0;) {
                const unsigned bit = highest_bit(rest);
                rest ^= std::uint64_t{1} << bit;
                consider(w * 64 + bit);
            }
    }

    constexpr void consider(std::size_t model) {
        const basic_feature_set<Map>* blockers = blockers_of<Map>(usable(model));
        if (kind_ == decode_for::host && blockers == nullptr) {
            // Its score is what it leaves over of the data, and libvirt prefers none of a host's models.
            const std::uint32_t size = tables::model_size[model];
            if (size > feature_count_ || (best_ != no_index && feature_count_ - size >= score_)) return;
            if (!has_features_of<Map>(in_.features, model)) return;
            best_ = model;
            score_ = feature_count_ - size;
            return;
        }
        if (kind_ == decode_for::guest && best_ != no_index && !several_preferred() && least_score(model) > score_)
            return;
        std::uint32_t listed = 0;
        std::uint32_t disabled = 0;
        count_listed<Map>(kind_, in_, feature_count_, model, blockers, listed, disabled);
        if (kind_ == decode_for::host && disabled != 0) return;
        std::uint32_t score = 0;
        std::uint32_t penalty = 0;
        set_score(kind_, listed, disabled, score, penalty);
        if (best_ != no_index && score >= score_ && !(score == score_ && penalty < penalty_) &&
            !(several_preferred() && penalty < penalty_ && is_preferred(model)))
            return;
        best_ = model;
        score_ = score;
        penalty_ = penalty;
    }

    /// The score that a guest's model of this size could have at best, were every feature common to it and the data.
    constexpr std::uint32_t least_score(std::size_t model) const {
        const std::uint32_t size = tables::model_size[model];
        std::uint32_t score = 0;
        std::uint32_t penalty = 0;
        if (size <= feature_count_)
            set_score(kind_, feature_count_ - size, 0, score, penalty);
        else
            set_score(kind_, size - feature_count_, size - feature_count_, score, penalty);
        return score;
    }

    static constexpr bool all_same(std::span<const basic_model_ref<Map>> models) {
        for (const auto& m : models)
            if (m != models[0]) return false;
        return !models.empty();
    }
    constexpr bool several_preferred() const { return !one_preferred_ && !options_.preferred.empty(); }
    constexpr bool is_preferred(std::size_t model) const {
        for (const auto& m : options_.preferred)
            if (m.index() == model) return true;
        return false;
    }

    decode_for kind_;
    const decode_input<Map>& in_;
    const basic_decode_options<Map>& options_;
    bool any_usable_;
    bool one_preferred_;
    model_set<Map> candidates_;
    std::uint16_t
        place_[tables::model_count + 1];  // of a model in the hypervisor's list, if there is one, counted from 1
    std::size_t best_ = no_index;
    std::uint32_t feature_count_ = 0;  // of the data, once models are to be told apart
    std::uint32_t score_ = 0;
    std::uint32_t penalty_ = 0;
};

/// The features that do not migrate.
template <class Map>
constexpr basic_feature_set<Map> non_migratable() {
    basic_feature_set<Map> set;
    for (std::size_t i = 0; i < Map::x86::non_migratable_count; ++i) set.set(Map::x86::non_migratable[i]);
    return set;
}

// What makes a result is a function with one return, and who may fail calls it: g++ makes a result where the caller
// wants it only then, and otherwise on the stack first, a kilobyte that is copied.

/// The guest definition of the model that was found, with what completes it.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> make_guest(const decode_input<Map>& in,
                                                                          const basic_decode_options<Map>& options,
                                                                          std::size_t best,
                                                                          const basic_feature_set<Map>* blockers) {
    basic_result<basic_guest_cpu<Map>, basic_error<Map>> r(in_place, unfilled);
    basic_guest_cpu<Map>& guest = *r;
    const auto model = basic_model_ref<Map>::from_index(best);
    guest.set_model(model);
    guest.set_fallback(fallback::forbid);
    guest.set_vendor(vendor_name<Map>(in.vendor));
    const decode_lists<Map> lists = make_lists<Map>(in, best, blockers);
    guest.listed().append(feature_policy::require, lists.extra);
    guest.listed().append(feature_policy::disable, lists.missing);
    for (const auto f : model.removed()) guest.listed().put_if_missing(feature_policy::disable, f);
    if (options.migratable) guest.listed().remove(non_migratable<Map>());
    return r;
}

/// The description of a host by the model that was found.
template <class Map>
constexpr basic_result<basic_host_cpu<Map>, basic_error<Map>> make_host(const decode_input<Map>& in,
                                                                        const basic_decode_options<Map>& options,
                                                                        std::size_t best) {
    basic_result<basic_host_cpu<Map>, basic_error<Map>> r(in_place, unfilled);
    basic_host_cpu<Map>& host = *r;
    const auto model = basic_model_ref<Map>::from_index(best);
    host.set_model(model);
    host.set_vendor(vendor_name<Map>(in.vendor));
    host.set_signature(in.signature);
    host.listed().append(feature_policy::require, in.features - model.features());
    if (options.migratable) host.listed().remove(non_migratable<Map>());
    return r;
}

/// Decodes features into a guest definition: what decode_guest() does once it has them.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> decode_guest_features(
    const decode_input<Map>& in, const basic_decode_options<Map>& options) {
    decode_search<Map> search(decode_for::guest, in, options);
    const std::size_t best = search.run();
    if (best == no_index) return basic_error<Map>(errc::no_suitable_model);
    return make_guest<Map>(in, options, best, blockers_of<Map>(search.usable(best)));
}

template <class Map>
constexpr decode_input<Map> make_decode_input(const cpu_data& data, const basic_hypervisor_view<Map>& hypervisor) {
    const auto features = hypervisor.features ? *hypervisor.features : data.features<Map>();
    return make_decode_input<Map>(features, data.signature(), data.vendor_index<Map>());
}

}  // namespace detail

/// The guest CPU closest to some data, which is what libvirt's host-model means: the named model that takes the
/// fewest features to complete, disabled ones weighing more, among the models of the data's signature where there are
/// any; with the features that complete it. Custom, match exact, fallback forbid.
/// Errors: no_suitable_model where no model may be used; cpu_data_full where the data does not hold all that was given.
template <class Map = default_map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> decode_guest(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    if (!data.complete()) return basic_error<Map>(errc::cpu_data_full);
    return detail::decode_guest_features<Map>(detail::make_decode_input<Map>(data, options.hypervisor), options);
}

/// The description of a host with this data, as in libvirt's host capabilities: the named model that leaves the
/// fewest features over, of those whose every feature the data has.
/// Errors: no_suitable_model where there is none; cpu_data_full where the data does not hold all that was given.
template <class Map = default_map>
constexpr basic_result<basic_host_cpu<Map>, basic_error<Map>> decode_host(
    const cpu_data& data, const basic_decode_options<Map>& options = {}) {
    if (!data.complete()) return basic_error<Map>(errc::cpu_data_full);
    const auto in = detail::make_decode_input<Map>(data, options.hypervisor);
    detail::decode_search<Map> search(detail::decode_for::host, in, options);
    const std::size_t best = search.run();
    if (best == detail::no_index) return basic_error<Map>(errc::no_suitable_model);
    return detail::make_host<Map>(in, options, best);
}

/// What a model is to some data when a guest is decoded: why it is no candidate, or how it scores. Decoding takes, of
/// the candidates that have the signature or else of all, the one with the lowest score, of equal ones the one with
/// the lower penalty, of equal ones the one that stands last in the map.
template <class Map = default_map>
constexpr basic_assessment<Map> assess_guest(const cpu_data& data, basic_model_ref<Map> model,
                                             const basic_hypervisor_view<Map>& hypervisor = {}) {
    const auto in = detail::make_decode_input<Map>(data, hypervisor);
    const auto* usable = hypervisor.find(model);
    return detail::assess<Map>(detail::decode_for::guest, in, model.index(), !hypervisor.models || usable != nullptr,
                               usable);
}

}  // namespace cpumap::inline v0
