// SPDX-License-Identifier: BSL-1.0
// Nova's settings: the choice among a list of models, the order of a list, what settings come to, and the way back to the
// lines of a nova.conf.

#include <cpumap/policy/nova.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

namespace nova = cpumap::nova;
using cpumap::errc;
using cpumap::feature_policy;
using nova::cpu_mode;
using nova::virt_type;
using essex = nova::use<cpumap::maps::libvirt_0_10>;
using debian12 = nova::use<cpumap::maps::libvirt_9_0>;
using debian13 = nova::use<cpumap::maps::libvirt_11_3>;
using newest = nova::use<cpumap::maps::libvirt_12_8>;
using texts = std::span<const std::string_view>;

// ---- Names -----------------------------------------------------------------------------------------------------------

template <class Map>
constexpr int models_are_found_in_any_case(std::size_t index) {
    const auto model = cpumap::models<Map>()[index];
    char text[3][64]{};
    const std::string_view name = model.name();
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char low = cpumap::detail::lower(name[i]);
        const char high = low >= 'a' && low <= 'z' ? static_cast<char>(low - 'a' + 'A') : low;
        text[0][i] = low;
        text[1][i] = high;
        text[2][i] = i % 2 == 0 ? high : low;
    }
    CPUMAP_MUST(nova::find_model<Map>(name) == model && nova::use<Map>::find_model(name) == model);
    for (const auto& t : text) CPUMAP_MUST(nova::find_model<Map>(std::string_view(t, name.size())) == model);
    CPUMAP_MUST(!nova::find_model<Map>(std::string_view(text[0], name.size() + 1)));
    return 0;
}

