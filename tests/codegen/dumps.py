# SPDX-License-Identifier: BSL-1.0
"""Recorded machines in each format, made of the words of a few processors, for the tests of their readers."""

REGISTERS = ("eax", "ebx", "ecx", "edx")

# Leaf and subleaf, then the words. As tests/data/hosts.hpp has them.
HASWELL = {
    (0x0, 0): (0x0000000F, 0x756E6547, 0x6C65746E, 0x49656E69),
    (0x1, 0): (0x000306F2, 0x13100800, 0x7FFEFBFF, 0xBFEBFBFF),
    (0x6, 0): (0x00000077, 0x00000002, 0x00000009, 0x00000000),
    (0x7, 0): (0x00000000, 0x000037AB, 0x00000000, 0x00000000),
    (0xD, 1): (0x00000001, 0x00000000, 0x00000000, 0x00000000),
    (0xF, 1): (0x00000000, 0x00008000, 0x0000001F, 0x00000001),
    (0x80000000, 0): (0x80000008, 0x00000000, 0x00000000, 0x00000000),
    (0x80000001, 0): (0x00000000, 0x00000000, 0x00000021, 0x2C100800),
    (0x80000007, 0): (0x00000000, 0x00000000, 0x00000000, 0x00000100),
    (0x80000008, 0): (0x0000302E, 0x00000000, 0x00000000, 0x00000000),
}
CASCADELAKE = {
    (0x0, 0): (0x00000016, 0x756E6547, 0x6C65746E, 0x49656E69),
    (0x1, 0): (0x00050656, 0x44400800, 0x7FFEFBFF, 0xBFEBFBFF),
    (0x6, 0): (0x00000077, 0x00000002, 0x00000009, 0x00000000),
    (0x7, 0): (0x00000000, 0xD39FFFFB, 0x00000818, 0xBC000400),
    (0xD, 1): (0x0000000F, 0x00000A08, 0x00000100, 0x00000000),
    (0xF, 1): (0x00000000, 0x0001A000, 0x000000CF, 0x00000007),
    (0x14, 0): (0x00000001, 0x0000000F, 0x00000007, 0x00000000),
    (0x80000000, 0): (0x80000008, 0x00000000, 0x00000000, 0x00000000),
    (0x80000001, 0): (0x00000000, 0x00000000, 0x00000121, 0x2C100800),
    (0x80000007, 0): (0x00000000, 0x00000000, 0x00000000, 0x00000100),
    (0x80000008, 0): (0x0000302E, 0x00000000, 0x00000000, 0x00000000),
}
CASCADELAKE_MSRS = {0x10A: 0x2B}
EPYC = {
    (0x0, 0): (0x0000000D, 0x68747541, 0x444D4163, 0x69746E65),
    (0x1, 0): (0x00800F12, 0x08400800, 0x7ED8320B, 0x178BFBFF),
    (0x6, 0): (0x00000004, 0x00000000, 0x00000001, 0x00000000),
    (0x7, 0): (0x00000000, 0x209C01A9, 0x00000000, 0x00000000),
    (0xD, 1): (0x0000000F, 0x00000340, 0x00000000, 0x00000000),
    (0x80000000, 0): (0x8000001F, 0x68747541, 0x444D4163, 0x69746E65),
    (0x80000001, 0): (0x00800F12, 0x40000000, 0x35C233FF, 0x2FD3FBFF),
    (0x80000007, 0): (0x00000000, 0x0000001B, 0x00000000, 0x00006799),
    (0x80000008, 0): (0x00003030, 0x00000007, 0x0000603F, 0x00000000),
    (0x8000000A, 0): (0x00000001, 0x00008000, 0x00000000, 0x0001BCFF),
}

# What Linux 5.10 shows of the Haswell, hyper-threading off and its microcode of before 2018.
HASWELL_FLAGS = (
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush dts acpi mmx fxsr sse sse2 ss ht tm "
    "pbe syscall nx pdpe1gb rdtscp lm constant_tsc arch_perfmon pebs bts rep_good nopl xtopology nonstop_tsc cpuid "
    "aperfmperf pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 sdbg fma cx16 xtpr pdcm pcid dca sse4_1 sse4_2 "
    "x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand lahf_lm abm cpuid_fault epb invpcid_single pti "
    "tpr_shadow flexpriority fsgsbase tsc_adjust bmi1 avx2 smep bmi2 erms invpcid cqm xsaveopt cqm_llc cqm_occup_llc "
    "dtherm ida arat pln pts")
