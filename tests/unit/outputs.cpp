// SPDX-License-Identifier: BSL-1.0
// All outputs of one policy mean the same: the XML and QEMU's argument, both parsed back, and the words for KVM, made at
// compile time on a host that offers everything.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <cpumap/kvm.hpp>

#include "support.hpp"

namespace {

using map = cpumap::default_map;
using features = cpumap::basic_feature_set<map>;
using cpumap::custom;
using cpumap::disable;
using cpumap::extra_flags;
using cpumap::forbid;
using cpumap::force;
using cpumap::host_passthrough;
using cpumap::optional;
using cpumap::require;
using cpumap::with;

// ---- A host that offers everything ----------------------------------------------------------------------------------

/// One entry for each leaf and subleaf that the map has features in, all bits set, and those that a guest cannot be
/// without.
struct everything {
    std::array<kvm_cpuid_entry2, 64> entries{};
    std::size_t entry_count = 0;
    std::array<kvm_msr_entry, 32> values{};
    std::size_t value_count = 0;

    constexpr kvm_cpuid_entry2& entry(std::uint32_t leaf, std::uint32_t subleaf) {
        for (std::size_t i = 0; i < entry_count; ++i)
            if (entries[i].function == leaf && entries[i].index == subleaf) return entries[i];
        return entries[entry_count++] = cpumap::kvm::cpuid_entry(leaf, subleaf, {});
    }

    constexpr explicit everything(std::string_view vendor) {
        cpumap::cpu_data name;
        unit::set_vendor(name, vendor);
        const cpumap::cpuid_registers r = *name.cpuid(0, 0);
        entries[entry_count++] = cpumap::kvm::cpuid_entry(0, {0x29, r.ebx, r.ecx, r.edx});
        entries[entry_count++] = cpumap::kvm::cpuid_entry(0x80000000, {0x80000022, r.ebx, r.ecx, r.edx});
        entry(0xd, 0) = cpumap::kvm::cpuid_entry(0xd, 0, {0xe00ff, 0xb00, 0xb00, 0});
        std::size_t last = cpumap::detail::no_index;
        for (std::size_t i = 0; i < map::x86::feature_count; ++i) {
            const auto b = cpumap::basic_feature_ref<map>::from_index(i).register_bit();
            if (b.from == cpumap::register_bit::source::cpuid) {
                kvm_cpuid_entry2& e = entry(b.leaf, b.subleaf);
                (b.part == 'a' ? e.eax : b.part == 'b' ? e.ebx : b.part == 'c' ? e.ecx : e.edx) = 0xffffffff;
            } else if (last != b.leaf) {
                last = b.leaf;
                bool known = false;
                for (std::size_t k = 0; k < value_count; ++k) known = known || values[k].index == b.leaf;
                if (known) continue;
                // Of VMX controls the high word says what may be on, and nothing must be.
                values[value_count].index = b.leaf;
                values[value_count++].data =
                    cpumap::detail::is_vmx_control(b.leaf) ? 0xffffffff00000000U : ~std::uint64_t{0};
            }
        }
    }
    [[nodiscard]] constexpr cpumap::kvm::host host() const {
        return {.cpuid = std::span<const kvm_cpuid_entry2>(entries).first(entry_count),
                .msrs = std::span<const kvm_msr_entry>(values).first(value_count),
                .tsc_deadline = true};
    }
};
constexpr everything intel("Intel");
constexpr everything amd("AMD");

// ---- What each output names -----------------------------------------------------------------------------------------

/// What an output says of features by name: those of its model, with those it asks for and without those it disables.
/// A text of another kind takes over by a reader of its own that fills this in.
struct named {
    features of_model{};
    features on{};
    features off{};
    bool understood = true;

