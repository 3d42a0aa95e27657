// SPDX-License-Identifier: BSL-1.0
#pragma once

// A processor as SMBIOS shows it, in a structure of type 4: its signature and the features of CPUID leaf 1 EDX, and
// nothing else. That names a model or a few, and the answer says how sure it is.

#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/fixed_string.hpp>
#include <cpumap/base/handles.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

/// How sure a model is that was named by little more than a signature.
enum class certainty : std::uint8_t {
    none,     ///< no model of the map has this signature
    several,  ///< more than one has: the model named is the least of them, where there is one
    one,      ///< one model alone has it
};

/// The models that a processor may be, as far as its signature, its vendor and a few features tell.
template <class Map>
struct basic_named_by_signature {
    certainty sure = certainty::none;     ///< how sure `model` is
    std::size_t candidates = 0;           ///< how many models it may be, those counted once that have the same features
    given<basic_model_ref<Map>> model{};  ///< the candidate whose features all others have too; none without such a one
    basic_feature_set<Map> certain{};     ///< the features that all candidates have
};

/// Finds the models with the signature and vendor of `data` that libvirt describes hosts with. Only the features in
/// `known` count: a model that has one of these which `data` has not is none. Data without a vendor may be of any.
template <class Map = default_map>
constexpr basic_named_by_signature<Map> name_by_signature(const cpu_data& data, const basic_feature_set<Map>& known) {
    basic_named_by_signature<Map> r;
    const auto signature = data.signature();
    if (!signature) return r;
    const std::string_view vendor = data.vendor<Map>();
    const auto lacks = known - data.features<Map>();
    const auto has_it = [&signature](basic_model_ref<Map> m) {
        for (const model_signature s : m.signatures())
            if (s.family == signature.family() && s.model == signature.model() &&
                (s.steppings >> signature.stepping() & 1) != 0)
                return true;
        return false;
    };
    std::uint16_t found[Map::x86::model_count + 1]{};  // candidates with different features, the first of each kind
    for (std::size_t i = 0; i < Map::x86::model_count; ++i) {
        const auto m = basic_model_ref<Map>::from_index(i);
        if (!has_it(m) || !m.decodes_host() || (!vendor.empty() && !m.vendor().empty() && m.vendor() != vendor))
            continue;
        const auto features = m.features();
        bool counts = (features & lacks).empty();
        for (std::size_t k = 0; k < r.candidates && counts; ++k)
            counts = basic_model_ref<Map>::from_index(found[k]).features() != features;
        if (!counts) continue;
        found[r.candidates] = static_cast<std::uint16_t>(i);
        r.certain = r.candidates++ == 0 ? features : r.certain & features;
        if (r.certain == features) r.model = m;
    }
    if (r.model && (*r.model).features() != r.certain) r.model = {};
    r.sure = r.candidates == 0 ? certainty::none : r.candidates == 1 ? certainty::one : certainty::several;
    return r;
}

/// A processor as SMBIOS shows it.
template <class Map>
struct basic_smbios_processor {
    cpu_data data{};                       ///< signature, CPUID leaf 1 EDX and, where it is known, the vendor
    basic_feature_set<Map> known{};        ///< the features that `data` tells of; of all others it says nothing
    basic_named_by_signature<Map> name{};  ///< the model, and how sure it is
    inline_text<63> socket{};              ///< the socket's name on the board
    inline_text<63> manufacturer{};        ///< as the firmware calls it
    inline_text<63> version{};             ///< the processor's own name, as a rule
};

namespace detail {

/// A structure's formatted part and its strings; empty where the bytes end before it does.
constexpr std::span<const std::uint8_t> smbios_structure(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 6 || bytes[1] < 4 || bytes.size() < std::size_t{bytes[1]} + 2) return {};
    for (std::size_t i = std::size_t{bytes[1]} + 1; i < bytes.size(); ++i)
        if (bytes[i] == 0 && bytes[i - 1] == 0) return bytes.first(i + 1);
    return {};
}

/// A little-endian number of up to four bytes.
constexpr std::uint32_t smbios_word(std::span<const std::uint8_t> s, std::size_t at, std::size_t size) {
    std::uint32_t w = 0;
    for (std::size_t i = 0; i < size; ++i) w |= std::uint32_t{s[at + i]} << (8 * i);
    return w;
}

/// The text whose number, from 1, stands in a field; empty where there is no such text.
constexpr inline_text<63> smbios_text(std::span<const std::uint8_t> s, std::size_t field) {
    std::size_t at = s[1];
    for (unsigned left = s[field]; left > 1 && at < s.size(); --left) {
        while (at < s.size() && s[at] != 0) ++at;
        ++at;
    }
    char text[64]{};  // one more than is kept, so that the text knows that it was cut
    std::size_t n = 0;
    if (s[field] != 0)
        while (n < sizeof text && at + n < s.size() && s[at + n] != 0) {
            text[n] = static_cast<char>(s[at + n]);
            ++n;
        }
    return inline_text<63>({static_cast<const char*>(text), n});
}

