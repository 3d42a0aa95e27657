// SPDX-License-Identifier: BSL-1.0
#pragma once

// The operations whose stack and size are measured, each a function of its own. What they take and give is the caller's,
// and the caller is another file, so that the compiler knows nothing of it. With CPUMAP_FEW_MODELS the map is one of
// eight models.

#include <cpumap/core.hpp>
#include <cpumap/emit/xml.hpp>
#include <cpumap/match/subset.hpp>

#include <cstddef>

#ifdef CPUMAP_FEW_MODELS
using map = cpumap::subset<
    cpumap::models<"EPYC", "EPYC-IBPB", "EPYC-Rome", "EPYC-Milan", "EPYC-Genoa", "EPYC-v1", "EPYC-v2", "EPYC-v3">>;
#else
using map = cpumap::default_map;
#endif

using guest_cpu = cpumap::basic_guest_cpu<map>;
using host_cpu = cpumap::basic_host_cpu<map>;
using guest_result = cpumap::basic_result<guest_cpu, cpumap::basic_error<map>>;
using host_result = cpumap::basic_result<host_cpu, cpumap::basic_error<map>>;
using comparison = cpumap::basic_comparison<map>;
using decode_options = cpumap::basic_decode_options<map>;
using baseline_options = cpumap::basic_baseline_options<map>;

/// Memory for a value that is made in it again and again.
template <class T>
struct room {
    alignas(T) unsigned char bytes[sizeof(T)];

    T& operator*() { return *reinterpret_cast<T*>(bytes); }
    T* operator->() { return &**this; }
};

extern "C" {

void measured_decode_guest(room<guest_result>& to, const cpumap::cpu_data& data, const decode_options& options);
void measured_decode_host(room<host_result>& to, const cpumap::cpu_data& data, const decode_options& options);
/// These two return the text's length, or the error's negative code.
long measured_write_xml(char* to, std::size_t size, const guest_cpu& guest);
long measured_write_host_xml(char* to, std::size_t size, const host_cpu& host);
void measured_compare(room<comparison>& to, const host_cpu& host, const guest_cpu& guest);
void measured_compare_hosts(room<comparison>& to, const host_cpu& host, const host_cpu& other);
void measured_baseline(room<guest_result>& to, const host_cpu* hosts, std::size_t count,
                       const baseline_options& options);

}  // extern "C"
