// SPDX-License-Identifier: BSL-1.0
// What the library has the compiler work out and then only reads, worked out once more when the program runs: tables of
// pairs and subsets, joined names, what policies come to, and their texts.

// g++ 12 fears that the size of a text goes round past the largest number.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif

#include <cpumap/arm.hpp>
#include <cpumap/emit/qemu.hpp>
#include <cpumap/match/diff.hpp>
#include <cpumap/match/subset.hpp>
#include <cpumap/policy/nova.hpp>
#include <cpumap/ppc64.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

#include "../data/maps/after.hpp"
#include "../data/maps/before.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

namespace detail = cpumap::detail;
namespace maps = cpumap::maps;
namespace nova = cpumap::nova;
using before = cpumap::maps::test_before;
using after = cpumap::maps::test_after;
using cpumap::errc;
using cpumap::feature_policy;
using detail::no_index;

template <class T>
bool equal(const T& a, const T& b) {
    return a == b;
}
// Not std::equal: g++ 12 takes a constant array of zeros for the text "" when it sees it compared.
template <class T, std::size_t Size>
bool equal(const T (&a)[Size], const T (&b)[Size]) {
    for (std::size_t i = 0; i < Size; ++i)
        if (a[i] != b[i]) return false;
    return true;
}
/// Whether the members are the same in two objects.
template <class T, class... Members>
bool same_members(const T& a, const T& b, Members... members) {
    return (equal(a.*members, b.*members) && ...);
}

/// What a function of constants says when it is called; without this a compiler may work out the answer.
template <class Function, class... Args>
auto called(Function* function, Args... args) {
    return unit::opaque(function)(args...);
}

// ---- Two maps --------------------------------------------------------------------------------------------------------

template <std::size_t A, std::size_t B>
bool same(const detail::index_pairs<A, B>& a, const detail::index_pairs<A, B>& b) {
    using pairs = detail::index_pairs<A, B>;
    return same_members(a, b, &pairs::forward, &pairs::backward);
}
template <std::size_t Capacity>
bool same(const detail::index_list<Capacity>& a, const detail::index_list<Capacity>& b) {
    using list = detail::index_list<Capacity>;
    return same_members(a, b, &list::size, &list::at);
}

template <class A, class B>
int pairs_are_their_constants() {
    CPUMAP_MUST(same(detail::pair_features<A, B>(), detail::feature_pairs<A, B>));
    CPUMAP_MUST(same(detail::pair_models<A, B>(), detail::model_pairs<A, B>));
    CPUMAP_MUST(same(detail::find_changed_features<A, B>(), detail::changed_features<A, B>));
    CPUMAP_MUST(same(detail::find_changed_models<A, B>(), detail::changed_models<A, B>));
    CPUMAP_MUST(same(detail::find_models_without_partner<B>(detail::model_pairs<A, B>.backward),
                     detail::models_that_came<A, B>));
    CPUMAP_MUST(same(detail::find_models_without_partner<A>(detail::model_pairs<A, B>.forward),
                     detail::models_that_went<A, B>));
    CPUMAP_MUST((called(&cpumap::diff<A, B>::empty) == std::is_same_v<A, B>));
    return 0;
}

/// The map in which other leaves, subleaves or bits report features.
template <bool Leaf, bool Subleaf, bool Bit>
struct elsewhere : before {
    struct x86 : before::x86 {
        static constexpr char32_t register_leaf[3] = {Leaf ? 2 : 1, 0x10, 0};
        static constexpr char32_t register_subleaf[3] = {Subleaf ? 1 : 0, 0, 0};
        static constexpr char32_t bit_runs[4] = {before::x86::bit_runs[0], before::x86::bit_runs[1] + (Bit ? 32 : 0),
                                                 before::x86::bit_runs[2], 0};
    };
};

template <class A, class B, cpumap::fixed_string... Models>
bool same_models_as_said() {
    return ((called(&detail::checked_same_model<Models, A, B>::holds) == cpumap::same_model<Models, A, B>)&&...);
}
template <class A, class B, cpumap::fixed_string... Features>
bool same_features_as_said() {
    return (
        (called(&detail::checked_same_feature<Features, A, B>::holds) == cpumap::same_feature<Features, A, B>)&&...);
}

