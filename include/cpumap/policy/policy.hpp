// SPDX-License-Identifier: BSL-1.0
#pragma once

// Policies: how a guest's CPU is chosen, as a type. Whatever is wrong with one is the compiler's error when it is
// first used.

#include <cpumap/match/rules.hpp>
#include <cpumap/match/use.hpp>
#include <cpumap/policy/directives.hpp>

#include <boost/hana/basic_tuple.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace cpumap::inline v0 {

/// Where a guest can move to without losing anything, by what its policy says.
enum class migrates_to : std::uint8_t {
    any_superset,    ///< every host that has the features it was given
    identical_host,  ///< hosts with the same CPU
    unknown,         ///< the hypervisor decides
};

namespace detail {

template <fixed_string Name>
struct model_name {
    template <class Map>
    static constexpr std::size_t index = find_model_index<Map>(Name.view());
    template <class Map>
    using check = typename model_name_check<Map, Name, index<Map>>::type;
    static constexpr bool given = true;
};
struct no_model {
    template <class Map>
    static constexpr std::size_t index = no_index;
    template <class Map>
    using check = broken<errc::none>;
    static constexpr bool given = false;
};

/// Shown by an error: the feature it is about.
template <auto Id>
struct about;
/// Shown by an error: the item that is no directive or option.
template <class Item>
struct item;

template <class Map, fixed_string Name>
inline constexpr std::size_t flag_index = find_feature_index<Map>(Name.view());

/// The definition that a policy's items come to, from names that nobody has checked, and what is wrong with the items.
template <class Map>
struct policy_outcome {
    basic_guest_cpu<Map> definition;
    bool names_known = true;
    bool option_twice = false;
    errc broken_text = errc::none;
    std::size_t feature_twice = no_index;  ///< the first feature that is named twice
    bool options[static_cast<std::size_t>(option_place::unknown)]{};

    constexpr void put(feature_policy policy, std::size_t feature) {
        names_known = names_known && feature != no_index;
        const auto f = basic_feature_ref<Map>::from_index(index_or_first(feature));
        if (!definition.listed().put_if_missing(policy, f) && feature_twice == no_index) feature_twice = feature;
    }
    constexpr void put(option_place place) {
        bool& given = options[static_cast<std::size_t>(place)];
        option_twice = option_twice || given;
        given = true;
    }
};

/// What is wrong with the text of a vendor or vendor_id itself, an empty one included, which a definition takes for
/// none. libvirt takes any vendor, but no host is ever of one that the map does not know.
template <class Map, auto Option>
constexpr errc broken_text_option() {
    constexpr option_place place = option<std::remove_cv_t<decltype(Option)>>::place;
    if constexpr (place == option_place::vendor)
        return find_vendor<Map>(Option.name.view()) == no_index ? errc::unknown_vendor : errc::none;
    else if constexpr (place == option_place::vendor_id)
        return Option.text.view().size() != 12 ? errc::vendor_id_length : errc::none;
    else
        return errc::none;
}

// What one item adds: a function for each, which all policies that have the item share.

template <class Map, class... Flags>
constexpr void put_flags(policy_outcome<Map>& outcome, flag_list<Flags...>) {
    (outcome.put(Flags::policy, flag_index<Map, Flags::name>), ...);
}
template <class Item, class Map>
constexpr void put_item(policy_outcome<Map>& outcome) {
    using option = with_option<Item>;
    if constexpr (option::is_option) {
        outcome.put(option::place);
        option::put(outcome.definition);
        if (outcome.broken_text == errc::none) outcome.broken_text = broken_text_option<Map, option::value>();
    } else {
        put_flags(outcome, typename directive<Item>::flags{});
    }
}
template <class Map>
struct put_items {
    policy_outcome<Map>& outcome;
    template <class... Items>
    constexpr void operator()(std::type_identity<Items>...) const {
        (put_item<Items>(outcome), ...);
    }
};

/// A policy's items, as types.
template <class... Items>
using item_tuple = boost::hana::basic_tuple<std::type_identity<Items>...>;

template <class Map, mode Mode, class Model, class... Items>
constexpr policy_outcome<Map> outcome_of() {
    policy_outcome<Map> outcome;
    outcome.definition.set_mode(Mode);
    outcome.definition.set_fallback(fallback::forbid);  // a fixed choice must not drift
    if constexpr (Model::given) {
        constexpr std::size_t index = Model::template index<Map>;
        outcome.names_known = index != no_index;
        outcome.definition.set_model(basic_model_ref<Map>::from_index(index_or_first(index)));
    }
    // hana::unpack comes to this, by way of headers that cost four times as much as <basic_tuple.hpp>
    boost::hana::unpack_impl<boost::hana::basic_tuple_tag>::apply(item_tuple<Items...>{}, put_items<Map>{outcome});
    return outcome;
}

// The checks. Each names broken<>, so that a mistake is one error; later ones are made only where the earlier pass.

template <class Item>
inline constexpr bool is_item = directive<Item>::is_directive || with_option<Item>::is_option;

/// What is wrong with the names and the items, one by one.
template <bool Known, class Map, class... Items>
struct item_checks {
    template <class>
    struct flag_checks;
    template <class... Flags>
    struct flag_checks<flag_list<Flags...>> {
        static_assert(
            ((sizeof(typename feature_name_check<Map, Flags::name, flag_index<Map, Flags::name>>::type) != 0) && ...));
    };
    static_assert(((sizeof(broken < is_item<Items> ? errc::none : errc::bad_item, item < Items >>) != 0) && ...));
    static_assert(((sizeof(flag_checks<typename directive<Items>::flags>) != 0) && ...));
};
template <class Map, class... Items>
struct item_checks<true, Map, Items...> {};

template <class Map, mode Mode, class Model, class... Items>
struct policy_checks {
    static constexpr policy_outcome<Map> outcome = outcome_of<Map, Mode, Model, Items...>();
    static_assert(sizeof(item_checks < outcome.names_known && (is_item<Items> && ...), Map, Items... >) != 0);
    static_assert(sizeof(typename Model::template check<Map>) != 0);

