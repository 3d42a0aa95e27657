// SPDX-License-Identifier: BSL-1.0
// What the library makes of CPUs and definitions: the same commands and answers as referee.c, from the command N on:
//
//     ours N                       # besides: write FILE, which writes the definition as it was read
//     ours recorded FOLDER         # writes the recorded hosts as <cpudata>
//     ours names                   # prints the map, for the maker of random inputs
//     ours elements FOLDER COUNT   # writes so many <cpu> elements of all kinds, for a schema to judge

#include "../conformance/cpu_input.hpp"
#include "../conformance/xml_input.hpp"
#include "../data/hosts.hpp"

#include <cpumap/cpumap.hpp>

#include CPUMAP_PEER_HEADER

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using map = cpumap::maps::CPUMAP_PEER;
using lib = cpumap::use<map>;
using element = conformance::cpu_element<map>;
using words = std::vector<std::string>;

std::string names_of(const lib::feature_set& features) {
    std::string text;
    for (const auto f : features) text += (text.empty() ? " " : ", ") + std::string(f.name());
    return text;
}

std::string error_text(const lib::error& error) {
    return "error: " + std::string(error.message()) + "\nfeatures:" + names_of(error.features()) + "\n";
}

template <class Result>
std::string text_of(const Result& result) {
    return result ? conformance::to_xml(*result) : error_text(result.error());
}

/// The outcome, and why where it is incompatible.
std::string text_of(const lib::comparison& answer) {
    switch (answer.outcome) {
        case cpumap::verdict::identical:
            return "identical\n";
        case cpumap::verdict::superset:
            return "superset\n";
        case cpumap::verdict::incompatible:
            break;
    }
    switch (answer.reason) {
        case cpumap::reason::other_vendor:
            return "incompatible\nvendor\n";
        case cpumap::reason::forbidden_features:
            return "incompatible\nforbidden" + names_of(answer.forbidden) + "\n";
        case cpumap::reason::missing_features:
            return "incompatible\nmissing" + names_of(answer.missing) + "\n";
        case cpumap::reason::extra_features:
            return "incompatible\nextra" + names_of(answer.extra) + "\n";
        default:
            return "incompatible\n";
    }
}

std::string decode(const words& w) {
    const cpumap::cpu_data data = conformance::read_cpu_data(w[1]);
    lib::decode_options options;
    std::vector<lib::usable_model> models;
    if (w.size() > 2) {
        models = conformance::read_models<map>(w[2]);
        options.hypervisor.models = models;
    }
    return w[0] == "decode_host" ? text_of(lib::decode_host(data, options)) : text_of(lib::decode_guest(data, options));
}

/// A feature's name a line; those that the map lacks are left out.
lib::feature_set read_features(const std::string& path) {
    lib::feature_set features;
    for (const std::string& name : conformance::split(conformance::read_file(path), '\n'))
        if (const auto f = lib::find_feature(name)) features.insert(*f);
    return features;
}

/// libvirt takes hosts and guests in one baseline; the library has one kind at a time, and so have the commands.
std::string baseline(const words& w) {
    lib::baseline_options options;
    std::vector<lib::usable_model> models;
    options.expand = w[0].find("_expand") != std::string::npos;
    options.migratable = w[0].find("_migratable") != std::string::npos;
    std::vector<lib::host_cpu> hosts;
    std::vector<lib::guest_cpu> guests;
    for (std::size_t i = 1; i < w.size(); ++i) {
        if (w[i].starts_with("models/")) {
            models = conformance::read_models<map>(w[i]);
            options.hypervisor.models = models;
            continue;
        }
        if (w[i].starts_with("features/")) {
            options.hypervisor.features = read_features(w[i]);
            continue;
        }
        const element cpu = conformance::read_cpu<map>(w[i]);
        if (cpu.is_host)
            hosts.push_back(cpu.host);
        else
            guests.push_back(cpu.guest);
    }
    return guests.empty() ? text_of(lib::baseline(hosts, options)) : text_of(lib::baseline(guests, options));
}

std::string has_feature(const element& cpu, const std::string& feature) {
    const auto has = cpu.is_host ? lib::has_feature(cpu.host, feature) : lib::has_feature(cpu.guest, feature);
    return !has ? "error\n" : *has ? "yes\n" : "no\n";
}