TEST_CASE("two maps are paired as the compiler does it", "[evaluated]") {
    CHECK(pairs_are_their_constants<before, after>() == 0);
    CHECK(pairs_are_their_constants<after, before>() == 0);
    CHECK(pairs_are_their_constants<after, after>() == 0);
    CHECK(pairs_are_their_constants<before, elsewhere<true, false, false>>() == 0);
    CHECK(pairs_are_their_constants<before, elsewhere<false, true, false>>() == 0);
    CHECK(pairs_are_their_constants<before, elsewhere<false, false, true>>() == 0);
    // All but `moved`, which is in an MSR; or that alone.
    CHECK(cpumap::diff<before, elsewhere<true, false, false>>::features_changed().size() == 11);
    CHECK(cpumap::diff<before, elsewhere<false, true, false>>::features_changed().size() == 11);
    CHECK(cpumap::diff<before, elsewhere<false, false, true>>::features_changed().size() == 1);
    for (const auto c : cpumap::diff<before, elsewhere<false, true, false>>::features_changed())
        CHECK((c.bit && !c.name && !c.migratable && !c.aliases));
    CHECK(same_models_as_said<before, after, "as-it-was", "other-features", "fewer-features", "other-vendor", "went",
                              "came-v1">());
    CHECK(same_models_as_said<after, before, "as-it-was", "other-features", "fewer-features", "went">());
    CHECK(same_features_as_said<before, after, "old-name", "new-name", "long", "short", "x", "gone", "came", "moved",
                                "frozen", "known-as">());
}

// ---- A few models of a map -------------------------------------------------------------------------------------------

template <class Subset>
int subset_is_its_constant() {
    using tables = std::remove_cvref_t<decltype(Subset::x86::own)>;
    const auto made = std::make_unique<tables>();
    CPUMAP_MUST(same_members(*made, Subset::x86::own, &tables::feature_names, &tables::feature_name_at,
                             &tables::feature_order, &tables::alias_of, &tables::alias_source, &tables::non_migratable,
                             &tables::register_leaf, &tables::register_subleaf, &tables::register_part,
                             &tables::bit_runs, &tables::sets));
    CPUMAP_MUST(same_members(
        *made, Subset::x86::own, &tables::model_names, &tables::model_name_at, &tables::model_order, &tables::model_set,
        &tables::model_size, &tables::model_added, &tables::model_vendor, &tables::model_canonical,
        &tables::model_flags, &tables::model_signatures_at, &tables::model_signatures_count, &tables::signatures,
        &tables::signature_steppings, &tables::model_removed_at, &tables::model_removed_count, &tables::removed));
    return 0;
}

/// The plan for the tables, of the models at these places of the whole map.
template <class Map, std::size_t... Model>
int plan_is_its_constant() {
    using plan = detail::subset_plan<Map>;
    static constexpr const plan& constant = detail::subset_tables<Map, Model...>::plan;
    const plan made = detail::make_subset_plan<Map, Model...>();
    CPUMAP_MUST(same_members(made, constant, &plan::model, &plan::new_model, &plan::feature, &plan::new_feature,
                             &plan::alias, &plan::reg, &plan::new_reg, &plan::of_reg, &plan::bit, &plan::set));
    CPUMAP_MUST(same_members(made, constant, &plan::models, &plan::features, &plan::aliases, &plan::registers,
                             &plan::runs, &plan::sets, &plan::signatures, &plan::removed, &plan::non_migratable,
                             &plan::feature_bytes, &plan::model_bytes, &plan::highest_signature));
    CPUMAP_MUST(made.models == sizeof...(Model));
    return 0;
}

template <cpumap::fixed_string... Names>
constexpr int few_models_of_a_map() {
    using map = maps::libvirt_11_3;
    CPUMAP_MUST((plan_is_its_constant<map, detail::find_model_index<map>(Names.view())...>() == 0));
    CPUMAP_MUST((subset_is_its_constant<cpumap::subset<cpumap::models<Names...>, map>>() == 0));
    return 0;
}

