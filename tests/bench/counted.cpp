// SPDX-License-Identifier: BSL-1.0
// What has its instructions counted: counted NAME N calls a function N times, and counted alone lists the names. The
// difference between two N is what the calls take.

#include <cpumap/cpumap.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "../data/hosts.hpp"

namespace {

constexpr std::string_view processor = "Intel(R) Xeon(R) Platinum 8268 CPU @ 2.90GHz";

constexpr cpumap::cpu_data known_data() {
    cpumap::cpu_data d;
    for (const recorded::host& h : recorded::hosts)
        if (h.name == processor) d = h.data();
    return d;
}

/// The same, were its signature one that no model has.
constexpr cpumap::cpu_data unknown_data() {
    cpumap::cpu_data d = known_data();
    cpumap::cpuid_registers r = *d.cpuid(1, 0);
    r.eax = cpumap::cpu_signature(6, 254, 6).number();
    d.set_cpuid(1, 0, r);
    return d;
}

/// Keeps the compiler from knowing what is in an object, and from leaving out what puts it there.
template <class T>
void hide(T& object) {
    asm volatile("" : : "r"(&object) : "memory");
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc == 3 ? argv[1] : "";
    const long count = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
    cpumap::cpu_data known = known_data();
    cpumap::cpu_data unknown = unknown_data();
    auto guest = *cpumap::decode_guest(known);
    auto host = *cpumap::decode_host(known);
    cpumap::host_cpu hosts[] = {host, host};
    static char text[8192];
    bool found = argc == 1;
    const auto counted = [&](std::string_view name, auto call) {
        if (argc == 1) std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
        if (name != wanted) return;
        found = true;
        for (long i = 0; i < count; ++i) {
            hide(known);
            hide(unknown);
            hide(guest);
            hide(host);
            hide(hosts);
            auto answer = call();
            hide(answer);
        }
    };
    counted("features", [&] { return known.features(); });
    counted("decode_guest_known", [&] { return cpumap::decode_guest(known); });
    counted("decode_guest_unknown", [&] { return cpumap::decode_guest(unknown); });
    counted("decode_host_known", [&] { return cpumap::decode_host(known); });
    counted("decode_host_unknown", [&] { return cpumap::decode_host(unknown); });
    counted("resolve", [&] { return cpumap::host_model<>::resolve(known); });
    counted("compare", [&] { return cpumap::compare(host, guest); });
    counted("baseline_of_two", [&] { return cpumap::baseline(hosts); });
    counted("write_xml", [&] { return cpumap::write_xml(text, guest)->size(); });
    counted("xml_size", [&] { return cpumap::xml_size(guest); });
    counted("find_every_model", [&] {
        std::size_t sum = 0;
        for (const auto m : cpumap::models()) sum += cpumap::find_model(m.name())->index();
        return sum;
    });
    counted("find_every_feature", [&] {
        std::size_t sum = 0;
        for (const auto f : cpumap::features()) sum += cpumap::find_feature(f.name())->index();
        return sum;
    });
    return found ? 0 : 2;
}
