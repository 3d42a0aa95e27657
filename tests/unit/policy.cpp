// SPDX-License-Identifier: BSL-1.0
// Policies: what their items make of a definition, and what they promise.

#include <cstddef>
#include <string_view>

#include "support.hpp"

namespace {

using cpumap::feature_policy;
using cpumap::migrates_to;
using cpumap::mode;
using essex = cpumap::use<cpumap::maps::libvirt_0_10>;
using debian12 = cpumap::use<cpumap::maps::libvirt_9_0>;
using debian13 = cpumap::use<cpumap::maps::libvirt_11_3>;

template <class Policy>
constexpr bool lists(std::size_t i, feature_policy policy, std::string_view name) {
    const auto& list = Policy::definition().listed();
    return i < list.size() && list[i].policy == policy && list[i].feature.name() == name;
}

// ---- Modes ----------------------------------------------------------------------------------------------------------

template <class Lib>
constexpr bool modes_are_right =
    Lib::template custom<"Nehalem">::mode == mode::custom&& Lib::template none<>::mode ==
    mode::custom&& Lib::template host_model<>::mode == mode::host_model&& Lib::template host_passthrough<>::mode ==
    mode::host_passthrough&& Lib::template custom<"Nehalem">::migrates ==
    migrates_to::any_superset&& Lib::template host_model<>::migrates ==
    migrates_to::any_superset&& Lib::template host_passthrough<>::migrates ==
    migrates_to::identical_host&& Lib::template none<>::migrates == migrates_to::unknown;
static_assert(modes_are_right<essex> && modes_are_right<debian12> && modes_are_right<debian13>);
static_assert(modes_are_right<cpumap::use<cpumap::default_map>>);
static_assert(debian12::maximum<>::mode == mode::maximum &&
              debian12::maximum<>::migrates == migrates_to::identical_host);

static_assert(cpumap::mode_policy<cpumap::none<>> && cpumap::mode_policy<essex::custom<"486">>);
static_assert(!cpumap::mode_policy<int> && !cpumap::mode_policy<cpumap::guest_cpu> &&
              !cpumap::mode_policy<cpumap::require<"vmx">>);

// ---- Directives -----------------------------------------------------------------------------------------------------

using mixed = cpumap::custom<"Nehalem", cpumap::with<cpumap::check::full>, cpumap::force<"avx">,
                             cpumap::extra_flags<"VMX", "+Sse4_1", "-FPU">, cpumap::with<cpumap::fallback::allow>,
                             cpumap::optional<"aes">, cpumap::forbid<"svm">, cpumap::require<"pclmulqdq">,
                             cpumap::disable<"nx">, cpumap::extra_flags<>>;
static_assert(mixed::definition().listed().size() == 8);
static_assert(lists<mixed>(0, feature_policy::force, "avx") && lists<mixed>(1, feature_policy::require, "vmx"));
static_assert(lists<mixed>(2, feature_policy::require, "sse4.1") && lists<mixed>(3, feature_policy::disable, "fpu"));
static_assert(lists<mixed>(4, feature_policy::optional, "aes") && lists<mixed>(5, feature_policy::forbid, "svm"));
static_assert(lists<mixed>(6, feature_policy::require, "pclmuldq") && lists<mixed>(7, feature_policy::disable, "nx"));
static_assert(mixed::features() == ((cpumap::model<"Nehalem">.features() |
                                     unit::features_of<cpumap::default_map>("avx vmx sse4.1 pclmuldq")) -
                                    unit::features_of<cpumap::default_map>("fpu nx svm")));
static_assert(mixed::features() == mixed::definition().features());
// In modes that take the host's CPU, a promise is what is asked for by name.
static_assert(cpumap::host_model<cpumap::require<"vmx">, cpumap::disable<"fpu">, cpumap::optional<"aes">>::features() ==
              unit::features_of<cpumap::default_map>("vmx"));
static_assert(cpumap::none<>::features().empty() &&
              cpumap::host_passthrough<cpumap::force<"vmx">>::features().size() == 1);
// A directive means a feature of the policy's own map.
static_assert(essex::custom<"Nehalem", cpumap::require<"pni">>::features().contains(essex::feature<"pni">));
static_assert(debian12::custom<"Nehalem", debian12::extra_flags<"-pcid", "vmx">,
                               debian12::with<cpumap::match::strict>>::definition()
                  .match() == cpumap::match::strict);

// ---- Options --------------------------------------------------------------------------------------------------------

using plain = cpumap::custom<"EPYC">;
static_assert(plain::definition().match() == cpumap::match::exact &&
              plain::definition().fallback() == cpumap::fallback::forbid);
static_assert(!plain::definition().check() && !plain::definition().migratable() && !plain::definition().topology());
static_assert(plain::definition().vendor().empty() && plain::definition().vendor_id().empty() &&
              plain::definition().model() == cpumap::model<"EPYC">);

using optioned =
    cpumap::custom<"EPYC", cpumap::with<cpumap::match::minimum>, cpumap::with<cpumap::check::none>,
                   cpumap::with<cpumap::fallback::allow>, cpumap::with<cpumap::deprecated_features::off>,
                   cpumap::with<cpumap::vendor{"AMD"}>, cpumap::with<cpumap::vendor_id{"123456789012"}>,
                   cpumap::with<cpumap::topology{.sockets = 1, .dies = 2, .clusters = 3, .cores = 4, .threads = 5}>,
                   cpumap::with<cpumap::cache{.level = 3}>, cpumap::with<cpumap::maxphysaddr{.bits = 42}>>;
constexpr const auto& with_options = optioned::definition();
static_assert(with_options.match() == cpumap::match::minimum && with_options.fallback() == cpumap::fallback::allow);
static_assert(with_options.check() == cpumap::given(cpumap::check::none));
static_assert(with_options.deprecated_features() == cpumap::given(cpumap::deprecated_features::off));
static_assert(with_options.vendor() == "AMD" && with_options.vendor_id() == "123456789012");
static_assert(*with_options.topology() == cpumap::topology{1, 2, 3, 4, 5} &&
              with_options.cache()->level == cpumap::given(3U));
static_assert((*with_options.maxphysaddr()).bits == cpumap::given(42U) && !(*with_options.maxphysaddr()).limit);
static_assert(cpumap::xml<optioned> ==
              "<cpu mode='custom' match='minimum' check='none' deprecated_features='off'>\n"
              "  <model fallback='allow' vendor_id='123456789012'>EPYC</model>\n"
              "  <vendor>AMD</vendor>\n"
              "  <topology sockets='1' dies='2' clusters='3' cores='4' threads='5'/>\n"
              "  <cache level='3' mode='emulate'/>\n"
              "  <maxphysaddr mode='emulate' bits='42'/>\n"
              "</cpu>\n");
using passthrough = cpumap::host_passthrough<
    cpumap::with<cpumap::migratable::off>, cpumap::with<cpumap::cache{.mode = cpumap::cache_mode::passthrough}>,
    cpumap::with<cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough, .limit = 39}>>;