TEST_CASE("the tables of a few models are made as the compiler makes them", "[evaluated]") {
    // Aliases, removed and added features, canonical names, and features that do not migrate.
    CHECK(few_models_of_a_map<"EPYC-Rome-v1", "Skylake-Client", "n270", "EPYC-Rome", "Skylake-Client-v4">() == 0);
    CHECK(few_models_of_a_map<"486">() == 0);
}

// ---- Names that come from two places ---------------------------------------------------------------------------------

template <std::size_t Bytes, std::size_t Count>
bool same(const detail::joined_names<Bytes, Count>& a, const detail::joined_names<Bytes, Count>& b) {
    using names = detail::joined_names<Bytes, Count>;
    return same_members(a, b, &names::text, &names::at, &names::order, &names::size);
}

template <class Map>
int joined_names_are_their_constants() {
    using ppc64 = detail::ppc64_models<Map>;
    using arm = detail::arm_features<Map>;
    const ppc64& models = detail::ppc64_models_of<Map>;
    const arm& features = detail::arm_features_of<Map>;
    const auto made_models = std::make_unique<ppc64>();
    CPUMAP_MUST(same(made_models->names, models.names));
    CPUMAP_MUST(same_members(*made_models, models, &ppc64::vendor, &ppc64::generation, &ppc64::legacy_end));
    const auto made_features = std::make_unique<arm>();
    CPUMAP_MUST(same(made_features->names, features.names) && same_members(*made_features, features, &arm::in_map));
    for (std::size_t i = 0; i < features.names.size; ++i)
        CPUMAP_MUST(made_features->names.find(cpumap::features<cpumap::arm::map<Map>>()[i].name()) == i);
    CPUMAP_MUST(made_features->names.find("no-such-feature") == no_index);
    return 0;
}

TEMPLATE_TEST_CASE("names are joined as the compiler joins them", "[evaluated]", CPUMAP_EVERY_MAP, before, after) {
    CHECK(joined_names_are_their_constants<TestType>() == 0);
}

// ---- Policies --------------------------------------------------------------------------------------------------------

template <class Map>
bool same(const detail::policy_outcome<Map>& a, const detail::policy_outcome<Map>& b) {
    using outcome = detail::policy_outcome<Map>;
    return unit::same_definition(a.definition, b.definition) &&
           same_members(a, b, &outcome::names_known, &outcome::option_twice, &outcome::broken_text,
                        &outcome::feature_twice, &outcome::options);
}

/// What a policy's items come to, right or wrong.
template <class Policy>
struct outcome;
template <class Map, cpumap::mode Mode, class Model, class... Items>
struct outcome<cpumap::basic_policy<Map, Mode, Model, Items...>> {
    using type = detail::policy_outcome<Map>;
    static constexpr type constant = detail::outcome_of<Map, Mode, Model, Items...>();
    static type made() { return detail::outcome_of<Map, Mode, Model, Items...>(); }
};

/// A policy's text by one of the writers.
template <class Writer, class Policy>
int text_is_its_constant() {
    using text = detail::policy_text<Writer, Policy>;
    auto made = text::make();
    CPUMAP_MUST(std::string_view(made.text, text::size) == text::view && made.text[text::size] == '\0');
    auto tried = text::template written<640>();
    CPUMAP_MUST(tried.size == text::size);  // what does not fit is counted
    if (text::size <= 640) CPUMAP_MUST(std::string_view(tried.text, text::size) == text::view);
    return 0;
}
template <class Policy>
int policy_is_its_constant() {
    using of_policy = outcome<Policy>;
    CPUMAP_MUST(same(of_policy::made(), of_policy::constant));
    CPUMAP_MUST(unit::same_definition(of_policy::made().definition, Policy::definition()));
    CPUMAP_MUST((text_is_its_constant<detail::xml_writer, Policy>() == 0));
    CPUMAP_MUST((text_is_its_constant<detail::qemu_cpu_writer, Policy>() == 0));
    CPUMAP_MUST((text_is_its_constant<detail::qemu_smp_writer, Policy>() == 0));
    return 0;
}

