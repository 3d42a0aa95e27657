// SPDX-License-Identifier: BSL-1.0
#pragma once

// Everything that can be wrong, each thing once: its code, and one sentence that is what an error says at run time
// and what the compiler says where the mistake is known at compile time.

#include <cpumap/base/fixed_string.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

/// What is wrong; message() gives the sentence. Codes never change their meaning, new ones may come.
enum class errc : std::uint8_t {
    none,
    unknown_model,
    unknown_feature,
    unknown_vendor,
    duplicate_feature,
    duplicate_option,
    bad_item,
    other_map,
    bad_value,
    mode_since_0_9_10,
    maximum_since_7_1,
    match_since_0_7_5,
    check_since_3_2,
    check_needs_model,
    deprecated_features_since_11_0,
    migratable_since_6_5,
    migratable_mode,
    model_mode,
    vendor_mode,
    vendor_needs_model,
    vendor_since_0_8,
    vendor_length,
    vendor_id_mode,
    vendor_id_length,
    vendor_id_comma,
    vendor_id_since_0_10,
    features_need_model,
    policies_since_0_8,
    topology_zero,
    topology_since_0_8,
    dies_since_6_1,
    clusters_since_10_1,
    cache_since_3_3,
    cache_level_range,
    cache_emulate_level,
    cache_passthrough_mode,
    cache_passthrough_level,
    cache_disable_level,
    maxphysaddr_since_8_7,
    maxphysaddr_without_bits_since_9_2,
    maxphysaddr_limit_since_9_3,
    maxphysaddr_passthrough_bits,
    maxphysaddr_limit_mode,
    numa_distance_range,
    numa_distance_self,
    numa_distance_sibling,
    numa_distance_twice,
    numa_cell_twice,
    numa_memory,
    numa_cpus,
    not_printable,
    no_suitable_model,
    missing_model,
    model_not_supported,
    incompatible,
    vendors_differ,
    vendor_not_of_model,
    nothing_in_common,
    empty_input,
    enabled_and_disabled,
    not_as_specified,
    undescribed_disabled,
    buffer_too_small,
    cpu_data_full,
    no_cpuid,
    not_this_architecture,
    model_gained_features,
    nova_virt_type,
    nova_models_required,
    nova_models_mode,
    nova_flags_mode,
    nova_architecture,
    nova_no_match,
    nova_list_order,
    nova_not_sayable,
    unknown_pvr,
    unknown_part,
    unknown_implementer,
    unknown_compatibility_mode,
    compatibility_mode_as_model,
    no_compatibility_modes,
    not_ppc64,
    pvr_not_readable,
    not_aarch64,
    midr_not_readable,
    not_resolved,
    kvm_brand_length,
    kvm_maxphysaddr,
    kvm_topology,
    kvm_cpu_number,
    kvm_table_full,
    kvm_call,
    kvm_version,
    qemu_architecture,
    qemu_deprecated_features,
    qemu_feature,
    qemu_name,
    qemu_clusters,
    qemu_topology_size,
    cpuid_request,
    cpuid_device,
    no_cpu_answers,
    smbios_structure,
    smbios_processor,
    not_on_all_hosts,
};

namespace detail {

/// How many codes there are, none included.
inline constexpr std::size_t errc_count = static_cast<std::size_t>(errc::not_on_all_hosts) + 1;

/// Shown by an error: the text as it was typed.
template <fixed_string Text>
struct typed;

/// The text of a literal. A template, so that compilers look for its constructor only where a sentence is asked for.
template <class>
struct literal_text {
    std::string_view view{};