std::string on_definition(const words& w) {
    const element cpu = conformance::read_cpu<map>(w[1]);
    if (w[0] == "write" && !cpu.unknown.empty()) return "error: unknown '" + cpu.unknown + "'\n";
    if (w[0] == "write") return conformance::to_xml(cpu.guest);
    if (w[0] == "expand") return cpu.is_host ? text_of(lib::expand(cpu.host)) : text_of(lib::expand(cpu.guest));
    if (w[0] == "migratable")
        return cpu.is_host ? conformance::to_xml(lib::migratable_copy(cpu.host))
                           : conformance::to_xml(lib::migratable_copy(cpu.guest));
    if (w[0] == "has_feature") return has_feature(cpu, w.at(2));
    if (w[0] == "compare") {
        const element other = conformance::read_cpu<map>(w.at(2));
        return text_of(other.is_host ? lib::compare(cpu.host, other.host) : lib::compare(cpu.host, other.guest));
    }
    if (w[0] == "update") return text_of(lib::update(cpu.guest, conformance::read_cpu<map>(w.at(2)).host));
    if (w[0] == "translate") {
        const auto models = conformance::read_models<map>(w.at(2));
        lib::hypervisor_view view;
        view.models = models;
        return text_of(lib::translate(cpu.guest, view));
    }
    if (w[0] == "update_live")
        return text_of(
            lib::update_live(cpu.guest, conformance::read_cpu_data(w.at(2)), conformance::read_cpu_data(w.at(3))));
    throw conformance::bad_input("unknown command " + w[0]);
}

std::string answer(const words& w) {
    try {
        if (w[0] == "decode_host" || w[0] == "decode_guest") return decode(w);
        if (w[0].starts_with("baseline")) return baseline(w);
        return on_definition(w);
    } catch (const conformance::bad_input& e) {
        return std::string("error: ") + e.what() + "\n";
    }
}

void write_data(const std::string& path, const cpumap::cpu_data& data) {
    std::ofstream out(path);
    out << "<cpudata arch='x86'>\n";
    char line[256];
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto& e = data[i];
        if (e.is_msr)
            std::snprintf(line, sizeof line, "  <msr index='0x%x' edx='0x%08x' eax='0x%08x'/>\n", e.leaf,
                          e.registers.edx, e.registers.eax);
        else
            std::snprintf(
                line, sizeof line,
                "  <cpuid eax_in='0x%08x' ecx_in='0x%02x' eax='0x%08x' ebx='0x%08x' ecx='0x%08x' edx='0x%08x'/>\n",
                e.leaf, e.subleaf, e.registers.eax, e.registers.ebx, e.registers.ecx, e.registers.edx);
        out << line;
    }
    out << "</cpudata>\n";
}

int write_recorded(const std::string& folder) {
    std::size_t i = 0;
    for (const auto& host : recorded::hosts)
        write_data(folder + "/recorded-" + std::to_string(i++) + ".xml", host.data());
    return 0;
}

/// Features with where their bit is; models with vendor, signature and features.
int print_names() {
    for (const auto f : lib::features()) {
        const auto at = f.register_bit();
        const bool msr = at.from == cpumap::register_bit::source::msr;
        std::printf("feature\t%s\t%s\t%u\t%u\t%c\t%u\n", std::string(f.name()).c_str(), msr ? "msr" : "cpuid", at.leaf,
                    at.subleaf, at.part, at.bit);
    }
    for (const auto m : lib::models()) {
        std::string features;
        for (const auto f : m.features()) features += (features.empty() ? "" : ",") + std::string(f.name());
        std::string signatures;
        for (const auto s : m.signatures())
            signatures += (signatures.empty() ? "" : ",") + std::to_string(s.family) + "." + std::to_string(s.model);
        std::printf("model\t%s\t%s\t%s\t%s\n", std::string(m.name()).c_str(), std::string(m.vendor()).c_str(),
                    signatures.c_str(), features.c_str());
    }
    return 0;
}

// ---- Elements of all kinds ------------------------------------------------------------------------------------------

/// Picks at random, the same each time.
class picker {
public:
    std::size_t below(std::size_t n) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>(state_ >> 33) % n;
    }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T, std::size_t N>
    T of(const T (&values)[N]) {
        return values[below(N)];
    }

