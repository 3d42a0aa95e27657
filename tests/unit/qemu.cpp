// SPDX-License-Identifier: BSL-1.0
// QEMU's -cpu and -smp, letter for letter; what QEMU cannot be told; and that what is written means the definition.

#include <cstddef>
#include <cstdint>
#include <span>

#include <string_view>
#include <utility>
#include <vector>

#include <cpumap/arm.hpp>
#include <cpumap/ppc64.hpp>

#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::cache_mode;
using cpumap::errc;
using cpumap::feature_policy;
using cpumap::maxphysaddr_mode;
using cpumap::mode;
using namespace std::string_view_literals;

template <class Map>
using guest_cpu = cpumap::basic_guest_cpu<Map>;

/// Whether a definition is written as `text` for -cpu, and takes as much room as qemu_cpu_size() says.
template <class Map>
constexpr bool cpu_is(const guest_cpu<Map>& guest, std::string_view text) {
    char memory[1024]{};
    const auto written = cpumap::write_qemu_cpu(memory, guest);
    return written && *written == text && cpumap::qemu_cpu_size(guest) == text.size();
}
template <class Map>
constexpr bool smp_is(const guest_cpu<Map>& guest, std::string_view text) {
    char memory[128]{};
    const auto written = cpumap::write_qemu_smp(memory, guest);
    return written && *written == text && cpumap::qemu_smp_size(guest) == text.size();
}
template <class Map>
constexpr errc cpu_error(const guest_cpu<Map>& guest) {
    char memory[1024]{};
    const auto written = cpumap::write_qemu_cpu(memory, guest);
    return written ? errc::none : written.error().code();
}
template <class Map>
constexpr errc smp_error(const guest_cpu<Map>& guest) {
    char memory[128]{};
    const auto written = cpumap::write_qemu_smp(memory, guest);
    return written ? errc::none : written.error().code();
}

constexpr cpumap::guest_cpu guest_of(mode m) {
    cpumap::guest_cpu g;
    g.set_mode(m);
    return g;
}

// ---- What is written -------------------------------------------------------------------------------------------------

constexpr int modes_become_models(mode custom) {
    cpumap::guest_cpu g;
    g.set_mode(custom);
    CPUMAP_MUST(cpu_is(g, ""));
    g.set_match(cpumap::match::minimum);  // says nothing without a model, and neither do these
    g.set_fallback(cpumap::fallback::forbid);
    g.set_topology(cpumap::topology{.sockets = 1, .cores = 1, .threads = 1});
    g.set_maxphysaddr(cpumap::maxphysaddr{});
    g.set_deprecated_features(cpumap::deprecated_features::off);
    CPUMAP_MUST(cpu_is(g, ""));
    g.set_vendor_id("KVMKVMKVM123");
    CPUMAP_MUST(cpu_is(g, "qemu64,vendor=KVMKVMKVM123"));
    g.set_vendor_id("");
    g.set_maxphysaddr(cpumap::maxphysaddr{.bits = 40U});
    CPUMAP_MUST(cpu_is(g, "qemu64,phys-bits=40"));
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = maxphysaddr_mode::passthrough});
    CPUMAP_MUST(cpu_is(g, "qemu64,host-phys-bits=on"));
    g.set_maxphysaddr({});
    g.set_cache(cpumap::cache{.mode = cache_mode::disable});
    CPUMAP_MUST(cpu_is(g, "qemu64,l3-cache=off"));
    CPUMAP_MUST(cpu_is(guest_of(mode::host_passthrough), "host") && cpu_is(guest_of(mode::maximum), "max"));
    return 0;
}

