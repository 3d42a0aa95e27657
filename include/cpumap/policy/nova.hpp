// SPDX-License-Identifier: BSL-1.0
#pragma once

// The CPU settings of OpenStack's Nova: policies written as a nova.conf says them, the choice among a list of models,
// a check of that list, and the way back from a policy to the lines of a nova.conf. All names are in cpumap::nova, since
// `models` is there a list that a policy takes, and directly in cpumap the models of the map.

#include <cpumap/policy/policy.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cpumap::inline v0::nova {

/// Nova's cpu_mode.
enum class cpu_mode : std::uint8_t { none, host_passthrough, host_model, custom };

/// Nova's virt_type, the kind of hypervisor; later Novas know fewer of them.
enum class virt_type : std::uint8_t { kvm, qemu, lxc, parallels, uml, xen };

/// Whether Nova lets this kind of hypervisor choose a CPU at all.
constexpr bool chooses_cpu(virt_type type) { return type == virt_type::kvm || type == virt_type::qemu; }

/// The cpu_mode that Nova takes where none is set.
constexpr cpu_mode default_mode(virt_type type = virt_type::kvm, architecture arch = architecture::x86_64) {
    if (!chooses_cpu(type)) return cpu_mode::none;
    return arch == architecture::aarch64 ? cpu_mode::host_passthrough : cpu_mode::host_model;
}

/// A value as nova.conf spells it.
constexpr std::string_view name(cpu_mode mode) {
    constexpr std::string_view names[] = {"none", "host-passthrough", "host-model", "custom"};
    return mode <= cpu_mode::custom ? names[static_cast<std::size_t>(mode)] : std::string_view();
}
/// A value as nova.conf spells it.
constexpr std::string_view name(virt_type type) {
    constexpr std::string_view names[] = {"kvm", "qemu", "lxc", "parallels", "uml", "xen"};
    return type <= virt_type::xen ? names[static_cast<std::size_t>(type)] : std::string_view();
}

/// Nova's cpu_models: CPU models by name, the least capable first. The case of letters does not count.
template <fixed_string... Names>
struct models {};

/// What a flavor asks for by its traits: flags that the chosen model of the list must have by itself. The case of
/// letters does not count.
template <fixed_string... Flags>
struct needs {};

/// The model of a name, whatever the case of its letters, if the map has one.
template <class Map = default_map>
constexpr given<basic_model_ref<Map>> find_model(std::string_view name);

/// The first model of a list that has all these flags; the first of all where no flags are given. Extra flags do not
/// count, since Nova looks at the model alone.
/// Errors: nova_models_required where the list is empty; unknown_model and unknown_feature, with the name;
/// nova_no_match, with the list as name and the flags as features.
template <class Map = default_map>
constexpr basic_result<basic_model_ref<Map>, basic_error<Map>> pick(std::span<const std::string_view> names,
                                                                    std::span<const std::string_view> flags = {});

/// Whether each model of a list has all that the one before it has, as Nova expects.
/// Errors: unknown_model, with the name; nova_list_order, with the first model that lacks something as name, and what it
/// lacks as features.
template <class Map = default_map>
constexpr basic_result<void, basic_error<Map>> lint(std::span<const std::string_view> names);

namespace detail {

using cpumap::detail::about;
using cpumap::detail::broken;
using cpumap::detail::no_index;

/// Texts given as template arguments, as values.
template <fixed_string... Texts>
struct text_list {
    static constexpr std::array<std::string_view, sizeof...(Texts)> values{Texts.view()...};
};

template <class Map>
constexpr std::size_t model_index(std::string_view name) {
    const std::size_t exact = cpumap::detail::find_model_index<Map>(name);
    if (exact != no_index) return exact;
    using tables = typename Map::x86;
    for (std::size_t i = 0; i < tables::model_count; ++i)
        if (cpumap::detail::equal_ignoring_case(cpumap::detail::name_at(tables::model_names, tables::model_name_at, i),
                                                name))
            return i;
    return no_index;
}

/// A flag in lower case, as Nova compares it; of a text too long for any flag no more than its beginning.
struct lower_text {
    char text[64]{};
    std::size_t size = 0;