HASWELL_VMX_FLAGS = ("vnmi preemption_timer posted_intr invvpid ept_x_only ept_ad ept_1gb flexpriority apicv tsc_offset "
                     "vtpr mtf vapic ept vpid unrestricted_guest vapic_reg vid ple shadow_vmcs")


def cpudata(words, msrs=None, arch="x86"):
    lines = [f"<cpudata arch='{arch}'>"]
    for (leaf, subleaf), values in words.items():
        parts = " ".join(f"{name}='{value:#010x}'" for name, value in zip(REGISTERS, values))
        lines.append(f"  <cpuid eax_in='{leaf:#010x}' ecx_in='{subleaf:#04x}' {parts}/>")
    for index, value in (msrs or {}).items():
        lines.append(f"  <msr index='{index:#x}' edx='{value >> 32:#010x}' eax='{value & 0xffffffff:#010x}'/>")
    return "\n".join((*lines, "</cpudata>", ""))


def raw(*cpus, one=False):
    lines = []
    for number, words in enumerate(cpus):
        lines.append("CPU:" if one else f"CPU {number}:")
        for (leaf, subleaf), values in words.items():
            parts = " ".join(f"{name}={value:#010x}" for name, value in zip(REGISTERS, values))
            lines.append(f"   {leaf:#010x} {subleaf:#04x}: {parts}")
    return "\n".join((*lines, ""))


def cpuinfo(flags=HASWELL_FLAGS, *, vendor="GenuineIntel", family=6, model=63, stepping=2, vmx=None, count=1):
    block = (f"vendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: Recorded: CPU @ 2.40GHz\n"
             f"stepping\t: {stepping}\nphysical id\t: 0\nfpu\t\t: yes\nflags\t\t: {flags}\n")
    if vmx is not None:
        block += f"vmx flags\t: {vmx}\n"
    return "".join(f"processor\t: {number}\n{block}bugs\t\t: spectre_v1\npower management:\n\n" for number in range(count))


def capabilities(model="Haswell-noTSX", vendor="Intel", features=("vme", "ss", "vmx"), arch="x86_64",
                 signature="<signature family='6' model='63' stepping='2'/>"):
    listed = "".join(f"      <feature name='{name}'/>\n" for name in features)
    return (f"<capabilities>\n  <host>\n    <uuid>x</uuid>\n    <cpu>\n      <arch>{arch}</arch>\n"
            f"      <model>{model}</model>\n      <vendor>{vendor}</vendor>\n      <microcode version='1'/>\n"
            f"      {signature}\n      <topology sockets='1' dies='1' cores='8' threads='1'/>\n{listed}"
            f"      <pages unit='KiB' size='4'/>\n    </cpu>\n  </host>\n</capabilities>\n")


def domain_capabilities(supported="yes", arch="x86_64", model="EPYC"):
    return (f"<domainCapabilities>\n  <path>/usr/bin/qemu</path>\n  <domain>kvm</domain>\n  <arch>{arch}</arch>\n  <cpu>\n"
            f"    <mode name='host-passthrough' supported='yes'/>\n    <mode name='host-model' supported='{supported}'>\n"
            f"      <model fallback='forbid'>{model}</model>\n      <vendor>AMD</vendor>\n"
            "      <feature policy='require' name='x2apic'/>\n      <feature policy='disable' name='monitor'/>\n"
            "      <feature policy='disable' name='svm'/>\n    </mode>\n  </cpu>\n</domainCapabilities>\n")


def domain(cpu, arch="x86_64"):
    return (f"<domain type='kvm'>\n  <name>guest</name>\n  <os>\n    <type arch='{arch}' machine='q35'>hvm</type>\n"
            f"  </os>\n  {cpu}\n</domain>\n")