constexpr int features_and_options_are_written(std::string_view vendor_id) {
    cpumap::guest_cpu g{cpumap::model<"Skylake-Client-noTSX-IBRS">};
    // What is decided before QEMU starts.
    g.set_match(cpumap::match::strict);
    g.set_fallback(cpumap::fallback::forbid);
    g.set_vendor("Intel");
    g.set_check(cpumap::check::partial);
    CPUMAP_MUST(cpu_is(g, "Skylake-Client-noTSX-IBRS"));
    g.set_vendor_id(vendor_id);
    for (const auto& [policy, name] : {std::pair{feature_policy::require, "vmx"},
                                       {feature_policy::disable, "fpu"},
                                       {feature_policy::optional, "avx"},
                                       {feature_policy::force, "ds_cpl"},
                                       {feature_policy::disable, "cmt"},
                                       {feature_policy::optional, "osxsave"},
                                       {feature_policy::forbid, "sse4.1"}})
        CPUMAP_MUST(g.set(policy, name));
    g.set_cache(cpumap::cache{.level = 3U});
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = maxphysaddr_mode::passthrough, .limit = 39U});
    g.set_check(cpumap::check::full);
    CPUMAP_MUST(cpu_is(g,
                       "Skylake-Client-noTSX-IBRS,vendor=KVM=KVM KVM.,vmx=on,fpu=off,ds-cpl=on,sse4.1=off,l3-cache=on,"
                       "host-phys-bits=on,host-phys-bits-limit=39,enforce"));
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = maxphysaddr_mode::emulate});
    g.set_check(cpumap::check::none);
    g.set_vendor_id("");
    CPUMAP_MUST(cpu_is(g, "Skylake-Client-noTSX-IBRS,vmx=on,fpu=off,ds-cpl=on,sse4.1=off,l3-cache=on"));
    return 0;
}

constexpr int host_options_are_written(mode m) {
    const std::string_view name = m == mode::maximum ? "max" : "host";
    const auto is = [name](const cpumap::guest_cpu& g, std::string_view options) {
        char memory[256]{};
        const auto text = cpumap::write_qemu_cpu(memory, g);
        return text && text->substr(0, name.size()) == name && text->substr(name.size()) == options;
    };
    cpumap::guest_cpu g = guest_of(m);
    g.set_migratable(cpumap::migratable::on);
    CPUMAP_MUST(is(g, ",migratable=on"));
    g.set_migratable(cpumap::migratable::off);
    g.set_check(cpumap::check::full);
    CPUMAP_MUST(g.set(feature_policy::disable, "vmx"));
    g.set_cache(cpumap::cache{.mode = cache_mode::passthrough});
    g.set_maxphysaddr(cpumap::maxphysaddr{});
    CPUMAP_MUST(is(g, ",migratable=off,vmx=off,host-cache-info=on,l3-cache=off,host-phys-bits=off,enforce"));
    g.set_cache(cpumap::cache{.level = 3U});
    g.set_maxphysaddr(cpumap::maxphysaddr{.bits = 42U});
    CPUMAP_MUST(
        is(g, ",migratable=off,vmx=off,host-cache-info=off,l3-cache=on,host-phys-bits=off,phys-bits=42,enforce"));
    g.set_cache(cpumap::cache{.mode = cache_mode::disable});
    g.set_maxphysaddr(cpumap::maxphysaddr{.mode = maxphysaddr_mode::passthrough});
    CPUMAP_MUST(is(g, ",migratable=off,vmx=off,host-cache-info=off,l3-cache=off,host-phys-bits=on,enforce"));
    return 0;
}

constexpr int topology_is_written(unsigned two) {
    cpumap::guest_cpu g;
    CPUMAP_MUST(smp_is(g, ""));
    g.set_topology(cpumap::topology{.sockets = 1, .cores = 4, .threads = two});
    CPUMAP_MUST(smp_is(g, "8,sockets=1,cores=4,threads=2"));
    g.set_topology(cpumap::topology{.sockets = two, .dies = 3, .cores = 4, .threads = 1});
    CPUMAP_MUST(smp_is(g, "24,sockets=2,dies=3,cores=4,threads=1"));
    g.set_topology(cpumap::topology{.sockets = 0xffffffffU / 3, .dies = 1, .cores = 3, .threads = 1});
    CPUMAP_MUST(smp_is(g, "4294967295,sockets=1431655765,cores=3,threads=1"));
    g.set_topology(cpumap::topology{.sockets = 65536, .dies = 1, .cores = 65536, .threads = 1});
    CPUMAP_MUST(smp_error(g) == errc::qemu_topology_size);
    g.set_topology(cpumap::topology{.sockets = 65536, .dies = 65536, .cores = 65536, .threads = 65536});
    CPUMAP_MUST(smp_error(g) == errc::qemu_topology_size);
    g.set_topology(cpumap::topology{.sockets = 1, .clusters = two, .cores = 1, .threads = 1});
    CPUMAP_MUST(smp_error(g) == errc::qemu_clusters && cpu_error(g) == errc::none);
    g.set_topology(cpumap::topology{.sockets = 1, .cores = 0, .threads = two});
    CPUMAP_MUST(smp_error(g) == errc::topology_zero);
    return 0;
}