    constexpr explicit lower_text(std::string_view from) {
        for (; size < from.size() && size < sizeof(text); ++size) text[size] = cpumap::detail::lower(from[size]);
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text, size}; }
};

template <class Map>
constexpr std::size_t flag_index(std::string_view name) {
    return cpumap::detail::find_feature_index<Map>(lower_text(name).view());
}

/// The names of a list with ", " between, as far as an error can show them.
struct joined_names {
    char text[80]{};
    std::size_t size = 0;

    constexpr explicit joined_names(std::span<const std::string_view> names) {
        const auto put = [this](std::string_view part) {
            for (const char c : part)
                if (size < sizeof(text)) text[size++] = c;
        };
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i != 0) put(", ");
            put(names[i]);
        }
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text, size}; }
};

// The checks of a list. Each names broken<>, so that a mistake is one error; later ones are made only where the earlier
// pass.

/// Shown by an error: models and flags as enumerators.
template <auto... Models>
struct among;
template <auto... Flags>
struct wanted;
/// Shown by an error: a model of the list, the one behind it, and what that one lacks.
template <auto Before>
struct after;
template <auto Model>
struct comes;
template <auto... Features>
struct loses;

template <class Map, fixed_string Name>
inline constexpr std::size_t listed_index = model_index<Map>(Name.view());
template <class Map, fixed_string Name>
inline constexpr std::size_t needed_index = flag_index<Map>(Name.view());

template <class Map>
constexpr auto model_id(std::size_t index) {
    return static_cast<typename Map::x86::model_id>(index);
}
template <class Map>
constexpr auto feature_id(std::size_t index) {
    return static_cast<typename Map::x86::feature_id>(index);
}

template <class Map, class Models, class Needs>
struct list_checks;
template <class Map, fixed_string... Names, fixed_string... Flags>
struct list_checks<Map, models<Names...>, needs<Flags...>> {
    static constexpr bool known =
        ((listed_index<Map, Names> != no_index) && ...) && ((needed_index<Map, Flags> != no_index) && ...);
    static_assert(
        ((sizeof(typename cpumap::detail::model_name_check<Map, Names, listed_index<Map, Names>>::type) != 0) && ...));
    static_assert((
        (sizeof(typename cpumap::detail::feature_name_check<Map, Flags, needed_index<Map, Flags>>::type) != 0) && ...));

    /// The model that is chosen, or no_index.
    static constexpr std::size_t choose() {
        if (!known) return no_index;
        const auto found = pick<Map>(text_list<Names...>::values, text_list<Flags...>::values);
        return found ? found->index() : no_index;
    }
    static constexpr std::size_t chosen = choose();

    template <bool Listed, bool Found>
    struct rule {
        using type = broken<errc::nova_no_match, among<model_id<Map>(listed_index<Map, Names>)...>,
                            wanted<feature_id<Map>(needed_index<Map, Flags>)...>>;
    };
    template <bool Listed>
    struct rule<Listed, true> {
        using type = broken<errc::none>;
    };
    template <bool Found>
    struct rule<false, Found> {
        using type = broken<errc::nova_models_required, models<Names...>, Map>;
    };
    static_assert(sizeof(typename rule < sizeof...(Names) != 0, !known || chosen != no_index > ::type) != 0);
};

/// The model of a policy, as basic_policy takes it: the first of a list that has what is needed.
template <class Models, class Needs>
struct first_of {
    template <class Map>
    using check = list_checks<Map, Models, Needs>;
    template <class Map>
    static constexpr std::size_t index = check<Map>::chosen;
    static constexpr bool given = true;
};

/// The model of a policy whose settings exclude each other.
template <errc Code, class... Context>
struct mistake {
    template <class Map>
    using check = broken<Code, Map, Context...>;
    template <class Map>
    static constexpr std::size_t index = no_index;
    static constexpr bool given = true;
};

// ---- The order of a list ---------------------------------------------------------------------------------------------