    constexpr literal_text() = default;
    template <std::size_t Size>
    constexpr explicit literal_text(const char (&literal)[Size]) : view(literal, Size - 1) {}
};

template <errc Wrong>
constexpr bool is_not(errc code) {
    return Wrong != code;  // in a function, since clang takes long for an operator whose operands depend on a template
}

/// The sentence of a code, empty for none. Where Wrong is none. Instantiated for another it is that compile-time
/// error: compilers show Context, which says what was found, behind "in instantiation of".
template <errc Wrong, class... Context, class Errc>  // Errc: so that it costs little where it is not called
constexpr auto sentence_of(Errc code) {
    using text = literal_text<Errc>;
    // A macro, since a static_assert takes nothing but a literal. Hint is what only the compiler's error adds.
#define CPUMAP_DETAIL_ERROR(code, sentence, hint)                           \
    case errc::code:                                                        \
        static_assert(is_not<Wrong>(errc::code), "cpumap: " sentence hint); \
        return text(sentence);
    // What is only known at run time, and so is no error of a compiler's.
#define CPUMAP_DETAIL_RUN_TIME_ERROR(code, sentence) \
    case errc::code:                                 \
        return text(sentence);
    // clang-format off
    switch (code) {
        CPUMAP_DETAIL_ERROR(unknown_model, "unknown CPU model: this map has none of that name", "; did_you_mean<...> shows the nearest, with _ for - and .")
        CPUMAP_DETAIL_ERROR(unknown_feature, "unknown CPU feature: this map has none of that name", "; did_you_mean<...> shows the nearest, with _ for - and .")
        CPUMAP_DETAIL_ERROR(unknown_vendor, "unknown CPU vendor: this map has none of that name", "")
        CPUMAP_DETAIL_ERROR(duplicate_feature, "the same CPU feature is named more than once (an alias counts as its feature)", "")
        CPUMAP_DETAIL_ERROR(duplicate_option, "the same option is given more than once", "")
        CPUMAP_DETAIL_ERROR(bad_item, "a policy takes directives (force, require, optional, disable, forbid, extra_flags) and with<option>", "")
        CPUMAP_DETAIL_ERROR(other_map, "the policy or definition belongs to another map", "")
        CPUMAP_DETAIL_ERROR(bad_value, "an enumeration holds a value that is none of its own", "")
        CPUMAP_DETAIL_ERROR(mode_since_0_9_10, "modes other than custom need libvirt 0.9.10 or later", "")
        CPUMAP_DETAIL_ERROR(maximum_since_7_1, "mode maximum needs libvirt 7.1 or later", "")
        CPUMAP_DETAIL_ERROR(match_since_0_7_5, "match needs libvirt 0.7.5 or later", "")
        CPUMAP_DETAIL_ERROR(check_since_3_2, "check needs libvirt 3.2 or later", "")
        CPUMAP_DETAIL_ERROR(check_needs_model, "check in custom mode needs a model", "")
        CPUMAP_DETAIL_ERROR(deprecated_features_since_11_0, "deprecated_features needs libvirt 11.0 or later", "")
        CPUMAP_DETAIL_ERROR(migratable_since_6_5, "migratable needs libvirt 6.5 or later", "")
        CPUMAP_DETAIL_ERROR(migratable_mode, "migratable goes only with host_passthrough and maximum", "")
        CPUMAP_DETAIL_ERROR(model_mode, "no model goes with host_passthrough and maximum: they take the host's", "")
        CPUMAP_DETAIL_ERROR(vendor_mode, "no vendor goes with host_passthrough and maximum: they take the host's", "")
        CPUMAP_DETAIL_ERROR(vendor_needs_model, "vendor needs a model", "")
        CPUMAP_DETAIL_ERROR(vendor_since_0_8, "vendor needs libvirt 0.8 or later", "")
        CPUMAP_DETAIL_ERROR(vendor_length, "vendor must be at most 63 bytes long", "")
        CPUMAP_DETAIL_ERROR(vendor_id_mode, "no vendor_id goes with host_passthrough and maximum: they take the host's", "")
        CPUMAP_DETAIL_ERROR(vendor_id_length, "vendor_id must be exactly 12 characters long", "")
        CPUMAP_DETAIL_ERROR(vendor_id_comma, "vendor_id must not hold a comma: it would end there in QEMU's argument", "")
        CPUMAP_DETAIL_ERROR(vendor_id_since_0_10, "vendor_id needs libvirt 0.10 or later", "")
        CPUMAP_DETAIL_ERROR(features_need_model, "features in custom mode need a model", "")
        CPUMAP_DETAIL_ERROR(policies_since_0_8, "feature policies other than require need libvirt 0.8 or later", "")
        CPUMAP_DETAIL_ERROR(topology_zero, "topology sockets, dies, clusters, cores and threads must each be given and be at least 1", "")
        CPUMAP_DETAIL_ERROR(topology_since_0_8, "topology needs libvirt 0.8 or later", "")
        CPUMAP_DETAIL_ERROR(dies_since_6_1, "topology with more than one die needs libvirt 6.1 or later", "")
        CPUMAP_DETAIL_ERROR(clusters_since_10_1, "topology with more than one cluster needs libvirt 10.1 or later", "")
        CPUMAP_DETAIL_ERROR(cache_since_3_3, "cache needs libvirt 3.3 or later", "")
        CPUMAP_DETAIL_ERROR(cache_level_range, "cache level must be 1, 2 or 3", "")
        CPUMAP_DETAIL_ERROR(cache_emulate_level, "cache mode emulate needs level 3", "")
        CPUMAP_DETAIL_ERROR(cache_passthrough_mode, "cache mode passthrough goes only with host_passthrough and maximum", "")
        CPUMAP_DETAIL_ERROR(cache_passthrough_level, "cache mode passthrough takes no level", "")
        CPUMAP_DETAIL_ERROR(cache_disable_level, "cache mode disable takes no level", "")
        CPUMAP_DETAIL_ERROR(maxphysaddr_since_8_7, "maxphysaddr needs libvirt 8.7 or later", "")
        CPUMAP_DETAIL_ERROR(maxphysaddr_without_bits_since_9_2, "maxphysaddr mode emulate without bits needs libvirt 9.2 or later", "")
        CPUMAP_DETAIL_ERROR(maxphysaddr_limit_since_9_3, "maxphysaddr limit needs libvirt 9.3 or later", "")
        CPUMAP_DETAIL_ERROR(maxphysaddr_passthrough_bits, "maxphysaddr mode passthrough takes no bits", "")
        CPUMAP_DETAIL_ERROR(maxphysaddr_limit_mode, "maxphysaddr limit goes only with mode passthrough", "")
        CPUMAP_DETAIL_ERROR(numa_distance_range, "numa distances go from 10 to 255", "")
        CPUMAP_DETAIL_ERROR(numa_distance_self, "numa distance 10 is for a cell to itself, and only 10", "")
        CPUMAP_DETAIL_ERROR(numa_distance_sibling, "numa distance to a cell that is not there", "")
        CPUMAP_DETAIL_ERROR(numa_distance_twice, "numa distance to the same cell more than once", "")
        CPUMAP_DETAIL_ERROR(numa_cell_twice, "numa cell id is used more than once", "")
        CPUMAP_DETAIL_ERROR(numa_memory, "numa cells must say how much memory they have", "")
        CPUMAP_DETAIL_ERROR(numa_cpus, "numa cpus must be numbers and ranges separated by commas, such as 0-3,8; ^ before one leaves it out", "")
        CPUMAP_DETAIL_ERROR(not_printable, "a text holds a byte that XML cannot hold", "")
        CPUMAP_DETAIL_ERROR(model_gained_features, "the model has features in the other map that the host does not have", "")
        CPUMAP_DETAIL_ERROR(nova_virt_type, "Nova: only the virt_type kvm and qemu choose a CPU; with any other cpu_mode must be none", "; settings<...> shows both")
        CPUMAP_DETAIL_ERROR(nova_models_required, "Nova: cpu_mode custom needs cpu_models, a list of at least one CPU model", "")
        CPUMAP_DETAIL_ERROR(nova_models_mode, "Nova: cpu_models, and needs that choose among them, go only with cpu_mode custom", "; settings<...> shows the mode")
        CPUMAP_DETAIL_ERROR(nova_flags_mode, "Nova: cpu_model_extra_flags go with cpu_mode custom, host-model and host-passthrough, not with none", "")
        CPUMAP_DETAIL_ERROR(nova_architecture, "Nova: CPU models and flags are checked for x86 only; give none of them with another architecture", "")
        CPUMAP_DETAIL_ERROR(nova_no_match, "Nova: no CPU model of the list has all the flags that are needed", "; among<...> shows the models, wanted<...> the flags, with _ for - and .")
        CPUMAP_DETAIL_ERROR(nova_list_order, "Nova: in a list of CPU models each must have what the one before it has", "; loses<...> shows what this one lacks, with _ for - and .")
        CPUMAP_DETAIL_ERROR(nova_not_sayable, "Nova: nova.conf cannot say this policy: it holds a mode, models, and flags that are required or disabled", "; because<...> shows what it has no setting for")
        CPUMAP_DETAIL_ERROR(unknown_compatibility_mode, "unknown compatibility mode: there are power6 to power10", "; a model is written in capitals and goes with custom")
        CPUMAP_DETAIL_ERROR(compatibility_mode_as_model, "a compatibility mode is no model: power6 to power10 go with mode host-model alone", "")
        CPUMAP_DETAIL_ERROR(not_resolved, "mode host-model and match minimum take what the host has: resolve() gives the definition to use", "")
        CPUMAP_DETAIL_ERROR(qemu_architecture, "QEMU: only definitions of x86 maps become a command line", "")
        CPUMAP_DETAIL_ERROR(qemu_deprecated_features, "QEMU: deprecated_features is for s390x only, and no option of an x86 CPU", "")
        CPUMAP_DETAIL_ERROR(qemu_feature, "QEMU: a feature is forced or required that no QEMU has a property for", "; about<...> shows it, with _ for - and .")
        CPUMAP_DETAIL_ERROR(qemu_name, "QEMU: a name holds a comma, or = in a feature: it would end there in QEMU's argument", "")
        CPUMAP_DETAIL_ERROR(qemu_clusters, "QEMU: its x86 machines have no clusters, so the topology must have one in each die", "")
        CPUMAP_DETAIL_ERROR(qemu_topology_size, "QEMU: the topology has more processors than 32 bits can count", "")
        CPUMAP_DETAIL_ERROR(not_on_all_hosts, "the policy does not run on every recorded machine", "; on<...> shows on which it does not, and lacks<...>, has<...> or because<...> why, with _ for - and .")
        CPUMAP_DETAIL_RUN_TIME_ERROR(no_suitable_model, "no model fits this CPU data, of those that may be used")
        CPUMAP_DETAIL_RUN_TIME_ERROR(missing_model, "the definition has no model")
        CPUMAP_DETAIL_RUN_TIME_ERROR(model_not_supported, "CPU model is not supported by hypervisor")
        CPUMAP_DETAIL_RUN_TIME_ERROR(incompatible, "the guest CPU cannot run on this host")
        CPUMAP_DETAIL_RUN_TIME_ERROR(vendors_differ, "the CPUs have different vendors")
        CPUMAP_DETAIL_RUN_TIME_ERROR(vendor_not_of_model, "the vendor that is named is not that of the model")
        CPUMAP_DETAIL_RUN_TIME_ERROR(nothing_in_common, "the CPUs have no feature in common")
        CPUMAP_DETAIL_RUN_TIME_ERROR(empty_input, "there is no CPU to begin with")
        CPUMAP_DETAIL_RUN_TIME_ERROR(enabled_and_disabled, "a feature is said to be enabled and disabled")
        CPUMAP_DETAIL_RUN_TIME_ERROR(not_as_specified, "the guest CPU is not as specified: features are extra or missing")
        CPUMAP_DETAIL_RUN_TIME_ERROR(undescribed_disabled, "something is disabled that no feature of the map describes")
        CPUMAP_DETAIL_RUN_TIME_ERROR(buffer_too_small, "the buffer is too small for the text: xml_size(), or the _size() of what is written, tells how much it takes")
        CPUMAP_DETAIL_RUN_TIME_ERROR(cpu_data_full, "there are more CPUID leaves and MSRs than cpu_data holds")
        CPUMAP_DETAIL_RUN_TIME_ERROR(no_cpuid, "CPUID leaf 0 does not answer with the highest leaf")
        CPUMAP_DETAIL_RUN_TIME_ERROR(not_this_architecture, "this program does not run on an x86 processor")
        CPUMAP_DETAIL_RUN_TIME_ERROR(unknown_pvr, "no model of this map has a processor version (PVR) like this")
        CPUMAP_DETAIL_RUN_TIME_ERROR(unknown_part, "no model of this map has the part number in this MIDR")
        CPUMAP_DETAIL_RUN_TIME_ERROR(unknown_implementer, "no vendor of this map has the implementer id in this MIDR")
        CPUMAP_DETAIL_RUN_TIME_ERROR(no_compatibility_modes, "the host's CPU has no compatibility modes: they need POWER6 to POWER10")
        CPUMAP_DETAIL_RUN_TIME_ERROR(not_ppc64, "this program does not run on a 64-bit POWER processor")
        CPUMAP_DETAIL_RUN_TIME_ERROR(pvr_not_readable, "the processor version register (PVR) cannot be read: of the operating systems, Linux lets programs do it")
        CPUMAP_DETAIL_RUN_TIME_ERROR(not_aarch64, "this program does not run on a 64-bit ARM processor")
        CPUMAP_DETAIL_RUN_TIME_ERROR(midr_not_readable, "MIDR_EL1 cannot be read: Linux shows it to programs where AT_HWCAP has the bit cpuid")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_brand_length, "the name that CPUID shows is at most 47 bytes long")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_maxphysaddr, "maxphysaddr has more bits than this host can give")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_topology, "the topology needs APIC ids of more than 31 bits")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_cpu_number, "the topology does not have so many CPUs")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_table_full, "there is no room for all CPUID entries or MSRs")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_call, "the kernel refuses a call to KVM")
        CPUMAP_DETAIL_RUN_TIME_ERROR(kvm_version, "/dev/kvm does not speak version 12 of the interface")
        CPUMAP_DETAIL_RUN_TIME_ERROR(cpuid_request, "a request for a CPUID register was not answered")
        CPUMAP_DETAIL_RUN_TIME_ERROR(cpuid_device, "the kernel's CPUID device cannot be read: it takes the kernel module cpuid, and root")
        CPUMAP_DETAIL_RUN_TIME_ERROR(no_cpu_answers, "none of the logical CPUs answers")
        CPUMAP_DETAIL_RUN_TIME_ERROR(smbios_structure, "this is no SMBIOS structure of type 4, or not all of one")
        CPUMAP_DETAIL_RUN_TIME_ERROR(smbios_processor, "the SMBIOS structure shows no x86 processor: the socket is empty, or holds one of another architecture")
        default: return text();
    }
        // clang-format on
#undef CPUMAP_DETAIL_ERROR
#undef CPUMAP_DETAIL_RUN_TIME_ERROR
}

/// A mistake that is known at compile time: naming a complete type `broken<code, Context...>` is the compiler's
/// error, one for each distinct Context. Without any, and with errc::none, it is no error.
template <errc Code, class... Context>
struct broken {
    static constexpr errc wrong = sizeof...(Context) == 0 ? errc::none : Code;
    using sentence = decltype(sentence_of<wrong, Context...>(Code));
};
template <class... Context>
struct broken<errc::none, Context...> {};

}  // namespace detail

/// The sentence of a code, in English and without a full stop; empty for errc::none.
template <class Errc = errc>  // a template, so that it costs nothing where it is not called
constexpr std::string_view message(errc code) {
    return detail::sentence_of<errc::none>(Errc{code}).view;
}

}  // namespace cpumap::inline v0