template <class Policy>
constexpr bool policy_is(std::string_view cpu, std::string_view smp) {
    using lib = cpumap::use<typename Policy::map_type>;
    return cpumap::qemu_cpu<Policy> == cpu && cpumap::qemu_smp<Policy> == smp &&
           lib::template qemu_cpu<Policy> == cpu && lib::template qemu_smp<Policy> == smp;
}

constexpr int policies_are_constants(std::size_t) {
    using namespace cpumap;
    using debian12 = use<maps::libvirt_9_0>;
    using shaped = with<topology{.sockets = 1, .cores = 4, .threads = 2}>;
    CPUMAP_MUST(policy_is<none<>>("", "") && policy_is<none<shaped>>("", "8,sockets=1,cores=4,threads=2"));
    CPUMAP_MUST(policy_is<custom<"IvyBridge", require<"pcid">, with<check::full>, shaped>>(
        "IvyBridge,pcid=on,enforce", "8,sockets=1,cores=4,threads=2"));
    CPUMAP_MUST(policy_is<host_passthrough<disable<"vmx">, with<migratable::on>>>("host,migratable=on,vmx=off", ""));
    CPUMAP_MUST(policy_is<maximum<with<cpumap::cache{.mode = cache_mode::passthrough}>>>(
        "max,host-cache-info=on,l3-cache=off", ""));
    CPUMAP_MUST(policy_is<debian12::custom<"EPYC-Rome", extra_flags<"lahf_lm", "-fxsr_opt">>>(
        "EPYC-Rome,lahf-lm=on,fxsr-opt=off", ""));
    char memory[64]{};
    const debian12::guest_cpu& guest = debian12::custom<"EPYC-Rome", shaped>::definition();
    CPUMAP_MUST(*debian12::write_qemu_cpu(memory, guest) == "EPYC-Rome" && debian12::qemu_cpu_size(guest) == 9);
    CPUMAP_MUST(*debian12::write_qemu_smp(memory, guest) == "8,sockets=1,cores=4,threads=2" &&
                debian12::qemu_smp_size(guest) == 29);
    return 0;
}

// ---- What QEMU cannot be told ---------------------------------------------------------------------------------------

constexpr int what_needs_a_host_is_refused(mode host_model) {
    CPUMAP_MUST(cpu_error(guest_of(host_model)) == errc::not_resolved);
    cpumap::guest_cpu g{cpumap::model<"EPYC">};
    g.set_match(cpumap::match::minimum);
    CPUMAP_MUST(cpu_error(g) == errc::not_resolved);
    g.set_match(cpumap::match::exact);
    g.set_deprecated_features(cpumap::deprecated_features::on);
    CPUMAP_MUST(cpu_error(g) == errc::qemu_deprecated_features);
    auto passthrough = guest_of(mode::host_passthrough);
    passthrough.set_deprecated_features(cpumap::deprecated_features::on);
    CPUMAP_MUST(cpu_error(passthrough) == errc::qemu_deprecated_features);
    g.set_deprecated_features({});
    g.set_vendor_id("short");
    CPUMAP_MUST(cpu_error(g) == errc::vendor_id_length && smp_error(g) == errc::vendor_id_length);
    return 0;
}

constexpr int what_has_no_property_is_refused(feature_policy on) {
    cpumap::guest_cpu g{cpumap::model<"EPYC">};
    CPUMAP_MUST(g.set(feature_policy::disable, "cmt") && g.set(feature_policy::require, "avx") &&
                g.set(feature_policy::forbid, "pconfig") && g.set(feature_policy::optional, "vmx-ept-wb"));
    CPUMAP_MUST(cpu_is(g, "EPYC,avx=on"));
    CPUMAP_MUST(g.set(on, "mbm_total") && g.set(feature_policy::require, "osxsave"));
    char memory[64]{};
    const auto refused = cpumap::write_qemu_cpu(memory, g);
    CPUMAP_MUST(!refused && refused.error().code() == errc::qemu_feature && refused.error().name() == "mbm_total");
    CPUMAP_MUST(refused.error().features() == unit::features_of<cpumap::default_map>("mbm_total osxsave"));
    return 0;
}

