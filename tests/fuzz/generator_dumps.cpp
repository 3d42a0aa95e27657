// SPDX-License-Identifier: BSL-1.0
// A recorded machine from any bytes, in whichever format they look like: read, written as a header, reported on and
// compared. What was read comes back when it is written down as <cpudata> and read once more.
//
// Names are looked up in the map that the number of bytes chooses.

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../../codegen/drift_report.hpp"
#include "../../codegen/fleet_report.hpp"
#include "../../codegen/host_dump.hpp"
#include "../../codegen/hosts_writer.hpp"
#include "../../codegen/name_map.hpp"
#include "../../codegen/report_html.hpp"
#include "../../codegen/report_text.hpp"
#include "generator.hpp"
#include "xml_mutator.hpp"

namespace {

namespace codegen = cpumap::codegen;

constexpr std::string_view elements[] = {
    "cpudata",   "cpuid",     "msr",     "capabilities",       "host", "cpu",    "arch", "model", "vendor",
    "microcode", "signature", "feature", "domainCapabilities", "mode", "domain", "os",   "type",  "x"};
constexpr std::string_view attributes[] = {"arch",   "eax_in", "ecx_in",   "eax",     "ebx",      "ecx",
                                           "edx",    "index",  "name",     "policy",  "mode",     "supported",
                                           "family", "model",  "stepping", "version", "fallback", "type"};

bool known(const cpumap::cpuid_registers& words, const cpumap::cpuid_registers& mask) {
    return (words.eax & ~mask.eax) == 0 && (words.ebx & ~mask.ebx) == 0 && (words.ecx & ~mask.ecx) == 0 &&
           (words.edx & ~mask.edx) == 0;
}

/// The machine in libvirt's own words.
std::string to_cpudata(const codegen::host_dump& dump) {
    std::ostringstream out;
    out << std::hex << "<cpudata arch='x86'>\n";
    for (const auto& l : dump.leaves)
        out << "<cpuid eax_in='0x" << l.leaf << "' ecx_in='0x" << l.subleaf << "' eax='0x" << l.registers.eax
            << "' ebx='0x" << l.registers.ebx << "' ecx='0x" << l.registers.ecx << "' edx='0x" << l.registers.edx
            << "'/>\n";
    for (const auto& m : dump.msrs)
        out << "<msr index='0x" << m.index << "' edx='0x" << (m.value >> 32) << "' eax='0x" << (m.value & 0xffff'ffffU)
            << "'/>\n";
    out << "</cpudata>\n";
    return std::move(out).str();
}

void check_dump(const codegen::host_dump& dump) {
    CPUMAP_MUST(!dump.name.empty() && !dump.leaves.empty() + !dump.msrs.empty() > 0);
    for (std::size_t i = 0; i < dump.leaves.size(); ++i) {
        const auto& leaf = dump.leaves[i];
        CPUMAP_MUST(known(leaf.registers, leaf.known));
        CPUMAP_MUST(i == 0 || std::pair(dump.leaves[i - 1].leaf, dump.leaves[i - 1].subleaf) <
                                  std::pair(leaf.leaf, leaf.subleaf));
    }
    for (std::size_t i = 0; i < dump.msrs.size(); ++i) {
        CPUMAP_MUST((dump.msrs[i].value & ~dump.msrs[i].known) == 0);
        CPUMAP_MUST(i == 0 || dump.msrs[i - 1].index < dump.msrs[i].index);
    }
    const cpumap::cpu_data data = data_of(dump);
    CPUMAP_MUST(data.complete() && data.size() <= dump.leaves.size() + dump.msrs.size());
    for (const auto& leaf : dump.leaves)
        if (const auto words = data.cpuid(leaf.leaf, leaf.subleaf)) CPUMAP_MUST(*words == leaf.registers);
}

void check_same_words(const codegen::host_dump& a, const codegen::host_dump& b) {
    CPUMAP_MUST(a.leaves.size() == b.leaves.size() && a.msrs.size() == b.msrs.size());
    for (std::size_t i = 0; i < a.leaves.size(); ++i)
        CPUMAP_MUST(a.leaves[i].leaf == b.leaves[i].leaf && a.leaves[i].subleaf == b.leaves[i].subleaf &&
                    a.leaves[i].registers == b.leaves[i].registers);
    for (std::size_t i = 0; i < a.msrs.size(); ++i)
        CPUMAP_MUST(a.msrs[i].index == b.msrs[i].index && a.msrs[i].value == b.msrs[i].value);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    fuzz::silence();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::scratch_folder folder;
    const codegen::name_map& names = *codegen::find_name_map(codegen::shipped_maps[3 - size % 4].version);
    const auto path = folder.write("host", {reinterpret_cast<const char*>(data), size});
    std::vector<codegen::host_dump> hosts;
    codegen::diagnostics report(false);
    if (!fuzz::accepted(folder.path(), [&] { hosts = read_host_dump(path, names, report); })) return 0;

    CPUMAP_MUST(!hosts.empty());
    for (const auto& host : hosts) check_dump(host);
    const auto again = read_host_dump(folder.write("again", to_cpudata(hosts[0])), names, report);
    CPUMAP_MUST(again.size() == 1);
    check_same_words(hosts[0], again[0]);

    if (const auto [first, second] = find_same_name(hosts); first == second) {
        const std::string header = write_fleet(hosts, {{"fleet", "rack"}, names.shown()});
        CPUMAP_MUST(write_fleet(hosts, {{"fleet", "rack"}, names.shown()}) == header);
        static_cast<void>(fuzz::literals_of(header));
    }
    if (hosts.size() > 6) return 0;  // of many the reports take long
    const auto fleet = report_fleet(hosts, names, {});
    CPUMAP_MUST(fleet.hosts == hosts.size() && !fleet.kinds.empty());
    CPUMAP_MUST(!write_text(fleet).empty() && !write_html(fleet).empty());
    const auto drift = find_drift(hosts, hosts, true, names);
    CPUMAP_MUST(!drift.changed() && !write_text(drift).empty());
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    static fuzz::xml_mutator mutator(elements, attributes);
    if (size == 0 || data[0] != '<') return LLVMFuzzerMutate(data, size, max_size);
    return fuzz::mutate_xml(mutator, data, size, max_size, seed);
}