constexpr int names_that_are_none(std::size_t) {
    CPUMAP_MUST(!nova::find_model("") && !nova::find_model("IvyBridg") && !nova::find_model("ivybridge "));
    CPUMAP_MUST(!essex::find_model("IvyBridge") && essex::find_model("SANDYBRIDGE")->name() == "SandyBridge");
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("every model is found whatever the case of its name", "[nova]", CPUMAP_EVERY_MAP) {
    CPUMAP_BOTH(models_are_found_in_any_case<TestType>, std::size_t{0});
    CPUMAP_BOTH(models_are_found_in_any_case<TestType>, cpumap::models<TestType>().size() - 1);
    for (std::size_t i = 0; i < cpumap::models<TestType>().size(); ++i) {
        INFO(cpumap::models<TestType>()[i].name());
        CHECK(models_are_found_in_any_case<TestType>(i) == 0);
    }
    CPUMAP_BOTH(names_that_are_none, std::size_t{0});
}

// ---- The choice among a list -----------------------------------------------------------------------------------------

namespace {

/// The choice by its rule, model after model.
template <class Map>
int chosen_by_the_rule(const std::vector<std::string_view>& names, const std::vector<std::string_view>& flags) {
    const auto picked = nova::pick<Map>(names, flags);
    cpumap::basic_feature_set<Map> wanted;
    for (const auto f : flags) wanted.insert(*cpumap::find_feature<Map>(f));
    for (const auto n : names) {
        const auto model = *cpumap::find_model<Map>(n);
        bool all = true;
        for (const auto f : wanted) all = all && model.features().contains(f);
        if (!all) continue;
        CPUMAP_MUST(picked && *picked == model);
        CPUMAP_MUST(*nova::use<Map>::pick(names, flags) == model);
        return 0;
    }
    CPUMAP_MUST(!picked && picked.error().code() == errc::nova_no_match && picked.error().features() == wanted);
    std::string list;
    for (const auto n : names) list += (list.empty() ? "" : ", ") + std::string(n);
    CPUMAP_MUST(picked.error().name() == std::string_view(list).substr(0, 63));
    CPUMAP_MUST(picked.error().name_cut() == (list.size() > 63));
    return 0;
}

constexpr std::array<std::string_view, 5> documented{"Penryn", "IvyBridge", "Haswell", "Broadwell", "Skylake-Client"};

/// What Nova's documents say comes of their own list, and what is refused.
constexpr int picks_as_documented(texts list) {
    const auto picked = [list](auto... flags) {
        const std::array<std::string_view, sizeof...(flags)> wanted{flags...};
        return nova::pick(list, wanted);
    };
    CPUMAP_MUST(picked()->name() == "Penryn" && nova::pick(list)->name() == "Penryn");
    CPUMAP_MUST(picked("avx")->name() == "IvyBridge" && picked("AVX", "Avx2")->name() == "Haswell");
    CPUMAP_MUST(picked("xsavec")->name() == "Skylake-Client");
    CPUMAP_MUST(picked("xsavec", "avx512f").error().code() == errc::nova_no_match);
    CPUMAP_MUST(picked("xsavec", "avx512f").error().features().size() == 2);
    CPUMAP_MUST(picked("xsavec", "avx512f").error().name() == "Penryn, IvyBridge, Haswell, Broadwell, Skylake-Client");
    CPUMAP_MUST(picked("sse4_1")->name() == "Penryn");  // QEMU's name of sse4.1
    CPUMAP_MUST(picked("avx", "avx3").error().code() == errc::unknown_feature);
    CPUMAP_MUST(picked("avx", "avx3").error().name() == "avx3");
    CPUMAP_MUST(picked("+avx").error().code() == errc::unknown_feature);
    constexpr std::string_view longest = "a-flag-that-is-longer-than-any-flag-can-be-and-as-long-as-what-is-compared";
    CPUMAP_MUST(picked(longest).error().code() == errc::unknown_feature);
    CPUMAP_MUST(picked(longest).error().name() == longest.substr(0, 63));
    CPUMAP_MUST(nova::pick({}).error().code() == errc::nova_models_required);
    // The whole list must be known, also what stands behind the choice.
    const std::array<std::string_view, 2> wrong{list[0], "Haswel"};
    CPUMAP_MUST(nova::pick(wrong).error().code() == errc::unknown_model &&
                nova::pick(wrong).error().name() == "Haswel");
    CPUMAP_MUST(essex::pick(list).error().name() == "IvyBridge" && debian12::pick(list)->name() == "Penryn");
    return 0;
}

}  // namespace

TEST_CASE("the first model of a list that has the flags is chosen", "[nova]") {
    static_assert(picks_as_documented(documented) == 0);
    CHECK(picks_as_documented(unit::opaque(documented)) == 0);
}

TEMPLATE_TEST_CASE("choosing goes by its rule", "[nova]", CPUMAP_EVERY_MAP) {
    unit::random random(7);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::string_view> names;
        std::vector<std::string_view> flags;
        for (std::size_t n = 1 + random.below(6); n > 0; --n)
            names.push_back(unit::random_model<TestType>(random).name());
        // Of a model of the list more often than not, so that there is something to choose.
        const auto common = cpumap::find_model<TestType>(names[random.below(names.size())])->features();
        for (std::size_t n = random.below(4); n > 0; --n) {
            auto feature = unit::random_feature<TestType>(random);
            for (const auto f : common)
                if (!random.one_in(20) && random.one_in(10)) feature = f;
            flags.push_back(feature.name());
        }
        INFO(round);
        REQUIRE(chosen_by_the_rule<TestType>(names, flags) == 0);
    }
}

// ---- The order of a list ---------------------------------------------------------------------------------------------

namespace {

constexpr int finds_what_is_lost(texts list) {
    const auto found = nova::lint(list);
    CPUMAP_MUST(!found && found.error().code() == errc::nova_list_order && found.error().name() == "Haswell");
    CPUMAP_MUST(found.error().features() == unit::features_of<cpumap::default_map>("vme f16c rdrand"));
    CPUMAP_MUST(nova::lint(list.first(2)) && nova::lint(list.first(1)) && nova::lint({}));
    CPUMAP_MUST(nova::lint(list.subspan(2, 1)));
    const std::array<std::string_view, 2> twice{list[1], list[1]};
    CPUMAP_MUST(nova::lint(twice));
    const std::array<std::string_view, 2> wrong{"SandyBridge", "IvyBrige"};
    CPUMAP_MUST(nova::lint(wrong).error().code() == errc::unknown_model &&
                nova::lint(wrong).error().name() == "IvyBrige");
    CPUMAP_MUST(!essex::lint(list) && !debian12::lint(list) && debian12::lint(list.first(2)));
    return 0;
}

static_assert(nova::in_order<nova::models<"sandybridge", "IvyBridge">> && nova::in_order<nova::models<"EPYC">>);
static_assert(essex::in_order<nova::models<"Conroe", "Penryn">>);
static_assert(debian13::in_order<nova::models<"Haswell-noTSX", "Haswell", "Broadwell">>);

}  // namespace

