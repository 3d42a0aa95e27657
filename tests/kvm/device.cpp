// SPDX-License-Identifier: BSL-1.0
// Gives vCPUs of a real KVM their tables and looks at what it made of them. Exits with 77 where there is no KVM.

#include <cpumap/cpumap.hpp>
#include <cpumap/kvm.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace kvm = cpumap::kvm;
using map = cpumap::default_map;
using features = cpumap::basic_feature_set<map>;

int failures = 0;
std::string_view where = "";

void must(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(where.size()), where.data(), what);
}
void print(const char* what, const features& set) {
    std::printf("  %s:", what);
    for (const auto f : set) std::printf(" %.*s", static_cast<int>(f.name().size()), f.name().data());
    std::printf("\n");
}

// ---- The kernel, without the library --------------------------------------------------------------------------------

/// A table as the kernel has it, with the numbers of calls written out.
struct table {
    std::uint32_t count = 256;
    std::uint32_t padding = 0;
    kvm_cpuid_entry2 entry[256]{};
    [[nodiscard]] const kvm_cpuid_entry2* begin() const { return entry; }
    [[nodiscard]] const kvm_cpuid_entry2* end() const { return entry + count; }
    [[nodiscard]] const kvm_cpuid_entry2* find(std::uint32_t leaf, std::uint32_t subleaf) const {
        for (const kvm_cpuid_entry2& e : *this)
            if (e.function == leaf && (e.flags == 0 || e.index == subleaf)) return &e;
        return nullptr;
    }
};
constexpr unsigned long get_supported_cpuid = 0xc008ae05;
constexpr unsigned long get_cpuid2 = 0xc008ae91;

std::uint32_t word(const kvm_cpuid_entry2* e, char part) {
    if (e == nullptr) return 0;
    return part == 'a' ? e->eax : part == 'b' ? e->ebx : part == 'c' ? e->ecx : e->edx;
}

/// The features that two words differ in, and which bits they are.
struct difference {
    features dropped{};
    features appeared{};
    std::uint32_t words = 0;
};
difference compare(const table& set, const table& got) {
    difference d;
    const auto pair = [&](std::uint32_t leaf, std::uint32_t subleaf) {
        for (const char part : {'a', 'b', 'c', 'd'}) {
            const std::uint32_t before = word(set.find(leaf, subleaf), part);
            const std::uint32_t after = word(got.find(leaf, subleaf), part);
            std::uint32_t rest = before ^ after;
            for (std::size_t i = 0; i < map::x86::feature_count; ++i) {
                const auto f = cpumap::basic_feature_ref<map>::from_index(i);
                const cpumap::register_bit b = f.register_bit();
                if (b.from != cpumap::register_bit::source::cpuid || b.leaf != leaf || b.subleaf != subleaf ||
                    b.part != part || (rest >> b.bit & 1) == 0)
                    continue;
                rest &= ~(1U << b.bit);
                // A guest's own doing.
                if (f.name() == "osxsave" || f.name() == "ospke") continue;
                ((before >> b.bit & 1) != 0 ? d.dropped : d.appeared).insert(f);
            }
            if (leaf == 0xd && subleaf < 2 && part == 'b') rest = 0;
            if (rest != 0) ++d.words;
        }
    };
    for (const kvm_cpuid_entry2& e : set) pair(e.function, e.index);
    for (const kvm_cpuid_entry2& e : got)
        if (set.find(e.function, e.index) == nullptr) pair(e.function, e.index);
    return d;
}

// ---- What is tested -------------------------------------------------------------------------------------------------

