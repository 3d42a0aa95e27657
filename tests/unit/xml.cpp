// SPDX-License-Identifier: BSL-1.0
// The <cpu> element, letter for letter, for every libvirt; and that the writer keeps within the memory it is given.

#include <cstddef>
#include <cstdint>
#include <span>

#include <string_view>
#include <utility>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using unit::libvirt;
using namespace std::string_view_literals;

template <class Map>
using guest_cpu = cpumap::basic_guest_cpu<Map>;

/// Whether a definition is written as `text`, and takes as much room as xml_size() says.
template <class Definition>
constexpr bool written_as(const Definition& definition, std::string_view text) {
    char memory[4096]{};
    const auto written = cpumap::write_xml(memory, definition);
    return written && *written == text && cpumap::xml_size(definition) == text.size();
}

/// A Nehalem with everything that may be said of it in any libvirt's terms; what is asked for must be known to the
/// map's.
template <class Map>
constexpr guest_cpu<Map> full_guest(unsigned two) {
    guest_cpu<Map> g{*cpumap::find_model<Map>("Nehalem")};
    g.set_match(cpumap::match::minimum);
    g.set_fallback(cpumap::fallback::forbid);
    g.set_vendor("Intel");
    g.set_vendor_id("KVMKVMKVM123");
    g.set_topology(cpumap::topology{.sockets = two, .cores = 4, .threads = 1});
    for (const auto& [policy, name] : {std::pair{feature_policy::require, "vmx"},
                                       {feature_policy::disable, "fpu"},
                                       {feature_policy::force, "aes"},
                                       {feature_policy::optional, "avx"},
                                       {feature_policy::forbid, "svm"}})
        static_cast<void>(g.set(policy, name));
    return g;
}

// ---- What each libvirt is told --------------------------------------------------------------------------------------

constexpr int printed_for_every_libvirt(unsigned two) {
    using namespace cpumap::maps;
    constexpr std::string_view features =
        "  <feature policy='require' name='vmx'/>\n"
        "  <feature policy='disable' name='fpu'/>\n"
        "  <feature policy='force' name='aes'/>\n"
        "  <feature policy='optional' name='avx'/>\n"
        "  <feature policy='forbid' name='svm'/>\n"
        "</cpu>\n";
    constexpr std::string_view start =
        "<cpu mode='custom' match='minimum'>\n"
        "  <model fallback='forbid' vendor_id='KVMKVMKVM123'>Nehalem</model>\n"
        "  <vendor>Intel</vendor>\n";
    const auto is = [](std::string_view text, std::string_view a, std::string_view b, std::string_view c) {
        return text.size() == a.size() + b.size() + c.size() && text.substr(0, a.size()) == a &&
               text.substr(a.size(), b.size()) == b && text.substr(a.size() + b.size()) == c;
    };
    char memory[4096]{};
    CPUMAP_MUST(is(*cpumap::write_xml(memory, full_guest<libvirt_0_10>(two)), start,
                   "  <topology sockets='2' cores='4' threads='1'/>\n", features));
    CPUMAP_MUST(is(*cpumap::write_xml(memory, full_guest<libvirt_9_0>(two)), start,
                   "  <topology sockets='2' dies='1' cores='4' threads='1'/>\n", features));
    CPUMAP_MUST(is(*cpumap::write_xml(memory, full_guest<libvirt_11_3>(two)), start,
                   "  <topology sockets='2' dies='1' clusters='1' cores='4' threads='1'/>\n", features));
    CPUMAP_MUST(is(*cpumap::write_xml(memory, full_guest<libvirt_12_8>(two)), start,
                   "  <topology sockets='2' dies='1' clusters='1' cores='4' threads='1'/>\n", features));
    return 0;
}