TEST_CASE("a list out of order is found, with what is lost", "[nova]") {
    static_assert(finds_what_is_lost(documented) == 0);
    CHECK(finds_what_is_lost(unit::opaque(documented)) == 0);
}

TEMPLATE_TEST_CASE("a list is in order where each model includes the one before", "[nova]", CPUMAP_EVERY_MAP) {
    for (const auto a : cpumap::models<TestType>())
        for (const auto b : cpumap::models<TestType>()) {
            const std::array<std::string_view, 2> list{a.name(), b.name()};
            const auto found = nova::lint<TestType>(list);
            REQUIRE(found.has_value() == b.features().includes(a.features()));
            if (!found) {
                REQUIRE(found.error().name() == b.name());
                REQUIRE(found.error().features() == a.features() - b.features());
            }
        }
}

// ---- Modes -----------------------------------------------------------------------------------------------------------

namespace {

constexpr int defaults_are_novas(std::size_t) {
    using cpumap::architecture;
    for (const auto arch : {architecture::x86_64, architecture::i686, architecture::ppc64, architecture::ppc64le,
                            architecture::aarch64, architecture::armv7l, architecture::armv6l, architecture::other})
        for (const auto virt :
             {virt_type::kvm, virt_type::qemu, virt_type::lxc, virt_type::parallels, virt_type::uml, virt_type::xen}) {
            const bool chooses = virt == virt_type::kvm || virt == virt_type::qemu;
            CPUMAP_MUST(nova::chooses_cpu(virt) == chooses);
            CPUMAP_MUST(nova::default_mode(virt, arch) == (!chooses                        ? cpu_mode::none
                                                           : arch == architecture::aarch64 ? cpu_mode::host_passthrough
                                                                                           : cpu_mode::host_model));
        }
    CPUMAP_MUST(nova::default_mode() == cpu_mode::host_model);
    CPUMAP_MUST(nova::name(cpu_mode::none) == "none" && nova::name(cpu_mode::custom) == "custom");
    CPUMAP_MUST(nova::name(cpu_mode::host_model) == "host-model");
    CPUMAP_MUST(nova::name(cpu_mode::host_passthrough) == "host-passthrough");
    CPUMAP_MUST(nova::name(virt_type::kvm) == "kvm" && nova::name(virt_type::xen) == "xen");
    CPUMAP_MUST(nova::name(static_cast<cpu_mode>(9)).empty());
    CPUMAP_MUST(nova::name(static_cast<virt_type>(9)).empty());
    return 0;
}

template <auto... Settings>
using with_settings = nova::policy<cpumap::with<Settings>...>;
template <class Policy>
constexpr bool leaves_it_to_the_hypervisor =
    Policy::mode == cpumap::mode::custom && !Policy::definition().has_model() && cpumap::xml<Policy>.empty();

static_assert(nova::policy<>::mode == cpumap::mode::host_model);
static_assert(with_settings<virt_type::qemu>::mode == cpumap::mode::host_model);
static_assert(with_settings<virt_type::kvm, cpumap::architecture::aarch64>::mode == cpumap::mode::host_passthrough);
static_assert(leaves_it_to_the_hypervisor<with_settings<virt_type::lxc>>);
static_assert(leaves_it_to_the_hypervisor<with_settings<cpumap::architecture::aarch64, virt_type::xen>>);
static_assert(leaves_it_to_the_hypervisor<with_settings<cpu_mode::none>>);
static_assert(leaves_it_to_the_hypervisor<with_settings<virt_type::uml, cpu_mode::none>>);
static_assert(with_settings<cpu_mode::host_passthrough, virt_type::qemu>::mode == cpumap::mode::host_passthrough);
static_assert(with_settings<cpu_mode::host_model, cpumap::architecture::aarch64>::mode == cpumap::mode::host_model);
// Without a list, the policy is the one that is written without Nova.
static_assert(
    std::is_same_v<nova::policy<cpumap::extra_flags<"pcid">>, cpumap::host_model<cpumap::extra_flags<"pcid">>>);
static_assert(std::is_same_v<with_settings<cpu_mode::none>, cpumap::none<>>);
static_assert(std::is_same_v<debian12::policy<>, cpumap::use<cpumap::maps::libvirt_9_0>::host_model<>>);
// With none, only what a flavor says is printed.
static_assert(cpumap::xml<nova::policy<cpumap::with<cpu_mode::none>,
                                       cpumap::with<cpumap::topology{.sockets = 2, .cores = 1, .threads = 1}>>> ==
              "<cpu>\n  <topology sockets='2' dies='1' clusters='1' cores='1' threads='1'/>\n</cpu>\n");

}  // namespace