static_assert(cpumap::xml<passthrough> ==
              "<cpu mode='host-passthrough' migratable='off'>\n"
              "  <cache mode='passthrough'/>\n"
              "  <maxphysaddr mode='passthrough' limit='39'/>\n"
              "</cpu>\n");
static_assert(
    essex::xml<essex::custom<"486", cpumap::with<cpumap::vendor_id{"<&>'\"<&>'\"ab"}>>> ==
    "<cpu mode='custom' match='exact'>\n"
    "  <model fallback='forbid' vendor_id='&lt;&amp;&gt;&apos;&quot;&lt;&amp;&gt;&apos;&quot;ab'>486</model>\n"
    "</cpu>\n");

/// The constant is what the writer makes of the definition at run time.
template <class Policy>
int written_like_its_constant() {
    char memory[2048];
    const auto text = cpumap::write_xml(memory, unit::opaque(Policy::definition()));
    CPUMAP_MUST(text && *text == cpumap::xml<Policy> && cpumap::xml_size(Policy::definition()) == text->size());
    using lib = cpumap::use<typename Policy::map_type>;
    CPUMAP_MUST(lib::template xml<Policy> == *text &&
                *lib::write_xml(memory, Policy::definition()) == cpumap::xml<Policy>);
    CPUMAP_MUST(lib::xml_size(Policy::definition()) == text->size());
    CPUMAP_MUST(lib::check_definition(Policy::definition()) == cpumap::errc::none);
    return 0;
}

}  // namespace

TEST_CASE("a policy's XML is what its definition is written as", "[policy]") {
    CHECK(written_like_its_constant<mixed>() == 0);
    CHECK(written_like_its_constant<optioned>() == 0);
    CHECK(written_like_its_constant<passthrough>() == 0);
    CHECK(written_like_its_constant<cpumap::none<>>() == 0);
    CHECK(written_like_its_constant<cpumap::maximum<>>() == 0);
    CHECK(written_like_its_constant<essex::custom<"Nehalem", cpumap::disable<"vmx">>>() == 0);
    CHECK(written_like_its_constant<debian12::host_model<cpumap::with<cpumap::check::partial>>>() == 0);
}