private:
    std::uint64_t state_ = 20240229;
};

constexpr cpumap::numa_distance distances[] = {{0, 10}, {1, 21}, {2, 255}};
constexpr cpumap::numa_cell cells[] = {
    {.id = 0,
     .cpus = "0-3,^2,8",
     .memory_kib = 1048576,
     .access = cpumap::memory_access::shared,
     .distances = distances},
    {.id = 1, .cpus = "4", .memory_kib = 4096, .access = cpumap::memory_access::private_, .discard = true},
    {.id = 2, .memory_kib = 1, .discard = false},
};
constexpr cpumap::topology topologies[] = {{.sockets = 1, .cores = 1, .threads = 1},
                                           {.sockets = 2, .dies = 2, .cores = 4, .threads = 2},
                                           {.sockets = 2, .dies = 3, .clusters = 2, .cores = 4, .threads = 2}};
constexpr cpumap::cache caches[] = {{.level = 3, .mode = cpumap::cache_mode::emulate},
                                    {.mode = cpumap::cache_mode::passthrough},
                                    {.mode = cpumap::cache_mode::disable},
                                    {.level = 1, .mode = cpumap::cache_mode::disable}};
constexpr cpumap::maxphysaddr widths[] = {{.mode = cpumap::maxphysaddr_mode::emulate, .bits = 42},
                                          {.mode = cpumap::maxphysaddr_mode::emulate},
                                          {.mode = cpumap::maxphysaddr_mode::passthrough},
                                          {.mode = cpumap::maxphysaddr_mode::passthrough, .limit = 39}};

/// Each changes a definition in one way; some break a rule in one mode or another, or need a newer libvirt.
using change = void (*)(lib::guest_cpu&);
constexpr change changes[] = {
    [](lib::guest_cpu&) {},
    [](lib::guest_cpu& g) { g.set_match(cpumap::match::minimum); },
    [](lib::guest_cpu& g) { g.set_match(cpumap::match::strict); },
    [](lib::guest_cpu& g) { g.set_check(cpumap::check::none); },
    [](lib::guest_cpu& g) { g.set_check(cpumap::check::partial); },
    [](lib::guest_cpu& g) { g.set_check(cpumap::check::full); },
    [](lib::guest_cpu& g) { g.set_fallback(cpumap::fallback::forbid); },
    [](lib::guest_cpu& g) { g.set_migratable(cpumap::migratable::off); },
    [](lib::guest_cpu& g) { g.set_migratable(cpumap::migratable::on); },
    [](lib::guest_cpu& g) { g.set_deprecated_features(cpumap::deprecated_features::off); },
    [](lib::guest_cpu& g) { g.set_deprecated_features(cpumap::deprecated_features::on); },
    [](lib::guest_cpu& g) { g.set_vendor(g.has_model() ? g.model().vendor() : "Intel"); },
    [](lib::guest_cpu& g) { g.set_vendor_id("<KVM & 'KVM>"); },
    [](lib::guest_cpu& g) { g.set_topology(topologies[0]); },
    [](lib::guest_cpu& g) { g.set_topology(topologies[1]); },
    [](lib::guest_cpu& g) { g.set_topology(topologies[2]); },
    [](lib::guest_cpu& g) { g.set_cache(caches[0]); },
    [](lib::guest_cpu& g) { g.set_cache(caches[1]); },
    [](lib::guest_cpu& g) { g.set_cache(caches[2]); },
    [](lib::guest_cpu& g) { g.set_maxphysaddr(widths[0]); },
    [](lib::guest_cpu& g) { g.set_maxphysaddr(widths[1]); },
    [](lib::guest_cpu& g) { g.set_maxphysaddr(widths[2]); },
    [](lib::guest_cpu& g) { g.set_maxphysaddr(widths[3]); },
    [](lib::guest_cpu& g) { g.set_numa(cells); },
    [](lib::guest_cpu& g) {
        const std::size_t first = g.has_model() ? g.model().index() : 0;
        for (unsigned policy = 0; policy < 5; ++policy)
            g.listed().put(static_cast<cpumap::feature_policy>(policy),
                           lib::features()[(first + policy) % lib::features().size()]);
    },
};