/// Feature number i of those that a model has and another lacks.
template <class Map>
constexpr auto lost_feature(std::size_t before, std::size_t behind, std::size_t i) {
    const auto lost =
        basic_model_ref<Map>::from_index(before).features() - basic_model_ref<Map>::from_index(behind).features();
    auto at = lost.begin();
    for (; i != 0; --i) ++at;
    return (*at).id();
}

template <class Map>
constexpr std::size_t count_lost(std::size_t before, std::size_t behind) {
    if (before == no_index || behind == no_index) return 0;
    return (basic_model_ref<Map>::from_index(before).features() - basic_model_ref<Map>::from_index(behind).features())
        .size();
}

template <class Map, std::size_t Before, std::size_t Behind, class Indices>
struct what_is_lost;
template <class Map, std::size_t Before, std::size_t Behind, std::size_t... I>
struct what_is_lost<Map, Before, Behind, std::index_sequence<I...>> {
    using type = loses<lost_feature<Map>(Before, Behind, I)...>;
};
template <class Map, std::size_t Before, std::size_t Behind>
using lost_by =
    typename what_is_lost<Map, Before, Behind, std::make_index_sequence<count_lost<Map>(Before, Behind)>>::type;

template <class Map, std::size_t Before, std::size_t Behind, std::size_t Lost = count_lost<Map>(Before, Behind)>
struct step_check {
    using type = broken<errc::nova_list_order, after<model_id<Map>(Before)>, comes<model_id<Map>(Behind)>,
                        lost_by<Map, Before, Behind>>;
};
template <class Map, std::size_t Before, std::size_t Behind>
struct step_check<Map, Before, Behind, 0> {
    using type = broken<errc::none>;
};

template <class Map, class Models, class Steps>
struct order_checks;
template <class Map, fixed_string... Names, std::size_t... Step>
struct order_checks<Map, models<Names...>, std::index_sequence<Step...>> {
    static_assert(sizeof(list_checks<Map, models<Names...>, needs<>>) != 0);
    static constexpr std::array<std::size_t, sizeof...(Names)> at{listed_index<Map, Names>...};
    static_assert(((sizeof(typename step_check<Map, at[Step], at[Step + 1]>::type) != 0) && ...));
};

template <class Map, class Models>
struct order_of;
template <class Map, fixed_string... Names>
struct order_of<Map, models<Names...>> {
    using type = order_checks<Map, models<Names...>,
                              std::make_index_sequence<(sizeof...(Names) > 1 ? sizeof...(Names) - 1 : 0)>>;
};

// ---- Settings --------------------------------------------------------------------------------------------------------

/// What the settings of a policy say, as far as they exclude each other.
struct setting_facts {
    given<nova::cpu_mode> mode{};
    given<nova::virt_type> virt{};
    given<architecture> arch{};
    unsigned lists = 0;   // models<>
    unsigned wishes = 0;  // needs<>
    bool twice = false;
    bool has_models = false;
    bool has_needs = false;
    bool has_flags = false;

    [[nodiscard]] constexpr nova::virt_type virt_type() const { return virt.value_or(nova::virt_type::kvm); }
    [[nodiscard]] constexpr architecture arch_of_host() const { return arch.value_or(architecture::x86_64); }
    [[nodiscard]] constexpr nova::cpu_mode cpu_mode() const {
        return mode.value_or(default_mode(virt_type(), arch_of_host()));
    }
    /// The first rule of Nova's that the settings break.
    [[nodiscard]] constexpr errc mistake() const {
        const auto m = cpu_mode();
        if (twice || lists > 1 || wishes > 1) return errc::duplicate_option;
        if (m > nova::cpu_mode::custom || virt_type() > nova::virt_type::xen) return errc::bad_value;
        if (!chooses_cpu(virt_type()) && m != nova::cpu_mode::none) return errc::nova_virt_type;
        if (m == nova::cpu_mode::custom && !has_models) return errc::nova_models_required;
        if (m != nova::cpu_mode::custom && (has_models || has_needs)) return errc::nova_models_mode;
        if (m == nova::cpu_mode::none && has_flags) return errc::nova_flags_mode;
        if (!cpumap::detail::same_family(arch_of_host(), architecture::x86_64) && (has_models || has_flags))
            return errc::nova_architecture;
        return errc::none;
    }
};

