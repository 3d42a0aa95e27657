// SPDX-License-Identifier: BSL-1.0
// Runs cases of libvirt's own CPU test suite against the tables of a map: driver CASES DATA_FOLDER. tests/conformance/run
// makes the tables and builds it.

#include "cases.hpp"
#include "cpu_input.hpp"
#include "plain_cases.hpp"
#include "xml_input.hpp"

#include <cpumap/arm.hpp>
#include <cpumap/cpumap.hpp>
#include <cpumap/maps/conformance_map.hpp>
#include <cpumap/ppc64.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace conformance;
using map = cpumap::maps::conformance_map;
using lib = cpumap::use<map>;

std::string decode(const test_case& c, const folder& data, bool host) {
    const cpumap::cpu_data cpu = read_cpu_data(data.file(c, c.host + ".xml"));
    lib::decode_options options;
    std::vector<lib::usable_model> models;
    if (!c.models.empty()) {
        models = read_models<map>(data.file(c, c.models + ".tsv"));
        options.hypervisor.models = models;
    }
    if (host) {
        const auto found = lib::decode_host(cpu, options);
        return found ? to_xml(*found) : "error: " + std::string(found.error().message()) + "\n";
    }
    const auto found = lib::decode_guest(cpu, options);
    return found ? to_xml(*found) : "error: " + std::string(found.error().message()) + "\n";
}

outcome decode_host(const test_case& c, const folder& data) {
    return {read_file(data.file(c, c.expected + ".xml")), decode(c, data, true)};
}

outcome decode_guest(const test_case& c, const folder& data) {
    return {read_file(data.file(c, c.expected + ".xml")), decode(c, data, false)};
}

outcome signature(const test_case& c, const folder& data) {
    const cpumap::cpu_signature s = read_cpu_data(data.file(c, c.host + ".xml")).signature();
    char text[128];
    std::snprintf(text, sizeof text, "%06lx\n%-10s%3u (0x%02x)\n%-10s%3u (0x%02x)\n%-10s%3u (0x%02x)\n",
                  static_cast<unsigned long>(s.number()), "family: ", s.family(), s.family(), "model: ", s.model(),
                  s.model(), "stepping: ", s.stepping(), s.stepping());
    return {read_file(data.file(c, c.expected)), text};
}

cpu_element<map> read_cpu_of(const test_case& c, const folder& data, const std::string& name) {
    return read_cpu<map>(data.file(c, name + ".xml"));
}

/// Names that the map lacks are an error, but only after what is looked at before them.
std::string compare(const cpu_element<map>& host, const cpu_element<map>& cpu) {
    lib::host_cpu on = host.host;
    if (!host.unknown_model.empty()) on.set_model(lib::models()[0]);  // only for what is looked at before the model
    const auto answer = cpu.is_host ? lib::compare(on, cpu.host) : lib::compare(on, cpu.guest);
    const bool early = answer.reason == cpumap::reason::host_without_model ||
                       answer.reason == cpumap::reason::other_architecture ||
                       answer.reason == cpumap::reason::other_vendor;
    const bool unknown = !host.unknown.empty() || !cpu.unknown.empty() || !cpu.unknown_optional.empty();
    return unknown && !early ? "error" : verdict_of(answer);
}

outcome compare_case(const test_case& c, const folder& data) {
    return {expected_text(c, data), compare(read_cpu_of(c, data, c.host), read_cpu_of(c, data, c.cpu)) + "\n"};
}

outcome update(const test_case& c, const folder& data) {
    const auto host = read_cpu_of(c, data, c.host);
    const auto cpu = read_cpu_of(c, data, c.cpu);
    if (!host.unknown.empty() || !cpu.unknown.empty() || !cpu.unknown_optional.empty())
        return {expected_text(c, data), "error\n"};
    return {expected_text(c, data), text_of(lib::update(cpu.guest, lib::migratable_copy(host.host)))};
}

outcome guest_cpu(const test_case& c, const folder& data) {
    const auto host = read_cpu_of(c, data, c.host);
    const auto cpu = read_cpu_of(c, data, c.cpu);
    const std::string verdict = compare(host, cpu);
    if (verdict == "error" || verdict == "incompatible") return {expected_text(c, data), "error\n"};
    std::vector<lib::usable_model> models;
    for (const std::string& name : split(c.models, ','))
        if (const auto model = lib::find_model(name)) models.push_back({*model});
    lib::hypervisor_view view;
    if (!c.models.empty()) view.models = models;
    return {expected_text(c, data), text_of(lib::resolve(cpu.guest, host.host, view))};
}