    [[nodiscard]] constexpr features all() const { return (of_model | on) - off; }
};

/// The value of an attribute in a line of XML, or nothing.
constexpr std::string_view attribute(std::string_view line, std::string_view name) {
    for (std::size_t i = 0; i + name.size() + 2 < line.size(); ++i)
        if (line[i] == ' ' && line.substr(i + 1, name.size()) == name && line[i + 1 + name.size()] == '=') {
            const std::string_view rest = line.substr(i + name.size() + 3);
            std::size_t n = 0;
            while (n < rest.size() && rest[n] != '\'') ++n;
            return rest.substr(0, n);
        }
    return {};
}

/// Reads the <cpu> element as cpumap writes it, a line for each thing.
constexpr named features_named_by_xml(std::string_view text) {
    named r;
    while (!text.empty()) {
        std::size_t end = 0;
        while (text[end] != '\n') ++end;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (line.substr(0, 8) == "  <model") {
            std::size_t from = 0;
            while (line[from] != '>') ++from;
            std::size_t to = ++from;
            while (line[to] != '<') ++to;
            const auto model = cpumap::find_model(line.substr(from, to - from));
            r.understood = r.understood && model.has_value();
            if (model) r.of_model = model->features();
        } else if (line.substr(0, 10) == "  <feature") {
            const auto feature = cpumap::find_feature(attribute(line, "name"));
            const std::string_view policy = attribute(line, "policy");
            r.understood = r.understood && feature.has_value();
            if (!feature) continue;
            if (policy == "require" || policy == "force")
                r.on.insert(*feature);
            else if (policy == "disable" || policy == "forbid")
                r.off.insert(*feature);
            else
                r.understood = r.understood && policy == "optional";
        }
    }
    return r;
}

/// Reads the argument of QEMU's -cpu.
constexpr named features_named_by_qemu(std::string_view text) {
    const auto word = [&text] {
        std::size_t n = 0;
        while (n < text.size() && text[n] != ',') ++n;
        const std::string_view w = text.substr(0, n);
        text.remove_prefix(n < text.size() ? n + 1 : n);
        return w;
    };
    named r;
    const std::string_view model = word();
    if (model != "host") {
        const auto found = cpumap::find_model(model);
        r.understood = found.has_value();
        if (found) r.of_model = found->features();
    }
    while (!text.empty()) {
        const std::string_view option = word();
        std::size_t n = 0;
        while (n < option.size() && option[n] != '=') ++n;
        const std::string_view name = option.substr(0, n);
        const std::string_view value = n < option.size() ? option.substr(n + 1) : std::string_view();
        if (name == "vendor" || name == "enforce" || name == "migratable") continue;
        bool known = false;
        for (const auto f : cpumap::features())
            if (f.qemu_name() == name) {
                (value == "on" ? r.on : r.off).insert(f);
                known = value == "on" || value == "off";
            }
        r.understood = r.understood && known;
    }
    return r;
}

// ---- The laws -------------------------------------------------------------------------------------------------------

constexpr bool is(cpumap::basic_feature_ref<map> f, std::string_view names) {
    return unit::features_of<map>(names).contains(f);
}

/// The tables of a definition on a host that offers everything: 0, or the line of what does not hold.
constexpr int kvm_names(const cpumap::guest_cpu& guest, const features& promised, const everything& from) {
    std::array<kvm_cpuid_entry2, 128> entries{};
    std::array<kvm_msr_entry, 32> msrs{};
    const cpumap::kvm::host host = from.host();
    const auto made =
        cpumap::kvm::make_vcpu(std::span<kvm_cpuid_entry2>(entries), std::span<kvm_msr_entry>(msrs), guest, host);
    CPUMAP_MUST(made.has_value());
    const auto& report = made->report;
    const features words = cpumap::kvm::features_of<>(made->cpuid, made->msrs);
    if (guest.mode() == cpumap::mode::custom) {
        const features optional = guest.listed().with_policy(cpumap::feature_policy::optional);
        CPUMAP_MUST((words - optional) == ((promised | report.added) - report.missing() - optional));
        CPUMAP_MUST(words.includes(promised - report.missing()));
        for (const auto f : report.added)
            CPUMAP_MUST(is(f, "hypervisor x2apic tsc-deadline arat fdp-excptn-only zero-fcs-fds"));
    } else {
        CPUMAP_MUST(words.includes(promised - report.missing()));
        const features off = guest.listed().with_policy(cpumap::feature_policy::disable) |
                             guest.listed().with_policy(cpumap::feature_policy::forbid);
        for (const auto f : words& off) CPUMAP_MUST(is(f, "fdp-excptn-only zero-fcs-fds"));
    }
    // A virtual machine or the guest decides these, or what they belong to is off.
    for (const auto f : report.missing()) {
        const auto why = *report.why(f);
        const auto at = f.register_bit();
        CPUMAP_MUST(why == cpumap::kvm::withheld::guest_sets_it || why == cpumap::kvm::withheld::one_cpu ||
                    why == cpumap::kvm::withheld::no_msr || at.leaf == 0xd || at.leaf == 0x14 || at.leaf == 0x24 ||
                    at.leaf == 0x12 || at.leaf == 0x1e || at.leaf == 0x8000000a);
    }
    return 0;
}

template <class Policy>
constexpr int xml_names() {
    const named xml = features_named_by_xml(cpumap::xml<Policy>);
    CPUMAP_MUST(xml.understood);
    CPUMAP_MUST(xml.all() == Policy::features());
    return 0;
}

template <class Policy>
constexpr int qemu_names() {
    const named qemu = features_named_by_qemu(cpumap::qemu_cpu<Policy>);
    CPUMAP_MUST(qemu.understood);
    CPUMAP_MUST(qemu.all() == Policy::features());
    return 0;
}

/// One policy: what it promises is what each of its outputs names.
template <class Policy, const everything& From>
struct agrees {
#if !CPUMAP_EXPECT_SANITIZERS  // which see nothing of constants; these take a compiler half a minute
    static_assert(kvm_names(Policy::definition(), Policy::features(), From) == 0);
    static_assert(xml_names<Policy>() == 0);
    static_assert(qemu_names<Policy>() == 0);
#endif