/// What an item of a policy says as a setting of Nova's; what is none is passed on to the policy.
template <class Item>
struct setting {
    static constexpr bool passed_on = true;
    static constexpr void put(setting_facts& facts) {
        // What is no directive has none.
        facts.has_flags = facts.has_flags ||
                          !std::is_same_v<typename cpumap::detail::directive<Item>::flags, cpumap::detail::flag_list<>>;
    }
};
template <class Value>
constexpr void put_once(given<Value>& to, Value value, bool& twice) {
    twice = twice || to.has_value();
    to = value;
}
template <cpu_mode Mode>
struct setting<with<Mode>> {
    static constexpr bool passed_on = false;
    static constexpr void put(setting_facts& facts) { put_once(facts.mode, Mode, facts.twice); }
};
template <virt_type Type>
struct setting<with<Type>> {
    static constexpr bool passed_on = false;
    static constexpr void put(setting_facts& facts) { put_once(facts.virt, Type, facts.twice); }
};
template <architecture Arch>
struct setting<with<Arch>> {
    static constexpr bool passed_on = false;
    static constexpr void put(setting_facts& facts) { put_once(facts.arch, Arch, facts.twice); }
};
template <fixed_string... Names>
struct setting<models<Names...>> {
    static constexpr bool passed_on = false;
    static constexpr void put(setting_facts& facts) {
        ++facts.lists;
        facts.has_models = sizeof...(Names) != 0;
    }
};
template <fixed_string... Flags>
struct setting<needs<Flags...>> {
    static constexpr bool passed_on = false;
    static constexpr void put(setting_facts& facts) {
        ++facts.wishes;
        facts.has_needs = sizeof...(Flags) != 0;
    }
};

template <class... Items>
constexpr setting_facts facts_of() {
    setting_facts facts;
    (setting<Items>::put(facts), ...);
    return facts;
}

/// The models<> of some items, and the needs<>; empty ones where there are none.
template <class... Items>
struct models_of {
    using type = models<>;
};
template <fixed_string... Names, class... Items>
struct models_of<models<Names...>, Items...> {
    using type = models<Names...>;
};
template <class Item, class... Items>
struct models_of<Item, Items...> : models_of<Items...> {};
template <class... Items>
struct needs_of {
    using type = needs<>;
};
template <fixed_string... Flags, class... Items>
struct needs_of<needs<Flags...>, Items...> {
    using type = needs<Flags...>;
};
template <class Item, class... Items>
struct needs_of<Item, Items...> : needs_of<Items...> {};

/// Shown by an error: the settings that exclude each other, with the mode that Nova takes.
template <virt_type Virt, cpu_mode Mode>
struct settings;

constexpr cpumap::mode libvirt_mode(cpu_mode mode) {
    return mode == cpu_mode::host_model         ? cpumap::mode::host_model
           : mode == cpu_mode::host_passthrough ? cpumap::mode::host_passthrough
                                                : cpumap::mode::custom;
}

/// The policy, item by item: Done are those that it takes itself.
template <class Map, cpumap::mode Mode, class Model, class Done, class... Items>
struct policy_type;
template <class... Items>
struct done;
template <class Map, cpumap::mode Mode, class Model, class... Done>
struct policy_type<Map, Mode, Model, done<Done...>> {
    using type = basic_policy<Map, Mode, Model, Done...>;
};
template <class Map, cpumap::mode Mode, class Model, class... Done, class Item, class... Items>
struct policy_type<Map, Mode, Model, done<Done...>, Item, Items...>
    : policy_type<Map, Mode, Model, std::conditional_t<setting<Item>::passed_on, done<Done..., Item>, done<Done...>>,
                  Items...> {};

template <class Map, class... Items>
struct policy_for {
    static constexpr setting_facts facts = facts_of<Items...>();
    static constexpr errc code = facts.mistake();