/// Each attribute comes with the libvirt that brought it: the one before is asked, and the one itself.
constexpr int printed_for_the_oldest(std::size_t) {
    const auto printed = [](auto guest, std::string_view text) {
        guest.set_model(*cpumap::find_model<typename decltype(guest)::map_type>("Nehalem"));
        return guest.set(feature_policy::require, "vmx") && written_as(guest, text);
    };
    constexpr std::string_view bare = "<cpu>\n  <model>Nehalem</model>\n  <feature name='vmx'/>\n</cpu>\n";
    constexpr std::string_view with_match =
        "<cpu match='exact'>\n  <model>Nehalem</model>\n  <feature name='vmx'/>\n</cpu>\n";
    constexpr std::string_view with_policy =
        "<cpu match='exact'>\n  <model>Nehalem</model>\n  <feature policy='require' name='vmx'/>\n</cpu>\n";
    constexpr std::string_view with_mode =
        "<cpu mode='custom' match='exact'>\n  <model fallback='allow'>Nehalem</model>\n"
        "  <feature policy='require' name='vmx'/>\n</cpu>\n";
    CPUMAP_MUST(printed(guest_cpu<libvirt<0, 7, 4>>{}, bare) && printed(guest_cpu<libvirt<0, 7, 5>>{}, with_match));
    CPUMAP_MUST(printed(guest_cpu<libvirt<0, 7, 7>>{}, with_match) && printed(guest_cpu<libvirt<0, 8>>{}, with_policy));
    CPUMAP_MUST(printed(guest_cpu<libvirt<0, 9, 9>>{}, with_policy));
    CPUMAP_MUST(printed(guest_cpu<libvirt<0, 9, 10>>{}, with_mode));
    CPUMAP_MUST(printed(guest_cpu<cpumap::maps::libvirt_0_10>{}, with_mode));
    return 0;
}

constexpr int topology_grows(unsigned two) {
    const auto printed = [two](auto guest, std::string_view text) {
        guest.set_topology(cpumap::topology{.sockets = two, .cores = 1, .threads = 1});
        return written_as(guest, text);
    };
    constexpr std::string_view plain = "<cpu>\n  <topology sockets='2' cores='1' threads='1'/>\n</cpu>\n";
    constexpr std::string_view dies = "<cpu>\n  <topology sockets='2' dies='1' cores='1' threads='1'/>\n</cpu>\n";
    constexpr std::string_view clusters =
        "<cpu>\n  <topology sockets='2' dies='1' clusters='1' cores='1' threads='1'/>\n</cpu>\n";
    CPUMAP_MUST(printed(guest_cpu<libvirt<6, 0>>{}, plain) && printed(guest_cpu<libvirt<6, 1>>{}, dies));
    CPUMAP_MUST(printed(guest_cpu<libvirt<10, 0>>{}, dies) && printed(guest_cpu<libvirt<10, 1>>{}, clusters));
    return 0;
}

// ---- Modes and options ----------------------------------------------------------------------------------------------