    static constexpr std::size_t twice = outcome.names_known ? outcome.feature_twice : no_index;
    static constexpr errc code = !outcome.names_known                ? errc::none
                                 : twice != no_index                 ? errc::duplicate_feature
                                 : outcome.option_twice              ? errc::duplicate_option
                                 : outcome.broken_text != errc::none ? outcome.broken_text
                                                                     : check_definition(outcome.definition);
    /// Whether nothing at all is wrong.
    static constexpr bool pass = outcome.names_known && code == errc::none;

    template <errc Code, std::size_t Twice>
    struct rule {
        using type = broken<Code, about<static_cast<typename tables_of<Map>::feature_id>(Twice)>, Items...>;
    };
    template <errc Code>
    struct rule<Code, no_index> {
        using type = broken<Code, Model, Items...>;
    };
    static_assert(sizeof(typename rule<code, twice>::type) != 0);
};

/// resolve() of the map's architecture, which the arguments' types find; a policy has a function of that name itself.
template <class Map, class Data>
constexpr auto resolve_definition(const basic_guest_cpu<Map>& guest, const Data& data,
                                  const basic_hypervisor_view<Map>& hypervisor) {
    return resolve(guest, data, hypervisor);
}

}  // namespace detail

/// A policy: a mode, the model in mode custom, and directives and options in any order. Written as none, custom,
/// host_model, host_passthrough and maximum. Compile errors: unknown names, anything given twice, and every rule of
/// check_definition(). A policy prints fallback='forbid' unless told otherwise.
template <class Map, mode Mode, class Model, class... Items>
struct basic_policy {
private:
    using checks = detail::policy_checks<Map, Mode, Model, Items...>;
    static_assert(sizeof(checks) != 0);

public:
    /// The map that the names are of.
    using map_type = Map;
    /// Where the CPU comes from; of none custom.
    static constexpr cpumap::mode mode = Mode;
    /// The hosts that a guest can move to.
    static constexpr migrates_to migrates = Mode == cpumap::mode::custom
                                                ? Model::given ? migrates_to::any_superset : migrates_to::unknown
                                            : Mode == cpumap::mode::host_model ? migrates_to::any_superset
                                                                               : migrates_to::identical_host;

    /// The definition that the policy stands for.
    static constexpr const basic_guest_cpu<Map>& definition() { return checks::outcome.definition; }
    /// What the definition promises: the features of its model, with those forced and required and without those
    /// disabled and forbidden. In modes that take the host's CPU just the features that are forced and required.
    static constexpr basic_feature_set<Map> features() { return definition().features(); }
    /// What the policy comes to on a host, see cpumap::resolve().
    static constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> resolve(
        const typename detail::data_for<Map>::type& data, const basic_hypervisor_view<Map>& hypervisor = {}) {
        return detail::resolve_definition(definition(), data, hypervisor);
    }
};

/// What every policy offers; machines take one as a template parameter.
template <class T>
concept mode_policy = requires {
    typename T::map_type;
    { T::mode } -> std::convertible_to<mode>;
    { T::migrates } -> std::convertible_to<migrates_to>;
    { T::definition() } -> std::convertible_to<const basic_guest_cpu<typename T::map_type>&>;
    { T::features() } -> std::convertible_to<basic_feature_set<typename T::map_type>>;
    {
        T::resolve(typename detail::data_for<typename T::map_type>::type{})
        }
        -> std::convertible_to<basic_result<basic_guest_cpu<typename T::map_type>, basic_error<typename T::map_type>>>;
};

/// No model: the hypervisor's own default. Takes options only, topology say.
template <class... Items>
using none = basic_policy<default_map, mode::custom, detail::no_model, Items...>;
/// A fixed model, for a fleet whose hosts differ: `custom<"IvyBridge", require<"pcid">>`.
template <fixed_string Model, class... Items>
using custom = basic_policy<default_map, mode::custom, detail::model_name<Model>, Items...>;
/// The named model closest to the host, and what completes it.
template <class... Items>
using host_model = basic_policy<default_map, mode::host_model, detail::no_model, Items...>;
/// Exactly the host's CPU.
template <class... Items>
using host_passthrough = basic_policy<default_map, mode::host_passthrough, detail::no_model, Items...>;
/// All that the hypervisor can give on this host.
template <class... Items>
using maximum = basic_policy<default_map, mode::maximum, detail::no_model, Items...>;

}  // namespace cpumap::inline v0