    template <errc Code, cpu_mode Mode>
    struct model {
        using type = mistake<Code, settings<facts.virt_type(), Mode>, Items...>;
    };
    template <cpu_mode Mode>
    struct model<errc::none, Mode> {
        using type = cpumap::detail::no_model;
    };
    using chosen = typename std::conditional_t<
        code == errc::none && facts.cpu_mode() == cpu_mode::custom,
        std::type_identity<first_of<typename models_of<Items...>::type, typename needs_of<Items...>::type>>,
        model<code, facts.cpu_mode()>>::type;
    using type = typename policy_type<Map, libvirt_mode(facts.cpu_mode()), chosen, done<>, Items...>::type;
};

// ---- The list of a policy --------------------------------------------------------------------------------------------

/// The models that a policy can come to, by their names in the map, from the chosen one on.
template <class Policy>
struct policy_models {
    static constexpr std::size_t size = Policy::definition().has_model() ? 1 : 0;
    static constexpr std::string_view name(std::size_t) { return Policy::definition().model().name(); }
};
template <class Map, cpumap::mode Mode, fixed_string... Names, class Needs, class... Items>
struct policy_models<basic_policy<Map, Mode, first_of<models<Names...>, Needs>, Items...>> {
    static constexpr std::array<std::size_t, sizeof...(Names)> at{listed_index<Map, Names>...};
    static constexpr std::size_t first() {
        std::size_t i = 0;
        while (i + 1 < at.size() && at[i] != list_checks<Map, models<Names...>, Needs>::chosen) ++i;
        return i;
    }
    static constexpr std::size_t size = at.size() - first();
    static constexpr std::string_view name(std::size_t i) {
        return basic_model_ref<Map>::from_index(cpumap::detail::index_or_first(at[first() + i])).name();
    }
};

// ---- The lines of a nova.conf ----------------------------------------------------------------------------------------

/// What a definition says and a nova.conf cannot.
enum class unsayable : std::uint8_t {
    nothing,
    mode_maximum,
    match,
    check,
    vendor,
    vendor_id,
    cache,
    migratable,
    deprecated_features,
    policy_force,
    policy_optional,
    policy_forbid,
    name_of_a_feature,
    name_of_the_model,
};

/// Shown by an error.
template <unsayable What>
struct because;

/// Whether a text can be an entry of a list in a nova.conf: no comma, no blank, nothing that oslo.config replaces.
constexpr bool is_list_entry(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == ',' || c == '$' || c == '"' || c == '\'') return false;
    return !text.empty();
}

template <class Map>
constexpr unsayable first_unsayable(const basic_guest_cpu<Map>& guest) {
    if (guest.mode() == cpumap::mode::maximum) return unsayable::mode_maximum;
    if (guest.mode() == cpumap::mode::custom && guest.match() != cpumap::match::exact) return unsayable::match;
    if (guest.check()) return unsayable::check;
    if (!guest.vendor().empty()) return unsayable::vendor;
    if (!guest.vendor_id().empty()) return unsayable::vendor_id;
    if (guest.cache()) return unsayable::cache;
    if (guest.migratable()) return unsayable::migratable;
    if (guest.deprecated_features()) return unsayable::deprecated_features;
    for (const auto f : guest.listed()) {
        if (f.policy == feature_policy::force) return unsayable::policy_force;
        if (f.policy == feature_policy::optional) return unsayable::policy_optional;
        if (f.policy == feature_policy::forbid) return unsayable::policy_forbid;
        const std::string_view name = f.feature.name();
        bool plain = is_list_entry(name) && name[0] != '+' && name[0] != '-';
        for (const char c : name) plain = plain && cpumap::detail::lower(c) == c;
        if (!plain) return unsayable::name_of_a_feature;
    }
    if (guest.mode() == cpumap::mode::custom && guest.has_model() && !is_list_entry(guest.model().name()))
        return unsayable::name_of_the_model;
    return unsayable::nothing;
}

/// Text that goes into memory as far as it is there; counts on beyond.
struct conf_sink {
    char* to = nullptr;
    std::size_t capacity = 0;
    std::size_t size = 0;

    constexpr void put(std::string_view text) {
        for (const char c : text) {
            if (size < capacity) to[size] = c;
            ++size;
        }
    }
};

