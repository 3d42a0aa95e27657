// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading logical CPUs by number, on Linux: through the kernel's devices /dev/cpu/N/cpuid and msr, and by running the
// CPUID instruction on each of them.

#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/base/short_text.hpp>
#include <cpumap/host/native.hpp>
#include <cpumap/host/survey.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>

#if defined(__linux__) && __STDC_HOSTED__

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

namespace detail {

/// The path of a device of a logical CPU, such as /dev/cpu/3/cpuid.
inline basic_short_text<255> cpu_device(std::string_view folder, unsigned cpu, std::string_view device) {
    basic_short_text<255> path;
    path.put(folder).put({"/", 1}).put_number(cpu).put({"/", 1}).put(device);
    return path;
}

/// Opens a device for reading. Returns -1 and leaves errno where that fails.
inline int open_device(const basic_short_text<255>& path) {
    if (!path.cut()) return ::open64(path.c_str(), O_RDONLY | O_CLOEXEC);
    errno = ENAMETOOLONG;
    return -1;
}

/// Runs on one logical CPU after another, and in the end where the thread ran before.
class cpu_affinity {
public:
    cpu_affinity() : known_(::sched_getaffinity(0, sizeof before_, set(before_)) == 0) {}
    ~cpu_affinity() {
        if (known_) static_cast<void>(::sched_setaffinity(0, sizeof before_, set(before_)));
    }
    cpu_affinity(const cpu_affinity&) = delete;
    cpu_affinity& operator=(const cpu_affinity&) = delete;

    static constexpr unsigned most_cpus = 8192;  ///< as many as Linux can be built for

    /// Whether the thread may run on a logical CPU, and now does.
    [[nodiscard]] bool move_to(unsigned cpu) const {
        constexpr unsigned bits = 8 * sizeof(unsigned long);
        if (!known_ || cpu >= most_cpus || (before_[cpu / bits] >> cpu % bits & 1) == 0) return false;
        unsigned long one[most_cpus / bits]{};
        one[cpu / bits] = 1UL << cpu % bits;
        return ::sched_setaffinity(0, sizeof one, set(one)) == 0;
    }

private:
    static ::cpu_set_t* set(unsigned long* words) { return reinterpret_cast<::cpu_set_t*>(words); }

    unsigned long before_[most_cpus / (8 * sizeof(unsigned long))]{};
    bool known_;
};

/// How many logical CPUs the machine was made for, at least 1.
inline unsigned configured_cpus() {
    const long n = ::sysconf(_SC_NPROCESSORS_CONF);
    return n < 1 ? 1U : static_cast<unsigned>(n);
}

}  // namespace detail

/// CPUID of a logical CPU as Linux shows it to root, in /dev/cpu/N/cpuid. The kernel runs the instruction there.
class linux_cpuid {
public:
    /// Opens the device of a logical CPU; see problem(). folder: where the devices are, otherwise /dev/cpu.
    explicit linux_cpuid(unsigned cpu, std::string_view folder = {"/dev/cpu", 8})
        : file_(detail::open_device(detail::cpu_device(folder, cpu, {"cpuid", 5}))), problem_(file_ < 0 ? errno : 0) {}
    ~linux_cpuid() {
        if (file_ >= 0) ::close(file_);
    }
    linux_cpuid(const linux_cpuid&) = delete;
    linux_cpuid& operator=(const linux_cpuid&) = delete;

    /// The registers of a leaf; zeros where they cannot be read.
    cpuid_registers operator()(std::uint32_t leaf, std::uint32_t subleaf) {
        std::uint32_t words[4]{};
        const std::uint64_t where = std::uint64_t{subleaf} << 32 | leaf;
        if (problem_ != 0) return {};
        const ssize_t got = ::pread64(file_, words, sizeof words, static_cast<off64_t>(where));
        if (got != static_cast<ssize_t>(sizeof words)) {
            problem_ = got < 0 ? errno : EIO;
            return {};
        }
        return {words[0], words[1], words[2], words[3]};
    }
    /// The errno of what failed first; 0 where nothing did.
    [[nodiscard]] int problem() const { return problem_; }

private:
    int file_;
    int problem_;
};

