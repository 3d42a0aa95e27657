// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a few real processors answered to CPUID, as far as the maps use it and where it is not all zero, with the
// feature MSRs where they were read; and what libvirt 11.3 makes of each.

#include <cpumap/core.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace recorded {

struct leaf {
    std::uint32_t eax, ecx;
    cpumap::cpuid_registers registers;
};
struct msr {
    std::uint32_t index;
    std::uint64_t value;
};

struct host {
    std::string_view name;
    std::span<const leaf> leaves;
    std::span<const msr> msrs;
    // Answers of libvirt 11.3; features in their order, with a space between.
    std::uint32_t family, model, stepping, number;
    std::string_view vendor;
    std::string_view host_model, host_features;
    std::string_view guest_model, guest_required, guest_disabled;

    [[nodiscard]] constexpr cpumap::cpu_data data() const {
        cpumap::cpu_data d;
        for (const leaf& l : leaves) d.set_cpuid(l.eax, l.ecx, l.registers);
        for (const msr& m : msrs) d.set_msr(m.index, m.value);
        return d;
    }
};

// clang-format off
inline constexpr leaf atom_n450_leaves[] = {
    {0x0, 0, {0x0000000a, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {0x1, 0, {0x000106ca, 0x00020800, 0x0040e39d, 0xbfe9fbff}},
    {0x6, 0, {0x00000001, 0x00000002, 0x00000001, 0x00000000}},
    {0x80000000, 0, {0x80000008, 0x00000000, 0x00000000, 0x00000000}},
    {0x80000001, 0, {0x00000000, 0x00000000, 0x00000001, 0x20100800}},
    {0x80000008, 0, {0x00003020, 0x00000000, 0x00000000, 0x00000000}},
};
inline constexpr leaf opteron_1352_leaves[] = {
    {0x0, 0, {0x00000005, 0x68747541, 0x444d4163, 0x69746e65}},
    {0x1, 0, {0x00100f23, 0x01040800, 0x00802009, 0x178bfbff}},
    {0x80000000, 0, {0x8000001a, 0x68747541, 0x444d4163, 0x69746e65}},
    {0x80000001, 0, {0x00100f23, 0x1000034f, 0x000007ff, 0xefd3fbff}},
    {0x80000007, 0, {0x00000000, 0x00000000, 0x00000000, 0x000001f9}},
    {0x80000008, 0, {0x00003030, 0x00000000, 0x00002003, 0x00000000}},
    {0x8000000a, 0, {0x00000001, 0x00000040, 0x00000000, 0x00000007}},
};
inline constexpr leaf core_i7_4510u_leaves[] = {
    {0x0, 0, {0x0000000d, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {0x1, 0, {0x00040651, 0x01100800, 0x7fdafbbf, 0xbfebfbff}},
    {0x6, 0, {0x00000077, 0x00000002, 0x00000009, 0x00000000}},
    {0x7, 0, {0x00000000, 0x000027ab, 0x00000000, 0x00000000}},
    {0xd, 1, {0x00000001, 0x00000000, 0x00000000, 0x00000000}},
    {0x80000000, 0, {0x80000008, 0x00000000, 0x00000000, 0x00000000}},
    {0x80000001, 0, {0x00000000, 0x00000000, 0x00000021, 0x2c100800}},
    {0x80000007, 0, {0x00000000, 0x00000000, 0x00000000, 0x00000100}},
    {0x80000008, 0, {0x00003027, 0x00000000, 0x00000000, 0x00000000}},
};
inline constexpr leaf xeon_e5_2630_v3_leaves[] = {
    {0x0, 0, {0x0000000f, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {0x1, 0, {0x000306f2, 0x13100800, 0x7ffefbff, 0xbfebfbff}},
    {0x6, 0, {0x00000077, 0x00000002, 0x00000009, 0x00000000}},
    {0x7, 0, {0x00000000, 0x000037ab, 0x00000000, 0x00000000}},
    {0xd, 1, {0x00000001, 0x00000000, 0x00000000, 0x00000000}},
    {0xf, 1, {0x00000000, 0x00008000, 0x0000001f, 0x00000001}},
    {0x80000000, 0, {0x80000008, 0x00000000, 0x00000000, 0x00000000}},
    {0x80000001, 0, {0x00000000, 0x00000000, 0x00000021, 0x2c100800}},
    {0x80000007, 0, {0x00000000, 0x00000000, 0x00000000, 0x00000100}},
    {0x80000008, 0, {0x0000302e, 0x00000000, 0x00000000, 0x00000000}},
};
inline constexpr leaf hygon_c86_7185_32_core_leaves[] = {
    {0x0, 0, {0x0000000d, 0x6f677948, 0x656e6975, 0x6e65476e}},
    {0x1, 0, {0x00900f01, 0x3b400800, 0x7cd83209, 0x178bfbff}},
    {0x6, 0, {0x00000004, 0x00000000, 0x00000001, 0x00000000}},
    {0x7, 0, {0x00000000, 0x009c01a9, 0x00000000, 0x00000000}},
    {0xd, 1, {0x0000000f, 0x00000340, 0x00000000, 0x00000000}},
    {0x80000000, 0, {0x8000001f, 0x6f677948, 0x656e6975, 0x6e65476e}},
    {0x80000001, 0, {0x00900f01, 0x40000000, 0x35c233ff, 0x2fd3fbff}},
    {0x80000007, 0, {0x00000000, 0x0000001b, 0x00000000, 0x00006599}},
    {0x80000008, 0, {0x00003030, 0x00001007, 0x0000603f, 0x00000000}},
    {0x8000000a, 0, {0x00000001, 0x00008000, 0x00000000, 0x0001bcff}},
};
inline constexpr leaf epyc_7601_32_core_leaves[] = {
    {0x0, 0, {0x0000000d, 0x68747541, 0x444d4163, 0x69746e65}},
    {0x1, 0, {0x00800f12, 0x08400800, 0x7ed8320b, 0x178bfbff}},
    {0x6, 0, {0x00000004, 0x00000000, 0x00000001, 0x00000000}},
    {0x7, 0, {0x00000000, 0x209c01a9, 0x00000000, 0x00000000}},
    {0xd, 1, {0x0000000f, 0x00000340, 0x00000000, 0x00000000}},
    {0x80000000, 0, {0x8000001f, 0x68747541, 0x444d4163, 0x69746e65}},
    {0x80000001, 0, {0x00800f12, 0x40000000, 0x35c233ff, 0x2fd3fbff}},
    {0x80000007, 0, {0x00000000, 0x0000001b, 0x00000000, 0x00006799}},
    {0x80000008, 0, {0x00003030, 0x00000007, 0x0000603f, 0x00000000}},
    {0x8000000a, 0, {0x00000001, 0x00008000, 0x00000000, 0x0001bcff}},
};
inline constexpr leaf xeon_platinum_8268_leaves[] = {
    {0x0, 0, {0x00000016, 0x756e6547, 0x6c65746e, 0x49656e69}},
    {0x1, 0, {0x00050656, 0x44400800, 0x7ffefbff, 0xbfebfbff}},
    {0x6, 0, {0x00000077, 0x00000002, 0x00000009, 0x00000000}},
    {0x7, 0, {0x00000000, 0xd39ffffb, 0x00000818, 0xbc000400}},
    {0xd, 1, {0x0000000f, 0x00000a08, 0x00000100, 0x00000000}},
    {0xf, 1, {0x00000000, 0x0001a000, 0x000000cf, 0x00000007}},
    {0x14, 0, {0x00000001, 0x0000000f, 0x00000007, 0x00000000}},
    {0x80000000, 0, {0x80000008, 0x00000000, 0x00000000, 0x00000000}},
    {0x80000001, 0, {0x00000000, 0x00000000, 0x00000121, 0x2c100800}},
    {0x80000007, 0, {0x00000000, 0x00000000, 0x00000000, 0x00000100}},
    {0x80000008, 0, {0x0000302e, 0x00000000, 0x00000000, 0x00000000}},
};
inline constexpr msr xeon_platinum_8268_msrs[] = {
    {0x10a, 0x000000000000002b},
};

inline constexpr host hosts[] = {
    {"Intel(R) Atom(TM) CPU N450 @ 1.66GHz",
     atom_n450_leaves, {}, 6, 28, 10, 0x0106ca, "Intel",
     "n270-v1",
     "dtes64 ds_cpl est tm2 cx16 xtpr pdcm movbe ds acpi ss ht tm pbe lahf_lm syscall lm",
     "n270",
     "dtes64 ds_cpl est tm2 cx16 xtpr pdcm movbe ds acpi ss ht tm pbe lahf_lm syscall lm",
     ""},
    {"Quad-Core AMD Opteron(tm) Processor 1352",
     opteron_1352_leaves, {}, 16, 2, 3, 0x100f23, "AMD",
     "Opteron_G3-v1",
     "monitor vme ht cmp_legacy extapic cr8legacy 3dnowprefetch osvw ibs mmxext fxsr_opt pdpe1gb 3dnowext "
     "3dnow invtsc npt lbrv svm-lock",
     "Opteron_G3",
     "monitor vme ht cmp_legacy extapic cr8legacy 3dnowprefetch osvw ibs mmxext fxsr_opt pdpe1gb 3dnowext "
     "3dnow invtsc npt lbrv svm-lock",
     ""},
    {"Intel(R) Core(TM) i7-4510U CPU @ 2.00GHz",
     core_i7_4510u_leaves, {}, 6, 69, 1, 0x040651, "Intel",
     "Westmere-v1",
     "pclmuldq dtes64 monitor ds_cpl vmx est tm2 fma xtpr pdcm pcid movbe tsc-deadline xsave osxsave avx f16c "
     "rdrand vme ds acpi ss ht tm pbe arat fsgsbase tsc_adjust bmi1 avx2 smep bmi2 erms invpcid zero-fcs-fds "
     "xsaveopt abm pdpe1gb rdtscp invtsc",
     "Haswell-noTSX",
     "dtes64 monitor ds_cpl vmx est tm2 xtpr pdcm osxsave f16c rdrand vme ds acpi ss ht tm pbe arat tsc_adjust "
     "zero-fcs-fds xsaveopt abm pdpe1gb invtsc",
     "x2apic"},
    {"Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz",
     xeon_e5_2630_v3_leaves, {}, 6, 63, 2, 0x0306f2, "Intel",
     "Haswell-v2",
     "dtes64 monitor ds_cpl vmx smx est tm2 xtpr pdcm dca osxsave f16c rdrand vme ds acpi ss ht tm pbe arat "
     "tsc_adjust cmt zero-fcs-fds xsaveopt abm pdpe1gb invtsc",
     "Haswell-noTSX",
     "dtes64 monitor ds_cpl vmx smx est tm2 xtpr pdcm dca osxsave f16c rdrand vme ds acpi ss ht tm pbe arat "
     "tsc_adjust cmt zero-fcs-fds xsaveopt abm pdpe1gb invtsc",
     ""},
    {"Hygon C86 7185 32-core Processor",
     hygon_c86_7185_32_core_leaves, {}, 24, 0, 1, 0x900f01, "Hygon",
     "Dhyana-v2",
     "monitor osxsave ht cmp_legacy extapic skinit wdt tce topoext perfctr_core perfctr_nb overflow-recov "
     "succor invtsc clzero xsaveerptr lbrv svm-lock tsc-scale vmcb-clean flushbyasid decodeassists "
     "pause-filter pfthreshold avic v-vmsave-vmload vgif",
     "Dhyana",
     "monitor osxsave ht xsaves cmp_legacy extapic skinit wdt tce topoext perfctr_core perfctr_nb "
     "overflow-recov succor invtsc clzero xsaveerptr npt lbrv svm-lock nrip-save tsc-scale vmcb-clean "
     "flushbyasid decodeassists pause-filter pfthreshold avic v-vmsave-vmload vgif",
     ""},
    {"AMD EPYC 7601 32-Core Processor",
     epyc_7601_32_core_leaves, {}, 23, 1, 2, 0x800f12, "AMD",
     "EPYC-v1",
     "monitor osxsave ht xsaves cmp_legacy extapic skinit wdt tce topoext perfctr_core perfctr_nb "
     "overflow-recov succor invtsc clzero xsaveerptr npt lbrv svm-lock nrip-save tsc-scale vmcb-clean "
     "flushbyasid decodeassists pause-filter pfthreshold avic v-vmsave-vmload vgif",
     "EPYC",
     "monitor osxsave ht xsaves cmp_legacy extapic skinit wdt tce topoext perfctr_core perfctr_nb "
     "overflow-recov succor invtsc clzero xsaveerptr npt lbrv svm-lock nrip-save tsc-scale vmcb-clean "
     "flushbyasid decodeassists pause-filter pfthreshold avic v-vmsave-vmload vgif",
     ""},
    {"Intel(R) Xeon(R) Platinum 8268 CPU @ 2.90GHz",
     xeon_platinum_8268_leaves, xeon_platinum_8268_msrs, 6, 85, 6, 0x050656, "Intel",
     "Cascadelake-Server-v1",
     "dtes64 monitor ds_cpl vmx smx est tm2 xtpr pdcm dca osxsave ds acpi ss ht tm pbe tsc_adjust "
     "fdp-excptn-only cmt zero-fcs-fds mpx intel-pt pku ospke md-clear stibp flush-l1d arch-capabilities "
     "xsaves mbm_total mbm_local invtsc rdctl-no ibrs-all skip-l1dfl-vmentry mds-no",
     "Cascadelake-Server",
     "dtes64 monitor ds_cpl vmx smx est tm2 xtpr pdcm dca osxsave ds acpi ss ht tm pbe tsc_adjust "
     "fdp-excptn-only cmt zero-fcs-fds mpx intel-pt pku ospke md-clear stibp flush-l1d arch-capabilities "
     "xsaves mbm_total mbm_local invtsc rdctl-no ibrs-all skip-l1dfl-vmentry mds-no",
     ""},
};
// clang-format on

}  // namespace recorded