template <char Byte>
constexpr int commas_in_names_are_refused(std::size_t index) {
    using in_models = unit::names_begin_with<Byte, false, true>;
    using in_features = unit::names_begin_with<Byte, true, false>;
    char memory[64]{};
    guest_cpu<in_models> g{cpumap::basic_model_ref<in_models>::from_index(index)};
    const auto refused = cpumap::write_qemu_cpu(memory, g);
    if (Byte == ',')
        CPUMAP_MUST(!refused && refused.error().code() == errc::qemu_name &&
                    refused.error().name() == g.model().name());
    else
        CPUMAP_MUST(refused && *refused == g.model().name());  // = ends the name of a property alone
    guest_cpu<in_features> h{cpumap::basic_model_ref<in_features>::from_index(index)};
    CPUMAP_MUST(cpu_error(h) == errc::none);
    const auto feature = cpumap::basic_feature_ref<in_features>::from_index(index);
    h.listed().put(feature_policy::optional, feature);
    CPUMAP_MUST(cpu_error(h) == errc::none);
    h.listed().put(feature_policy::disable, feature);
    const auto also = cpumap::write_qemu_cpu(memory, h);
    CPUMAP_MUST(!also && also.error().code() == errc::qemu_name && also.error().name() == feature.name());
    return 0;
}

constexpr int other_architectures_are_refused(std::size_t) {
    cpumap::ppc64::guest_cpu g{cpumap::ppc64::model<"POWER9">};
    CPUMAP_MUST(cpu_error(g) == errc::qemu_architecture && smp_error(g) == errc::qemu_architecture);
    cpumap::arm::guest_cpu a{cpumap::arm::model<"a64fx">};
    CPUMAP_MUST(cpu_error(a) == errc::qemu_architecture && smp_error(a) == errc::qemu_architecture);
    return 0;
}

// ---- Names -----------------------------------------------------------------------------------------------------------

constexpr int names_are_qemus(std::size_t) {
    const auto is = [](std::string_view name, std::string_view qemu) {
        const auto f = cpumap::find_feature(name);
        return f && f->qemu_name() == qemu;
    };
    CPUMAP_MUST(is("avx", "avx") && is("pni", "pni") && is("nx", "nx") && is("lm", "lm") && is("svm-lock", "svm-lock"));
    CPUMAP_MUST(is("sse4.2", "sse4.2") && is("fxsr_opt", "fxsr-opt") && is("perfctr_nb", "perfctr-nb"));
    CPUMAP_MUST(is("pclmuldq", "pclmulqdq") && is("md-clear", "md-clear") && is("cmt", "cmt"));
    CPUMAP_MUST(is("vmx-invvpid-single-context-noglobals", "vmx-invept-single-context-noglobals"));
    using oldest = cpumap::use<cpumap::maps::libvirt_0_10>;
    CPUMAP_MUST(oldest::feature<"ds_cpl">.qemu_name() == "ds_cpl");  // has no aliases, and QEMU takes both
    return 0;
}

/// No two features have one name, whatever the map; and every name comes back to its feature.
template <class Map>
int names_are_unique() {
    for (const auto f : cpumap::features<Map>()) {
        CPUMAP_MUST(cpumap::find_feature<Map>(f.qemu_name()).has_value());
        for (const auto g : cpumap::features<Map>()) CPUMAP_MUST(f == g || f.qemu_name() != g.qemu_name());
        const auto found = *cpumap::find_feature<Map>(f.qemu_name());
        CPUMAP_MUST(found == f || found.qemu_name() == f.qemu_name());
    }
    return 0;
}

/// The features that an argument says beyond its model, read back by name.
template <class Map>
bool says(std::string_view argument, std::string_view model, const cpumap::basic_feature_list<Map>& list) {
    if (argument.substr(0, model.size()) != model) return false;
    argument.remove_prefix(model.size());
    for (const auto f : list) {
        if (f.policy == feature_policy::optional) continue;
        if (!cpumap::detail::has_qemu_property(f.feature)) continue;
        if (argument.empty() || argument[0] != ',') return false;
        argument.remove_prefix(1);
        std::size_t end = 0;
        while (end < argument.size() && argument[end] != ',') ++end;
        const std::string_view option = argument.substr(0, end);
        argument.remove_prefix(end);
        const std::size_t equals = option.find('=');
        if (equals == std::string_view::npos) return false;
        if (cpumap::find_feature<Map>(option.substr(0, equals)) != f.feature) return false;
        const bool on = f.policy == feature_policy::force || f.policy == feature_policy::require;
        if (option.substr(equals + 1) != (on ? "on"sv : "off"sv)) return false;
    }
    return argument.empty();
}