namespace detail {

/// Reads a logical CPU through its devices; problem becomes the errno of what failed.
template <class Map>
errc fill_from_devices(cpu_data& to, unsigned cpu, std::string_view folder, int& problem) {
    linux_cpuid cpuid(cpu, folder);
    problem = cpuid.problem();
    if (problem != 0) return errc::cpuid_device;
    const errc e = fill_cpu_data<Map>(to, cpuid, linux_msrs(open_device(cpu_device(folder, cpu, {"msr", 3}))));
    take_core_kind(to, cpuid);
    problem = cpuid.problem();
    return problem != 0 ? errc::cpuid_device : e;
}

}  // namespace detail

/// The data of a logical CPU through the kernel's devices: CPUID, and the MSRs where there is a device for them. Not
/// having that is no error. folder: where the devices are, otherwise /dev/cpu.
/// Errors: cpuid_device with the device and errno; the codes of fill_cpu_data().
template <class Map = default_map>
basic_result<cpu_data, basic_error<Map>> linux_cpu_data(unsigned cpu, std::string_view folder = {"/dev/cpu", 8}) {
    using result = basic_result<cpu_data, basic_error<Map>>;
    result r(in_place);
    int problem = 0;
    const errc e = detail::fill_from_devices<Map>(*r, cpu, folder, problem);
    if (e == errc::cpuid_device) {
        detail::short_text text;
        text.put(detail::cpu_device(folder, cpu, {"cpuid", 5}).view()).put_errno(problem);
        return result(basic_error<Map>(e, text.view()));
    }
    if (e != errc::none) return result(basic_error<Map>(e));
    return r;
}

/// Asks all logical CPUs through the kernel's devices, see survey_cpus() and linux_cpu_data().
/// Errors: no_cpu_answers; the codes of fill_cpu_data(), with the CPU as name.
template <class Map = default_map>
basic_result<basic_cpu_survey<Map>, basic_error<Map>> survey_devices(std::string_view folder = {"/dev/cpu", 8},
                                                                     unsigned end = detail::configured_cpus()) {
    return survey_cpus<Map>(end, [folder](unsigned cpu, cpu_data& to) {
        int problem = 0;
        const errc e = detail::fill_from_devices<Map>(to, cpu, folder, problem);
        return e == errc::cpuid_device ? errc::no_cpu_answers : e;
    });
}

#if defined(__x86_64__) || defined(__i386__)

namespace detail {

/// Fills from the CPUID instruction and the MSRs of the logical CPU that the thread is held on.
template <class Map>
errc fill_here(cpu_data& to, unsigned cpu) {
    const errc e =
        fill_cpu_data<Map>(to, native_cpuid{}, linux_msrs(open_device(cpu_device({"/dev/cpu", 8}, cpu, {"msr", 3}))));
    take_core_kind(to, native_cpuid{});
    return e;
}

}  // namespace detail

/// Runs the CPUID instruction on every logical CPU that the calling thread may run on, see survey_cpus(); with the MSRs
/// where the program may read them. The thread is moved for it, and in the end may run where it could before.
/// Errors: no_cpu_answers where the thread cannot be moved; the codes of fill_cpu_data(), with the CPU as name.
template <class Map = default_map>
basic_result<basic_cpu_survey<Map>, basic_error<Map>> survey_native() {
    const detail::cpu_affinity affinity;
    return survey_cpus<Map>(detail::configured_cpus(), [&affinity](unsigned cpu, cpu_data& to) {
        return affinity.move_to(cpu) ? detail::fill_here<Map>(to, cpu) : errc::no_cpu_answers;
    });
}

/// The data of one logical CPU, and which one that is.
struct cpu_reading {
    cpu_data data{};        ///< what it says of itself
    given<unsigned> cpu{};  ///< its number; none where the system does not tell it
};

/// The data of the logical CPU that the calling thread runs on, with its MSRs where the program may read them. The
/// thread is held there meanwhile, so that all of it is one CPU's.
/// Errors: the codes of fill_cpu_data().
template <class Map = default_map>
basic_result<cpu_reading, basic_error<Map>> read_this_cpu() {
    using result = basic_result<cpu_reading, basic_error<Map>>;
    const detail::cpu_affinity affinity;
    result r(in_place);
    const int here = ::sched_getcpu();
    errc e = errc::none;
    if (here >= 0 && affinity.move_to(static_cast<unsigned>(here))) {
        r->cpu = static_cast<unsigned>(here);
        e = detail::fill_here<Map>(r->data, *r->cpu);
    } else {
        e = fill_cpu_data<Map>(r->data, native_cpuid{}, no_msrs{});
    }
    return e == errc::none ? r : result(basic_error<Map>(e));
}

#endif

}  // namespace cpumap::inline v0

#endif