using optioned =
    cpumap::custom<"EPYC", cpumap::with<cpumap::match::strict>, cpumap::with<cpumap::check::none>,
                   cpumap::with<cpumap::fallback::allow>, cpumap::with<cpumap::vendor{"AMD"}>,
                   cpumap::with<cpumap::vendor_id{"123456789012"}>,
                   cpumap::with<cpumap::topology{.sockets = 1, .dies = 2, .clusters = 1, .cores = 4, .threads = 5}>,
                   cpumap::with<cpumap::cache{.level = 3}>, cpumap::with<cpumap::maxphysaddr{.bits = 42}>>;
using migrating =
    cpumap::host_passthrough<cpumap::with<cpumap::migratable::off>, cpumap::with<cpumap::deprecated_features::off>>;
using directed = cpumap::custom<"Nehalem", cpumap::force<"avx">, cpumap::extra_flags<"VMX", "+Sse4_1", "-FPU">,
                                cpumap::optional<"aes">, cpumap::forbid<"svm">, cpumap::require<"pclmulqdq">,
                                cpumap::disable<"nx">, cpumap::extra_flags<>>;
// Longer than what most texts are.
using long_one =
    cpumap::custom<"486", cpumap::extra_flags<"vmx", "svm", "avx", "aes", "fma", "f16c", "bmi1", "bmi2", "avx2", "adx",
                                              "rdseed", "movbe", "popcnt", "erms", "smep", "smap", "pcid">>;
static_assert(cpumap::xml<long_one>.size() > 640);

TEST_CASE("policies come to what the compiler makes of them", "[evaluated]") {
    CHECK(policy_is_its_constant<optioned>() == 0);
    CHECK(policy_is_its_constant<directed>() == 0);
    CHECK(policy_is_its_constant<long_one>() == 0);
    CHECK(policy_is_its_constant<cpumap::none<>>() == 0);
    CHECK(same(outcome<migrating>::made(), outcome<migrating>::constant));
    CHECK((text_is_its_constant<detail::xml_writer, migrating>() == 0));
    CHECK(same(outcome<cpumap::ppc64::custom<"POWER9">>::made(), outcome<cpumap::ppc64::custom<"POWER9">>::constant));
}

/// What is wrong with items that no policy may have; such a policy itself is the compiler's error.
template <class... Items>
using tried = cpumap::custom<"EPYC", Items...>;
template <class Policy, class Check>
int wrong_in_both(Check check) {
    CPUMAP_MUST(same(outcome<Policy>::made(), outcome<Policy>::constant));
    CPUMAP_MUST(check(outcome<Policy>::made()));
    return 0;
}

TEST_CASE("what is wrong with a policy's items is found", "[evaluated]") {
    using cpumap::with;
    const auto twice = [](const auto& o) { return o.feature_twice == cpumap::feature<"sse4.1">.index(); };
    CHECK(wrong_in_both<tried<cpumap::require<"vmx">, cpumap::require<"sse4.1">, cpumap::disable<"sse4_1">,
                              cpumap::disable<"vmx">>>(twice) == 0);
    const auto option = [](const auto& o) { return o.option_twice && o.feature_twice == no_index; };
    CHECK(wrong_in_both<tried<with<cpumap::match::exact>, with<cpumap::match::strict>>>(option) == 0);
    CHECK(wrong_in_both<tried<with<cpumap::check::full>, with<cpumap::check::full>, with<cpumap::match::exact>>>(
              option) == 0);
    const auto unknown = [](const auto& o) { return !o.names_known; };
    CHECK(wrong_in_both<tried<cpumap::require<"vmxx">, cpumap::require<"avx">>>(unknown) == 0);
    CHECK(wrong_in_both<cpumap::custom<"EPIC">>(unknown) == 0);
    const auto vendor = [](const auto& o) { return o.broken_text == errc::unknown_vendor && o.names_known; };
    CHECK(wrong_in_both<tried<with<cpumap::vendor{"Amd"}>>>(vendor) == 0);
    CHECK(wrong_in_both<tried<with<cpumap::vendor{"Amd"}>, with<cpumap::vendor_id{"short"}>>>(vendor) == 0);
    const auto length = [](const auto& o) { return o.broken_text == errc::vendor_id_length; };
    CHECK(wrong_in_both<tried<with<cpumap::vendor_id{"short"}>, with<cpumap::vendor{"AMD"}>>>(length) == 0);
    CHECK(wrong_in_both<tried<with<cpumap::vendor_id{""}>>>(length) == 0);
}