/// A file descriptor that closes itself.
class file {
public:
    explicit file(int fd) : fd_(fd) {}
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    ~file() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

void copy(const kvm::cpuid_table& from, table& to) {
    to.count = from.count;
    std::memcpy(to.entry, from.entry, sizeof to.entry);
}

/// A virtual machine with interrupt controllers in the kernel, or without, and three vCPUs with this definition.
void give(int device, const kvm::host& host, cpumap::guest_cpu guest, bool irqchip) {
    static kvm::vcpu_tables memory;
    static table set;
    static table got;
    guest.set_topology(cpumap::topology{.sockets = 1, .cores = 3, .threads = 1});
    const file machine(::ioctl(device, KVM_CREATE_VM, 0));
    must(machine.get() >= 0, "KVM_CREATE_VM fails");
    if (irqchip) must(::ioctl(machine.get(), KVM_CREATE_IRQCHIP, 0) == 0, "KVM_CREATE_IRQCHIP fails");
    features granted;
    for (std::uint32_t cpu = 0; cpu < 3; ++cpu) {
        const file vcpu(::ioctl(machine.get(), KVM_CREATE_VCPU, cpu));
        must(vcpu.get() >= 0, "KVM_CREATE_VCPU fails");
        const auto answer = kvm::set_vcpu(vcpu.get(), memory, guest, host, cpu, {.brand = "Test", .irqchip = irqchip});
        if (!answer) {
            must(false,
                 std::string(answer.error().name().empty() ? answer.error().message() : answer.error().name()).c_str());
            return;
        }
        // What was set is what make_vcpu() makes.
        static kvm_cpuid_entry2 entries[256];
        static kvm_msr_entry msrs[64];
        const auto made = kvm::make_vcpu(std::span<kvm_cpuid_entry2>(entries), std::span<kvm_msr_entry>(msrs), guest,
                                         host, cpu, {.brand = "Test", .irqchip = irqchip});
        must(made && made->cpuid.size() == memory.cpuid.count &&
                 std::memcmp(made->cpuid.data(), memory.cpuid.entry, made->cpuid.size_bytes()) == 0,
             "what is set is not what make_vcpu() makes");
        // What the kernel gives back, read and compared once more.
        copy(memory.cpuid, set);
        got.count = 256;
        must(::ioctl(vcpu.get(), get_cpuid2, &got) == 0, "KVM_GET_CPUID2 fails");
        must(got.count == memory.cpuid_back.count, "another number of entries is read back");
        const difference d = compare(set, got);
        const auto& back = answer->read_back;
        features of_msrs;  // these are not read here
        for (const auto f : back.dropped | back.appeared)
            if (f.register_bit().from == cpumap::register_bit::source::msr) of_msrs.insert(f);
        must(back.dropped - of_msrs == d.dropped, "dropped features are not those that differ");
        must(back.appeared - of_msrs == d.appeared, "features that appeared are not those that differ");
        std::uint32_t msr_words = 0;
        for (std::uint32_t i = 0; i < memory.msrs.count; ++i) {
            const kvm_msr_entry& m = memory.msrs.entry[i];
            std::uint64_t now = 0;
            for (std::uint32_t k = 0; k < memory.msrs_back.count; ++k)
                if (memory.msrs_back.entry[k].index == m.index) now = memory.msrs_back.entry[k].data;
            if (static_cast<std::uint32_t>(m.data ^ now) != 0) ++msr_words;
            if ((m.data ^ now) >> 32 != 0) ++msr_words;
        }
        must(back.other_words >= d.words && back.other_words <= d.words + msr_words,
             "words that differ are not counted");
        must(bool(back) == (back.dropped.empty() && back.appeared.empty() && back.other_words == 0),
             "the answer is not what it says");
        // The report says what the vCPU has.
        const auto& r = answer->report;
        features has = kvm::features_of<>(memory.cpuid_back.entries(), memory.msrs_back.entries());
        for (const char* name : {"osxsave", "ospke"}) has.erase(*cpumap::find_feature(name));
        must(r.granted - of_msrs == has - of_msrs, "the report's features are not what the vCPU has");
        if (guest.has_model()) {
            const auto optional = guest.listed().with_policy(cpumap::feature_policy::optional) - guest.features();
            must(((r.granted - optional) | r.missing()) == (guest.features() | (r.added - optional)),
                 "granted and missing are not what was asked for and added");
        }
        must((r.granted & r.missing()).empty(), "a feature is granted and missing");
        must(r.by_reason[static_cast<std::size_t>(kvm::withheld::dropped)] == (back.dropped & guest.features()),
             "the report does not say what was dropped");
        must(answer->msrs_refused == 0 || answer->first_msr_refused != 0, "a refused MSR has no index");
        if (cpu == 0) granted = r.granted;
        must(granted == r.granted, "vCPUs have different features");
        const std::uint32_t id = kvm::apic_layout(*guest.topology()).apic_id(cpu);
        must(word(set.find(1, 0), 'b') >> 24 == id && (set.find(0xb, 0) == nullptr || set.find(0xb, 0)->edx == id),
             "a vCPU has not its own APIC id");
        if (cpu != 0) continue;
        std::printf("%.*s: %zu features\n", static_cast<int>(where.size()), where.data(), r.granted.size());
        print("missing", r.missing());
        print("added", r.added);
        print("dropped", back.dropped);
        print("appeared", back.appeared);
        std::printf("  other words: %u, first %x.%x %c: %08x %08x; MSRs refused: %u, first %x\n", back.other_words,
                    back.first_word.leaf, back.first_word.subleaf, back.first_word.part, back.first_word.first,
                    back.first_word.second, answer->msrs_refused, answer->first_msr_refused);
    }
}

/// Whether two readings of the host's table are alike, but for what tells on which processor the kernel answered.
bool alike(const table& a, std::span<const kvm_cpuid_entry2> b) {
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (a.entry[i].function != b[i].function || a.entry[i].index != b[i].index) return false;
        if (a.entry[i].function != 7 && a.entry[i].function != 0x80000001) continue;
        if (std::memcmp(&a.entry[i], &b[i], sizeof b[i]) != 0) return false;
    }
    return true;
}

