// SPDX-License-Identifier: BSL-1.0
#pragma once

// Recorded machines as constants, which cpumap-codegen hosts writes, and the compiler's check that a policy runs on all
// of them. A header of its own: programs that read their host when they run do not pay for it.

#include <cpumap/base/errors.hpp>
#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/tables.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/options.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cpumap::inline v0 {

/// What the words of a recorded machine were made of, and so what a feature's absence means. Absent features count as
/// missing whatever it is.
enum class recorded_from : std::uint8_t {
    cpuid,       ///< what the processor said; the MSRs are there if they were recorded with it
    flags,       ///< the flags in Linux's /proc/cpuinfo; an absent feature may be one that Linux does not show
    definition,  ///< a model and features as libvirt names them; an absent feature may be one that nobody named
};

/// One recorded machine: words of CPUID and MSRs, those that decoding looks at and that are not all zero.
struct recorded_host {
    std::string_view name;                      ///< of the file that it was recorded in
    std::span<const cpu_data::entry> entries;   ///< at most cpu_data::capacity, each leaf and MSR once
    recorded_from from = recorded_from::cpuid;  ///< what the words were made of

    /// The words as decoding, comparing and policies take them.
    [[nodiscard]] constexpr cpu_data data() const {
        cpu_data d;
        for (const cpu_data::entry& e : entries) {
            if (e.is_msr)
                d.set_msr(e.leaf, std::uint64_t{e.registers.edx} << 32 | e.registers.eax);
            else
                d.set_cpuid(e.leaf, e.subleaf, e.registers);
        }
        return d;
    }
};

/// Count recorded machines, one or more, each with an enumerator of Id, in the enumeration's order.
template <class Id, std::size_t Count>
struct recorded_fleet {
    /// The enumeration of the machines, their names with _ for what cannot stand in an identifier.
    using id_type = Id;

    recorded_host hosts[Count];  ///< the machines

    /// How many machines there are.
    [[nodiscard]] static constexpr std::size_t size() { return Count; }
    /// The first machine.
    [[nodiscard]] constexpr const recorded_host* begin() const { return hosts; }
    /// Behind the last machine.
    [[nodiscard]] constexpr const recorded_host* end() const { return hosts + Count; }
    /// The machine of an enumerator.
    [[nodiscard]] constexpr const recorded_host& operator[](Id id) const { return hosts[static_cast<std::size_t>(id)]; }
    /// The machine of a name, or nullptr where none is called so.
    [[nodiscard]] constexpr const recorded_host* find(std::string_view name) const {
        for (const recorded_host& h : hosts)
            if (h.name == name) return &h;
        return nullptr;
    }
};

// Defined in the layer policy.
template <class Map, mode Mode, class Model, class... Items>
struct basic_policy;

