// SPDX-License-Identifier: BSL-1.0
// POWER and ARM: the same words as for x86, in namespaces of their own, at compile time and at run time.

#include <cpumap/arm.hpp>
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/ppc64.hpp>

#include <array>
#include <concepts>
#include <cstdio>
#include <string_view>

namespace ppc64 = cpumap::ppc64;
namespace arm = cpumap::arm;

// A fixed choice.
using power = ppc64::custom<"POWER9", cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 4}>>;
using fujitsu = arm::custom<"a64fx", cpumap::require<"sve">, cpumap::disable<"sve512">>;
static_assert(ppc64::xml<power>.find("<model fallback='forbid'>POWER9</model>") != std::string_view::npos);
static_assert(arm::xml<fujitsu>.find("<feature policy='disable' name='sve512'/>") != std::string_view::npos);

// One template takes policies of every architecture.
template <cpumap::mode_policy Policy>
struct machine {
    static constexpr std::string_view cpu = cpumap::xml<Policy>;
};
static_assert(machine<power>::cpu == ppc64::xml<power> && machine<fujitsu>::cpu == arm::xml<fujitsu>);
static_assert(!machine<cpumap::custom<"EPYC">>::cpu.empty());

// A recorded host.
constexpr ppc64::cpu_data power9{.pvr = 0x004e1203};
constexpr arm::cpu_data neoverse{.midr = 0x413fd0c1, .hwcap = 0x119fff};
static_assert(ppc64::decode_host(power9)->model() == ppc64::model<"POWER9">);
static_assert(power::resolve(power9) && !ppc64::custom<"POWER8">::resolve(power9));
static_assert(ppc64::host_model_as<"power8">::resolve(power9));
static_assert(ppc64::host_model_as<"power10">::resolve(power9).error().code() == cpumap::errc::incompatible);
static_assert(arm::host_model<>::resolve(neoverse)->model() == arm::model<"Neoverse-N1">);
static_assert(arm::host_model<>::resolve(neoverse)->features().contains(arm::feature<"crc32">));

// Comparing, and several hosts.
constexpr auto here = *ppc64::decode_host(power9);
static_assert(ppc64::compare(here, power::definition())->outcome == cpumap::verdict::identical);
static_assert(ppc64::baseline(std::array{here, here})->model() == here.model());
static_assert(arm::validate(fujitsu::definition()) && !arm::validate(*arm::decode_host(neoverse)));

// Older maps.
using debian12 = ppc64::use<cpumap::maps::libvirt_9_0>;
static_assert(debian12::find_model("POWER10") && !debian12::find_model("POWER11") && ppc64::find_model("POWER11"));
static_assert(!arm::use<cpumap::maps::libvirt_9_0>::find_feature("pauth"));

// What knows only x86 takes nothing else.
template <class Host, class Guest>
concept compares_as_x86 = requires(Host host, Guest guest) {
    cpumap::compare(host, guest);
};
static_assert(compares_as_x86<cpumap::host_cpu, cpumap::guest_cpu>);
static_assert(!compares_as_x86<ppc64::host_cpu, ppc64::guest_cpu> && !compares_as_x86<arm::host_cpu, arm::guest_cpu>);
static_assert(!std::convertible_to<ppc64::model_ref, cpumap::model_ref>);

int main() {
    const auto data = ppc64::native_cpu_data();
    const auto arm_data = arm::native_cpu_data();
    if (data && arm_data) return 1;
    char text[4096];
    if (!data && !arm_data) {
        const auto xml = ppc64::write_xml(text, here);
        return xml && *xml == "<cpu>\n  <arch>ppc64</arch>\n  <model>POWER9</model>\n  <vendor>IBM</vendor>\n</cpu>\n"
                   ? 0
                   : 2;
    }
    return 0;
}