template <cpumap::fixed_string Flag>
int flag_is_named(std::string_view name) {
    static constexpr auto constant = detail::flag_name<Flag>();
    CPUMAP_MUST(constant.view() == name && called(&detail::flag_name<Flag>).view() == name);
    const std::string_view typed = Flag.view();
    CPUMAP_MUST((!typed.empty() && detail::is_sign(typed[0])) == (typed.size() > name.size()));
    return 0;
}

TEST_CASE("a flag is named without its sign, in lower case", "[evaluated]") {
    CHECK(flag_is_named<"-PDPE1GB">("pdpe1gb") == 0);
    CHECK(flag_is_named<"+Sse4_1">("sse4_1") == 0);
    CHECK(flag_is_named<"vmx">("vmx") == 0);
    CHECK(flag_is_named<"">("") == 0);
}

// ---- The lines that features are written with ------------------------------------------------------------------------

template <class Map, class Make>
int lines_are_their_constants() {
    namespace xml = cpumap::xml_element;
    using lines = xml::detail::feature_lines<Map, Make>;
    const auto made = std::make_unique<lines>();
    const lines& constant = xml::detail::lines_of<Map, Make>;
    for (std::size_t p = 0; p <= static_cast<std::size_t>(detail::no_policy); ++p) {
        CPUMAP_MUST(made->of_policy[p].before.view() == constant.of_policy[p].before.view());
        CPUMAP_MUST(made->of_policy[p].after.view() == constant.of_policy[p].after.view());
        CPUMAP_MUST(made->of_policy[p].after.view() == "'/>\n");
    }
    return 0;
}

TEMPLATE_TEST_CASE("lines of features are cut as the compiler cuts them", "[evaluated]", CPUMAP_EVERY_MAP) {
    namespace xml = cpumap::xml_element::detail;
    CHECK(lines_are_their_constants<TestType, xml::make_guest_feature<TestType>>() == 0);
    CHECK(lines_are_their_constants<TestType, xml::make_host_feature<TestType>>() == 0);
}

// ---- Nova's settings -------------------------------------------------------------------------------------------------

/// The rule that settings break, which as a policy are the compiler's error.
template <class... Items>
constexpr int settings_break(errc rule) {
    CPUMAP_MUST(nova::detail::facts_of<Items...>().mistake() == rule);
    return 0;
}

TEST_CASE("settings that exclude each other", "[evaluated]") {
    using cpumap::architecture;
    using cpumap::extra_flags;
    using cpumap::with;
    using nova::cpu_mode;
    using nova::models;
    using nova::needs;
    using nova::virt_type;
    using custom = with<cpu_mode::custom>;
    using none = with<cpu_mode::none>;
    using list = models<"EPYC", "EPYC-Rome">;
    CPUMAP_BOTH((settings_break<>), errc::none);
    CPUMAP_BOTH((settings_break<custom, list, needs<"avx">, extra_flags<"vmx">>), errc::none);
    CPUMAP_BOTH((settings_break<none, extra_flags<>, with<cpumap::topology{1, 1, 1, 1, 1}>>), errc::none);
    CPUMAP_BOTH((settings_break<with<virt_type::lxc>, none>), errc::none);
    CPUMAP_BOTH((settings_break<with<architecture::aarch64>>), errc::none);
    CPUMAP_BOTH((settings_break<none, none>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<none, none, with<virt_type::lxc>>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<with<virt_type::kvm>, with<virt_type::qemu>>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<with<architecture::i686>, with<architecture::i686>>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<custom, list, list>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<custom, list, needs<"avx">, needs<>>), errc::duplicate_option);
    CPUMAP_BOTH((settings_break<with<static_cast<cpu_mode>(4)>>), errc::bad_value);
    CPUMAP_BOTH((settings_break<with<static_cast<virt_type>(6)>>), errc::bad_value);
    CPUMAP_BOTH((settings_break<with<virt_type::xen>, with<cpu_mode::host_model>>), errc::nova_virt_type);
    CPUMAP_BOTH((settings_break<custom>), errc::nova_models_required);
    CPUMAP_BOTH((settings_break<custom, models<>>), errc::nova_models_required);
    CPUMAP_BOTH((settings_break<list>), errc::nova_models_mode);
    CPUMAP_BOTH((settings_break<with<cpu_mode::host_passthrough>, needs<"avx">>), errc::nova_models_mode);
    CPUMAP_BOTH((settings_break<none, cpumap::disable<"vmx">>), errc::nova_flags_mode);
    CPUMAP_BOTH((settings_break<none, cpumap::disable<"vmx">, extra_flags<"svm">>), errc::nova_flags_mode);
    CPUMAP_BOTH((settings_break<with<architecture::ppc64>, custom, list>), errc::nova_architecture);
    CPUMAP_BOTH((settings_break<with<architecture::ppc64>, extra_flags<"vmx">>), errc::nova_architecture);
}