/// Every model of a map with random features, some of each policy.
template <class Map>
int arguments_say_the_definition(std::uint64_t seed) {
    unit::random random(seed);
    for (const auto model : cpumap::models<Map>()) {
        guest_cpu<Map> g{model};
        for (const auto f : cpumap::features<Map>()) {
            if (!random.one_in(8)) continue;
            auto policy = static_cast<feature_policy>(random.below(5));
            if (policy < feature_policy::optional && !cpumap::detail::has_qemu_property(f))
                policy = feature_policy::disable;
            CPUMAP_MUST(g.set(policy, f));
        }
        std::vector<char> memory(cpumap::qemu_cpu_size(g));
        const auto text = cpumap::write_qemu_cpu(memory, g);
        CPUMAP_MUST(text && text->size() == memory.size() && says<Map>(*text, model.name(), g.listed()));
    }
    return 0;
}

// ---- Memory ----------------------------------------------------------------------------------------------------------

template <class Write>
int keeps_within_its_memory(Write write, std::size_t full) {
    for (std::size_t size = 0; size <= full + 2; ++size) {
        constexpr std::size_t margin = 16;
        std::vector<char> memory(size + 2 * margin, '\x5a');
        const auto written = write(std::span<char>(memory.data() + margin, size));
        CPUMAP_MUST(written.has_value() == (size >= full));
        if (written)
            CPUMAP_MUST(written->size() == full);
        else
            CPUMAP_MUST(written.error().code() == errc::buffer_too_small);
        for (std::size_t i = 0; i < margin; ++i)
            CPUMAP_MUST(memory[i] == '\x5a' && memory[margin + size + i] == '\x5a');
        for (std::size_t i = full; i < size; ++i) CPUMAP_MUST(memory[margin + i] == '\x5a');
    }
    return 0;
}

}  // namespace

TEST_CASE("modes become QEMU's models", "[qemu]") { CPUMAP_BOTH(modes_become_models, mode::custom); }

TEST_CASE("features and options become QEMU's", "[qemu]") {
    CPUMAP_BOTH(features_and_options_are_written, "KVM=KVM KVM."sv);
    CPUMAP_BOTH(host_options_are_written, mode::host_passthrough);
    CPUMAP_BOTH(host_options_are_written, mode::maximum);
}

TEST_CASE("the topology becomes QEMU's", "[qemu]") { CPUMAP_BOTH(topology_is_written, 2U); }

TEST_CASE("QEMU's arguments of policies are constants", "[qemu]") {
    CPUMAP_BOTH(policies_are_constants, std::size_t{0});
}

TEST_CASE("what QEMU cannot be told is an error", "[qemu]") {
    CPUMAP_BOTH(what_needs_a_host_is_refused, mode::host_model);
    CPUMAP_BOTH(what_has_no_property_is_refused, feature_policy::force);
    CPUMAP_BOTH(commas_in_names_are_refused<','>, std::size_t{3});
    CPUMAP_BOTH(commas_in_names_are_refused<'='>, std::size_t{3});
    CPUMAP_BOTH(other_architectures_are_refused, std::size_t{0});
}

TEST_CASE("features have QEMU's names", "[qemu]") { CPUMAP_BOTH(names_are_qemus, std::size_t{0}); }

TEMPLATE_TEST_CASE("QEMU's argument says the definition", "[qemu]", CPUMAP_EVERY_MAP) {
    CHECK(names_are_unique<TestType>() == 0);
    CHECK(arguments_say_the_definition<TestType>(1) == 0);
}

TEST_CASE("QEMU's arguments keep within the memory given", "[qemu]") {
    cpumap::guest_cpu guest{cpumap::model<"EPYC-Milan">};
    CHECK(guest.set(feature_policy::require, "vmx"));
    guest.set_cache(cpumap::cache{.level = 3U});
    guest.set_topology(cpumap::topology{.sockets = 2, .dies = 2, .cores = 16, .threads = 2});
    CHECK(keeps_within_its_memory([&](std::span<char> to) { return cpumap::write_qemu_cpu(to, guest); },
                                  cpumap::qemu_cpu_size(guest)) == 0);
    CHECK(keeps_within_its_memory([&](std::span<char> to) { return cpumap::write_qemu_smp(to, guest); },
                                  cpumap::qemu_smp_size(guest)) == 0);
}
