// SPDX-License-Identifier: BSL-1.0
// What the library makes of models, flags and options for QEMU, one case a line, parts with a tab between:
//
//     arguments SEED CASES < PROPERTIES
//
//     flags MAP ARGUMENT ASKED FEATURES    so many of each model, the first without flags; what the definition requires
//                                          and disables (name=on name=off), and all its features
//     options NAME ARGUMENT SMP            each option of a definition once
//     without FEATURE                      what the library takes to have no property in any QEMU
//
// PROPERTIES are what the QEMU that is asked has, one a line. Features are in QEMU's names.

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using cpumap::feature_policy;

std::string text_of(const auto& guest, auto size, auto write) {
    std::string text(size(guest), ' ');
    const auto written = write(text, guest);
    if (written && *written == text) return text;
    std::cerr << "arguments: " << (written ? "another size" : written.error().message()) << '\n';
    std::exit(1);
}
std::string cpu_of(const auto& guest) {
    return text_of(
        guest, [](const auto& g) { return cpumap::qemu_cpu_size(g); },
        [](auto& to, const auto& g) { return cpumap::write_qemu_cpu(to, g); });
}
std::string smp_of(const auto& guest) {
    return text_of(
        guest, [](const auto& g) { return cpumap::qemu_smp_size(g); },
        [](auto& to, const auto& g) { return cpumap::write_qemu_smp(to, g); });
}

template <class Map>
void flags(std::string_view name, const std::set<std::string, std::less<>>& properties, std::mt19937_64& random,
           unsigned cases) {
    using lib = cpumap::use<Map>;
    std::vector<typename lib::feature_ref> known;
    for (const auto f : lib::features())
        if (properties.contains(f.qemu_name())) known.push_back(f);
    for (const auto model : lib::models()) {
        for (unsigned i = 0; i < cases; ++i) {
            typename lib::guest_cpu guest(model);
            for (unsigned n = 0; i != 0 && n < 12; ++n) {
                const auto policy = static_cast<feature_policy>(random() % 5);
                static_cast<void>(guest.set(policy, known[random() % known.size()]));  // twice the same: once
            }
            std::cout << "flags\t" << name << '\t' << cpu_of(guest) << '\t';
            for (const auto [feature, policy] : guest.listed())
                if (policy != feature_policy::optional)
                    std::cout << feature.qemu_name() << (policy < feature_policy::optional ? "=on " : "=off ");
            std::cout << '\t';
            for (const auto f : guest.features()) std::cout << f.qemu_name() << ' ';
            std::cout << '\n';
        }
    }
}

void without() {
    for (const auto f : cpumap::features())
        if (!cpumap::detail::has_qemu_property(f)) std::cout << "without\t" << f.qemu_name() << '\n';
}

template <class Policy>
void option(std::string_view name) {
    std::cout << "options\t" << name << '\t' << cpumap::qemu_cpu<Policy> << '\t' << cpumap::qemu_smp<Policy> << '\n';
}

void options() {
    using namespace cpumap;
    using bits = with<maxphysaddr{.bits = 41}>;
    using host_bits = with<maxphysaddr{.mode = maxphysaddr_mode::passthrough, .limit = 36}>;
    option<custom<"Nehalem", with<vendor_id{"KVM=KVM .&KV"}>>>("vendor");
    option<none<with<vendor_id{"TheOnlyOneIs"}>>>("vendor");
    option<custom<"Nehalem", bits>>("phys-bits");
    option<none<bits>>("phys-bits");
    option<maximum<bits>>("phys-bits");
    option<host_passthrough<bits>>("phys-bits");
    option<custom<"Nehalem", host_bits>>("host-phys-bits");
    option<host_passthrough<host_bits>>("host-phys-bits");
    option<custom<"Nehalem", with<cache{.level = 3}>>>("l3-cache");
    option<maximum<with<cache{.level = 3}>>>("l3-cache");
    option<custom<"Nehalem", with<cache{.mode = cache_mode::disable}>>>("l3-cache");
    option<host_passthrough<with<cache{.mode = cache_mode::passthrough}>>>("host-cache-info");
    option<host_passthrough<with<migratable::off>>>("migratable");
    option<maximum<with<migratable::on>, disable<"vmx">>>("migratable");
    option<custom<"qemu64", require<"cmp_legacy">, with<check::full>, disable<"svm">>>("enforce");
    option<none<with<topology{.sockets = 1, .cores = 4, .threads = 2}>>>("smp");
    option<none<with<topology{.sockets = 2, .dies = 2, .cores = 3, .threads = 1}>>>("smp");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::mt19937_64 random(std::strtoull(argv[1], nullptr, 10));
    const auto cases = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
    std::set<std::string, std::less<>> properties;
    for (std::string line; std::getline(std::cin, line);) properties.insert(line);
    flags<cpumap::maps::libvirt_9_0>("9.0", properties, random, cases);
    flags<cpumap::maps::libvirt_12_8>("12.8", properties, random, cases);
    options();
    without();
}
