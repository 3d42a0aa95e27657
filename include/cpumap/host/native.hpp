// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading a machine: every CPUID leaf and MSR that a map uses, from this processor or from whatever else can answer.

#include <cpumap/base/result.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>
#include <cpumap/match/use.hpp>

#include <cstddef>
#include <cstdint>

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
    /// No MSR, whatever the index.
    constexpr given<std::uint64_t> operator()(std::uint32_t) const { return {}; }
};

/// Reads every CPUID leaf that Map's features use, vendor and signature included, and every MSR of the map that can
/// be had, over what `to` holds. Leaves that the processor does not have are left out: behind the highest one, Intel
/// processors answer with something else. Cpuid: callable from leaf and subleaf to cpuid_registers. Msr: callable
/// from an MSR's index to a given<std::uint64_t> or std::optional<std::uint64_t>; an MSR that cannot be read is no
/// error.
/// Returns errc::none; no_cpuid where leaf 0 does not answer as CPUID does; cpu_data_full where the map uses more
/// leaves and MSRs than cpu_data holds.
template <class Map, class Cpuid, class Msr>
constexpr errc fill_cpu_data(cpu_data& to, Cpuid&& cpuid, Msr&& msr) {
    using tables = typename Map::x86;

    // The highest leaf of each range, standard, extended and so on, is EAX of the range's first; a range that does
    // not answer so is not there.
    struct range {
        std::uint32_t first = 0;
        std::uint32_t end = 0;  // behind the last leaf, 0 where there is none
    };
    range ranges[8]{};
    std::size_t range_count = 0;
    const auto exists = [&](std::uint32_t leaf) {
        const std::uint32_t first = leaf & 0xffff0000U;
        for (std::size_t i = 0; i < range_count; ++i)
            if (ranges[i].first == first) return leaf < ranges[i].end;
        const cpuid_registers answer = cpuid(first, 0U);
        range found{first, (answer.eax & 0xffff0000U) == first ? answer.eax + 1 : 0};
        // Nothing but zeros: a recording without the range's first leaf, or a processor that has zeros in all of the
        // range.
        if (first != 0 && answer == cpuid_registers{}) found.end = ~std::uint32_t{0};
        if (range_count < 8) ranges[range_count++] = found;
        return leaf < found.end;
    };
    const auto take = [&](std::uint32_t leaf, std::uint32_t subleaf) {
        if (exists(leaf)) to.set_cpuid(leaf, subleaf, cpuid(leaf, subleaf));
    };

    take(0, 0);
    take(1, 0);
    for (std::size_t i = 0; i < tables::register_count; ++i) {
        if (!detail::is_first_of_leaf<Map>(i)) continue;
        const std::uint32_t leaf = tables::register_leaf[i];
        if (!detail::is_msr_register<Map>(i))
            take(leaf, tables::register_subleaf[i]);
        else if (const auto value = msr(leaf))
            to.set_msr(leaf, *value);
    }
    if (to.cpuid(0, 0).value_or(cpuid_registers{}).eax == 0) return errc::no_cpuid;
    return to.complete() ? errc::none : errc::cpu_data_full;
}

/// fill_cpu_data() into a value of its own. cpu_data takes several KiB, and this twice that of stack: where stack is
/// short, fill one that lies elsewhere.
/// Errors: the codes of fill_cpu_data().
template <class Map, class Cpuid, class Msr>
constexpr basic_result<cpu_data, basic_error<Map>> read_cpu_data(Cpuid&& cpuid, Msr&& msr) {
    using result = basic_result<cpu_data, basic_error<Map>>;
    result r(in_place);
    if (const errc e = fill_cpu_data<Map>(*r, cpuid, msr); e != errc::none) return result(basic_error<Map>(e));
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
    /// Those of logical CPU 0.
    linux_msrs() : linux_msrs(::open64("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC)) {}
    /// Those that a file has, which is closed in the end; none where it is negative.
    explicit linux_msrs(int file) : file_(file) {}
    ~linux_msrs() {
        if (file_ >= 0) ::close(file_);
    }
    linux_msrs(const linux_msrs&) = delete;
    linux_msrs& operator=(const linux_msrs&) = delete;

    given<std::uint64_t> operator()(std::uint32_t index) const {
        std::uint64_t value = 0;
        if (file_ < 0 || ::pread(file_, &value, sizeof value, static_cast<off_t>(index)) != sizeof value) return {};
        return value;
    }

private:
    int file_;
};
#endif

/// The data of the processor that the program runs on: CPUID, and on Linux the MSRs where the program may read them,
/// which takes root. Not being allowed to is no error.
/// Error: not_this_architecture where the program is not for x86.
template <class Map>
auto native_cpu_data() {
#if defined(__x86_64__) || defined(__i386__)
#if defined(__linux__) && __STDC_HOSTED__
    return read_cpu_data<Map>(native_cpuid{}, linux_msrs{});
#else
    return read_cpu_data<Map>(native_cpuid{});
#endif
#else
    return basic_result<cpu_data, basic_error<Map>>(basic_error<Map>(errc::not_this_architecture));
#endif
}

}  // namespace cpumap::inline v0