TEST_CASE("the default mode goes by hypervisor and architecture", "[nova]") {
    CPUMAP_BOTH(defaults_are_novas, std::size_t{0});
}

// ---- Policies of a list ----------------------------------------------------------------------------------------------

namespace {

/// A policy of a list is to everyone what the policy of the chosen model is.
template <class Policy, class Same>
int is_the_same() {
    static_assert(cpumap::mode_policy<Policy> && Policy::mode == Same::mode && Policy::migrates == Same::migrates);
    static_assert(cpumap::xml<Policy> == cpumap::xml<Same> && Policy::features() == Same::features());
    CPUMAP_MUST(unit::same_definition(unit::opaque(Policy::definition()), Same::definition()));
    for (const auto& host : recorded::hosts) {
        const auto data = host.data();
        const auto ours = Policy::resolve(data);
        const auto theirs = Same::resolve(data);
        CPUMAP_MUST(ours.has_value() == theirs.has_value());
        if (ours)
            CPUMAP_MUST(unit::same_definition(*ours, *theirs));
        else
            CPUMAP_MUST(ours.error() == theirs.error());
    }
    return 0;
}

template <class Map>
int list_policies_are_ordinary() {
    using lib = nova::use<Map>;
    using plain = cpumap::use<Map>;
    CPUMAP_MUST((is_the_same<typename lib::template custom_first_of<nova::models<"PENTIUM3">>,
                             typename plain::template custom<"pentium3">>() == 0));
    CPUMAP_MUST((is_the_same<typename lib::template custom_first_of<nova::models<"Conroe", "penryn", "Nehalem">,
                                                                    nova::needs<"SSE4.1">, cpumap::require<"vmx">>,
                             typename plain::template custom<"Penryn", cpumap::require<"vmx">>>() == 0));
    CPUMAP_MUST(
        (is_the_same<
             typename lib::template custom_first_of<
                 nova::models<"486", "Nehalem">, cpumap::disable<"vme">, nova::needs<"popcnt", "ssse3">,
                 cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 3}>, cpumap::extra_flags<"-FPU">>,
             typename plain::template custom<
                 "Nehalem", cpumap::disable<"vme">, cpumap::extra_flags<"-fpu">,
                 cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 3}>>>() == 0));
    CPUMAP_MUST(
        (is_the_same<typename lib::template policy<cpumap::with<cpu_mode::custom>, nova::models<"Opteron_G2">,
                                                   nova::needs<>, cpumap::with<cpumap::vendor{"AMD"}>>,
                     typename plain::template custom<"Opteron_G2", cpumap::with<cpumap::vendor{"AMD"}>>>() == 0));
    return 0;
}

static_assert(cpumap::xml<nova::custom_first_of<nova::models<"SandyBridge", "IvyBridge">, nova::needs<"f16c">,
                                                cpumap::require<"pcid">>> ==
              "<cpu mode='custom' match='exact'>\n"
              "  <model fallback='forbid'>IvyBridge</model>\n"
              "  <feature policy='require' name='pcid'/>\n"
              "</cpu>\n");

}  // namespace

TEMPLATE_TEST_CASE("a policy of a list is an ordinary one of the chosen model", "[nova]", CPUMAP_EVERY_MAP) {
    CHECK(list_policies_are_ordinary<TestType>() == 0);
}

// ---- Hosts -----------------------------------------------------------------------------------------------------------