constexpr int modes_are_printed(unsigned two) {
    using guest = cpumap::guest_cpu;
    guest g;
    CPUMAP_MUST(written_as(g, ""));
    g.set_match(cpumap::match::strict);  // of a definition without a model no attribute is printed
    g.set_fallback(cpumap::fallback::forbid);
    CPUMAP_MUST(written_as(g, ""));
    g.set_topology(cpumap::topology{.sockets = 1, .dies = two, .clusters = 3, .cores = 4, .threads = 5});
    CPUMAP_MUST(
        written_as(g, "<cpu>\n  <topology sockets='1' dies='2' clusters='3' cores='4' threads='5'/>\n</cpu>\n"));
    g = guest{};
    g.set_vendor_id("KVMKVMKVM123");
    CPUMAP_MUST(written_as(g, "<cpu>\n  <model vendor_id='KVMKVMKVM123'/>\n</cpu>\n"));
    g.set_mode(mode::host_model);
    CPUMAP_MUST(written_as(g, "<cpu mode='host-model'>\n  <model vendor_id='KVMKVMKVM123'/>\n</cpu>\n"));

    g = guest{};
    g.set_mode(mode::host_model);
    g.set_match(cpumap::match::strict);  // for custom only
    CPUMAP_MUST(written_as(g, "<cpu mode='host-model'/>\n"));
    g.set_check(cpumap::check::none);
    g.set_deprecated_features(cpumap::deprecated_features::off);
    CPUMAP_MUST(written_as(g, "<cpu mode='host-model' check='none' deprecated_features='off'/>\n"));
    g.set_model(cpumap::model<"EPYC">);
    g.set_vendor("AMD");
    CPUMAP_MUST(written_as(g,
                           "<cpu mode='host-model' check='none' deprecated_features='off'>\n"
                           "  <model fallback='allow'>EPYC</model>\n  <vendor>AMD</vendor>\n</cpu>\n"));

    for (const auto& [m, name] :
         {std::pair{mode::host_passthrough, "host-passthrough"sv}, {mode::maximum, "maximum"sv}}) {
        g = guest{};
        g.set_mode(m);
        g.set_check(cpumap::check::partial);
        g.set_migratable(cpumap::migratable::on);
        g.set_deprecated_features(cpumap::deprecated_features::on);
        static_cast<void>(g.set(feature_policy::disable, "vmx"));
        g.set_cache(cpumap::cache{.mode = cpumap::cache_mode::passthrough});
        g.set_maxphysaddr(cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::passthrough, .limit = two + 40});
        char memory[1024]{};
        const std::string_view text = *cpumap::write_xml(memory, g);
        const std::size_t n = name.size();
        CPUMAP_MUST(text.substr(0, 11) == "<cpu mode='" && text.substr(11, n) == name);
        CPUMAP_MUST(text.substr(11 + n) ==
                    "' check='partial' migratable='on' deprecated_features='on'>\n"
                    "  <cache mode='passthrough'/>\n"
                    "  <maxphysaddr mode='passthrough' limit='42'/>\n"
                    "  <feature policy='disable' name='vmx'/>\n</cpu>\n");
    }

    g = guest{cpumap::model<"kvm64">};
    g.set_check(cpumap::check::full);
    g.set_match(cpumap::match::strict);
    g.set_cache(cpumap::cache{.level = two + 1});
    g.set_maxphysaddr(cpumap::maxphysaddr{.bits = two + 40});
    CPUMAP_MUST(written_as(g,
                           "<cpu mode='custom' match='strict' check='full'>\n"
                           "  <model fallback='allow'>kvm64</model>\n"
                           "  <cache level='3' mode='emulate'/>\n"
                           "  <maxphysaddr mode='emulate' bits='42'/>\n</cpu>\n"));
    g.set_cache(cpumap::cache{.mode = cpumap::cache_mode::disable});
    g.set_maxphysaddr(cpumap::maxphysaddr{});
    g.set_check({});
    CPUMAP_MUST(written_as(g,
                           "<cpu mode='custom' match='strict'>\n"
                           "  <model fallback='allow'>kvm64</model>\n"
                           "  <cache mode='disable'/>\n"
                           "  <maxphysaddr mode='emulate'/>\n</cpu>\n"));
    return 0;
}

constexpr int texts_are_escaped(std::string_view raw) {
    cpumap::guest_cpu g{cpumap::model<"486">};
    g.set_vendor_id(raw);
    g.set_vendor("<\">");
    CPUMAP_MUST(written_as(
        g,
        "<cpu mode='custom' match='exact'>\n"
        "  <model fallback='allow' vendor_id='&lt;&amp;&gt;&apos;&quot;a&lt;&amp;&gt;&apos;&quot;b'>486</model>\n"
        "  <vendor>&lt;&quot;&gt;</vendor>\n</cpu>\n"));
    cpumap::host_cpu h{cpumap::model<"486">};
    h.set_vendor(raw);
    CPUMAP_MUST(written_as(h,
                           "<cpu>\n  <arch>x86_64</arch>\n  <model>486</model>\n"
                           "  <vendor>&lt;&amp;&gt;&apos;&quot;a&lt;&amp;&gt;&apos;&quot;b</vendor>\n</cpu>\n"));
    h.set_vendor("\1");
    char memory[256]{};
    const auto refused = cpumap::write_xml(memory, h);
    CPUMAP_MUST(!refused && refused.error().code() == errc::not_printable);
    return 0;
}

