// SPDX-License-Identifier: BSL-1.0
#pragma once

// Machines whose CPUs are not all alike: each logical CPU is asked by itself, and what they differ in is reported.

#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/handles.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/base/short_text.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

/// What the logical CPUs of one machine have, each asked by itself. A guest may run on any of them, so that it can be
/// given what `data` shows: a feature that only some have is not in it.
template <class Map>
struct basic_cpu_survey {
    cpu_data data{};                     ///< of CPU `cpu`, without the features in `uneven`
    unsigned cpu = 0;                    ///< the first logical CPU that answered
    unsigned answered = 0;               ///< how many answered
    unsigned silent = 0;                 ///< how many were asked in vain: they are offline, or out of reach
    unsigned different = 0;              ///< how many differ from `cpu` in features, vendor, signature or kind
    unsigned first_different = 0;        ///< the first of these, where there is one
    basic_feature_set<Map> uneven{};     ///< the features that some have and others have not
    bool vendors_or_signatures = false;  ///< whether vendor, family, model or stepping differ
    bool kinds = false;                  ///< whether there are cores of several kinds, as hybrid processors have them

    /// Whether all that answered are alike.
    [[nodiscard]] constexpr bool equal() const { return different == 0; }
};

namespace detail {

/// Besides the map's leaves, the one that tells the kind of core: 0x1a of Intel, 0x80000026 of AMD.
template <class Cpuid>
constexpr void take_core_kind(cpu_data& to, Cpuid&& cpuid) {
    if (to.cpuid(0, 0).value_or(cpuid_registers{}).eax >= 0x1a) to.set_cpuid(0x1a, 0, cpuid(0x1aU, 0U));
    const cpuid_registers extended = cpuid(0x80000000U, 0U);
    if (extended.eax >= 0x80000026 && extended.eax < 0x80010000) to.set_cpuid(0x80000026, 0, cpuid(0x80000026U, 0U));
}

/// A number for the kind of core; 0 where the processor tells none.
constexpr std::uint64_t core_kind(const cpu_data& data) {
    const cpuid_registers intel = data.cpuid(0x1a, 0).value_or(cpuid_registers{});
    const cpuid_registers amd = data.cpuid(0x80000026, 0).value_or(cpuid_registers{});
    const std::uint32_t of_amd = (amd.eax >> 30 & 1) != 0 ? amd.ebx >> 28 : 0;
    return std::uint64_t{intel.eax} << 32 | of_amd;
}

/// Clears the bit of a feature.
template <class Map>
constexpr void clear_feature(cpu_data& data, basic_feature_ref<Map> feature) {
    const register_bit at = feature.register_bit();
    const std::uint32_t keep = ~(std::uint32_t{1} << at.bit);
    if (at.from == register_bit::source::cpuid) {
        cpuid_registers r = data.cpuid(at.leaf, at.subleaf).value_or(cpuid_registers{});
        (at.part == 'a' ? r.eax : at.part == 'b' ? r.ebx : at.part == 'c' ? r.ecx : r.edx) &= keep;
        data.set_cpuid(at.leaf, at.subleaf, r);
    } else {
        const std::uint64_t value = data.msr(at.leaf).value_or(0);
        const std::uint64_t all = ~std::uint32_t{0};
        data.set_msr(at.leaf, value & (at.part == 'l' ? all << 32 | keep : std::uint64_t{keep} << 32 | all));
    }
}

}  // namespace detail

/// Asks the logical CPUs 0 to end - 1, one after the other. Read: callable from a CPU's number and an empty cpu_data&,
/// which it fills, to errc: none, or no_cpu_answers where this CPU cannot be asked, which leaves it out. Takes two
/// cpu_data of stack, some 15 KiB.
/// Errors: no_cpu_answers where none could be asked; any other code that Read returned, with the CPU's number as name.
template <class Map = default_map, class Read>
constexpr basic_result<basic_cpu_survey<Map>, basic_error<Map>> survey_cpus(unsigned end, Read&& read) {
    using result = basic_result<basic_cpu_survey<Map>, basic_error<Map>>;
    result r(in_place);
    basic_feature_set<Map> first, common;
    for (unsigned cpu = 0; cpu < end; ++cpu) {
        cpu_data one;
        cpu_data& to = r->answered == 0 ? r->data : one;
        const errc e = read(cpu, to);
        if (e == errc::no_cpu_answers) {
            ++r->silent;
            continue;
        }
        if (e != errc::none)
            return result(
                basic_error<Map>(e, detail::short_text{}.put(std::string_view("CPU ", 4)).put_number(cpu).view()));
        const auto features = to.template features<Map>();
        if (r->answered++ == 0) {
            r->cpu = cpu;
            first = common = features;
            continue;
        }
        const bool other = one.signature() != r->data.signature() || one.vendor_string() != r->data.vendor_string();
        const bool kind = detail::core_kind(one) != detail::core_kind(r->data);
        if (other || kind || features != first) {
            if (r->different++ == 0) r->first_different = cpu;
            r->vendors_or_signatures = r->vendors_or_signatures || other;
            r->kinds = r->kinds || kind;
        }
        r->uneven |= (common - features) | (features - common);
        common &= features;
    }
    if (r->answered == 0) return result(basic_error<Map>(errc::no_cpu_answers));
    for (const auto f : first - common) detail::clear_feature<Map>(r->data, f);
    return r;
}

}  // namespace cpumap::inline v0