namespace {

/// Every model of a list must run, each with the policy's flags; the first that does not is named.
template <class Policy, class... Each>
int all_models_must_run(std::size_t& refused) {
    constexpr auto each = std::array{&Each::resolve...};
    constexpr auto models = std::array{&Each::definition...};
    for (const auto& host : recorded::hosts) {
        const auto data = host.data();
        const auto answer = nova::check_host<Policy>(data);
        std::size_t first = 0;
        while (first < each.size() && each[first](data, {})) ++first;
        CPUMAP_MUST(answer.has_value() == (first == each.size()));
        if (answer) continue;
        ++refused;
        const auto expected = each[first](data, {}).error();
        CPUMAP_MUST(answer.error().code() == expected.code() && answer.error().features() == expected.features());
        CPUMAP_MUST(answer.error().name() == models[first]().model().name());
    }
    return 0;
}

constexpr int one_model_too_many(std::size_t which) {
    const auto data = recorded::hosts[which].data();
    const auto& host = recorded::hosts[which];
    using both = debian13::custom_first_of<nova::models<"Penryn", "EPYC-Milan">>;
    const auto answer = nova::check_host<both>(data);
    CPUMAP_MUST(!answer && answer.error().code() == errc::incompatible && !answer.error().features().empty());
    CPUMAP_MUST(answer.error().name() == (host.vendor == "Intel" ? "EPYC-Milan" : "Penryn") ||
                answer.error().name() == "Penryn" || answer.error().name() == "EPYC-Milan");
    CPUMAP_MUST(nova::check_host<debian13::custom_first_of<nova::models<"486", "pentium">>>(data));
    CPUMAP_MUST(nova::check_host<debian13::policy<>>(data) && nova::check_host<cpumap::none<>>(data));
    CPUMAP_MUST(nova::check_host<cpumap::custom<"486">>(data));
    CPUMAP_MUST(!nova::check_host<debian13::policy<cpumap::require<"avx512f">, cpumap::require<"svm">>>(data));
    return 0;
}

}  // namespace

TEST_CASE("a host must run every model of the list", "[nova]") {
    using plain = cpumap::use<cpumap::maps::libvirt_11_3>;
    std::size_t refused = 0;
    CHECK((all_models_must_run<debian13::custom_first_of<nova::models<"Penryn", "IvyBridge", "Haswell">>,
                               plain::custom<"Penryn">, plain::custom<"IvyBridge">, plain::custom<"Haswell">>(
              refused)) == 0);
    CHECK((all_models_must_run<
              debian13::custom_first_of<nova::models<"Opteron_G1", "EPYC">, cpumap::extra_flags<"svm", "-monitor">>,
              plain::custom<"Opteron_G1", cpumap::extra_flags<"svm", "-monitor">>,
              plain::custom<"EPYC", cpumap::extra_flags<"svm", "-monitor">>>(refused)) == 0);
    CHECK(refused > 5);
    CPUMAP_BOTH(one_model_too_many, std::size_t{2});
}

// ---- nova.conf -------------------------------------------------------------------------------------------------------

namespace {

static_assert(nova::nova_conf<nova::policy<>> == "cpu_mode = host-model\n");
static_assert(nova::nova_conf<cpumap::none<>> == "cpu_mode = none\n");
static_assert(nova::nova_conf<with_settings<virt_type::lxc>> == "cpu_mode = none\n");
static_assert(nova::nova_conf<cpumap::custom<"pentium3">> == "cpu_mode = custom\ncpu_models = pentium3\n");
static_assert(nova::nova_conf<cpumap::custom<"IvyBridge", cpumap::require<"pcid">>> ==
              "cpu_mode = custom\ncpu_models = IvyBridge\ncpu_model_extra_flags = pcid\n");
static_assert(nova::nova_conf<cpumap::host_passthrough<cpumap::extra_flags<"+PDPE1GB", "-vmx", "sse4_1">>> ==
              "cpu_mode = host-passthrough\ncpu_model_extra_flags = pdpe1gb,-vmx,sse4.1\n");
// A list is printed as the map spells it; one that flags were needed of, from the chosen model on.
using list = nova::models<"penryn", "IVYBRIDGE", "Haswell", "Skylake-client">;
static_assert(nova::nova_conf<nova::custom_first_of<list>> ==
              "cpu_mode = custom\ncpu_models = Penryn,IvyBridge,Haswell,Skylake-Client\n");
static_assert(nova::nova_conf<nova::custom_first_of<list, nova::needs<"avx2">, cpumap::disable<"rtm">>> ==
              "cpu_mode = custom\ncpu_models = Haswell,Skylake-Client\ncpu_model_extra_flags = -rtm\n");
static_assert(nova::nova_conf<essex::custom_first_of<nova::models<"CONROE", "Penryn">>> ==
              "cpu_mode = custom\ncpu_models = Conroe,Penryn\n");
// What a flavor says is none of nova.conf's business.
static_assert(nova::nova_conf<cpumap::host_model<cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 1}>,
                                                 cpumap::with<cpumap::maxphysaddr{.bits = 42}>>> ==
              "cpu_mode = host-model\n");