/// A guest with anything in it; many break a rule.
lib::guest_cpu any_guest(picker& pick) {
    lib::guest_cpu guest;
    guest.set_mode(static_cast<cpumap::mode>(pick.below(4)));
    const bool custom = guest.mode() == cpumap::mode::custom;
    if (custom ? !pick.one_in(8) : pick.one_in(8)) guest.set_model(lib::models()[pick.below(lib::models().size())]);
    for (std::size_t n = 1 + pick.below(8); n > 0; --n) pick.of(changes)(guest);
    for (std::size_t n = pick.below(8); n > 0; --n)
        guest.listed().put(static_cast<cpumap::feature_policy>(pick.below(5)),
                           lib::features()[pick.below(lib::features().size())]);
    return guest;
}

/// Writes the elements of a folder, one file each.
class element_files {
public:
    explicit element_files(std::string folder) : folder_(std::move(folder)) {}
    void add(const std::string& text) {
        std::ofstream(folder_ + "/element-" + std::to_string(number_++) + ".xml") << text;
    }
    /// Whether the library agrees to write it, and there is something to write.
    bool add_if_right(const lib::guest_cpu& guest) {
        const bool right = lib::check_definition(guest) == cpumap::errc::none && lib::xml_size(guest) != 0;
        if (right) add(conformance::to_xml(guest));
        return right;
    }

private:
    std::string folder_;
    std::size_t number_ = 0;
};

/// Every model with every change, and with every feature, by turns with each policy.
void add_guests(element_files& files) {
    for (const auto m : lib::models()) {
        for (const change c : changes) {
            lib::guest_cpu guest(m);
            c(guest);
            files.add_if_right(guest);
        }
        lib::guest_cpu guest(m);
        for (const auto f : lib::features())
            guest.listed().put(static_cast<cpumap::feature_policy>((f.index() + m.index()) % 5), f);
        files.add_if_right(guest);
    }
}

/// Every mode with every two changes.
void add_modes(element_files& files) {
    for (unsigned mode = 0; mode < 4; ++mode)
        for (const change first : changes)
            for (const change second : changes) {
                lib::guest_cpu guest;
                if (mode == 0) guest.set_model(lib::models()[0]);
                guest.set_mode(static_cast<cpumap::mode>(mode));
                first(guest);
                second(guest);
                files.add_if_right(guest);
            }
}

void add_hosts(element_files& files) {
    for (const auto m : lib::models()) {
        lib::host_cpu host(m);
        for (const auto f : lib::features())
            if ((f.index() + m.index()) % 2 == 0 && (m.index() % 8 == 0 || f.name().find('.') == f.name().npos))
                host.listed().put(cpumap::feature_policy::require, f);
        host.set_microcode(cpumap::given<std::uint32_t>(0xffffffffU));
        host.set_counter(cpumap::counter{2893202000, m.index() % 2 == 0});
        if (m.index() % 3 != 0) host.set_topology(topologies[m.index() % 3 - 1]);
        files.add(conformance::to_xml(host));
    }
    for (const auto& host : recorded::hosts)
        if (const auto found = lib::decode_host(host.data())) files.add(conformance::to_xml(*found));
}

/// Elements of all kinds, then so many of any.
int write_elements(const std::string& folder, std::size_t count) {
    element_files files(folder);
    add_guests(files);
    add_modes(files);
    add_hosts(files);
    picker pick;
    for (std::size_t written = 0; written < count;) written += files.add_if_right(any_guest(pick)) ? 1 : 0;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "0";
    if (first == "recorded" && argc == 3) return write_recorded(argv[2]);
    if (first == "elements" && argc == 4) return write_elements(argv[2], std::strtoul(argv[3], nullptr, 10));
    if (first == "names") return print_names();
    const unsigned long from = std::strtoul(argc > 1 ? argv[1] : "0", nullptr, 10);
    std::string line;
    for (unsigned long i = 0; std::getline(std::cin, line); ++i) {
        if (i < from) continue;
        std::printf("== %lu\n", i);
        std::fflush(stdout);  // so that the last of these names the command that crashed
        std::fputs(answer(conformance::split(line, ' ')).c_str(), stdout);
    }
    return 0;
}
