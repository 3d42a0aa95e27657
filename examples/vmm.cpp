// SPDX-License-Identifier: BSL-1.0

// A hypervisor whose CPU is its author's choice: a class template that takes a policy. Beside it the same for a CPU
// from a configuration: names are looked up when the program runs, and what is wrong comes back as a value.
//
//   vmm [MODEL [+FEATURE|-FEATURE]...]

#include <cpumap/cpumap.hpp>

#include <array>
#include <iostream>
#include <span>
#include <string_view>

#include "recorded_host.hpp"

/// Cpu is what its machines get. A policy that asks for what cannot be is the compiler's error.
template <cpumap::mode_policy Cpu = cpumap::host_model<>>
class hypervisor {
public:
    hypervisor(const cpumap::cpu_data& host, const cpumap::hypervisor_view& view) : host_(host), view_(view) {}

    /// What the guest gets, or why it cannot run here: by the policy, or by a definition in its place.
    cpumap::result<cpumap::guest_cpu> start(const cpumap::guest_cpu& wanted = Cpu::definition()) const {
        return cpumap::resolve(wanted, host_, view_);
    }
    /// Only with a policy that lets guests leave: whether another host can take a guest over.
    static bool can_move(const cpumap::guest_cpu& guest,
                         const cpumap::host_cpu& to) requires(Cpu::migrates == cpumap::migrates_to::any_superset) {
        return cpumap::compare(to, guest).outcome != cpumap::verdict::incompatible;
    }

private:
    const cpumap::cpu_data& host_;
    cpumap::hypervisor_view view_;
};

/// Reads a model's name and features with their signs, as a command line or a configuration gives them.
cpumap::result<cpumap::guest_cpu> parse(std::span<const char* const> words) {
    const auto model = cpumap::find_model(words[0]);
    if (!model) return cpumap::error(cpumap::errc::unknown_model, words[0]);
    cpumap::guest_cpu cpu(*model);
    cpu.set_fallback(cpumap::fallback::forbid);
    for (std::string_view word : words.subspan(1)) {
        const auto policy = word.starts_with('-') ? cpumap::feature_policy::disable : cpumap::feature_policy::require;
        word.remove_prefix(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
        if (const auto put = cpu.set(policy, word); !put) return put.error();
    }
    return cpu;
}

void explain(const cpumap::error& error) {
    std::cout << "  " << error.name() << ": " << error.message() << '\n';
    const auto model = cpumap::nearest_model(error.name());
    const auto feature = cpumap::nearest_feature(error.name());
    if (error.code() == cpumap::errc::unknown_model && model) std::cout << "  Did you mean " << model->name() << "?\n";
    if (error.code() == cpumap::errc::unknown_feature && feature)
        std::cout << "  Did you mean " << feature->name() << "?\n";
    if (!error.features().empty()) std::cout << "  at fault:";
    for (const auto fault : error.features()) std::cout << ' ' << fault.name();
    if (!error.features().empty()) std::cout << '\n';
}

bool show(const cpumap::result<cpumap::guest_cpu>& cpu) {
    if (!cpu) return explain(cpu.error()), false;
    char text[8192];  // xml_size() would tell how much it takes
    const auto xml = cpumap::write_xml(text, *cpu);
    if (xml) std::cout << *xml;
    return xml.has_value();
}

int main(int argc, char** argv) {
    // What the hypervisor can give on this host: all but nested virtualisation.
    cpumap::hypervisor_view view;
    view.features = xeon_gold_5115.features();
    view.features->erase(cpumap::feature<"vmx">);

    using fixed = cpumap::custom<"Broadwell-noTSX", cpumap::disable<"erms">, cpumap::optional<"vmx">>;
    const hypervisor<fixed> careful(xeon_gold_5115, view);
    const auto configured = [&](std::span<const char* const> words) {
        std::cout << "\nConfigured:";
        for (const char* word : words) std::cout << ' ' << word;
        std::cout << '\n';
        const auto wanted = parse(words);
        return show(wanted ? careful.start(*wanted) : wanted);
    };
    if (argc > 1) return configured(std::span(argv, argc).subspan(1)) ? 0 : 1;

    std::cout << "The policy of one hypervisor, a fixed model:\n";
    const auto guest = careful.start();
    bool ok = show(guest);
    ok = ok && careful.can_move(*guest, cpumap::host_cpu::of<"Icelake-Server">());
    std::cout << (ok ? "It can move to an Icelake-Server.\n" : "");

    std::cout << "\nOf another, host-passthrough; it has no can_move():\n";
    ok = show(hypervisor<cpumap::host_passthrough<>>(xeon_gold_5115, view).start()) && ok;

    ok = configured(std::to_array({"Haswell-noTSX", "+f16c", "-erms"})) && ok;
    ok = !configured(std::to_array({"Haswel", "+f16c"})) && ok;
    ok = !configured(std::to_array({"Opteron_G3", "+pcid"})) && ok;
    return ok ? 0 : 1;
}