/// Reads the lines back, as the simple text that they are.
template <class Map>
std::string read_back(std::string_view lines, cpumap::basic_guest_cpu<Map>& guest) {
    std::string mode;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end + 1);
        const std::size_t equals = line.find(" = ");
        std::string_view value = line.substr(equals + 3);
        if (line.substr(0, equals) == "cpu_mode") mode = value;
        if (line.substr(0, equals) == "cpu_models") guest.set_model(*cpumap::find_model<Map>(value));
        while (line.substr(0, equals) == "cpu_model_extra_flags" && !value.empty()) {
            const std::string_view flag = value.substr(0, value.find(','));
            value.remove_prefix(flag.size() < value.size() ? flag.size() + 1 : flag.size());
            const bool minus = flag[0] == '-';
            if (!guest.set(minus ? feature_policy::disable : feature_policy::require, flag.substr(minus ? 1 : 0)))
                mode = "a wrong flag";
        }
    }
    return mode;
}

template <class Map>
int written_and_read_back(unit::random& random, std::size_t& said, std::size_t& unsaid) {
    char memory[4096];
    auto guest = unit::random_guest<Map>(random);
    if (random.one_in(2)) guest.set_match(cpumap::match::exact);
    if (random.one_in(2)) guest.set_vendor("");
    if (random.one_in(2)) {
        const auto set = guest.listed();
        guest.listed().clear();
        for (const auto f : set)
            guest.listed().put(random.one_in(2) ? feature_policy::require : feature_policy::disable, f.feature);
    }
    bool sayable = guest.match() == cpumap::match::exact && guest.vendor().empty();
    for (const auto f : guest.listed())
        sayable = sayable && (f.policy == feature_policy::require || f.policy == feature_policy::disable);
    const auto text = nova::write_nova_conf(std::span<char>(memory), guest);
    CPUMAP_MUST(text.has_value() == sayable);
    if (!text) {
        ++unsaid;
        CPUMAP_MUST(text.error().code() == errc::nova_not_sayable);
        return 0;
    }
    ++said;
    cpumap::basic_guest_cpu<Map> back;
    CPUMAP_MUST(read_back(*text, back) == "custom");
    CPUMAP_MUST(back.model() == guest.model() && back.listed() == guest.listed());
    // No byte less will do, and not one more is written.
    const std::size_t size = text->size();
    CPUMAP_MUST(nova::nova_conf_size(guest) == size);
    memory[size] = '!';
    CPUMAP_MUST(nova::write_nova_conf(std::span<char>(memory, size), guest) && memory[size] == '!');
    CPUMAP_MUST(nova::write_nova_conf(std::span<char>(memory, size - 1), guest).error().code() ==
                errc::buffer_too_small);
    CPUMAP_MUST(nova::write_nova_conf(std::span<char>(), guest).error().code() == errc::buffer_too_small);
    return 0;
}