constexpr int numa_is_printed(unsigned id) {
    using cpumap::memory_access;
    const cpumap::numa_distance from_first[] = {{id, 10}, {id + 1, 21}};
    const cpumap::numa_distance from_second[] = {{id, 255}};
    const cpumap::numa_cell cells[] = {
        // What stands behind a text is no part of it.
        {.id = id, .cpus = std::string_view("0-3,8<").substr(0, 5), .memory_kib = 1048576, .distances = from_first},
        {.id = id + 1,
         .memory_kib = 18446744073709551615U,
         .access = memory_access::private_,
         .discard = true,
         .distances = from_second},
        {.id = id + 2, .cpus = "4,^5", .memory_kib = 1, .access = memory_access::shared, .discard = false}};
    constexpr std::string_view numa =
        "  <numa>\n"
        "    <cell id='0' cpus='0-3,8' memory='1048576' unit='KiB'>\n"
        "      <distances>\n"
        "        <sibling id='0' value='10'/>\n"
        "        <sibling id='1' value='21'/>\n"
        "      </distances>\n"
        "    </cell>\n"
        "    <cell id='1' memory='18446744073709551615' unit='KiB' memAccess='private' discard='yes'>\n"
        "      <distances>\n"
        "        <sibling id='0' value='255'/>\n"
        "      </distances>\n"
        "    </cell>\n"
        "    <cell id='2' cpus='4,^5' memory='1' unit='KiB' memAccess='shared' discard='no'/>\n"
        "  </numa>\n"
        "</cpu>\n";
    cpumap::guest_cpu g;
    g.set_numa(cells);
    char memory[2048]{};
    CPUMAP_MUST(cpumap::write_xml(memory, g)->substr(0, 6) == "<cpu>\n" &&
                cpumap::write_xml(memory, g)->substr(6) == numa);
    g.set_mode(mode::host_passthrough);
    static_cast<void>(g.set(feature_policy::disable, "vmx"));
    constexpr std::string_view start = "<cpu mode='host-passthrough'>\n  <feature policy='disable' name='vmx'/>\n";
    const auto text = cpumap::write_xml(memory, g);
    CPUMAP_MUST(text && text->substr(0, start.size()) == start && text->substr(start.size()) == numa);
    CPUMAP_MUST(cpumap::xml_size(g) == text->size());
    return 0;
}

constexpr int hosts_are_printed(std::size_t which) {
    cpumap::host_cpu h;
    CPUMAP_MUST(written_as(h, "<cpu>\n  <arch>x86_64</arch>\n</cpu>\n"));
    h.set_arch(cpumap::architecture::i686);
    h.set_model(cpumap::model<"486">);
    h.set_signature(cpumap::cpu_signature(0x1000));  // family 0: not printed
    CPUMAP_MUST(h.set("vmx") && h.set("fpu"));
    CPUMAP_MUST(written_as(h,
                           "<cpu>\n  <arch>i686</arch>\n  <model>486</model>\n  <feature name='vmx'/>\n  <feature "
                           "name='fpu'/>\n</cpu>\n"));

    using debian13 = cpumap::use<cpumap::maps::libvirt_11_3>;
    const auto host = debian13::decode_host(recorded::hosts[which].data());
    CPUMAP_MUST(host && written_as(*host,
                                   "<cpu>\n"
                                   "  <arch>x86_64</arch>\n"
                                   "  <model>Opteron_G3-v1</model>\n"
                                   "  <vendor>AMD</vendor>\n"
                                   "  <signature family='16' model='2' stepping='3'/>\n"
                                   "  <feature name='monitor'/>\n"
                                   "  <feature name='vme'/>\n"
                                   "  <feature name='ht'/>\n"
                                   "  <feature name='cmp_legacy'/>\n"
                                   "  <feature name='extapic'/>\n"
                                   "  <feature name='cr8legacy'/>\n"
                                   "  <feature name='3dnowprefetch'/>\n"
                                   "  <feature name='osvw'/>\n"
                                   "  <feature name='ibs'/>\n"
                                   "  <feature name='mmxext'/>\n"
                                   "  <feature name='fxsr_opt'/>\n"
                                   "  <feature name='pdpe1gb'/>\n"
                                   "  <feature name='3dnowext'/>\n"
                                   "  <feature name='3dnow'/>\n"
                                   "  <feature name='invtsc'/>\n"
                                   "  <feature name='npt'/>\n"
                                   "  <feature name='lbrv'/>\n"
                                   "  <feature name='svm-lock'/>\n"
                                   "</cpu>\n"));
    return 0;
}