/// Writes the lines of a definition; `count` models, the names of which `model_name` gives.
template <class Map, class ModelName>
constexpr void put_conf(conf_sink& out, const basic_guest_cpu<Map>& guest, std::size_t count, ModelName model_name) {
    const cpu_mode mode = guest.mode() == cpumap::mode::host_model         ? cpu_mode::host_model
                          : guest.mode() == cpumap::mode::host_passthrough ? cpu_mode::host_passthrough
                          : guest.has_model()                              ? cpu_mode::custom
                                                                           : cpu_mode::none;
    out.put("cpu_mode = ");
    out.put(nova::name(mode));
    for (std::size_t i = 0; mode == cpu_mode::custom && i < count; ++i) {
        out.put(i == 0 ? "\ncpu_models = " : ",");
        out.put(model_name(i));
    }
    bool first = true;
    for (const auto f : guest.listed()) {
        out.put(first ? "\ncpu_model_extra_flags = " : ",");
        first = false;
        if (f.policy == feature_policy::disable) out.put("-");
        out.put(f.feature.name());
    }
    out.put("\n");
}

template <class Policy>
struct conf_text {
    static constexpr unsayable problem = first_unsayable(Policy::definition());
    static_assert(sizeof(broken < problem == unsayable::nothing ? errc::none : errc::nova_not_sayable, because<problem>,
                         Policy >) != 0);

    static constexpr void put(conf_sink& out) {
        using list = policy_models<Policy>;
        put_conf(out, Policy::definition(), list::size, [](std::size_t i) { return list::name(i); });
    }
    static constexpr std::size_t count() {
        conf_sink out;
        put(out);
        return out.size;
    }
    static constexpr std::size_t size = count();
    struct storage {
        char text[size + 1]{};
    };
    static constexpr storage make() {
        storage s;
        conf_sink out{s.text, size};
        put(out);
        return s;
    }
    static constexpr storage value = make();
    static constexpr std::string_view view{value.text, size};
};

// ---- What headers that are made from a nova.conf ask ------------------------------------------------------------------

/// The answer where a name is the map's own; else it is did_you_mean<…> or no_name_is_near.
struct known {};

template <class Map, std::size_t Index, std::size_t Nearest>
struct found_model {
    using type = known;
};
template <class Map, std::size_t Nearest>
struct found_model<Map, no_index, Nearest> {
    using type = typename cpumap::detail::suggest<typename Map::x86::model_id, Nearest>::type;
};

/// libvirt itself takes a feature by its own name only; an alias comes out as the name to write instead.
template <class Map>
constexpr bool is_own_name(std::string_view flag) {
    const std::size_t index = cpumap::detail::find_feature_index<Map>(flag);
    return index != no_index && basic_feature_ref<Map>::from_index(index).name() == flag;
}
template <class Map>
constexpr std::size_t nearest_own_name(std::string_view flag) {
    const std::size_t alias_of = cpumap::detail::find_feature_index<Map>(flag);
    return alias_of != no_index ? alias_of : cpumap::detail::nearest_feature_index<Map>(flag);
}
template <class Map, bool Known, std::size_t Nearest>
struct found_flag {
    using type = known;
};
template <class Map, std::size_t Nearest>
struct found_flag<Map, false, Nearest> {
    using type = typename cpumap::detail::suggest<typename Map::x86::feature_id, Nearest>::type;
};

template <class Map, std::size_t Before, std::size_t Behind, std::size_t Lost = count_lost<Map>(Before, Behind)>
struct found_order {
    using type = lost_by<Map, Before, Behind>;
};
template <class Map, std::size_t Before, std::size_t Behind>
struct found_order<Map, Before, Behind, 0> {
    using type = known;
};

template <class Map>
constexpr std::size_t nearest_unless_known(std::size_t index, std::string_view name) {
    return index == no_index ? cpumap::detail::nearest_model_index<Map>(name) : no_index;
}
template <class Map>
constexpr std::size_t nearest_flag_unless_known(bool known, std::string_view name) {
    return known ? no_index : nearest_own_name<Map>(name);
}

template <class Map, fixed_string Name>
using model_finding = typename found_model<Map, listed_index<Map, Name>,
                                           nearest_unless_known<Map>(listed_index<Map, Name>, Name.view())>::type;
