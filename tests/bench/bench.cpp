// SPDX-License-Identifier: BSL-1.0

// How long the library's functions take on the data of a machine recorded in full and on that of all machines that the
// tests have, beside what else does the same. tests/bench/run runs this and shows what it says. bench --cpudata DIR
// writes the machines into files for libvirt.

#include <cpumap/cpumap.hpp>
#include <cpumap/kvm.hpp>
#include <cpumap/match/fleet.hpp>

#include <benchmark/benchmark.h>
#if __has_include(<pugixml.hpp>)
#include <pugixml.hpp>
#endif

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../data/hosts.hpp"
#include "../data/kvm_hosts.hpp"

namespace {

// ---- The machine ----------------------------------------------------------------------------------------------------

constexpr std::string_view processor = "Intel(R) Xeon(R) Platinum 8268 CPU @ 2.90GHz";

// What it answers besides, which no map reads, but who dumps a processor gets all of it.
// clang-format off
constexpr recorded::leaf other_leaves[] = {
    {0x2, 0, {0x76036301, 0x00f0b5ff, 0x00000000, 0x00c30000}},
    {0x3, 0, {}},
    {0x4, 0, {0x7c004121, 0x01c0003f, 0x0000003f, 0x00000000}},
    {0x4, 1, {0x7c004122, 0x01c0003f, 0x0000003f, 0x00000000}},
    {0x4, 2, {0x7c004143, 0x03c0003f, 0x000003ff, 0x00000000}},
    {0x4, 3, {0x7c0fc163, 0x0280003f, 0x0000cfff, 0x00000005}},
    {0x5, 0, {0x00000040, 0x00000040, 0x00000003, 0x00002020}},
    {0x8, 0, {}},
    {0x9, 0, {}},
    {0xa, 0, {0x07300404, 0x00000000, 0x00000000, 0x00000603}},
    {0xb, 0, {0x00000001, 0x00000002, 0x00000100, 0x00000044}},
    {0xb, 1, {0x00000006, 0x00000030, 0x00000201, 0x00000044}},
    {0xc, 0, {}},
    {0xd, 0, {0x000002ff, 0x00000a88, 0x00000a88, 0x00000000}},
    {0xd, 2, {0x00000100, 0x00000240, 0x00000000, 0x00000000}},
    {0xd, 3, {0x00000040, 0x000003c0, 0x00000000, 0x00000000}},
    {0xd, 4, {0x00000040, 0x00000400, 0x00000000, 0x00000000}},
    {0xd, 5, {0x00000040, 0x00000440, 0x00000000, 0x00000000}},
    {0xd, 6, {0x00000200, 0x00000480, 0x00000000, 0x00000000}},
    {0xd, 7, {0x00000400, 0x00000680, 0x00000000, 0x00000000}},
    {0xd, 8, {0x00000080, 0x00000000, 0x00000001, 0x00000000}},
    {0xd, 9, {0x00000008, 0x00000a80, 0x00000000, 0x00000000}},
    {0xe, 0, {}},
    {0xf, 0, {0x00000000, 0x000000cf, 0x00000000, 0x00000002}},
    {0x10, 0, {0x00000000, 0x0000000a, 0x00000000, 0x00000000}},
    {0x10, 1, {0x0000000a, 0x00000600, 0x00000004, 0x0000000f}},
    {0x10, 3, {0x00000059, 0x00000000, 0x00000004, 0x00000007}},
    {0x11, 0, {}},
    {0x12, 0, {}},
    {0x13, 0, {}},
    {0x14, 1, {0x02490002, 0x003f3fff, 0x00000000, 0x00000000}},
    {0x15, 0, {0x00000002, 0x000000e8, 0x00000000, 0x00000000}},
    {0x16, 0, {0x00000b54, 0x00000f3c, 0x00000064, 0x00000000}},
    {0x80000002, 0, {0x65746e49, 0x2952286c, 0x6f655820, 0x2952286e}},
    {0x80000003, 0, {0x616c5020, 0x756e6974, 0x3238206d, 0x43203836}},
    {0x80000004, 0, {0x40205550, 0x392e3220, 0x7a484730, 0x00000000}},
    {0x80000005, 0, {}},
    {0x80000006, 0, {0x00000000, 0x00000000, 0x01006040, 0x00000000}},
    {0x80860000, 0, {0x00000b54, 0x00000f3c, 0x00000064, 0x00000000}},
    {0xc0000000, 0, {0x00000b54, 0x00000f3c, 0x00000064, 0x00000000}},
};
// clang-format on

constexpr cpumap::cpu_data known = [] {
    cpumap::cpu_data d;
    for (const recorded::host& h : recorded::hosts)
        if (h.name == processor) d = h.data();
    for (const recorded::leaf& l : other_leaves) d.set_cpuid(l.eax, l.ecx, l.registers);
    return d;
}();

// The same, were its signature one that no model has.
constexpr cpumap::cpu_data unknown = [] {
    cpumap::cpu_data d = known;
    cpumap::cpuid_registers r = d.cpuid(1, 0).value_or(cpumap::cpuid_registers{});
    r.eax = cpumap::cpu_signature(6, 254, 6).number();
    d.set_cpuid(1, 0, r);
    return d;
}();

constexpr bool has_a_model(const cpumap::cpu_signature& s) {
    for (const auto model : cpumap::models())
        for (const auto of_model : model.signatures())
            if (of_model.family == s.family() && of_model.model == s.model()) return true;
    return false;
}
static_assert(known.size() >= 50 && known.complete());
static_assert(has_a_model(known.signature()) && !has_a_model(unknown.signature()));

// ---- What is measured -----------------------------------------------------------------------------------------------

/// Calls what it is given again and again with data that the compiler knows nothing of.
template <class Call>
void repeat(benchmark::State& state, cpumap::cpu_data data, Call call) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(data);
        benchmark::ClobberMemory();
        auto answer = call(data);
        benchmark::DoNotOptimize(answer);
    }
}

