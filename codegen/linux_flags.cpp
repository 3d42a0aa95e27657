// SPDX-License-Identifier: BSL-1.0
#include "linux_flags.hpp"

#include <algorithm>
#include <iterator>

namespace cpumap::codegen {
namespace {

struct renamed {
    std::string_view flag;
    std::string_view feature;
};

// Flags whose names are not libvirt's, nor aliases in each map, nor the same but for _ and -. From Linux's
// arch/x86/include/asm/cpufeatures.h, of its versions up to 6.12, and what distributions put into older ones.
constexpr renamed renamed_flags[] = {
    {"dts", "ds"},  // debug store; the digital thermal sensor is "dtherm"
    {"pclmulqdq", "pclmuldq"},
    {"sse4_1", "sse4.1"},
    {"sse4_2", "sse4.2"},
    {"tsc_deadline_timer", "tsc-deadline"},
    {"cr8_legacy", "cr8legacy"},
    {"rng", "xstore"},
    {"rng_en", "xstore-en"},
    {"ace", "xcrypt"},
    {"ace_en", "xcrypt-en"},
    {"cqm", "cmt"},
    {"cqm_mbm_total", "mbm_total"},
    {"cqm_mbm_local", "mbm_local"},
    {"shstk", "cet-ss"},
    {"user_shstk", "cet-ss"},
    {"ibt", "cet-ibt"},
    {"avx512_vbmi2", "avx512vbmi2"},
    {"avx512_vnni", "avx512vnni"},
    {"avx512_bitalg", "avx512bitalg"},
    {"tsxldtrk", "tsx-ldtrk"},
    {"sgx_lc", "sgxlc"},
    {"apx", "apxf"},
    {"pausefilter", "pause-filter"},
    {"nonstop_tsc", "invtsc"},  // Linux sets it by this bit and no other
    {"intel_stibp", "stibp"},   // kernels of distributions in 2018
    {"ept_ad", "vmx-eptad"},    // until Linux 5.6 what VMX can do stood among the flags
    {"ept", "vmx-ept"},
    {"vpid", "vmx-vpid"},
    {"tpr_shadow", "vmx-flexpriority"},
};

// What Linux made up or worked out from more than one bit, and bits that no map of libvirt names. Sorted.
constexpr std::string_view ignored_flags[] = {"acc_power",
                                              "always",
                                              "amd_dcm",
                                              "amd_fast_cppc",
                                              "amd_htr_cores",
                                              "amd_lbr_pmc_freeze",
                                              "amd_lbr_v2",
                                              "amd_ppin",
                                              "amd_workload_class",
                                              "aperfmperf",
                                              "arch_perfmon",
                                              "art",
                                              "bmec",
                                              "bpext",
                                              "brs",
                                              "btc_no",
                                              "bts",
                                              "bus_lock_threshold",
                                              "cat_l2",
                                              "cat_l3",
                                              "cdp_l2",
                                              "cdp_l3",
                                              "centaur_mcr",
                                              "constant_tsc",
                                              "coherency_sfw_no",
                                              "cpb",
                                              "cppc",
                                              "cpuid",
                                              "cpuid_fault",
                                              "cqm_llc",
                                              "cqm_occup_llc",
                                              "cxmmx",
                                              "cyrix_arr",
                                              "debug_swap",
                                              "dtherm",
                                              "eagerfpu",
                                              "efer_lmsle_mbz",
                                              "enqcmd",
                                              "epb",
                                              "ept_violation_ve",
                                              "extd_apicid",
                                              "fence_swapgs_kernel",
                                              "fence_swapgs_user",
                                              "flexpriority",
                                              "hfi",
                                              "hw_pstate",
                                              "hwp",
                                              "hwp_act_window",
                                              "hwp_epp",
                                              "hwp_notify",
                                              "hwp_pkg_req",
                                              "hybrid_cpu",
                                              "ida",
                                              "idle_hlt",
                                              "intel_ppin",
                                              "invlpgb",
                                              "invpcid_single",
                                              "irperf",
                                              "k6_mtrr",
                                              "k7",
                                              "k8",
                                              "kaiser",
                                              "lfence_rdtsc",
                                              "longrun",
                                              "lrti",
                                              "mba",
                                              "mfence_rdtsc",
                                              "mp",
                                              "mwaitx",
                                              "nonstop_tsc_s3",
                                              "nopl",
                                              "p3",
                                              "p4",
                                              "pebs",
                                              "per_thread_mba",
                                              "pln",
                                              "proc_feedback",
                                              "ptsc",
                                              "pti",
                                              "pts",
                                              "rapl",
                                              "rdpru",
                                              "rdt_a",
                                              "recovery",
                                              "rep_good",
                                              "retpoline",
                                              "retpoline_amd",
                                              "ring3mwait",
                                              "rsb_ctxsw",
                                              "rtm_always_abort",
                                              "sdbg",
                                              "sdciae",
                                              "sev",
                                              "sev_es",
                                              "sev_snp",
                                              "smba",
                                              "smca",
                                              "sme",
                                              "split_lock_detect",
                                              "srbds_ctrl",
                                              "syscall32",
                                              "sysenter32",
                                              "tdx_guest",
                                              "tdx_host_platform",
                                              "tme",
                                              "tsc_known_freq",
                                              "tsc_reliable",
                                              "tsx_force_abort",
                                              "up",
                                              "use_ibpb",
                                              "use_ibrs_fw",
                                              "v_spec_ctrl",
                                              "vm_page_flush",
                                              "vmmcall",
                                              "vmw_vmmcall",
                                              "x2avic",
                                              "xcompacted",
                                              "xenpv",
                                              "xtopology",
                                              "zen"};

// The line "vmx flags", of Linux 5.6 and later.
constexpr renamed vmx_flags[] = {
    {"vnmi", "vmx-vnmi"},
    {"preemption_timer", "vmx-preemption-timer"},
    {"posted_intr", "vmx-posted-intr"},
    {"invvpid", "vmx-invvpid"},
    {"ept_x_only", "vmx-ept-execonly"},
    {"ept_ad", "vmx-eptad"},
    {"ept_1gb", "vmx-ept-1gb"},
    {"ept_5level", "vmx-page-walk-5"},
    {"tsc_offset", "vmx-tsc-offset"},
    {"vtpr", "vmx-flexpriority"},  // the bit that QEMU calls so is the TPR shadow alone
    {"mtf", "vmx-mtf"},
    {"vapic", "vmx-apicv-xapic"},
    {"ept", "vmx-ept"},
    {"vpid", "vmx-vpid"},
    {"unrestricted_guest", "vmx-unrestricted-guest"},
    {"vapic_reg", "vmx-apicv-register"},
    {"vid", "vmx-apicv-vid"},
    {"ple", "vmx-ple"},
    {"shadow_vmcs", "vmx-shadow-vmcs"},
    {"pml", "vmx-pml"},
    {"ept_mode_based_exec", "vmx-mbec"},
    {"mode_based_ept_exec", "vmx-mbec"},
    {"tsc_scaling", "vmx-tsc-scaling"},
    {"usr_wait_pause", "vmx-enable-user-wait-pause"},
};

// Worked out from two bits each, or without a name in libvirt's maps.
constexpr std::string_view ignored_vmx_flags[] = {
    "apicv",        "bus_lock_detection", "enclv_exiting",    "ept_violation_ve",
    "flexpriority", "ipi_virt",           "notify_vm_exiting"};

linux_flag shows(std::string_view feature) { return {linux_flag::kind::features, {feature}}; }

template <class Names>
bool holds(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != std::ranges::end(names);
}

template <class Table>
linux_flag look_up(const Table& table, std::string_view flag) {
    const auto found = std::ranges::find(table, flag, &renamed::flag);
    return found == std::ranges::end(table) ? linux_flag{} : shows(found->feature);
}

// Linux gathers Intel's bits and AMD's under one name each.
linux_flag read_speculation_flag(std::string_view flag, const linux_processor& processor) {
    constexpr linux_flag::kind ignored = linux_flag::kind::ignored;
    if (!processor.is_amd) {
        if (flag == "ibrs" || flag == "ibpb") {
            return shows("spec-ctrl");
        }
        if (flag == "ibrs_enhanced") {
            return shows("ibrs-all");
        }
        return flag == "stibp" || flag == "ssbd" ? shows(flag) : linux_flag{};
    }
    if (flag == "ibrs" || flag == "ibpb") {
        return shows(flag);
    }
    if (flag == "ibrs_enhanced") {
        return shows("auto-ibrs");
    }
    if (flag == "stibp") {
        return shows("amd-stibp");
    }
    if (flag == "ssbd") {
        // Before Zen 2, and on Hygon's, Linux also shows it where it has to use another MSR and CPUID says nothing.
        // A hypervisor's own way to switch it is a flag of its own.
        const bool sure = !processor.is_hygon && !processor.has_virt_ssbd &&
                          (processor.family > 23 || (processor.family == 23 && processor.model >= 48));
        return sure ? shows("amd-ssbd") : linux_flag{ignored, {}};
    }
    return {};
}

}  // namespace

linux_flag read_linux_flag(std::string_view flag, const linux_processor& processor) {
    if (linux_flag found = read_speculation_flag(flag, processor); found.what != linux_flag::kind::as_named) {
        return found;
    }
    if (flag == "vnmi") {  // Intel's until Linux 5.6, AMD's since 6.4
        return shows(processor.is_amd ? "vnmi" : "vmx-vnmi");
    }
    if (holds(ignored_flags, flag)) {
        return {linux_flag::kind::ignored, {}};
    }
    return look_up(renamed_flags, flag);
}

linux_flag read_linux_vmx_flag(std::string_view flag) {
    if (holds(ignored_vmx_flags, flag)) {
        return {linux_flag::kind::ignored, {}};
    }
    return look_up(vmx_flags, flag);
}

}  // namespace cpumap::codegen
