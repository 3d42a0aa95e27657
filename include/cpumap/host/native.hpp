// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading a machine: every CPUID leaf and MSR that a map uses, from this processor or from whatever else can answer.

#include <cpumap/base/result.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>
#include <cpumap/match/use.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#if defined(__linux__) && __STDC_HOSTED__
#include <fcntl.h>
#include <unistd.h>
#endif

namespace cpumap::inline v0 {

/// A source of MSRs that has none.
struct no_msrs {
    constexpr std::optional<std::uint64_t> operator()(std::uint32_t) const { return std::nullopt; }
};

/// Reads every CPUID leaf that Map's features use, vendor and signature included, and every MSR of the map that can be had.
/// Leaves that the processor does not have are left out: behind the highest one, Intel processors answer with something else.
/// Cpuid: callable from leaf and subleaf to cpuid_registers. Msr: callable from an MSR's index to std::optional<std::uint64_t>;
/// an MSR that cannot be read is no error.
/// Error: cpu_data_full where the map uses more leaves and MSRs than cpu_data holds.
template <class Map = default_map, class Cpuid, class Msr = no_msrs>
constexpr basic_result<cpu_data, basic_error<Map>> read_cpu_data(Cpuid&& cpuid, Msr&& msr = {}) {
    using tables = typename Map::x86;
    using result = basic_result<cpu_data, basic_error<Map>>;
    result r(in_place);

    // The highest leaf of each range, standard, extended and so on, is EAX of the range's first.
    struct range {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        bool known = false;
    };
    range ranges[8]{};
    std::size_t range_count = 0;
    const auto exists = [&](std::uint32_t leaf) {
        const std::uint32_t first = leaf & 0xffff0000U;
        for (std::size_t i = 0; i < range_count; ++i)
            if (ranges[i].first == first) return leaf <= ranges[i].last;
        const std::uint32_t last = cpuid(first, 0U).eax;
        const bool sane = (last & 0xffff0000U) == first;
        if (range_count < 8) ranges[range_count++] = {first, sane ? last : 0, true};
        return sane && leaf <= last;
    };
    const auto take = [&](std::uint32_t leaf, std::uint32_t subleaf) {
        if (exists(leaf) && !r->cpuid(leaf, subleaf)) r->set_cpuid(leaf, subleaf, cpuid(leaf, subleaf));
    };

    take(0, 0);
    take(1, 0);
    for (std::size_t i = 0; i < tables::register_count; ++i) {
        const std::uint32_t leaf = tables::register_leaf[i];
        if (tables::register_part[i] != 'l' && tables::register_part[i] != 'h')
            take(leaf, tables::register_subleaf[i]);
        else if (!r->msr(leaf))
            if (const std::optional<std::uint64_t> value = msr(leaf)) r->set_msr(leaf, *value);
    }
    if (!r->complete()) return result(basic_error<Map>(errc::cpu_data_full));
    return r;
}

#if defined(__x86_64__) || defined(__i386__)
/// The CPUID instruction.
struct native_cpuid {
    cpuid_registers operator()(std::uint32_t leaf, std::uint32_t subleaf) const {
        cpuid_registers r;
        __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
        return r;
    }
};
#endif

#if defined(__linux__) && __STDC_HOSTED__
/// The MSRs of a logical CPU as Linux shows them to root, in /dev/cpu/N/msr; none where that cannot be opened.
class linux_msrs {
public:
    linux_msrs() : file_(::open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC)) {}
    ~linux_msrs() {
        if (file_ >= 0) ::close(file_);
    }
    linux_msrs(const linux_msrs&) = delete;
    linux_msrs& operator=(const linux_msrs&) = delete;

    std::optional<std::uint64_t> operator()(std::uint32_t index) const {
        std::uint64_t value = 0;
        if (file_ < 0 || ::pread(file_, &value, sizeof value, static_cast<off_t>(index)) != sizeof value)
            return std::nullopt;
        return value;
    }

private:
    int file_;
};
#endif

/// The data of the processor that the program runs on: CPUID, and on Linux the MSRs where the program may read them, which takes
/// root. Not being allowed to is no error.
/// Error: not_this_architecture where the program is not for x86.
template <class Map>
basic_result<cpu_data, basic_error<Map>> native_cpu_data() {
#if defined(__x86_64__) || defined(__i386__)
#if defined(__linux__) && __STDC_HOSTED__
    return read_cpu_data<Map>(native_cpuid{}, linux_msrs{});
#else
    return read_cpu_data<Map>(native_cpuid{});
#endif
#else
    return basic_error<Map>(errc::not_this_architecture);
#endif
}

}  // namespace cpumap::inline v0
