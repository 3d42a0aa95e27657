// SPDX-License-Identifier: BSL-1.0

// A virtual machine monitor on cpumap and /dev/kvm alone. It takes its CPU as a template parameter, gives it to a vCPU,
// and boots a guest that runs CPUID over every leaf and sends the words out by port I/O. What the definition asked for,
// what KVM says it gave and what the guest saw are printed side by side.

#include <cpumap/cpumap.hpp>
#include <cpumap/kvm.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

namespace kvm = cpumap::kvm;

// The guest, in real mode: EBP pairs of leaf and subleaf stand from SI on, and the four words of each go to port 0x10.
asm(R"(
    .pushsection .rodata
    .code16
guest_begin:
    movl (%si), %eax
    movl 4(%si), %ecx
    addw $8, %si
    cpuid
    outl %eax, $0x10
    movl %ebx, %eax
    outl %eax, $0x10
    movl %ecx, %eax
    outl %eax, $0x10
    movl %edx, %eax
    outl %eax, $0x10
    decl %ebp
    jnz guest_begin
    hlt
guest_end:
    .popsection
)"
#ifdef __x86_64__
    ".code64"
#else
    ".code32"
#endif
);
extern const char guest_begin[] asm("guest_begin");
extern const char guest_end[] asm("guest_end");

namespace {

constexpr std::size_t memory_size = 0x10000;
constexpr std::uint16_t code_at = 0x1000;
constexpr std::uint16_t list_at = 0x2000;

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

bool fails(const char* what) {
    std::printf("%s: %s\n", what, std::strerror(errno));
    return false;
}
bool fails(const cpumap::error& error) {
    print(error.message());
    print(": ");
    print(error.name());
    print("\n");
    return false;
}

/// Closes what it holds.
struct descriptor {
    int fd = -1;
    explicit descriptor(int opened) : fd(opened) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd >= 0) close(fd);
    }
};

template <class T>
T* map_memory(int fd, std::size_t size) {
    const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    return at == MAP_FAILED ? nullptr : static_cast<T*>(at);
}

/// A machine with one socket of the CPU that the policy says; it runs the guest on the first of its vCPUs.
template <cpumap::mode_policy Cpu>
class tiny_vmm {
public:
    bool run() {
        if (kvm_.fd < 0) return fails("/dev/kvm");
        const auto host = kvm::read_host(kvm_.fd, host_memory_);
        if (!host) return fails(host.error());
        // host_model is chosen here, by what this KVM can give to guests.
        const cpumap::cpu_data data = kvm::data_of(*host);
        cpumap::hypervisor_view view;
        view.features = kvm::features_of(host->cpuid, host->msrs);
        cpumap::guest_cpu guest = Cpu::definition();
        if constexpr (Cpu::mode == cpumap::mode::host_model) {
            const auto resolved = Cpu::resolve(data, view);
            if (!resolved) return fails(resolved.error());
            guest = *resolved;
        }
        const descriptor vm(ioctl(kvm_.fd, KVM_CREATE_VM, 0));
        if (vm.fd < 0) return fails("KVM_CREATE_VM");
        // Intel's processors before Westmere emulate real mode, and need three pages for it; the others ignore it.
        if (ioctl(vm.fd, KVM_SET_TSS_ADDR, 0xfffbd000UL) < 0) return fails("KVM_SET_TSS_ADDR");
        if (ioctl(vm.fd, KVM_CREATE_IRQCHIP, 0) < 0) return fails("KVM_CREATE_IRQCHIP");
        const descriptor vcpu(ioctl(vm.fd, KVM_CREATE_VCPU, 0));
        if (vcpu.fd < 0) return fails("KVM_CREATE_VCPU");

        const auto set = kvm::set_vcpu(vcpu.fd, vcpu_memory_, guest, *host);
        if (!set) return fails(set.error());
        if (!boot(vm.fd, vcpu.fd)) return false;
        show(guest, *set);
        const auto arrival = kvm::can_arrive(vcpu_memory_.cpuid.entries(), vcpu_memory_.msrs.entries(), *host);
        print(arrival ? "Saved, the guest could come back to this host.\n"
                      : "Saved, the guest could not come back to this host.\n");
        return true;
    }

private:
    bool boot(int vm, int vcpu) {
        char* memory = map_memory<char>(-1, memory_size);
        const int run_size = ioctl(kvm_.fd, KVM_GET_VCPU_MMAP_SIZE, 0);
        auto* state = run_size > 0 ? map_memory<kvm_run>(vcpu, static_cast<std::size_t>(run_size)) : nullptr;
        if (memory == nullptr || state == nullptr) return fails("mmap");
        kvm_userspace_memory_region region{};
        region.memory_size = memory_size;
        region.userspace_addr = reinterpret_cast<std::uintptr_t>(memory);
        if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0) return fails("KVM_SET_USER_MEMORY_REGION");

