// SPDX-License-Identifier: BSL-1.0
#pragma once

// The calls to the kernel, in the order that KVM wants them. File descriptors and memory are the caller's.

#include <cpumap/base/short_text.hpp>
#include <cpumap/kvm/arrival.hpp>
#include <cpumap/kvm/tables.hpp>
#include <cpumap/kvm/vcpu.hpp>

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

namespace kvm {

/// Memory for a table of CPUID entries as the kernel takes it.
struct cpuid_table {
    static constexpr std::uint32_t capacity = 256;  ///< as many as KVM ever takes
    std::uint32_t count = 0;                        ///< how many entries there are
    std::uint32_t padding = 0;                      ///< as the kernel has it
    kvm_cpuid_entry2 entry[capacity]{};             ///< the entries

    /// The entries that are there.
    [[nodiscard]] std::span<const kvm_cpuid_entry2> entries() const { return {entry, count}; }
};

/// Memory for a table of MSRs as the kernel takes it.
struct msr_table {
    static constexpr std::uint32_t capacity = 128;  ///< KVM has some twenty feature MSRs
    std::uint32_t count = 0;                        ///< how many entries there are
    std::uint32_t padding = 0;                      ///< as the kernel has it
    kvm_msr_entry entry[capacity]{};                ///< the entries

    /// The entries that are there.
    [[nodiscard]] std::span<const kvm_msr_entry> entries() const { return {entry, count}; }
};

/// Memory for what read_host() reads, some 12 KiB.
struct host_tables {
    cpuid_table cpuid;  ///< KVM_GET_SUPPORTED_CPUID
    msr_table msrs;     ///< the feature MSRs
};

/// Memory for what set_vcpu() sets and reads back, some 24 KiB; one is enough for all vCPUs.
struct vcpu_tables {
    cpuid_table cpuid;       ///< what was set
    cpuid_table cpuid_back;  ///< what KVM gives back
    msr_table msrs;          ///< what was set
    msr_table msrs_back;     ///< what KVM gives back
};

}  // namespace kvm

namespace detail {

// The kernel's headers cannot be asked for these in C++: an empty member that has a size there makes some of their
// structures, and so the number of the call, too large. The part of a table before its entries is 8 bytes, of the list
// of MSRs 4.
inline constexpr unsigned long kvm_get_supported_cpuid = _IOWR(KVMIO, 0x05, std::uint64_t);
inline constexpr unsigned long kvm_get_msr_feature_list = _IOWR(KVMIO, 0x0a, std::uint32_t);
inline constexpr unsigned long kvm_get_msrs = _IOWR(KVMIO, 0x88, std::uint64_t);
inline constexpr unsigned long kvm_set_msrs = _IOW(KVMIO, 0x89, std::uint64_t);
inline constexpr unsigned long kvm_set_cpuid2 = _IOW(KVMIO, 0x90, std::uint64_t);
inline constexpr unsigned long kvm_get_cpuid2 = _IOWR(KVMIO, 0x91, std::uint64_t);

inline int kvm_ioctl(int fd, unsigned long request, void* argument) {
    int r = 0;
    do r = ::ioctl(fd, request, argument);
    while (r < 0 && errno == EINTR);
    return r;
}

/// An error that names the call and what the kernel says of it.
template <class Map>
basic_error<Map> kvm_error(std::string_view call, int number) {
    return basic_error<Map>(errc::kvm_call, short_text{}.put(call).put_errno(number).view());
}

/// Reads the MSRs of a list into a table; those that cannot be read are left out. KVM stops at the first that it does
/// not know and tells how many came before.
inline void kvm_read_msrs(int fd, std::span<const std::uint32_t> list, kvm::msr_table& to) {
    to.count = 0;
    for (const std::uint32_t index : list) {
        if (to.count == kvm::msr_table::capacity) return;
        struct {
            std::uint32_t count = 1;
            std::uint32_t padding = 0;
            kvm_msr_entry entry{};
        } one;
        one.entry.index = index;
        if (kvm_ioctl(fd, kvm_get_msrs, &one) == 1) to.entry[to.count++] = one.entry;
    }
}

}  // namespace detail

