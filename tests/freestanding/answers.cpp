// SPDX-License-Identifier: BSL-1.0
// What the library answers for recorded processors, as text, and for random ones, as one number: the same everywhere.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "../data/hosts.hpp"
#include "measured.hpp"
#include "print.hpp"

namespace {

constexpr std::size_t host_count = std::size(recorded::hosts);
constexpr unsigned random_cases = 4000;

// Static, as firmware has them: the stack is for the library.
room<guest_result> guests[host_count];
room<host_result> hosts[host_count];
room<guest_result> guest, common;
room<comparison> compared;
constinit cpumap::cpu_data data;  // g++ 12 would make it when the program starts otherwise
constinit host_cpu group[3];
char text[32768];

/// splitmix64
class random {
public:
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    std::uint32_t word() { return static_cast<std::uint32_t>(next() >> 32); }
    std::size_t below(std::uint32_t n) { return static_cast<std::size_t>(std::uint64_t{word()} * n >> 32); }
    /// Bits of which one in eight is set.
    std::uint32_t few() { return word() & word() & word(); }

private:
    std::uint64_t state_ = 20261122;
};

/// FNV-1a of all that was answered.
class digest {
public:
    void add(std::string_view bytes) {
        for (const char c : bytes) add_byte(static_cast<unsigned char>(c));
    }
    void add(std::uint64_t number) {
        for (unsigned i = 0; i < 8; ++i) add_byte(static_cast<unsigned char>(number >> (8 * i) & 0xff));
    }
    template <class Map>
    void add(const cpumap::basic_feature_set<Map>& set) {
        for (std::size_t i = 0; i < cpumap::basic_feature_set<Map>::word_count; ++i) add(set.word(i));
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }
    std::uint64_t value_ = 0xcbf29ce484222325U;
};

int failed = 0;

std::string_view written(long size) {
    if (size < 0) {
        failed = 1;
        return cpumap::message(static_cast<cpumap::errc>(-size));
    }
    return {static_cast<const char*>(text), static_cast<std::size_t>(size)};
}
std::string_view xml_of(const guest_cpu& cpu) { return written(measured_write_xml(text, sizeof text, cpu)); }
std::string_view xml_of(const host_cpu& cpu) { return written(measured_write_host_xml(text, sizeof text, cpu)); }

template <class Result>
void print_result(const Result& result) {
    if (result) {
        print(xml_of(*result));
    } else {
        print(result.error().message());
        print("\n");
    }
}

void print_comparison(const comparison& c) {
    print("  outcome ");
    print(static_cast<std::uint64_t>(c.outcome), 1);
    print(" reason ");
    print(static_cast<std::uint64_t>(c.reason), 1);
    print("\n");
    print("  missing");
    print_names(c.missing);
    print("  forbidden");
    print_names(c.forbidden);
    print("  extra");
    print_names(c.extra);
}

template <class Result>
void add_result(digest& sum, const Result& result) {
    sum.add(std::uint64_t{result.has_value()});
    if (!result) {
        sum.add(static_cast<std::uint64_t>(result.error().code()));
        sum.add(result.error().name());
        return;
    }
    sum.add(result->features());
    sum.add(xml_of(*result));
}
void add_comparison(digest& sum, const comparison& c) {
    sum.add(static_cast<std::uint64_t>(c.outcome));
    sum.add(static_cast<std::uint64_t>(c.reason));
    sum.add(c.missing);
    sum.add(c.forbidden);
    sum.add(c.extra);
}

void say_recorded() {
    const decode_options any{};
    for (std::size_t i = 0; i < host_count; ++i) {
        data = recorded::hosts[i].data();
        print("\n");
        print(recorded::hosts[i].name);
        print("\n");
        measured_decode_host(hosts[i], data, any);
        print_result(*hosts[i]);
        measured_decode_guest(guests[i], data, any);
        print_result(*guests[i]);
    }
    const baseline_options plain{};
    for (std::size_t i = 0; i < host_count; ++i)
        for (std::size_t k = 0; k < host_count; ++k) {
            print("\nhost ");
            print(i, 1);
            print(" and guest ");
            print(k, 1);
            print("\n");
            if (!*hosts[i] || !*hosts[k] || !*guests[k]) continue;
            measured_compare(compared, **hosts[i], **guests[k]);
            print_comparison(*compared);
            measured_compare_hosts(compared, **hosts[i], **hosts[k]);
            print_comparison(*compared);
            if (k <= i) continue;
            group[0] = **hosts[i];
            group[1] = **hosts[k];
            measured_baseline(common, group, 2, plain);
            print_result(*common);
        }
}

/// Everything that a definition can say besides features, with numbers of 64 bits.
void say_options() {
    using namespace std::string_view_literals;
    static constexpr cpumap::numa_distance distances[] = {{0, 10}, {1, 21}};
    const cpumap::numa_cell cells[] = {
        {.id = 0, .cpus = "0-3,8"sv, .memory_kib = std::uint64_t{18446744073709551615U}, .distances = distances},
        {.id = 1, .cpus = "4-7"sv, .memory_kib = std::uint64_t{4294967296U}, .discard = true}};
    guest_cpu all(*cpumap::find_model<map>("EPYC-Rome"sv));
    all.set_vendor_id("<&>'\"Aa12345"sv);
    all.set_topology(cpumap::topology{.sockets = 4294967295U, .dies = 2, .clusters = 3, .cores = 10, .threads = 1});
    all.set_maxphysaddr(cpumap::maxphysaddr{.mode = cpumap::maxphysaddr_mode::emulate, .bits = 42});
    all.set_check(cpumap::check::full);
    all.set_numa(cells);
    const auto policies = {cpumap::feature_policy::force, cpumap::feature_policy::forbid,
                           cpumap::feature_policy::optional, cpumap::feature_policy::disable};
    const std::string_view names[] = {"avx512f"sv, "svm"sv, "ibpb"sv, "rdpid"sv};
    std::size_t n = 0;
    for (const auto policy : policies)
        if (!all.set(policy, names[n++])) failed = 1;
    print("\n");
    print(xml_of(all));
    if (!*hosts[0]) return;
    host_cpu host = **hosts[0];
    host.set_microcode(4026531841U);
    host.set_counter(cpumap::counter{18446744073709551615U, true});
    print(xml_of(host));
}

/// A recorded processor with some bits changed, at times of another signature or vendor.
void make_random(random& random) {
    const recorded::host& from = recorded::hosts[random.below(host_count)];
    data = {};
    for (const recorded::leaf& l : from.leaves) {
        cpumap::cpuid_registers r = l.registers;
        const bool has_features = l.eax == 1 || l.eax == 7 || l.eax == 0xd || l.eax >= 0x80000001U;
        if (has_features) {
            r.ebx ^= random.few() & random.word();
            r.ecx ^= random.few() & random.word();
            r.edx ^= random.few() & random.word();
            if (l.eax != 1) r.eax ^= random.few() & random.word();
        }
        if (l.eax == 0 && random.below(8) == 0) r.ebx = random.word();
        if (l.eax == 1 && random.below(2) == 0) {
            const auto model = cpumap::models<map>()[random.below(map::x86::model_count)];
            if (const auto signatures = model.signatures(); signatures.size() != 0) {
                const auto s = signatures[random.below(static_cast<std::uint32_t>(signatures.size()))];
                r.eax = cpumap::cpu_signature(s.family, s.model, random.word() & 15).number();
            }
        }
        data.set_cpuid(l.eax, l.ecx, r);
    }
    data.set_cpuid(7, 1, {random.few(), random.few(), random.few(), random.few()});
    data.set_cpuid(0x80000021U, 0, {random.few(), 0, 0, 0});
    data.set_msr(0x10a, random.next() & random.next());
}

void say_random() {
    static cpumap::basic_usable_model<map> known[40];
    decode_options options;
    baseline_options fleet;
    static room<host_result> host;
    random random;
    digest sum;
    std::size_t in_group = 0;
    unsigned decoded[2]{};
    for (unsigned i = 0; i < random_cases; ++i) {
        make_random(random);
        options = {};
        fleet = {};
        if (i % 4 == 1) {
            for (auto& k : known) {
                k = {cpumap::models<map>()[random.below(map::x86::model_count)]};
                if (random.below(2) == 0)
                    for (const auto f : k.model.features())
                        if (random.below(6) == 0) k.blockers.insert(f);
            }
            options.hypervisor.models = known;
            fleet.hypervisor.models = known;
        }
        options.migratable = i % 3 == 2;
        fleet.expand = i % 5 == 1;
        measured_decode_guest(guest, data, options);
        add_result(sum, *guest);
        measured_decode_host(host, data, options);
        add_result(sum, *host);
        decoded[0] += guest->has_value() ? 1 : 0;
        decoded[1] += host->has_value() ? 1 : 0;
        if (*host && *guest) {
            group[in_group++ % 3] = **host;
            for (const host_cpu& other : group) {
                measured_compare(compared, other, **guest);
                add_comparison(sum, *compared);
                measured_compare_hosts(compared, other, **host);
                add_comparison(sum, *compared);
            }
            const std::size_t size = in_group < 3 ? in_group : 1 + random.below(3);
            measured_baseline(common, group, size, fleet);
            add_result(sum, *common);
        }
    }
    print("\nrandom processors ");
    print(random_cases, 4);
    print(", with a guest ");
    print(decoded[0], 4);
    print(", with a host ");
    print(decoded[1], 4);
    print(", digest ");
    print(sum.value(), 16);
    print("\n");
}

}  // namespace

int program() {
    say_recorded();
    say_options();
    say_random();
    return failed;
}