        std::memcpy(memory + code_at, guest_begin, static_cast<std::size_t>(guest_end - guest_begin));
        const std::span<const kvm_cpuid_entry2> wanted = vcpu_memory_.cpuid.entries();
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const std::uint32_t pair[]{wanted[i].function, wanted[i].index};
            std::memcpy(memory + list_at + i * sizeof pair, pair, sizeof pair);
        }
        kvm_sregs segments{};
        if (ioctl(vcpu, KVM_GET_SREGS, &segments) < 0) return fails("KVM_GET_SREGS");
        segments.cs.base = segments.cs.selector = 0;
        if (ioctl(vcpu, KVM_SET_SREGS, &segments) < 0) return fails("KVM_SET_SREGS");
        kvm_regs registers{};
        registers.rip = code_at;
        registers.rsi = list_at;
        registers.rbp = wanted.size();
        registers.rflags = 2;
        if (ioctl(vcpu, KVM_SET_REGS, &registers) < 0) return fails("KVM_SET_REGS");

        seen_.count = static_cast<std::uint32_t>(wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) seen_.entry[i] = wanted[i];
        // The guest then halts, which with the kernel's interrupt controller would not come back here.
        for (std::size_t words = 0; words < wanted.size() * 4;) {
            if (ioctl(vcpu, KVM_RUN, 0) < 0) {
                if (errno == EINTR) continue;
                return fails("KVM_RUN");
            }
            if (state->exit_reason != KVM_EXIT_IO || state->io.port != 0x10 || state->io.size != 4) {
                std::printf("the guest stopped for reason %u\n", state->exit_reason);
                return false;
            }
            std::uint32_t word = 0;
            std::memcpy(&word, reinterpret_cast<char*>(state) + state->io.data_offset, sizeof word);
            kvm_cpuid_entry2& e = seen_.entry[words / 4];
            (words % 4 == 0 ? e.eax : words % 4 == 1 ? e.ebx : words % 4 == 2 ? e.ecx : e.edx) = word;
            ++words;
        }
        munmap(state, static_cast<std::size_t>(run_size));
        munmap(memory, memory_size);
        return true;
    }

    void show(const cpumap::guest_cpu& guest, const kvm::basic_set_vcpu<cpumap::default_map>& set) const {
        char text[8192];
        if (const auto xml = cpumap::write_xml(text, guest); xml) print(*xml);
        const cpumap::feature_set asked = guest.features();
        const cpumap::feature_set says =
            kvm::features_of(vcpu_memory_.cpuid_back.entries(), vcpu_memory_.msrs_back.entries());
        const cpumap::feature_set sees = kvm::features_of(seen_.entries(), vcpu_memory_.msrs_back.entries());
        std::printf("\n  %-20s %-7s %-9s %-10s\n", "feature", "asked", "KVM says", "guest sees");
        for (const auto f : asked | says | sees) {
            const auto mark = [&](const cpumap::feature_set& set) { return set.contains(f) ? "yes" : "-"; };
            std::printf("  %-20.*s %-7s %-9s %-10s %s\n", static_cast<int>(f.name().size()), f.name().data(),
                        mark(asked), mark(says), mark(sees), reason(f, asked, set));
        }
        char brand[49]{};
        for (std::uint32_t i = 0; i < 3; ++i)
            if (const auto* e = leaf(0x80000002 + i); e != nullptr) std::memcpy(brand + 16 * i, &e->eax, 16);
        std::printf("\nThe guest's processor calls itself \"%s\".\n", brand);
        std::printf(
            "Asked for: %zu features; KVM cannot give %zu of them, and the vCPU has %zu that were not asked for.\n",
            asked.size(), set.report.missing().size(), set.report.added.size());
        if (!set.read_back)
            std::printf(
                "KVM holds something else than it was given: %zu features dropped, %zu appeared, %u other words.\n",
                set.read_back.dropped.size(), set.read_back.appeared.size(), set.read_back.other_words);
        if (says != sees)
            print(
                "The guest sees something else than KVM says: this KVM is emulated, or osxsave and the like "
                "changed.\n");
    }

    static const char* reason(cpumap::feature_ref f, const cpumap::feature_set& asked,
                              const kvm::basic_set_vcpu<cpumap::default_map>& set) {
        if (const auto why = set.report.why(f); why) {
            switch (*why) {
                case kvm::withheld::not_supported:
                    return "not offered by this KVM";
                case kvm::withheld::needs_irqchip:
                    return "needs the kernel's interrupt controller";
                case kvm::withheld::guest_sets_it:
                    return "shown when the guest's system turns it on";
                case kvm::withheld::one_cpu:
                    return "there is one CPU";
                case kvm::withheld::no_msr:
                    return "no MSR to say it in";
                case kvm::withheld::dropped:
                    return "dropped by KVM";
            }
        }
        if (set.read_back.appeared.contains(f)) return "KVM's own doing";
        return set.report.added.contains(f) && !asked.contains(f) ? "a virtual machine has it" : "";
    }

    const kvm_cpuid_entry2* leaf(std::uint32_t number) const {
        for (const kvm_cpuid_entry2& e : seen_.entries())
            if (e.function == number) return &e;
        return nullptr;
    }

    descriptor kvm_{open("/dev/kvm", O_RDWR | O_CLOEXEC)};
    kvm::host_tables host_memory_;
    kvm::vcpu_tables vcpu_memory_;
    kvm::cpuid_table seen_;
};

}  // namespace

int main() {
    // An old model, one feature more and one less, as two cores of two threads. Any policy can stand here.
    using cpu = cpumap::custom<"Nehalem", cpumap::require<"pcid">, cpumap::disable<"sse4.2">,
                               cpumap::with<cpumap::topology{.sockets = 1, .cores = 2, .threads = 2}>>;
    static tiny_vmm<cpu> machine;
    return machine.run() ? 0 : 1;
}