/// Whether a text holds a word, which is in small letters, whatever the case in the text.
constexpr bool holds_word(std::string_view text, std::string_view word) {
    for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
        std::size_t k = 0;
        for (; k < word.size(); ++k) {
            const char c = text[i + k];
            if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c) != word[k]) break;
        }
        if (k == word.size()) return true;
    }
    return false;
}

/// The vendor string of CPUID for a manufacturer's name, or nothing.
constexpr std::string_view vendor_of_manufacturer(std::string_view name) {
    if (holds_word(name, {"intel", 5})) return {"GenuineIntel", 12};
    if (holds_word(name, {"amd", 3}) || holds_word(name, {"advanced micro devices", 22})) return {"AuthenticAMD", 12};
    if (holds_word(name, {"hygon", 5})) return {"HygonGenuine", 12};
    return {};
}

/// Whether a processor family of SMBIOS is of another architecture than x86.
constexpr bool is_foreign_family(unsigned family) {
    struct range {
        unsigned first, last;
    };
    constexpr range foreign[] = {
        {0x20, 0x27},    // Power PC
        {0x30, 0x37},    // Alpha
        {0x40, 0x45},    // MIPS
        {0x50, 0x58},    // SPARC
        {0x60, 0x65},    // 68000
        {0x70, 0x70},    // Hobbit
        {0x80, 0x80},    // Weitek
        {0x82, 0x82},    // Itanium
        {0x90, 0x96},    // PA-RISC
        {0xa0, 0xa0},    // V30
        {0xc8, 0xcc},    // S/390
        {0x100, 0x2ff},  // ARM, RISC-V, LoongArch
    };
    for (const range& r : foreign)
        if (family >= r.first && family <= r.last) return true;
    return false;
}

}  // namespace detail

/// The structure of processor number n, from 0, in an SMBIOS table: that is in the structures one after the other, as
/// /sys/firmware/dmi/tables/DMI holds them. Empty where there are not so many.
constexpr std::span<const std::uint8_t> find_smbios_processor(std::span<const std::uint8_t> table, std::size_t n = 0) {
    for (;;) {
        const auto one = detail::smbios_structure(table);
        if (one.empty()) return {};
        if (one[0] == 4 && n-- == 0) return one;
        if (one[0] == 127) return {};  // the end of the table
        table = table.subspan(one.size());
    }
}

/// Reads an SMBIOS structure of type 4, strings included. What decode_host() makes of its data would be wrong, since
/// features that SMBIOS does not show are not missing: name_by_signature() has looked at what it does show.
/// Errors: smbios_structure; smbios_processor with the socket's name.
/// Source: DMTF DSP0134, System Management BIOS Reference Specification, Processor Information (Type 4).
template <class Map = default_map>
constexpr basic_result<basic_smbios_processor<Map>, basic_error<Map>> read_smbios_processor(
    std::span<const std::uint8_t> bytes) {
    using result = basic_result<basic_smbios_processor<Map>, basic_error<Map>>;
    const auto s = detail::smbios_structure(bytes);
    if (s.empty() || s[0] != 4 || s[1] < 0x1a) return result(basic_error<Map>(errc::smbios_structure));
    result r(in_place);
    r->socket = detail::smbios_text(s, 4);
    r->manufacturer = detail::smbios_text(s, 7);
    r->version = detail::smbios_text(s, 16);
    const std::uint32_t eax = detail::smbios_word(s, 8, 4);
    const std::uint32_t edx = detail::smbios_word(s, 12, 4);
    const bool populated = (s[0x18] & 0x40) != 0;
    unsigned family = s[6];
    if (family == 0xfe && s[1] >= 0x2a) family = detail::smbios_word(s, 0x28, 2);  // the field is too small for it
    if (!populated || eax == 0 || detail::is_foreign_family(family))
        return result(basic_error<Map>(errc::smbios_processor, r->socket.view()));

    const std::string_view vendor = detail::vendor_of_manufacturer(r->manufacturer.view());
    if (!vendor.empty()) {
        const auto four = [vendor](std::size_t at) {
            std::uint32_t w = 0;
            for (std::size_t i = 0; i < 4; ++i)
                w |= std::uint32_t{static_cast<unsigned char>(vendor[at + i])} << (8 * i);
            return w;
        };
        r->data.set_cpuid(0, 0, {.eax = 1, .ebx = four(0), .ecx = four(8), .edx = four(4)});
    }
    r->data.set_cpuid(1, 0, {.eax = eax, .ebx = 0, .ecx = 0, .edx = edx});
    for (std::size_t i = 0; i < Map::x86::feature_count; ++i) {
        const register_bit at = basic_feature_ref<Map>::from_index(i).register_bit();
        if (at.from == register_bit::source::cpuid && at.leaf == 1 && at.part == 'd')
            r->known.insert(basic_feature_ref<Map>::from_index(i));
    }
    r->name = name_by_signature<Map>(r->data, r->known);
    return r;
}

}  // namespace cpumap::inline v0