    static int at_run_time() {
        if (const int line = kvm_names(unit::opaque(Policy::definition()), Policy::features(), From)) return line;
        if (const int line = xml_names<Policy>()) return line;
        return qemu_names<Policy>();
    }
};

template <const everything& From, class... Policy>
int all_agree() {
    int first = 0;
    const auto note = [&](int line) {
        if (first == 0) first = line;
    };
    (note(agrees<Policy, From>::at_run_time()), ...);
    return first;
}

TEST_CASE("one policy means the same in all its outputs", "[outputs]") {
    CHECK(
        all_agree<intel, custom<"486">, custom<"pentium">, custom<"pentium3">, custom<"coreduo">, custom<"core2duo">,
                  custom<"Penryn">, custom<"Nehalem">, custom<"Nehalem-IBRS">, custom<"Westmere">,
                  custom<"SandyBridge">, custom<"IvyBridge">, custom<"Haswell">, custom<"Haswell-noTSX">,
                  custom<"Broadwell">, custom<"Skylake-Client">, custom<"Skylake-Server">, custom<"Cascadelake-Server">,
                  custom<"Cooperlake">, custom<"Icelake-Server">, custom<"Snowridge">, custom<"SapphireRapids">,
                  custom<"kvm64">, custom<"qemu64">, custom<"Nehalem", require<"aes">, disable<"cx16">>,
                  custom<"Nehalem", force<"avx2">, forbid<"sse4.2">, optional<"erms">>,
                  custom<"Haswell", disable<"xsave">, require<"vmx">>,
                  custom<"Skylake-Server", disable<"avx512f">, extra_flags<"vmx", "+pdpe1gb", "-hle", "-rtm">>,
                  custom<"Cascadelake-Server", require<"vmx">, require<"vmx-ept">, require<"vmx-vpid">>,
                  custom<"Cooperlake", disable<"arch-capabilities">>, custom<"SapphireRapids", disable<"amx-tile">>,
                  custom<"Nehalem", disable<"hypervisor">, disable<"x2apic">, require<"ht">>,
                  custom<"Westmere", with<cpumap::vendor_id{"KVMKVMKVM123"}>, with<cpumap::fallback::allow>>,
                  custom<"Broadwell", with<cpumap::check::full>, optional<"pku">>, host_passthrough<>,
                  host_passthrough<disable<"vmx">, require<"avx2">>,
                  host_passthrough<with<cpumap::migratable::on>, forbid<"avx512f">>>() == 0);
    CHECK(all_agree<amd, custom<"athlon">, custom<"phenom">, custom<"Opteron_G1">, custom<"Opteron_G3">,
                    custom<"Opteron_G5">, custom<"EPYC">, custom<"EPYC-IBPB">, custom<"EPYC-Rome">,
                    custom<"EPYC-Milan">, custom<"EPYC-Genoa">, custom<"EPYC", require<"topoext">, disable<"svm">>,
                    custom<"EPYC-Rome", extra_flags<"-xsaves", "ht", "cmp_legacy">>,
                    custom<"EPYC-Milan", force<"invtsc">, disable<"xsave">, optional<"topoext">>,
                    host_passthrough<disable<"topoext">>>() == 0);
}

}  // namespace