/// The inputs of a baseline, which are all hosts or all guests.
template <class Cpu>
std::string baseline(const std::vector<cpu_element<map>>& inputs, std::vector<Cpu> cpus, const std::string& flags) {
    for (const auto& input : inputs)
        if (!input.unknown.empty()) return "error\n";
    lib::baseline_options options;
    for (const std::string& flag : split(flags, ',')) {
        if (flag == "expand") options.expand = true;
        if (flag == "migratable") options.migratable = true;
    }
    const auto answer = lib::baseline(cpus, options);
    if (!answer) return "error\n";
    for (const Cpu& cpu : cpus) {
        lib::host_cpu host(cpu.model());
        host.set_vendor(cpu.vendor());
        host.listed().append(cpumap::feature_policy::require, cpu.features() - cpu.model().features());
        // What a guest definition disables no host description can leave out, so such an input is not compared with.
        if (host.features() != cpu.features()) continue;
        if (lib::compare(host, *answer).outcome == cpumap::verdict::incompatible)
            return "the answer does not run on an input\n" + to_xml(*answer);
    }
    return to_xml(*answer);
}

std::string baseline(const std::vector<cpu_element<map>>& inputs, const std::string& flags) {
    std::vector<lib::host_cpu> hosts;
    std::vector<lib::guest_cpu> guests;
    for (const auto& input : inputs) {
        if (input.is_host)
            hosts.push_back(input.host);
        else
            guests.push_back(input.guest);
    }
    if (!hosts.empty() && !guests.empty()) throw bad_input("hosts and guests in one baseline");
    return guests.empty() ? baseline(inputs, hosts, flags) : baseline(inputs, guests, flags);
}

outcome baseline_of_file(const test_case& c, const folder& data) {
    const pugi::xml_document document = load(data.file(c, c.cpu + ".xml"));
    std::vector<cpu_element<map>> inputs;
    for (const pugi::xml_node& node : document.document_element().children("cpu"))
        inputs.push_back(read_cpu<map>(node));
    return {expected_text(c, data), baseline(inputs, c.flags)};
}

outcome baseline_of_files(const test_case& c, const folder& data) {
    std::vector<cpu_element<map>> inputs;
    for (const std::string& name : split(c.cpu, ',')) inputs.push_back(read_cpu_of(c, data, name));
    return {expected_text(c, data), baseline(inputs, c.flags)};
}

outcome has_feature(const test_case& c, const folder& data) {
    const auto host = read_cpu_of(c, data, c.host);
    const auto answer = host.is_host ? lib::has_feature(host.host, c.cpu) : lib::has_feature(host.guest, c.cpu);
    if (!answer || !host.unknown.empty()) return {expected_text(c, data), "error\n"};
    return {expected_text(c, data), *answer ? "yes\n" : "no\n"};
}

outcome validate(const test_case& c, const folder& data) {
    const auto cpu = read_cpu_of(c, data, c.cpu);
    return {expected_text(c, data), cpu.unknown.empty() && cpu.unknown_optional.empty() ? "ok\n" : "error\n"};
}

/// What agrees with an expected definition: vendors do not count, nor do further disabled features.
outcome update_live(const test_case& c, const folder& data) {
    lib::guest_cpu guest = read_cpu_of(c, data, c.cpu).guest;
    lib::guest_cpu wanted = read_cpu_of(c, data, c.expected).guest;
    if (guest.has_model() && wanted.has_model() && guest.model() != wanted.model()) {
        std::vector<lib::usable_model> models;
        if (!c.models.empty())
            for (const auto& m : read_models<map>(data.file(c, c.models + ".tsv")))
                if (m.model == wanted.model()) models.push_back(m);
        if (models.empty()) models.push_back({wanted.model()});
        lib::hypervisor_view view;
        view.models = models;
        lib::guest_cpu flexible = guest;
        flexible.set_fallback(cpumap::fallback::allow);
        if (const auto translated = lib::translate(flexible, view)) {
            guest = *translated;
            guest.set_fallback(wanted.fallback());
        }
    }
    const auto live = lib::update_live(guest, read_cpu_data(data.file(c, c.host + "-enabled.xml")),
                                       read_cpu_data(data.file(c, c.host + "-disabled.xml")));
    if (!live) return {to_xml(wanted), "error: " + std::string(live.error().message()) + "\n"};
    const auto expected = lib::expand(wanted);
    auto actual = lib::expand(*live);
    if (!expected || !actual) return {to_xml(wanted), "error: cannot be expanded\n"};
    lib::feature_set further;
    for (const auto f : actual->listed())
        if (f.policy == cpumap::feature_policy::disable && !expected->listed().listed().contains(f.feature))
            further.insert(f.feature);
    actual->listed().remove(further);
    actual->set_vendor(expected->vendor());
    return {to_xml(*expected), to_xml(*actual)};
}