template <class Map, fixed_string Flag>
using flag_finding =
    typename found_flag<Map, is_own_name<Map>(Flag.view()),
                        nearest_flag_unless_known<Map>(is_own_name<Map>(Flag.view()), Flag.view())>::type;
template <class Map, fixed_string Before, fixed_string Behind>
using order_finding = typename found_order<Map, listed_index<Map, Before>, listed_index<Map, Behind>>::type;

/// The policy, or where a mistake is reported already one without any, so that it stays the only error.
template <bool Good, class Map, class... Items>
struct policy_if {
    using type = basic_policy<Map, cpumap::mode::custom, cpumap::detail::no_model>;
};
template <class Map, class... Items>
struct policy_if<true, Map, Items...> : policy_for<Map, Items...> {};

template <class Finding>
inline constexpr bool is_known = std::is_same_v<Finding, known>;

}  // namespace detail

template <class Map>
constexpr given<basic_model_ref<Map>> find_model(std::string_view name) {
    return cpumap::detail::ref_at<basic_model_ref, Map>(detail::model_index<Map>(name));
}

template <class Map>
constexpr basic_result<basic_model_ref<Map>, basic_error<Map>> pick(std::span<const std::string_view> names,
                                                                    std::span<const std::string_view> flags) {
    using result = basic_result<basic_model_ref<Map>, basic_error<Map>>;
    basic_feature_set<Map> wanted;
    if (names.empty()) return result(basic_error<Map>(errc::nova_models_required));
    for (const std::string_view name : names)
        if (detail::model_index<Map>(name) == detail::no_index)
            return result(basic_error<Map>(errc::unknown_model, name));
    for (const std::string_view flag : flags) {
        const std::size_t index = detail::flag_index<Map>(flag);
        if (index == detail::no_index) return result(basic_error<Map>(errc::unknown_feature, flag));
        wanted.set(index);
    }
    for (const std::string_view name : names) {
        const auto model = basic_model_ref<Map>::from_index(detail::model_index<Map>(name));
        if (model.features().includes(wanted)) return model;
    }
    return result(basic_error<Map>(errc::nova_no_match, detail::joined_names(names).view(), wanted));
}

template <class Map>
constexpr basic_result<void, basic_error<Map>> lint(std::span<const std::string_view> names) {
    basic_feature_set<Map> before;
    for (const std::string_view name : names) {
        const std::size_t index = detail::model_index<Map>(name);
        if (index == detail::no_index) return basic_error<Map>(errc::unknown_model, name);
        const auto model = basic_model_ref<Map>::from_index(index);
        const auto lost = before - model.features();
        if (!lost.empty()) return basic_error<Map>(errc::nova_list_order, model.name(), lost);
        before = model.features();
    }
    return {};
}

/// Whether the host can run every model of a policy's list, each with the flags and options of the policy, as Nova
/// demands when it starts. A policy of another mode is resolved as it is.
/// Errors: those of cpumap::resolve(), with the first model that does not run as name.
template <class Policy>
constexpr basic_result<void, basic_error<typename Policy::map_type>> check_host(
    const cpu_data& data, const basic_hypervisor_view<typename Policy::map_type>& hypervisor = {}) {
    using map = typename Policy::map_type;
    using list = detail::policy_models<Policy>;
    if (Policy::mode != cpumap::mode::custom || list::size == 0) {
        const auto done = Policy::resolve(data, hypervisor);
        if (!done) return done.error();
        return {};
    }
    for (std::size_t i = 0; i < list::size; ++i) {
        basic_guest_cpu<map> guest = Policy::definition();
        guest.set_model(*find_model<map>(list::name(i)));
        const auto done = cpumap::resolve(guest, data, hypervisor);
        if (!done) return basic_error<map>(done.error().code(), guest.model().name(), done.error().features());
    }
    return {};
}