namespace kvm {

/// Asks the kernel that guests of this process may have AMX, whose state is too large for those that do not ask. To be
/// called before read_host() and before the first vCPU is made. Returns whether they may; false too where the
/// processor has no AMX.
inline bool allow_amx() {
    constexpr int request_guest_permission = 0x1025;  // ARCH_REQ_XCOMP_GUEST_PERM
    constexpr int tile_data = 18;
    return ::syscall(SYS_arch_prctl, request_guest_permission, tile_data) == 0;
}

/// What this host's KVM can give to guests. kvm is /dev/kvm, opened for reading and writing.
/// Errors: kvm_version; kvm_call with the call and errno.
template <class Map = default_map>
basic_result<host, basic_error<Map>> read_host(int kvm, host_tables& memory) {
    using result = basic_result<host, basic_error<Map>>;
    const int version = ::ioctl(kvm, KVM_GET_API_VERSION, 0);
    if (version < 0) return result(detail::kvm_error<Map>(std::string_view("KVM_GET_API_VERSION", 19), errno));
    if (version != 12) return result(basic_error<Map>(errc::kvm_version));
    memory.cpuid.count = cpuid_table::capacity;
    if (detail::kvm_ioctl(kvm, detail::kvm_get_supported_cpuid, &memory.cpuid) < 0)
        return result(detail::kvm_error<Map>(std::string_view("KVM_GET_SUPPORTED_CPUID", 23), errno));
    struct {
        std::uint32_t count = msr_table::capacity;
        std::uint32_t index[msr_table::capacity]{};
    } list;
    // Kernels before 4.17 have no feature MSRs, which is no error.
    if (::ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_GET_MSR_FEATURES) <= 0 ||
        detail::kvm_ioctl(kvm, detail::kvm_get_msr_feature_list, &list) < 0)
        list.count = 0;
    detail::kvm_read_msrs(kvm, std::span<const std::uint32_t>(list.index, list.count), memory.msrs);
    host h;
    h.cpuid = memory.cpuid.entries();
    h.msrs = memory.msrs.entries();
    h.tsc_deadline = ::ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_TSC_DEADLINE_TIMER) > 0;
    return h;
}

/// What set_vcpu() found when it read back what it had set.
template <class Map>
struct basic_set_vcpu {
    basic_report<Map> report{};         ///< what became of the features, with what KVM did not keep
    basic_read_back<Map> read_back{};   ///< in what KVM differs from what it was given
    std::uint32_t msrs_refused = 0;     ///< how many MSRs KVM did not take
    std::uint32_t first_msr_refused{};  ///< the index of the first of them
};

/// Gives vCPU number `cpu` its tables, see make_vcpu(), and reads back what KVM made of them. vcpu is its file
/// descriptor; it must not have run yet.
/// Errors: those of make_vcpu(); kvm_call with the call and errno. An MSR that KVM refuses is in the answer, and its
/// features are in the report as dropped.
template <class Map>
basic_result<basic_set_vcpu<Map>, basic_error<Map>> set_vcpu(int vcpu, vcpu_tables& memory,
                                                             const basic_guest_cpu<Map>& guest, const host& from,
                                                             std::uint32_t cpu = 0, const vcpu_options& options = {}) {
    using result = basic_result<basic_set_vcpu<Map>, basic_error<Map>>;
    const auto made = make_vcpu(std::span<kvm_cpuid_entry2>(memory.cpuid.entry),
                                std::span<kvm_msr_entry>(memory.msrs.entry), guest, from, cpu, options);
    if (!made) return result(made.error());
    memory.cpuid.count = static_cast<std::uint32_t>(made->cpuid.size());
    memory.msrs.count = static_cast<std::uint32_t>(made->msrs.size());
    if (detail::kvm_ioctl(vcpu, detail::kvm_set_cpuid2, &memory.cpuid) < 0)
        return result(detail::kvm_error<Map>(std::string_view("KVM_SET_CPUID2", 14), errno));
    result r(in_place);
    r->report = made->report;
    // KVM stops at the first MSR that it refuses, so each goes alone.
    for (const kvm_msr_entry& m : made->msrs) {
        struct {
            std::uint32_t count = 1;
            std::uint32_t padding = 0;
            kvm_msr_entry entry{};
        } one;
        one.entry = m;
        if (detail::kvm_ioctl(vcpu, detail::kvm_set_msrs, &one) != 1 && r->msrs_refused++ == 0)
            r->first_msr_refused = m.index;
    }
    memory.cpuid_back.count = cpuid_table::capacity;
    if (detail::kvm_ioctl(vcpu, detail::kvm_get_cpuid2, &memory.cpuid_back) < 0)
        return result(detail::kvm_error<Map>(std::string_view("KVM_GET_CPUID2", 14), errno));
    std::uint32_t list[msr_table::capacity]{};
    for (std::size_t i = 0; i < made->msrs.size(); ++i) list[i] = made->msrs[i].index;
    detail::kvm_read_msrs(vcpu, std::span<const std::uint32_t>(list, made->msrs.size()), memory.msrs_back);
    r->read_back = compare_tables<Map>(memory.cpuid.entries(), memory.cpuid_back.entries(), memory.msrs.entries(),
                                       memory.msrs_back.entries());
    const auto& lost = r->read_back.dropped;
    const auto& gained = r->read_back.appeared;
    r->report.granted = (r->report.granted - lost) | gained;
    r->report.added = (r->report.added - lost) | (gained - guest.features());
    for (auto& set : r->report.by_reason) set -= gained;
    r->report.by_reason[static_cast<std::size_t>(withheld::dropped)] |= lost & guest.features();
    return r;
}

}  // namespace kvm

}  // namespace cpumap::inline v0