/// All that may be said of a host, in its order; and each part of it left out or at its largest.
template <class Map>
constexpr int full_host_is_printed(std::string_view topology) {
    cpumap::basic_host_cpu<Map> h{*cpumap::find_model<Map>("Nehalem")};
    h.set_topology(cpumap::topology{.sockets = 1, .cores = 4, .threads = 2});
    h.set_counter(cpumap::counter{.frequency = 2800000000, .scaling = true});
    h.set_signature(cpumap::cpu_signature(0x106a3));
    h.set_microcode(240U);
    CPUMAP_MUST(h.set("vmx") && h.set("acpi"));
    char expected[1024]{};
    cpumap::xml_element::span_sink text(expected);
    text.put(
        "<cpu>\n"
        "  <arch>x86_64</arch>\n"
        "  <model>Nehalem</model>\n"
        "  <vendor>Intel</vendor>\n"
        "  <microcode version='240'/>\n"
        "  <signature family='6' model='26' stepping='3'/>\n"
        "  <counter name='tsc' frequency='2800000000' scaling='yes'/>\n");
    text.put(topology);
    text.put(
        "  <feature name='vmx'/>\n"
        "  <feature name='acpi'/>\n"
        "</cpu>\n");
    CPUMAP_MUST(written_as(h, text.written()));

    cpumap::basic_host_cpu<Map> bare;
    bare.set_counter(cpumap::counter{.frequency = 1});
    CPUMAP_MUST(written_as(bare, "<cpu>\n  <arch>x86_64</arch>\n  <counter name='tsc' frequency='1'/>\n</cpu>\n"));
    bare.set_counter(cpumap::counter{.frequency = 0, .scaling = true});  // which is not known
    CPUMAP_MUST(written_as(bare, "<cpu>\n  <arch>x86_64</arch>\n  <counter name='tsc' scaling='yes'/>\n</cpu>\n"));
    bare.set_counter(cpumap::counter{.frequency = 18446744073709551615U, .scaling = false});
    bare.set_microcode(4294967295U);
    bare.set_arch(cpumap::architecture::ppc64le);
    CPUMAP_MUST(written_as(bare,
                           "<cpu>\n  <arch>ppc64le</arch>\n  <microcode version='4294967295'/>\n"
                           "  <counter name='tsc' frequency='18446744073709551615' scaling='no'/>\n</cpu>\n"));
    return 0;
}

/// The same element within another, as a <domain> has it.
constexpr int deeper_is_further_in(std::size_t depth) {
    cpumap::guest_cpu g{cpumap::model<"486">};
    CPUMAP_MUST(g.set(cpumap::feature_policy::require, "vmx") && g.set(cpumap::feature_policy::forbid, "svm"));
    char memory[512]{};
    const std::span<const cpumap::numa_cell> no_cells;
    cpumap::xml_element::span_sink out(memory);
    cpumap::xml_element::write_element(out, "cpu", cpumap::xml_element::make_element(g, no_cells), depth);
    CPUMAP_MUST(out.written() ==
                "    <cpu mode='custom' match='exact'>\n"
                "      <model fallback='allow'>486</model>\n"
                "      <feature policy='require' name='vmx'/>\n"
                "      <feature policy='forbid' name='svm'/>\n"
                "    </cpu>\n");
    return 0;
}

