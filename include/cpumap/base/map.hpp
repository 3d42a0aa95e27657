// SPDX-License-Identifier: BSL-1.0
#pragma once

// The concept of a map: what a type must hold to be used wherever this library takes a CPU map. Headers written by
// cpumap-codegen (maps/*.hpp) hold such types; this page is the one description of their members.
//
// A map is a type with
//   static constexpr std::uint32_t format;            the layout described here: 2
//   static constexpr std::string_view version;        of the libvirt it belongs to, "12.8.0"
//   static constexpr std::uint32_t version_number;    the same as major * 1000000 + minor * 1000 + micro
//   struct x86, struct ppc64, struct arm;             tables of each architecture, empty where the map has none
//
// All tables are arrays of integers without pointers, so that they need no relocation. Most are written as character
// literals (u"..", U".."), which compilers read much faster than lists in braces; one more element, the literal's zero, may
// stand at the end of each. Names stand one behind the other in one array of char; name i is [at[i], at[i + 1]).
// An index that is not there is written 0xffff.
//
// x86:
//   enum class feature_id, model_id : std::uint16_t   identifiers of the names, in map order
//   std::uint32_t feature_count, alias_count, model_count, vendor_count, register_count, run_count, set_count, set_words,
//                 non_migratable_count
//   char feature_names[];    char16_t feature_name_at[feature_count + alias_count + 1];  features, then aliases, map order
//   char16_t feature_order[feature_count + alias_count];  indices of these names, sorted by their bytes
//   std::uint32_t feature_bucket_count;     a power of two
//   char16_t feature_bucket[feature_bucket_count + 1];    the same names in buckets, see base/names.hpp: bucket i is
//   char16_t feature_in_buckets[feature_count + alias_count];  [bucket[i], bucket[i + 1]) of these indices. A map without
//                                          buckets is searched in its order, which takes longer
//   bool plain_feature_names;              XML holds these names as they are, none is longer than 48 bytes, and 48 bytes may be
//                                          read from the first of each on; where this is left out they may be any
//   char16_t alias_of[alias_count];        the feature that alias i names
//   char alias_source[alias_count];        'q' QEMU, 'l' Linux, '?' not stated
//   char16_t non_migratable[non_migratable_count];        features that do not migrate, ascending
//   Registers that hold feature bits, in order of first appearance:
//   char32_t register_leaf[register_count], register_subleaf[register_count];  eax_in and ecx_in, or MSR index and 0
//   char register_part[register_count];    'a' 'b' 'c' 'd' of CPUID; 'l' low word, 'h' high word of an MSR
//   char32_t bit_runs[run_count];          bits of one register, ascending without a gap, that are features following each
//                                          other in the map, from feature 0 on: register << 10 | first bit << 5 | bits - 1
//   char32_t sets[2 * set_count * set_words];  distinct feature sets, 2 * set_words elements each; feature i is bit i % 32 of
//                                          element i / 32
//   char model_names[];      char16_t model_name_at[model_count + 1], model_order[model_count];  as for features,
//                            with model_bucket_count, model_bucket[] and model_in_buckets[]
//   char16_t model_set[], model_size[];    the set of each model and how many features it has
//   char16_t model_added[];                the set of its added features, 0xffff where it has none
//   char16_t model_vendor[], model_canonical[];
//   char16_t model_flags[];                1 decodes hosts, 2 decodes guests, 4 <check partial='compat'/>
//   char16_t model_signatures_at[], model_signatures_count[];  where in signatures[] the model's begin, how many
//   char32_t signatures[];   char16_t signature_steppings[];   family << 8 | model; bit n: stepping n
//   char16_t model_removed_at[], model_removed_count[], removed[];  its removed features, in the model's own order
//   char vendor_names[];     char16_t vendor_name_at[vendor_count + 1];
//   char vendor_strings[12 * vendor_count];  twelve bytes each, CPUID leaf 0 in the order EBX, EDX, ECX
//
// ppc64:
//   std::uint32_t model_count, vendor_count, pvr_count
//   char model_names[];      char16_t model_name_at[], model_order[], model_vendor[];
//   char16_t model_pvr_at[model_count + 1];  where in pvr_value[] and pvr_mask[] the model's begin
//   char32_t pvr_value[pvr_count], pvr_mask[pvr_count];
//   char vendor_names[];     char16_t vendor_name_at[];
//
// arm:
//   std::uint32_t feature_count, model_count, vendor_count
//   char feature_names[];    char16_t feature_name_at[], feature_order[];
//   char model_names[];      char16_t model_name_at[], model_order[], model_vendor[];
//   char32_t model_part[model_count];      the 12-bit part number of MIDR_EL1
//   char vendor_names[];     char16_t vendor_name_at[];
//   char32_t vendor_implementer[vendor_count];

#include <cstdint>
#include <string_view>

namespace cpumap::inline v0 {

/// A CPU map: a type with the members described above, in the layout that this version of the library reads.
template <class M>
concept cpu_map = M::format == 2 && requires {
    std::string_view(M::version);
    std::uint32_t(M::version_number);
    typename M::x86::feature_id;
    typename M::x86::model_id;
    typename M::ppc64;
    typename M::arm;
    M::x86::feature_names[M::x86::feature_name_at[0]];
    M::x86::sets[2 * M::x86::set_words - 1];
    M::x86::bit_runs[M::x86::run_count - 1];
};

}  // namespace cpumap::inline v0
