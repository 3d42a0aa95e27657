// SPDX-License-Identifier: BSL-1.0
#pragma once

// Policies: how a guest's CPU is chosen, as a type. Whatever is wrong with one is the compiler's error when it is
// first used.

#include <cpumap/match/rules.hpp>
#include <cpumap/match/use.hpp>
#include <cpumap/policy/directives.hpp>

#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace cpumap::inline v0 {

/// Where a guest can move to without losing anything, by what its policy says.
enum class migrates_to : std::uint8_t {
    any_superset,    ///< every host that has the features it was given
    identical_host,  ///< hosts with the same CPU
    unknown,         ///< the hypervisor decides
};

namespace detail {

namespace hana = boost::hana;

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

template <class Map, class Flag>
inline constexpr std::size_t flag_index = find_feature_index<Map>(Flag::name.view());

/// Types as values, which generic lambdas take.
template <class... Types>
inline constexpr hana::basic_tuple<hana::type<Types>...> types_of{};  // hana::tuple_t's <tuple.hpp> costs more

template <class... Lists>
struct joined_flags;
template <class... Flags>
struct joined_flags<flag_list<Flags...>> {
    using type = flag_list<Flags...>;
};
template <class... A, class... B, class... Rest>
struct joined_flags<flag_list<A...>, flag_list<B...>, Rest...> : joined_flags<flag_list<A..., B...>, Rest...> {};

template <class... Flags>
constexpr const auto& types_in(flag_list<Flags...>) {
    return types_of<Flags...>;
}

/// The items of a policy, and the flags of its directives, in order.
template <class... Items>
struct policy_items {
    static constexpr const auto& flags =
        types_in(typename joined_flags<flag_list<>, typename directive<Items>::flags...>::type{});
    /// Calls f with each flag as a type.
    template <class F>
    static constexpr void for_each_flag(F f) {
        hana::unpack(flags, [&](auto... flag) { (f(flag), ...); });
    }
    /// Calls f with the with_option of each option.
    template <class F>
    static constexpr void for_each_option(F f) {
        hana::unpack(types_of<Items...>, [&](auto... item) { (call_if_option(f, item), ...); });
    }

private:
    template <class F, class Item>
    static constexpr void call_if_option([[maybe_unused]] F& f, Item) {
        using option = with_option<typename Item::type>;
        if constexpr (option::is_option) f(option{});
    }
};

/// A policy's definition, from indices that nobody has checked.
template <class Map, mode Mode, class Model, class... Items>
constexpr basic_guest_cpu<Map> make_definition() {
    basic_guest_cpu<Map> guest;
    guest.set_mode(Mode);
    guest.set_fallback(fallback::forbid);  // a fixed choice must not drift
    if constexpr (Model::given)
        guest.set_model(basic_model_ref<Map>::from_index(index_or_first(Model::template index<Map>)));
    policy_items<Items...>::for_each_flag([&](auto f) {
        using flag = typename decltype(f)::type;
        guest.listed().put_if_missing(flag::policy,
                                      basic_feature_ref<Map>::from_index(index_or_first(flag_index<Map, flag>)));
    });
    policy_items<Items...>::for_each_option([&](auto option) { option.put(guest); });
    return guest;
}

/// Whether a policy gives an option twice.
template <class... Items>
constexpr bool has_option_twice() {
    bool seen[static_cast<std::size_t>(option_place::unknown) + 1]{};
    bool twice = false;
    policy_items<Items...>::for_each_option([&](auto option) {
        bool& s = seen[static_cast<std::size_t>(option.place)];
        twice = twice || s;
        s = true;
    });
    return twice;
}

/// What is wrong with the text of a vendor or vendor_id itself, an empty one included, which a definition takes for
/// none. libvirt takes any vendor, but no host is ever of one that the map does not know.
template <class Map, class... Items>
constexpr errc broken_text_option() {
    errc code = errc::none;
    policy_items<Items...>::for_each_option([&](auto option) {
        if constexpr (option.place == option_place::vendor)
            if (find_vendor<Map>(option.value.name.view()) == no_index) code = errc::unknown_vendor;
        if constexpr (option.place == option_place::vendor_id)
            if (option.value.text.view().size() != 12) code = errc::vendor_id_length;
    });
    return code;
}

/// The first feature that a policy names twice, or no_index.
template <class Map, class... Items>
constexpr std::size_t feature_named_twice() {
    basic_feature_set<Map> seen;
    std::size_t twice = no_index;
    policy_items<Items...>::for_each_flag([&](auto f) {
        const std::size_t index = flag_index<Map, typename decltype(f)::type>;
        if (twice == no_index && seen.test(index)) twice = index;
        seen.set(index);
    });
    return twice;
}

// The checks. Each names broken<>, so that a mistake is one error; later ones are made only where the earlier pass.

/// All names are the map's.
template <class Map, class Model, class... Flags>
struct name_checks {
    static constexpr bool pass =
        (!Model::given || Model::template index<Map> != no_index) && ((flag_index<Map, Flags> != no_index) && ...);
    static_assert(sizeof(typename Model::template check<Map>) != 0);
    static_assert(((sizeof(typename feature_name_check<Map, Flags::name, flag_index<Map, Flags>>::type) != 0) && ...));
};

template <class Item>
using item_check =
    broken<directive<Item>::is_directive || with_option<Item>::is_option ? errc::none : errc::bad_item, item<Item>>;

template <class Map, mode Mode, class Model, class... Items>
struct policy_checks {
    static_assert(((sizeof(item_check<Items>) != 0) && ...));
    using names = typename decltype(hana::unpack(policy_items<Items...>::flags, [](auto... f) {
        return hana::type_c<name_checks<Map, Model, typename decltype(f)::type...>>;
    }))::type;
    static_assert(sizeof(names) != 0);

    static constexpr std::size_t twice = names::pass ? feature_named_twice<Map, Items...>() : no_index;
    static constexpr errc code() {
        if (!names::pass) return errc::none;
        if (twice != no_index) return errc::duplicate_feature;
        if (has_option_twice<Items...>()) return errc::duplicate_option;
        const basic_guest_cpu<Map> definition = make_definition<Map, Mode, Model, Items...>();
        if (constexpr errc e = broken_text_option<Map, Items...>(); e != errc::none) return e;
        return check_definition(definition);
    }
    template <errc Code, std::size_t Twice>
    struct rule {
        using type = broken<Code, about<static_cast<typename tables_of<Map>::feature_id>(Twice)>, Items...>;
    };
    template <errc Code>
    struct rule<Code, no_index> {
        using type = broken<Code, Model, Items...>;
    };
    static_assert(sizeof(typename rule<code(), twice>::type) != 0);
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
    static_assert(sizeof(detail::policy_checks<Map, Mode, Model, Items...>) != 0);

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
    static constexpr const basic_guest_cpu<Map>& definition() { return value; }
    /// What the definition promises: the features of its model, with those forced and required and without those
    /// disabled and forbidden. In modes that take the host's CPU just the features that are forced and required.
    static constexpr basic_feature_set<Map> features() { return value.features(); }
    /// What the policy comes to on a host, see cpumap::resolve().
    static constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> resolve(
        const typename detail::data_for<Map>::type& data, const basic_hypervisor_view<Map>& hypervisor = {}) {
        return detail::resolve_definition(value, data, hypervisor);
    }

private:
    static constexpr basic_guest_cpu<Map> value = detail::make_definition<Map, Mode, Model, Items...>();
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