void refuses(int device, const kvm::host& host) {
    static kvm::host_tables tables;
    static kvm::vcpu_tables memory;
    where = "bad file descriptors";
    const auto none = kvm::read_host(-1, tables);
    must(!none && none.error().code() == cpumap::errc::kvm_call &&
             none.error().name() == "KVM_GET_API_VERSION: errno " + std::to_string(EBADF),
         "read_host(-1) does not name the call");
    const file null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const auto other = kvm::read_host(null.get(), tables);
    must(!other && other.error().code() == cpumap::errc::kvm_call &&
             other.error().name() == "KVM_GET_API_VERSION: errno " + std::to_string(ENOTTY),
         "read_host() of another device does not name the call");
    // MSRs that cannot be read are left out, and those behind the last that there is room for.
    const std::uint32_t no_msrs[] = {0xdeadbeef, 0xfeedface};
    cpumap::detail::kvm_read_msrs(device, no_msrs, tables.msrs);
    must(tables.msrs.count == 0, "MSRs that there are none of are read");
    if (!host.msrs.empty()) {
        std::uint32_t many[kvm::msr_table::capacity + 1]{};
        for (std::uint32_t& index : many) index = host.msrs[0].index;
        cpumap::detail::kvm_read_msrs(device, many, tables.msrs);
        must(tables.msrs.count == kvm::msr_table::capacity, "not as many MSRs are read as there is room for");
    }
    const auto guest = cpumap::host_passthrough<>::definition();
    auto set = kvm::set_vcpu(-1, memory, guest, host);
    must(!set && set.error().code() == cpumap::errc::kvm_call &&
             set.error().name() == "KVM_SET_CPUID2: errno " + std::to_string(EBADF),
         "set_vcpu(-1) does not name the call");
    const file machine(::ioctl(device, KVM_CREATE_VM, 0));
    set = kvm::set_vcpu(machine.get(), memory, guest, host);
    must(!set && set.error().code() == cpumap::errc::kvm_call, "set_vcpu() of a machine is no kvm_call");
    set = kvm::set_vcpu(-1, memory, guest, host, 1);
    must(!set && set.error().code() == cpumap::errc::kvm_cpu_number, "a mistake of make_vcpu() is not handed on");
}

}  // namespace

int main() {
    const file device(::open("/dev/kvm", O_RDWR | O_CLOEXEC));
    if (device.get() < 0) {
        std::printf("SKIP: /dev/kvm cannot be opened: %s\n", std::strerror(errno));
        return 77;
    }
    kvm::allow_amx();
    static kvm::host_tables tables;
    const auto host = kvm::read_host(device.get(), tables);
    where = "host";
    if (!host) {
        std::fprintf(stderr, "read_host: %s\n", std::string(host.error().name()).c_str());
        return 1;
    }
    static table raw;
    must(::ioctl(device.get(), get_supported_cpuid, &raw) == 0, "KVM_GET_SUPPORTED_CPUID fails");
    must(raw.count == host->cpuid.size() && alike(raw, host->cpuid), "the host's table is not the kernel's");
    const features offered = kvm::features_of<>(host->cpuid, host->msrs);
    std::printf("host: %zu entries, %zu MSRs, %zu features\n", host->cpuid.size(), host->msrs.size(), offered.size());
    must(kvm::data_of(*host).features<>().includes(kvm::features_of<>(host->cpuid)), "data_of() has other features");

    const std::string_view vendor = kvm::data_of(*host).vendor<>();
    const bool amd = vendor == "AMD";
    for (const bool irqchip : {true, false}) {
        const auto with = [&](std::string_view name, const cpumap::guest_cpu& guest) {
            where = name;
            give(device.get(), *host, guest, irqchip);
        };
        with("host-passthrough", cpumap::host_passthrough<>::definition());
        with("host-passthrough, some off",
             cpumap::host_passthrough<cpumap::disable<"avx">, cpumap::disable<"aes">, cpumap::disable<"vmx">,
                                      cpumap::disable<"svm">, cpumap::forbid<"x2apic">>::definition());
        with("host-passthrough, no xsave", cpumap::host_passthrough<cpumap::disable<"xsave">>::definition());
        with("no model", cpumap::none<>::definition());
        with("qemu64", cpumap::custom<"qemu64">::definition());
        with("Nehalem", cpumap::custom<"Nehalem">::definition());
        with("Haswell", cpumap::custom<"Haswell", cpumap::disable<"hle">, cpumap::optional<"pdpe1gb">,
                                       cpumap::require<"invtsc">>::definition());
        with("Skylake-Server", cpumap::custom<"Skylake-Server", cpumap::require<"vmx">,
                                              cpumap::require<"arch-capabilities">>::definition());
        if (amd) with("EPYC", cpumap::custom<"EPYC", cpumap::require<"topoext">>::definition());
    }
    refuses(device.get(), *host);
    if (failures != 0) std::fprintf(stderr, "%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