/// What nova.conf has no setting for, one thing after the other.
constexpr int says_what_it_can(std::size_t) {
    char memory[200]{};
    const auto code = [&memory](auto change) {
        cpumap::guest_cpu guest(cpumap::model<"EPYC">);
        change(guest);
        const auto text = nova::write_nova_conf(std::span<char>(memory), guest);
        return text ? errc::none : text.error().code();
    };
    using cpumap::mode;
    CPUMAP_MUST(code([](auto&) {}) == errc::none);
    CPUMAP_MUST(code([](auto& g) { g.set_fallback(cpumap::fallback::forbid); }) == errc::none);
    CPUMAP_MUST(code([](auto& g) { g.set_topology(cpumap::topology{1, 1, 1, 2, 1}); }) == errc::none);
    CPUMAP_MUST(code([](auto& g) { g.set_topology(cpumap::topology{}); }) == errc::topology_zero);
    CPUMAP_MUST(code([](auto& g) { g.set_match(cpumap::match::minimum); }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) { g.set_check(cpumap::check::full); }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) { g.set_vendor("AMD"); }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) { g.set_vendor_id("KVMKVMKVM123"); }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) { g.set_cache(cpumap::cache{.level = 3}); }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) { g.set_deprecated_features(cpumap::deprecated_features::off); }) ==
                errc::nova_not_sayable);
    for (const auto policy : {feature_policy::force, feature_policy::optional, feature_policy::forbid})
        CPUMAP_MUST(code([policy](auto& g) { g.listed().put(policy, cpumap::feature<"vmx">); }) ==
                    errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) {
                    g = {};
                    g.set_mode(mode::maximum);
                }) == errc::nova_not_sayable);
    CPUMAP_MUST(code([](auto& g) {
                    g = {};
                    g.set_mode(mode::host_passthrough);
                    g.set_migratable(cpumap::migratable::off);
                }) == errc::nova_not_sayable);
    const auto lines_of = [&memory](mode m) {
        cpumap::guest_cpu guest;
        guest.set_mode(m);
        return nova::write_nova_conf(std::span<char>(memory), guest).value_or("");
    };
    CPUMAP_MUST(lines_of(mode::custom) == "cpu_mode = none\n");
    CPUMAP_MUST(lines_of(mode::host_model) == "cpu_mode = host-model\n");
    CPUMAP_MUST(lines_of(mode::host_passthrough) == "cpu_mode = host-passthrough\n");
    // match counts in custom mode alone, where it is printed.
    CPUMAP_MUST(code([](auto& g) {
                    g = {};
                    g.set_mode(mode::host_model);
                    g.set_match(cpumap::match::strict);
                }) == errc::none);
    return 0;
}

}  // namespace

namespace {

/// Names that a nova.conf's list would cut in two, take for something else, or give back in another case.
template <char Byte, bool InFeatures, bool InModels>
constexpr int names_stay_whole(std::size_t index) {
    char memory[200]{};
    const auto sayable = [&](auto guest, bool expected) {
        const auto text = nova::write_nova_conf(std::span<char>(memory), guest);
        return expected ? text.has_value() : !text && text.error().code() == errc::nova_not_sayable;
    };
    using in_models = unit::names_begin_with<Byte, false, true>;
    const cpumap::basic_guest_cpu<in_models> model(cpumap::basic_model_ref<in_models>::from_index(index));
    CPUMAP_MUST(sayable(model, InModels));
    CPUMAP_MUST(sayable(cpumap::basic_guest_cpu<in_models>(), true));
    using in_features = unit::names_begin_with<Byte, true, false>;
    cpumap::basic_guest_cpu<in_features> feature(cpumap::basic_model_ref<in_features>::from_index(index));
    CPUMAP_MUST(sayable(feature, true));
    feature.listed().put(feature_policy::require, cpumap::basic_feature_ref<in_features>::from_index(index));
    CPUMAP_MUST(sayable(feature, InFeatures));
    return 0;
}

}  // namespace

TEST_CASE("nova.conf says modes, models and flags, and nothing else", "[nova]") {
    CPUMAP_BOTH(says_what_it_can, std::size_t{0});
    CPUMAP_BOTH((names_stay_whole<'x', true, true>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<' ', false, false>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<',', false, false>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<'$', false, false>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<'"', false, false>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<'\'', false, false>), std::size_t{20});
    // Signs and capitals mean something in flags.
    CPUMAP_BOTH((names_stay_whole<'+', false, true>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<'-', false, true>), std::size_t{20});
    CPUMAP_BOTH((names_stay_whole<'X', false, true>), std::size_t{20});
}

TEMPLATE_TEST_CASE("lines of a nova.conf come back as the definition", "[nova]", CPUMAP_EVERY_MAP) {
    unit::random random(8);
    std::size_t said = 0;
    std::size_t unsaid = 0;
    for (int round = 0; round < 1000; ++round) {
        INFO(round);
        REQUIRE(written_and_read_back<TestType>(random, said, unsaid) == 0);
    }
    CHECK(said > 100);
    CHECK(unsaid > 100);
}