constexpr int architectures_are_printed(std::size_t) {
    using cpumap::architecture;
    const auto printed = [](architecture arch, std::string_view text) {
        cpumap::host_cpu h;
        h.set_arch(arch);
        return h.arch() == arch && written_as(h, text);
    };
    CPUMAP_MUST(printed(architecture::x86_64, "<cpu>\n  <arch>x86_64</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::i686, "<cpu>\n  <arch>i686</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::ppc64, "<cpu>\n  <arch>ppc64</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::ppc64le, "<cpu>\n  <arch>ppc64le</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::aarch64, "<cpu>\n  <arch>aarch64</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::armv7l, "<cpu>\n  <arch>armv7l</arch>\n</cpu>\n"));
    CPUMAP_MUST(printed(architecture::armv6l, "<cpu>\n  <arch>armv6l</arch>\n</cpu>\n"));
    return 0;
}

// ---- Memory ---------------------------------------------------------------------------------------------------------

/// Writes into every size of memory from none to more than enough; bytes around it must stay as they are.
template <class Definition>
int keeps_within_its_memory(const Definition& definition) {
    const std::size_t full = cpumap::xml_size(definition);
    std::vector<char> whole(full);
    const auto text = cpumap::write_xml(whole, definition);
    CPUMAP_MUST(text && text->size() == full && (full == 0 || text->data() == whole.data()));
    for (std::size_t size = 0; size <= full + 2; ++size) {
        constexpr std::size_t margin = 16;
        std::vector<char> memory(size + 2 * margin, '\x5a');
        const auto written = cpumap::write_xml(std::span<char>(memory.data() + margin, size), definition);
        CPUMAP_MUST(written.has_value() == (size >= full));
        if (written)
            CPUMAP_MUST(*written == std::string_view(whole.data(), full) &&
                        (full == 0 || written->data() == memory.data() + margin));
        else
            CPUMAP_MUST(written.error().code() == errc::buffer_too_small);
        for (std::size_t i = 0; i < margin; ++i)
            CPUMAP_MUST(memory[i] == '\x5a' && memory[margin + size + i] == '\x5a');
        for (std::size_t i = full; i < size; ++i) CPUMAP_MUST(memory[margin + i] == '\x5a');
    }
    return 0;
}

constexpr int broken_definitions_write_nothing(char canary) {
    cpumap::guest_cpu g;
    g.set_check(cpumap::check::full);
    char memory[64]{};
    for (char& c : memory) c = canary;
    const auto refused = cpumap::write_xml(memory, g);
    CPUMAP_MUST(!refused && refused.error().code() == errc::check_needs_model);
    for (const char c : memory) CPUMAP_MUST(c == canary);
    return 0;
}

}  // namespace

TEST_CASE("each libvirt is told what it knows", "[xml]") {
    CPUMAP_BOTH(printed_for_every_libvirt, 2U);
    CPUMAP_BOTH(printed_for_the_oldest, std::size_t{0});
    CPUMAP_BOTH(topology_grows, 2U);
}

TEST_CASE("modes and options are printed as libvirt prints them", "[xml]") { CPUMAP_BOTH(modes_are_printed, 2U); }

TEST_CASE("an element within others is further in", "[xml]") { CPUMAP_BOTH(deeper_is_further_in, std::size_t{2}); }

TEST_CASE("texts are escaped", "[xml]") { CPUMAP_BOTH(texts_are_escaped, "<&>'\"a<&>'\"b"sv); }

TEST_CASE("NUMA cells are printed", "[xml]") { CPUMAP_BOTH(numa_is_printed, 0U); }

TEST_CASE("host descriptions are printed", "[xml]") {
    CPUMAP_BOTH(hosts_are_printed, std::size_t{1});
    CPUMAP_BOTH(architectures_are_printed, std::size_t{0});
    CPUMAP_BOTH(full_host_is_printed<cpumap::maps::libvirt_12_8>,
                "  <topology sockets='1' dies='1' clusters='1' cores='4' threads='2'/>\n"sv);
    CPUMAP_BOTH(full_host_is_printed<cpumap::maps::libvirt_9_0>,
                "  <topology sockets='1' dies='1' cores='4' threads='2'/>\n"sv);
}

TEST_CASE("the writer keeps within the memory given", "[xml]") {
    auto guest = full_guest<cpumap::default_map>(2);
    const cpumap::numa_cell cells[] = {{.id = 0, .cpus = "0-3,8", .memory_kib = 1048576}};
    guest.set_numa(cells);
    guest.set_vendor_id("<&>'\"a<&>'\"b");
    CHECK(keeps_within_its_memory(guest) == 0);
    CHECK(keeps_within_its_memory(cpumap::guest_cpu{}) == 0);
    CHECK(keeps_within_its_memory(cpumap::host_cpu{cpumap::model<"486">}) == 0);
    CHECK(keeps_within_its_memory(*cpumap::decode_guest(recorded::hosts[6].data())) == 0);
    CHECK(keeps_within_its_memory(*cpumap::decode_host(recorded::hosts[6].data())) == 0);
    CPUMAP_BOTH(broken_definitions_write_nothing, '#');
}
