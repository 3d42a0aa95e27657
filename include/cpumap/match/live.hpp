// SPDX-License-Identifier: BSL-1.0
#pragma once

// After a hypervisor has started a guest: what it really enabled, against what the definition says.

#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/definition.hpp>
#include <cpumap/match/update.hpp>

#include <cstddef>
#include <cstdint>

namespace cpumap::inline v0 {

namespace detail {

/// Whether some word of the data has a bit set that is no feature of the map.
template <class Map>
constexpr bool has_undescribed_bits(const cpu_data& data) {
    using tables = typename Map::x86;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const cpu_data::entry e = data[i];
        std::uint32_t left[4] = {e.registers.eax, e.registers.ebx, e.registers.ecx, e.registers.edx};
        for (std::size_t run = 0; run < tables::run_count; ++run) {
            const std::uint32_t r = tables::bit_runs[run];
            const std::uint32_t reg = r >> 10;
            if (tables::register_leaf[reg] != e.leaf || tables::register_subleaf[reg] != e.subleaf) continue;
            const char part = tables::register_part[reg];
            if (e.is_msr != (part == 'l' || part == 'h')) continue;
            const std::size_t word = part == 'a' || part == 'l' ? 0 : part == 'b' ? 1 : part == 'c' ? 2 : 3;
            left[word] &= ~(0xffffffffU >> (31 - (r & 31)) << (r >> 5 & 31));
        }
        if ((left[0] | left[1] | left[2] | left[3]) != 0) return true;
    }
    return false;
}

}  // namespace detail

/// Brings a definition up to what the hypervisor did with it: features that it enabled although the definition does
/// not have them become required, those that it lacks or disabled become disabled. With check='full' that is an error
/// instead, except for features that hypervisors are known to add to the model. Definitions in other modes than
/// custom are changed only with check='full'.
/// enabled: what the guest's CPU has; disabled: what the hypervisor left out of what was asked for.
/// Errors: enabled_and_disabled with the feature; not_as_specified with the features that are extra or missing;
/// undescribed_disabled where bits are disabled that no feature of the map describes.
template <class Map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> update_live(const basic_guest_cpu<Map>& guest,
                                                                           const cpu_data& enabled,
                                                                           const cpu_data& disabled) {
    using result = basic_result<basic_guest_cpu<Map>, basic_error<Map>>;
    const bool full = guest.check() == given<check>(check::full);
    const bool takes_host_cpu = guest.mode() == mode::host_passthrough || guest.mode() == mode::maximum;
    if (guest.mode() != mode::custom && !full) return guest;

    const basic_feature_set<Map> has = enabled.features<Map>();
    const basic_feature_set<Map> lost = disabled.features<Map>();
    if (const auto both = has & lost; !both.empty())
        return result(basic_error<Map>(errc::enabled_and_disabled, (*both.begin()).name(), both));

    const basic_feature_set<Map> on = guest.features();
    const basic_feature_set<Map> off_by_name = guest.listed().with_policy(feature_policy::disable);
    basic_feature_set<Map> extra = has - on;
    // Of the host's own features only those disabled by name are expected to be off; forbid does not say so to libvirt.
    if (takes_host_cpu) extra &= off_by_name;
    basic_feature_set<Map> missing = (on - has) | lost;

    result r(guest);
    if (full) {
        basic_feature_set<Map> tolerated;
        if (guest.has_model()) tolerated = guest.model().added() - on - off_by_name;
        const basic_feature_set<Map> reported = (extra | missing) - tolerated;
        if (!reported.empty())
            return result(basic_error<Map>(errc::not_as_specified, (*reported.begin()).name(), reported));
        if (detail::has_undescribed_bits<Map>(disabled)) return result(basic_error<Map>(errc::undescribed_disabled));
    }
    for (const auto f : extra | missing)
        r->listed().put(missing.contains(f) ? feature_policy::disable : feature_policy::require, f);
    detail::disable_removed(*r);
    return r;
}

}  // namespace cpumap::inline v0