using operation_table = std::map<std::string, std::function<outcome(const test_case&, const folder&)>>;

const operation_table x86_operations = {
    {"decode-host", decode_host},
    {"decode-guest", decode_guest},
    {"signature", signature},
    {"compare", compare_case},
    {"update", update},
    {"guestcpu", guest_cpu},
    {"baseline", baseline_of_file},
    {"baseline-hosts", baseline_of_files},
    {"updatelive", update_live},
    {"hasfeature", has_feature},
    {"validate", validate},
};

template <class Architecture>
operation_table plain_operations() {
    using cases = plain_cases<Architecture>;
    const auto unfit = [](const test_case& c, const folder&) -> outcome {
        throw bad_input("there is no " + c.op + " on " + c.arch);
    };
    return {
        {"decode-host", cases::decode_host},
        {"decode-guest", cases::decode_guest},
        {"signature", unfit},
        {"compare", cases::compare},
        {"update", cases::update},
        {"guestcpu", cases::guest_cpu},
        {"baseline", cases::baseline_of_file},
        {"baseline-hosts", cases::baseline_of_files},
        {"updatelive", unfit},
        {"hasfeature", cases::has_feature},
        {"validate", cases::validate},
    };
}

/// The operations on processors of an architecture; null where the library has none.
const operation_table* operations_of(const std::string& arch) {
    static const operation_table ppc64 = plain_operations<ppc64_cases<map>>();
    static const operation_table arm = plain_operations<arm_cases<map>>();
    switch (read_arch(arch)) {
        case cpumap::architecture::x86_64:
        case cpumap::architecture::i686:
            return &x86_operations;
        case cpumap::architecture::ppc64:
        case cpumap::architecture::ppc64le:
            return &ppc64;
        case cpumap::architecture::aarch64:
        case cpumap::architecture::armv7l:
        case cpumap::architecture::armv6l:
            return &arm;
        case cpumap::architecture::other:
            break;
    }
    return nullptr;
}

/// The lines of both texts, those they share once; short texts, so the plain longest common subsequence will do.
std::string diff(const std::string& expected, const std::string& actual) {
    const std::vector<std::string> a = split(expected, '\n');
    const std::vector<std::string> b = split(actual, '\n');
    std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    std::string text = "  --- expected\n  +++ actual\n";
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            text += "   " + a[i] + "\n";
            ++i;
            ++j;
        } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
            text += "  -" + a[i++] + "\n";
        } else {
            text += "  +" + b[j++] + "\n";
        }
    }
    if (a == b) text += "  (only the ends of lines differ)\n";
    return text;
}

test_case read_case(const std::string& line) {
    std::vector<std::string> columns = split(line, '\t');
    columns.resize(7);
    return {columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6]};
}

/// Returns what speaks against a case, empty if nothing does.
std::string run(const test_case& c, const folder& data) {
    const operation_table* operations = operations_of(c.arch);
    if (operations == nullptr) return "  the driver does not know the architecture " + c.arch + "\n";
    const auto operation = operations->find(c.op);
    if (operation == operations->end()) return "  the driver does not know the operation " + c.op + "\n";
    try {
        const outcome o = operation->second(c, data);
        return o.expected == o.actual ? "" : diff(o.expected, o.actual);
    } catch (const std::exception& e) {
        return std::string("  ") + e.what() + "\n";
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: driver CASES DATA_FOLDER\n");
        return 2;
    }
    std::size_t passed = 0;
    std::size_t failed = 0;
    try {
        const folder data{argv[2]};
        for (const std::string& line : split(read_file(argv[1]), '\n')) {
            const test_case c = read_case(line);
            if (c.op.empty() || c.op == "op") continue;
            const std::string against = run(c, data);
            std::printf("%s %s %s %s %s\n%s", against.empty() ? "ok" : "FAIL", c.op.c_str(), c.arch.c_str(),
                        c.host.c_str(), c.cpu.c_str(), against.c_str());
            ++(against.empty() ? passed : failed);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "driver: %s\n", e.what());
        return 2;
    }
    std::printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 && passed != 0 ? 0 : 1;
}