const auto decode_guest = [](const cpumap::cpu_data& d) { return cpumap::decode_guest(d); };
void decode_guest_known(benchmark::State& state) { repeat(state, known, decode_guest); }
BENCHMARK(decode_guest_known);
void decode_guest_unknown(benchmark::State& state) { repeat(state, unknown, decode_guest); }
BENCHMARK(decode_guest_unknown);

const auto decode_host = [](const cpumap::cpu_data& d) { return cpumap::decode_host(d); };
void decode_host_known(benchmark::State& state) { repeat(state, known, decode_host); }
BENCHMARK(decode_host_known);
void decode_host_unknown(benchmark::State& state) { repeat(state, unknown, decode_host); }
BENCHMARK(decode_host_unknown);

void features(benchmark::State& state) {
    repeat(state, known, [](const cpumap::cpu_data& d) { return d.features(); });
}
BENCHMARK(features);

void resolve(benchmark::State& state) {
    repeat(state, known, [](const cpumap::cpu_data& d) { return cpumap::host_model<>::resolve(d); });
}
BENCHMARK(resolve);

void compare(benchmark::State& state) {
    auto host = *cpumap::decode_host(known);
    auto guest = *cpumap::decode_guest(known);
    for (auto _ : state) {
        benchmark::DoNotOptimize(host);
        benchmark::DoNotOptimize(guest);
        benchmark::ClobberMemory();
        auto answer = cpumap::compare(host, guest);
        benchmark::DoNotOptimize(answer);
    }
}
BENCHMARK(compare);

