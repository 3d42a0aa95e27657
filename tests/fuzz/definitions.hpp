// SPDX-License-Identifier: BSL-1.0
#pragma once

// Definitions, descriptions of hosts and CPUID data made from an input's bytes: mostly such as users have, so that the
// code behind the checks is reached too, and with anything where the types permit it.

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

namespace fuzz {

using oldest_map = cpumap::maps::libvirt_0_10;
using newest_map = cpumap::maps::libvirt_12_8;

template <class Map>
cpumap::basic_feature_ref<Map> feature_of(choices& in) {
    return cpumap::features<Map>()[in.below(cpumap::features<Map>().size())];
}
template <class Map>
cpumap::basic_model_ref<Map> model_of(choices& in) {
    return cpumap::models<Map>()[in.below(cpumap::models<Map>().size())];
}

/// An enumerator from the first to `last`, rarely any other value.
template <class Enum>
Enum enum_of(choices& in, Enum last) {
    return static_cast<Enum>(in.one_in(100) ? in.below(256) : in.below(static_cast<std::size_t>(last) + 1));
}
inline unsigned count_of(choices& in) { return in.one_in(16) ? in.word() : static_cast<unsigned>(in.below(9)); }

/// A name of the map or one of its vendors, one that nearly is, or any bytes.
template <class Map>
std::string name_of(choices& in) {
    if (in.one_in(4)) return in.text(in.one_in(8) ? 300 : 20);
    std::string name(in.flag() ? feature_of<Map>(in).name() : model_of<Map>(in).name());
    if (in.flag() || name.empty()) return name;
    const std::size_t at = in.below(name.size());
    if (in.flag()) {
        name[at] = static_cast<char>(in.byte());
    } else {
        name.erase(at, in.below(3));
        name.insert(at, in.text(3));
    }
    return name;
}

/// What definitions point to.
struct pointed_to {
    std::string texts[3];
    cpumap::numa_distance distances[4];
    cpumap::numa_cell cells[3];
};

template <class Map>
cpumap::basic_guest_cpu<Map> guest_of(choices& in, pointed_to& there) {
    cpumap::basic_guest_cpu<Map> g;
    const std::uint8_t has = in.byte();
    g.set_mode(in.flag() ? cpumap::mode::custom : enum_of(in, cpumap::mode::maximum));
    if ((has & 1) == 0) g.set_model(model_of<Map>(in));
    if (in.one_in(3)) g.set_match(enum_of(in, cpumap::match::strict));
    if (in.one_in(3)) g.set_fallback(enum_of(in, cpumap::fallback::forbid));
    if ((has & 2) != 0) g.set_check(enum_of(in, cpumap::check::full));
    if ((has & 4) != 0) g.set_vendor(in.flag() ? "Intel" : in.flag() ? "AMD" : in.text(70));
    if ((has & 8) != 0) {
        std::string id = in.text(14);
        if (!in.one_in(8)) id.resize(12, '&');
        g.set_vendor_id(id);
    }
    if ((has & 16) != 0)
        g.set_topology(cpumap::topology{.sockets = count_of(in),
                                        .dies = in.flag() ? 1 : count_of(in),
                                        .clusters = in.flag() ? 1 : count_of(in),
                                        .cores = count_of(in),
                                        .threads = count_of(in)});
    if ((has & 32) != 0) {
        cpumap::cache c{.mode = enum_of(in, cpumap::cache_mode::disable)};
        if (in.flag()) c.level = count_of(in);
        g.set_cache(c);
        cpumap::maxphysaddr m{.mode = enum_of(in, cpumap::maxphysaddr_mode::passthrough)};
        if (in.flag()) m.bits = count_of(in);
        if (in.flag()) m.limit = count_of(in);
        if (in.flag()) g.set_maxphysaddr(m);
        if (in.flag()) g.set_cache({});
    }
    if ((has & 64) != 0) {
        const std::size_t count = 1 + in.below(std::size(there.cells));
        for (std::size_t i = 0; i < count; ++i) {
            there.texts[i] = in.flag() ? "0-3,^2" : in.text(10);
            there.distances[i] = {static_cast<unsigned>(in.below(4)), in.flag() ? 20 : count_of(in) * 10};
            cpumap::numa_cell& c = there.cells[i] = {};
            c.id = in.one_in(4) ? count_of(in) : static_cast<unsigned>(i);
            if (in.flag()) c.cpus = there.texts[i];
            if (!in.one_in(8)) c.memory_kib = in.long_word();
            if (in.flag()) c.access = enum_of(in, cpumap::memory_access::private_);
            if (in.flag()) c.discard = in.flag();
            if (in.flag()) c.distances = {&there.distances[i], 1 + in.below(2)};  // perhaps the next cell's too
        }
        g.set_numa({&there.cells[0], count});
    }
    if ((has & 128) != 0) {
        if (in.flag()) g.set_migratable(enum_of(in, cpumap::migratable::on));
        if (in.flag()) g.set_deprecated_features(enum_of(in, cpumap::deprecated_features::on));
    }
    if (in.one_in(32)) {
        for (const auto f : cpumap::features<Map>()) g.listed().put(enum_of(in, cpumap::feature_policy::forbid), f);
    } else {
        for (std::size_t n = in.below(10); n > 0; --n)
            static_cast<void>(g.set(enum_of(in, cpumap::feature_policy::forbid), feature_of<Map>(in)));
    }
    return g;
}

template <class Map>
cpumap::basic_host_cpu<Map> host_of(choices& in) {
    cpumap::basic_host_cpu<Map> h;
    const std::uint8_t has = in.byte();
    if ((has & 1) == 0) h = cpumap::basic_host_cpu<Map>(model_of<Map>(in));
    if ((has & 2) != 0) h.set_arch(enum_of(in, cpumap::architecture::other));
    if ((has & 4) != 0) h.set_vendor(in.flag() ? "Intel" : in.text(70));
    if ((has & 8) != 0) h.set_signature(cpumap::cpu_signature(in.word()));
    if ((has & 16) != 0) h.set_microcode(in.word());
    if ((has & 32) != 0) {
        cpumap::counter c{.frequency = in.long_word()};
        if (in.flag()) c.scaling = in.flag();
        h.set_counter(c);
    }
    if ((has & 64) != 0)
        h.set_topology(cpumap::topology{.sockets = count_of(in), .cores = count_of(in), .threads = count_of(in)});
    for (std::size_t n = in.below(10); n > 0; --n) static_cast<void>(h.set(feature_of<Map>(in)));
    return h;
}

/// Whether two say the same.
template <class Map>
bool same(const cpumap::basic_guest_cpu<Map>& a, const cpumap::basic_guest_cpu<Map>& b) {
    return a.mode() == b.mode() && a.match() == b.match() && a.check() == b.check() && a.fallback() == b.fallback() &&
           a.migratable() == b.migratable() && a.deprecated_features() == b.deprecated_features() &&
           a.has_model() == b.has_model() && (!a.has_model() || a.model() == b.model()) && a.vendor() == b.vendor() &&
           a.vendor_id() == b.vendor_id() && a.topology() == b.topology() && a.cache() == b.cache() &&
           a.maxphysaddr() == b.maxphysaddr() && a.numa().data() == b.numa().data() &&
           a.numa().size() == b.numa().size() && a.listed() == b.listed();
}

/// Models that a hypervisor knows, some twice, with anything for blockers.
template <class Map>
std::vector<cpumap::basic_usable_model<Map>> models_of(choices& in) {
    std::vector<cpumap::basic_usable_model<Map>> usable;
    for (std::size_t n = in.below(12); n > 0; --n) {
        usable.push_back({.model = model_of<Map>(in)});
        for (std::size_t b = in.one_in(3) ? in.below(4) : 0; b > 0; --b) usable.back().block(name_of<Map>(in));
    }
    return usable;
}

/// Writes by `write`, a function of a span, into memory as large as it is said to be: all of it, and less. A sanitizer
/// sees what is written beyond it. Empty where the definition is refused.
template <class Write>
std::string written(std::size_t size, choices& in, Write write) {
    const auto memory = std::make_unique<char[]>(size);
    const auto text = write(std::span<char>(memory.get(), size));
    if (!text) {
        CPUMAP_MUST(text.error().code() != cpumap::errc::none);
        CPUMAP_MUST(text.error().code() != cpumap::errc::buffer_too_small && !text.error().message().empty());
        return {};
    }
    CPUMAP_MUST(text->size() == size && (size == 0 || text->data() == memory.get()));
    if (size == 0) return {};
    const std::size_t less = in.flag() ? size - 1 : in.below(size < 65536 ? size : 65536);
    const auto shorter = std::make_unique<char[]>(less);
    const auto refused = write(std::span<char>(shorter.get(), less));
    CPUMAP_MUST(!refused && refused.error().code() == cpumap::errc::buffer_too_small);
    const auto longer = std::make_unique<char[]>(size + 7);
    std::memset(longer.get(), 0x5a, size + 7);
    const auto once_more = write(std::span<char>(longer.get(), size + 7));
    CPUMAP_MUST(once_more && *once_more == *text);
    for (std::size_t i = size; i < size + 7; ++i) CPUMAP_MUST(longer[i] == 0x5a);
    return std::string(*text);
}

template <class Definition>
std::string xml_of(const Definition& definition, choices& in) {
    return written(cpumap::xml_size(definition), in,
                   [&](std::span<char> to) { return cpumap::write_xml(to, definition); });
}

/// An answer keeps the rules of definitions; an error says what it is.
template <class Result>
void must_be_sound(const Result& r) {
    if (!r) {
        CPUMAP_MUST(r.error().code() != cpumap::errc::none && !r.error().message().empty());
        CPUMAP_MUST(r.error().name().size() <= 63);
    }
}

}  // namespace fuzz