constexpr int mode_is_libvirts(nova::cpu_mode mode) {
    const cpumap::mode here = nova::detail::libvirt_mode(mode);
    // With none, libvirt is told nothing, which is custom without a model.
    CPUMAP_MUST((here == cpumap::mode::host_model) == (mode == nova::cpu_mode::host_model));
    CPUMAP_MUST((here == cpumap::mode::host_passthrough) == (mode == nova::cpu_mode::host_passthrough));
    CPUMAP_MUST((here == cpumap::mode::custom) == (mode == nova::cpu_mode::custom || mode == nova::cpu_mode::none));
    return 0;
}

template <class Models, class Needs, std::size_t First>
int list_is_its_constant() {
    using checks = nova::detail::list_checks<cpumap::default_map, Models, Needs>;
    using policy = nova::custom_first_of<Models, Needs, cpumap::extra_flags<"vmx", "-svm">>;
    using conf = nova::detail::conf_text<policy>;
    using in_list = nova::detail::policy_models<policy>;
    CPUMAP_MUST(called(&checks::choose) == checks::chosen && checks::chosen == policy::definition().model().index());
    CPUMAP_MUST(called(&in_list::first) == First && in_list::first() == First);
    CPUMAP_MUST(called(&conf::count) == conf::size);
    auto made = conf::make();
    CPUMAP_MUST(std::string_view(made.text, conf::size) == conf::view && conf::view == nova::nova_conf<policy>);
    return 0;
}

constexpr int what_a_step_loses(std::string_view haswell) {
    using map = cpumap::default_map;
    const auto index = [](std::string_view name) { return nova::detail::model_index<map>(name); };
    CPUMAP_MUST(nova::detail::count_lost<map>(index(haswell), index("Broadwell")) == 0);
    CPUMAP_MUST(nova::detail::count_lost<map>(index("IvyBridge"), index(haswell)) == 3);  // vme, f16c and rdrand
    CPUMAP_MUST(nova::detail::count_lost<map>(no_index, index(haswell)) == 0);
    CPUMAP_MUST(nova::detail::count_lost<map>(index(haswell), no_index) == 0);
    return 0;
}

TEST_CASE("lists of models come to what the compiler makes of them", "[evaluated]") {
    using list = nova::models<"penryn", "IVYBRIDGE", "Skylake-client">;
    CHECK(list_is_its_constant<list, nova::needs<>, 0>() == 0);
    CHECK(list_is_its_constant<list, nova::needs<"avx">, 1>() == 0);
    CHECK(list_is_its_constant<list, nova::needs<"AVX2">, 2>() == 0);
    CPUMAP_BOTH(mode_is_libvirts, nova::cpu_mode::none);
    CPUMAP_BOTH(mode_is_libvirts, nova::cpu_mode::custom);
    CPUMAP_BOTH(mode_is_libvirts, nova::cpu_mode::host_model);
    CPUMAP_BOTH(mode_is_libvirts, nova::cpu_mode::host_passthrough);
    CPUMAP_BOTH(what_a_step_loses, std::string_view("Haswell"));
}

}  // namespace