void write_xml(benchmark::State& state) {
    auto guest = *cpumap::decode_guest(known);
    char text[8192];
    if (!cpumap::write_xml(text, guest)) std::abort();
    char* memory = text;
    benchmark::DoNotOptimize(memory);
    for (auto _ : state) {
        benchmark::DoNotOptimize(guest);
        benchmark::ClobberMemory();
        auto xml = cpumap::write_xml(text, guest);
        benchmark::DoNotOptimize(xml);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(write_xml);

void xml_size(benchmark::State& state) {
    auto guest = *cpumap::decode_guest(known);
    for (auto _ : state) {
        benchmark::DoNotOptimize(guest);
        benchmark::ClobberMemory();
        std::size_t size = cpumap::xml_size(guest);
        benchmark::DoNotOptimize(size);
    }
}
BENCHMARK(xml_size);

/// The same bytes copied, which is the least that writing them can take.
void copy_xml(benchmark::State& state) {
    char from[8192];
    char to[8192];
    const auto xml = cpumap::write_xml(from, *cpumap::decode_guest(known));
    if (!xml) std::abort();
    std::size_t size = xml->size();
    for (auto _ : state) {
        benchmark::DoNotOptimize(size);
        std::memcpy(to, from, size);
        benchmark::DoNotOptimize(to);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(copy_xml);

#if __has_include(<pugixml.hpp>)
struct memory_writer : pugi::xml_writer {
    char text[8192];
    std::size_t size = 0;

    void write(const void* data, std::size_t count) override {
        std::memcpy(text + size, data, count);
        size += count;
    }
};

/// The element of a guest of which its model, the model's fallback and its features are all there is.
void build_xml(const cpumap::guest_cpu& guest, memory_writer& out) {
    static constexpr const char* policies[] = {"force", "require", "optional", "disable", "forbid"};
    pugi::xml_document document;
    pugi::xml_node cpu = document.append_child("cpu");
    cpu.append_attribute("mode") = "custom";
    cpu.append_attribute("match") = "exact";
    pugi::xml_node model = cpu.append_child("model");
    model.append_attribute("fallback") = "forbid";
    model.append_child(pugi::node_pcdata).set_value(std::string(guest.model().name()).c_str());
    pugi::xml_node vendor = cpu.append_child("vendor");
    vendor.append_child(pugi::node_pcdata).set_value(std::string(guest.vendor()).c_str());
    for (const auto f : guest.listed()) {
        pugi::xml_node feature = cpu.append_child("feature");
        feature.append_attribute("policy") = policies[static_cast<std::size_t>(f.policy)];
        feature.append_attribute("name") = std::string(f.feature.name()).c_str();
    }
    out.size = 0;
    document.save(out, "  ", pugi::format_indent | pugi::format_no_declaration | pugi::format_attribute_single_quote);
}

void write_xml_by_pugixml(benchmark::State& state) {
    auto guest = *cpumap::decode_guest(known);
    static memory_writer out;
    build_xml(guest, out);
    char text[8192];
    std::string ours(*cpumap::write_xml(text, guest));
    std::string theirs(out.text, out.size);
    for (std::size_t at; (at = theirs.find(" />")) != theirs.npos;) theirs.erase(at, 1);
    if (ours != theirs) std::abort();  // another element is no peer
    for (auto _ : state) {
        benchmark::DoNotOptimize(guest);
        benchmark::ClobberMemory();
        build_xml(guest, out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(write_xml_by_pugixml);
#endif

/// Finds each name of the map in turn; in strings of their own, since names from outside do not lie in the tables.
template <class Range, class Find>
void find_all(benchmark::State& state, const Range& all, Find find) {
    std::vector<std::string> names;
    for (const auto x : all) names.emplace_back(x.name());
    std::size_t i = 0;
    for (auto _ : state) {
        std::string_view name = names[i];
        benchmark::DoNotOptimize(name);
        auto found = find(name);
        benchmark::DoNotOptimize(found);
        i = i + 1 == names.size() ? 0 : i + 1;
    }
}

void find_model(benchmark::State& state) {
    find_all(state, cpumap::models(), [](std::string_view name) { return cpumap::find_model(name); });
}
BENCHMARK(find_model);

void find_feature(benchmark::State& state) {
    find_all(state, cpumap::features(), [](std::string_view name) { return cpumap::find_feature(name); });
}
BENCHMARK(find_feature);

/// The same names in std::unordered_map.
template <class Range>
std::unordered_map<std::string_view, std::size_t> indices_of(const Range& all) {
    std::unordered_map<std::string_view, std::size_t> indices;
    for (const auto x : all) indices.emplace(x.name(), x.index());
    return indices;
}
void find_model_in_unordered_map(benchmark::State& state) {
    const auto indices = indices_of(cpumap::models());
    find_all(state, cpumap::models(), [&](std::string_view name) { return indices.find(name)->second; });
}
BENCHMARK(find_model_in_unordered_map);
void find_feature_in_unordered_map(benchmark::State& state) {
    const auto indices = indices_of(cpumap::features());
    find_all(state, cpumap::features(), [&](std::string_view name) { return indices.find(name)->second; });
}
BENCHMARK(find_feature_in_unordered_map);

// ---- All machines that the tests have -------------------------------------------------------------------------------

std::vector<cpumap::cpu_data> all_hosts() {
    std::vector<cpumap::cpu_data> all;
    for (const recorded::host& h : recorded::hosts) all.push_back(h.data());
    for (const cpumap::kvm::host* h : {&recorded::cooper_lake, &recorded::epyc_7601, &recorded::with_amx})
        all.push_back(cpumap::kvm::data_of(*h));
    return all;
}

/// One iteration is all of them.
template <class Call>
void for_all_hosts(benchmark::State& state, Call call) {
    const std::vector<cpumap::cpu_data> all = all_hosts();
    for (auto _ : state) {
        for (const cpumap::cpu_data& d : all) {
            auto answer = call(d);
            benchmark::DoNotOptimize(answer);
        }
    }
}
void decode_guest_all(benchmark::State& state) { for_all_hosts(state, decode_guest); }
BENCHMARK(decode_guest_all);
void decode_host_all(benchmark::State& state) { for_all_hosts(state, decode_host); }
BENCHMARK(decode_host_all);

/// What is made of each machine's data before the time begins.
struct pair {
    cpumap::host_cpu host;
    cpumap::guest_cpu guest;
};
std::vector<pair> pairs() {
    std::vector<pair> all;
    for (const cpumap::cpu_data& d : all_hosts()) all.push_back({*cpumap::decode_host(d), *cpumap::decode_guest(d)});
    return all;
}

void compare_all(benchmark::State& state) {
    const std::vector<pair> all = pairs();
    for (auto _ : state) {
        for (const pair& p : all) {
            auto answer = cpumap::compare(p.host, p.guest);
            benchmark::DoNotOptimize(answer);
        }
    }
}
BENCHMARK(compare_all);

void write_xml_all(benchmark::State& state) {
    const std::vector<pair> all = pairs();
    char text[8192];
    for (auto _ : state) {
        for (const pair& p : all) {
            auto xml = cpumap::write_xml(text, p.guest);
            benchmark::DoNotOptimize(xml);
            benchmark::ClobberMemory();
        }
    }
}
BENCHMARK(write_xml_all);

void baseline(benchmark::State& state) {
    const std::vector<cpumap::host_cpu> hosts(static_cast<std::size_t>(state.range(0)), pairs()[0].host);
    for (auto _ : state) {
        auto answer = cpumap::baseline(hosts);
        if (!answer) std::abort();
        benchmark::DoNotOptimize(answer);
    }
}
BENCHMARK(baseline)->Arg(2)->Arg(100)->Arg(1'000'000);

// ---- Very many hosts ------------------------------------------------------------------------------------------------

constexpr std::size_t pool_size = 10'000;  // 70 MB, of which no cache holds more than a little

/// Racks of twenty like hosts, Intel's of the recorded ones, with some features taken away from rack to rack.
const std::vector<cpumap::cpu_data>& pool() {
    static const std::vector<cpumap::cpu_data> all = [] {
        std::vector<cpumap::cpu_data> intel, hosts;
        for (const recorded::host& h : recorded::hosts)
            if (h.vendor == "Intel" && h.name != "Intel(R) Atom(TM) CPU N450   @ 1.66GHz") intel.push_back(h.data());
        for (std::size_t i = 0; i < pool_size; ++i) {
            const std::size_t rack = i / 20;
            cpumap::cpu_data d = intel[rack % intel.size()];
            cpumap::cpuid_registers r = d.cpuid(7, 0).value_or(cpumap::cpuid_registers{});
            r.ebx &= ~(std::uint32_t{1} << rack % 7 * 3);
            d.set_cpuid(7, 0, r);
            hosts.push_back(d);
        }
        return hosts;
    }();
    return all;
}

void fleet_of_data(benchmark::State& state) {
    const auto& hosts = pool();
    for (auto _ : state) {
        cpumap::fleet all;
        for (std::size_t left = static_cast<std::size_t>(state.range(0)); left > 0; left -= pool_size)
            for (const cpumap::cpu_data& h : hosts)
                if (!all.add(h)) std::abort();
        auto answer = all.baseline();
        if (!answer || all.size() != static_cast<std::uint64_t>(state.range(0))) std::abort();
        benchmark::DoNotOptimize(answer);
    }
}
BENCHMARK(fleet_of_data)->Arg(10'000)->Arg(1'000'000);

void fleet_of_sets(benchmark::State& state) {
    std::vector<cpumap::feature_set> sets;
    for (std::size_t i = 0; i < static_cast<std::size_t>(state.range(0)); ++i)
        sets.push_back(pool()[i % pool_size].features());
    for (auto _ : state) {
        auto common = cpumap::common_features(std::span<const cpumap::feature_set>(sets));
        if (common.empty()) std::abort();
        benchmark::DoNotOptimize(common);
    }
}
BENCHMARK(fleet_of_sets)->Arg(10'000)->Arg(1'000'000);

#if defined(__clang__)
constexpr const char* compiler = "clang++ " __clang_version__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer);
#else
constexpr bool sanitized = false;
#endif

}  // namespace

/// As libvirt reads it.
bool write_cpudata(const std::string& path, const cpumap::cpu_data& data) {
    std::ofstream out(path);
    out << "<cpudata arch='x86'>\n";
    for (std::size_t i = 0; i < data.size(); ++i) {
        const cpumap::cpu_data::entry& e = data[i];
        char line[160];
        const cpumap::cpuid_registers& r = e.registers;
        if (e.is_msr)
            std::snprintf(line, sizeof line, "  <msr index='0x%x' edx='0x%08x' eax='0x%08x'/>\n", e.leaf, r.edx, r.eax);
        else
            std::snprintf(line, sizeof line,
                          "  <cpuid eax_in='0x%08x' ecx_in='0x%02x' eax='0x%08x' ebx='0x%08x' ecx='0x%08x' "
                          "edx='0x%08x'/>\n",
                          e.leaf, e.subleaf, r.eax, r.ebx, r.ecx, r.edx);
        out << line;
    }
    out << "</cpudata>\n";
    return static_cast<bool>(out.flush());
}

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--cpudata") {
        std::size_t n = 0;
        for (const cpumap::cpu_data& d : all_hosts())
            if (!write_cpudata(argv[2] + ('/' + std::to_string(n++)) + ".xml", d)) return 1;
        return 0;
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::AddCustomContext("processor", std::string(processor));
    benchmark::AddCustomContext("leaves", std::to_string(known.size()));
    benchmark::AddCustomContext("compiler", compiler);
    benchmark::AddCustomContext("hosts", std::to_string(all_hosts().size()));
    benchmark::AddCustomContext("sanitized", sanitized ? "yes" : "no");
    benchmark::RunSpecifiedBenchmarks();
}