/// The lines of a nova.conf's [libvirt] section that say a policy: cpu_mode, cpu_models and cpu_model_extra_flags, each
/// with a newline. Of a list that flags were needed of, the models from the chosen one on, so that a guest of a flavor
/// without traits is the policy's. Topology, NUMA and maxphysaddr are a flavor's to say and not printed; nor is
/// fallback. What nova.conf cannot say is the compiler's error.
template <class Policy>
inline constexpr std::string_view nova_conf = detail::conf_text<Policy>::view;

/// How many bytes write_nova_conf() takes for a definition that nova.conf can say.
template <class Map>
constexpr std::size_t nova_conf_size(const basic_guest_cpu<Map>& guest) {
    detail::conf_sink out;
    detail::put_conf(out, guest, 1, [&guest](std::size_t) { return guest.model().name(); });
    return out.size;
}

/// Writes the same lines for a definition that comes at run time, with its one model; returns the text, which lies in
/// the memory given and is not zero-terminated.
/// Errors: a code of check_definition(); nova_not_sayable; buffer_too_small.
template <class Map>
constexpr basic_result<std::string_view, basic_error<Map>> write_nova_conf(std::span<char> to,
                                                                           const basic_guest_cpu<Map>& guest) {
    using result = basic_result<std::string_view, basic_error<Map>>;
    if (const errc e = check_definition(guest); e != errc::none) return result(basic_error<Map>(e));
    if (detail::first_unsayable(guest) != detail::unsayable::nothing)
        return result(basic_error<Map>(errc::nova_not_sayable));
    detail::conf_sink out{to.data(), to.size()};
    detail::put_conf(out, guest, 1, [&guest](std::size_t) { return guest.model().name(); });
    if (out.size > to.size()) return result(basic_error<Map>(errc::buffer_too_small));
    return std::string_view(to.data(), out.size);
}

/// The policy that settings of Nova's come to, in any order: with<cpu_mode::…>, with<virt_type::…>,
/// with<architecture::…>, models<…>, needs<…>, extra_flags<…>, and options as any policy takes them. What is not given is
/// as in Nova: virt_type kvm, x86_64, and default_mode(). Compile errors: whatever Nova refuses, see errc; unknown names;
/// and those of any policy.
template <class... Items>
using policy = typename detail::policy_for<default_map, Items...>::type;

/// The first model of a list that has what is needed, known when the program is compiled:
/// `custom_first_of<models<"SandyBridge", "IvyBridge">, needs<"f16c">, require<"pcid">>`.
template <class Models, class... Items>
using custom_first_of = policy<with<cpu_mode::custom>, Models, Items...>;

/// True; a compile error, which names the features, where a model of models<…> lacks what the one before it has.
template <class Models, class Map = default_map>
inline constexpr bool in_order = sizeof(typename detail::order_of<Map, Models>::type) != 0;

/// The names above bound to one map: `using debian12 = cpumap::nova::use<cpumap::maps::libvirt_9_0>;`
template <class Map>
struct use {
    using map = Map;
    using model_ref = basic_model_ref<Map>;
    template <class T>
    using result = basic_result<T, basic_error<Map>>;

    static constexpr auto find_model(std::string_view name) { return nova::find_model<Map>(name); }
    static constexpr result<model_ref> pick(std::span<const std::string_view> names,
                                            std::span<const std::string_view> flags = {}) {
        return nova::pick<Map>(names, flags);
    }
    static constexpr result<void> lint(std::span<const std::string_view> names) { return nova::lint<Map>(names); }

    template <class... Items>
    using policy = typename detail::policy_for<Map, Items...>::type;
    template <class Models, class... Items>
    using custom_first_of = policy<with<cpu_mode::custom>, Models, Items...>;
    template <class Models>
    static constexpr bool in_order = nova::in_order<Models, Map>;

    // For headers that cpumap-codegen makes from a nova.conf.
    template <fixed_string Name>
    using found_model = detail::model_finding<Map, Name>;
    template <fixed_string Flag>
    using found_flag = detail::flag_finding<Map, Flag>;
    template <fixed_string Before, fixed_string Behind>
    using found_order = detail::order_finding<Map, Before, Behind>;
    template <bool Good, class... Items>
    using policy_if = typename detail::policy_if<Good, Map, Items...>::type;
};

}  // namespace cpumap::inline v0::nova