namespace detail {

template <class Map, mode Mode, class Model, class... Items>
struct policy_checks;

/// Whether a policy is sound: what is wrong with one is an error already, and shall stay the only one.
template <class Policy>
inline constexpr bool is_sound = true;
template <class Map, mode Mode, class Model, class... Items>
inline constexpr bool is_sound<basic_policy<Map, Mode, Model, Items...>> =
    policy_checks<Map, Mode, Model, Items...>::pass;

/// Shown by an error: the machines, by their enumerators.
template <auto... Hosts>
struct on;
/// Shown by an error: features that the first of them lacks.
template <auto... Features>
struct lacks;
/// Shown by an error: features that it has and must not have.
template <auto... Features>
struct has;
/// Shown by an error: why, where it is not for a feature.
template <errc Why>
struct because;
/// Shown by an error: what its words were made of.
template <recorded_from From>
struct known_by;

/// What keeps a policy from running on a machine.
template <class Map>
struct host_problem {
    errc code = errc::none;
    basic_feature_set<Map> missing{};
    basic_feature_set<Map> unwanted{};
};

template <class Policy>
constexpr host_problem<typename Policy::map_type> problem_on(const recorded_host& host) {
    const cpu_data data = host.data();
    const auto resolved = Policy::resolve(data);
    if (resolved) return {};
    const auto features = data.template features<typename Policy::map_type>();
    return {resolved.error().code(), resolved.error().features() - features, resolved.error().features() & features};
}

/// Machines of a rack are mostly alike, and the generated header has the words of those that are once: each kind is
/// looked at once, in a constant of its own, so that a large fleet stays within the compilers' limits.
template <const auto& Fleet>
constexpr std::size_t first_alike(std::size_t i) {
    std::size_t first = 0;
    while (Fleet.hosts[first].entries.data() != Fleet.hosts[i].entries.data()) ++first;
    return first;
}
template <class Policy, const auto& Fleet, std::size_t First>
inline constexpr host_problem<typename Policy::map_type> problem_of = problem_on<Policy>(Fleet.hosts[First]);

/// Feature n of a set, in map order.
template <class Map>
constexpr auto nth_feature(const basic_feature_set<Map>& set, std::size_t n) {
    auto at = set.begin();
    while (n-- > 0) ++at;
    return (*at).id();
}

/// The features of a problem as a type that an error can show.
template <const auto& Problem, std::size_t... I>
auto lacked(std::index_sequence<I...>) -> lacks<nth_feature(Problem.missing, I)...>;
template <const auto& Problem, std::size_t... I>
auto had(std::index_sequence<I...>) -> has<nth_feature(Problem.unwanted, I)...>;

template <errc Code, class Lacks, class Has>
struct shown_reason {
    using type = because<Code>;
};
template <auto Feature, auto... More, class Has>
struct shown_reason<errc::incompatible, lacks<Feature, More...>, Has> {
    using type = lacks<Feature, More...>;
};
template <auto Feature, auto... More>
struct shown_reason<errc::incompatible, lacks<>, has<Feature, More...>> {
    using type = has<Feature, More...>;
};

template <const auto& Problem>
using reason_for =
    typename shown_reason<Problem.code, decltype(lacked<Problem>(std::make_index_sequence<Problem.missing.size()>{})),
                          decltype(had<Problem>(std::make_index_sequence<Problem.unwanted.size()>{}))>::type;

/// The machines that a policy does not run on.
template <class Policy, const auto& Fleet, class All>
struct failing_hosts;
template <class Policy, const auto& Fleet, std::size_t... I>
struct failing_hosts<Policy, Fleet, std::index_sequence<I...>> {
    static constexpr bool fails[sizeof...(I)] = {
        (problem_of<Policy, Fleet, first_alike<Fleet>(I)>.code != errc::none)...};
    static constexpr std::size_t count = (std::size_t{fails[I]} + ...);
    static constexpr auto nth(std::size_t n) {
        std::size_t i = 0;
        while (!fails[i] || n-- > 0) ++i;
        return static_cast<typename std::remove_cvref_t<decltype(Fleet)>::id_type>(i);
    }
};
template <class Failing, std::size_t... I>
auto shown_hosts(std::index_sequence<I...>) -> on<Failing::nth(I)...>;

// One error, where anything fails: the reason is that of the first machine.
template <class Policy, const auto& Fleet, class Failing, std::size_t Count>
struct fleet_verdict {
    static constexpr std::size_t first = first_alike<Fleet>(static_cast<std::size_t>(Failing::nth(0)));
    using type = broken<errc::not_on_all_hosts, decltype(shown_hosts<Failing>(std::make_index_sequence<Count>{})),
                        reason_for<problem_of<Policy, Fleet, first>>, known_by<Fleet.hosts[first].from>>;
};
template <class Policy, const auto& Fleet, class Failing>
struct fleet_verdict<Policy, Fleet, Failing, 0> {
    using type = broken<errc::none>;
};

template <class Policy, const auto& Fleet, bool Sound>
struct fleet_check {
    static constexpr bool value = true;
};
template <class Policy, const auto& Fleet>
struct fleet_check<Policy, Fleet, true> {
    using failing =
        failing_hosts<Policy, Fleet, std::make_index_sequence<std::remove_cvref_t<decltype(Fleet)>::size()>>;
    static_assert(sizeof(typename fleet_verdict<Policy, Fleet, failing, failing::count>::type) != 0);
    static constexpr bool value = true;
};

}  // namespace detail

/// True where a policy runs on all machines of a fleet: what it comes to is worked out for each, by Policy::resolve(), so
/// that modes which take the host's CPU are decided by each machine's. It is about processors; what a hypervisor cannot give
/// although the processor has it is not seen.
///
///     static_assert(cpumap::runs_on_all<guest, rack_7>);
///
/// A compile error where it does not run on one: on<...> names the machines, lacks<...> what the first of them lacks, or
/// has<...> what the policy forbids, or because<...> another reason, errc::vendors_differ say, and known_by<...> how far the
/// recording can be trusted.
template <class Policy, const auto& Fleet>
inline constexpr bool runs_on_all =
    detail::fleet_check<Policy, Fleet, sizeof(Policy) != 0 && detail::is_sound<Policy>>::value;

}  // namespace cpumap::inline v0
