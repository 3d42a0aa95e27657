// SPDX-License-Identifier: BSL-1.0
#pragma once

// Recorded machines: files that say what a processor has, in the formats that people have them in, as CPUID words.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <cpumap/match/cpu_data.hpp>

#include "diagnostics.hpp"
#include "name_map.hpp"

namespace cpumap::codegen {

// What a file is, found in its content.
enum class dump_format {
    cpudata,         // <cpudata arch='x86'>, as libvirt's tests hold it; it may stand inside of another document
    cpuid_raw,       // what cpuid -r prints
    cpuinfo,         // Linux's /proc/cpuinfo
    capabilities,    // virsh capabilities
    domain_caps,     // virsh domcapabilities: the host-model of a hypervisor
    cpu_definition,  // virsh dumpxml, or a <cpu> element by itself
};

// How sure an answer is that is made from the words.
enum class dump_kind {
    cpuid,       // the words as the processor gave them; a leaf or MSR that is not there was not read
    flags,       // bits that Linux has a flag for; a bit that is not set may be one that Linux does not show
    definition,  // bits of features that libvirt names; a bit that is not set may be one that no feature names
};

[[nodiscard]] constexpr dump_kind kind_of(dump_format format) {
    return format == dump_format::cpudata || format == dump_format::cpuid_raw ? dump_kind::cpuid
           : format == dump_format::cpuinfo                                   ? dump_kind::flags
                                                                              : dump_kind::definition;
}

// Four words of CPUID, and which of their bits the file really tells; the others are zero.
struct dumped_leaf {
    std::uint32_t leaf = 0;
    std::uint32_t subleaf = 0;
    cpuid_registers registers;
    cpuid_registers known;
};

struct dumped_msr {
    std::uint32_t index = 0;
    std::uint64_t value = 0;
    std::uint64_t known = 0;
};

// One machine.
struct host_dump {
    std::string name;  // the file's without folder and last suffix; of several in one file with "-2", "-3", ... behind
    location where;    // where in the file it begins
    dump_format format = dump_format::cpudata;
    std::vector<dumped_leaf> leaves;         // by leaf, then subleaf, each once
    std::vector<dumped_msr> msrs;            // by index, each once
    std::optional<std::uint32_t> microcode;  // its version, where the format tells it

    [[nodiscard]] dump_kind kind() const { return kind_of(format); }
};

// How a sentence calls a format: "libvirt's <cpudata>".
[[nodiscard]] std::string to_string(dump_format format);

// The machines of a file, at least one; names of features and models are looked up in `names`. Where a file has many
// CPUs, the first of them is the machine, and a warning names those that differ from it. What a file names and neither
// the map nor this program knows is a warning too, and left out. Throws failure, with file, line and what to do: files
// that are not of these formats, of other architectures, or too large.
[[nodiscard]] std::vector<host_dump> read_host_dump(const std::filesystem::path& path, const name_map& names,
                                                    diagnostics& report);

// The words as the library takes them. What decoding looks at comes first, and what is more than cpu_data holds is left
// out; complete() is true all the same.
[[nodiscard]] cpu_data data_of(const host_dump& dump);

}  // namespace cpumap::codegen
