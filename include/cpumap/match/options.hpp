// SPDX-License-Identifier: BSL-1.0
#pragma once

// What can stand in a CPU definition besides its model, in the terms of libvirt's <cpu> element. All are plain values
// that may be template arguments too: with<topology{.sockets = 2, .cores = 4, .threads = 2}>.

#include <cpumap/base/fixed_string.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

/// A host's architecture, as far as libvirt has CPU models for it.
enum class architecture : std::uint8_t { x86_64, i686, ppc64, ppc64le, aarch64, armv7l, armv6l, other };

/// A host's time-stamp counter.
struct counter {
    std::uint64_t frequency = 0;  ///< in Hz; 0 where it is not known
    given<bool> scaling{};        ///< whether guests can be given another frequency

    friend constexpr bool operator==(const counter&, const counter&) = default;
};

/// Where a guest's CPU comes from. A definition in custom mode without a model leaves it to the hypervisor.
enum class mode : std::uint8_t { custom, host_model, host_passthrough, maximum };

/// How the host's CPU must relate to a custom one: have at least its features, run exactly these, or have no others.
enum class match : std::uint8_t { minimum, exact, strict };

/// What to check when a guest starts: nothing, that the host can run it, or that the hypervisor gave exactly what was
/// asked for.
enum class check : std::uint8_t { none, partial, full };

/// Whether another model may stand in for one that the hypervisor does not support.
enum class fallback : std::uint8_t { allow, forbid };

/// Whether features that do not migrate are left out of a CPU that is taken from the host.
enum class migratable : std::uint8_t { off, on };

/// Whether features that the hypervisor's vendor deprecates are kept.
enum class deprecated_features : std::uint8_t { off, on };

/// What a guest does with one feature.
enum class feature_policy : std::uint8_t {
    force,     ///< the guest has it, whatever the host has
    require,   ///< the guest has it, and does not start where the host has not
    optional,  ///< the guest has it where the host has
    disable,   ///< the guest does not have it
    forbid,    ///< the guest does not have it, and does not start where the host has
};

/// The shape of the virtual processor, in counts; each at least 1, and sockets, cores and threads must be given.
struct topology {
    unsigned sockets = 0;   ///< of the virtual machine
    unsigned dies = 1;      ///< in each socket
    unsigned clusters = 1;  ///< in each die
    unsigned cores = 0;     ///< in each cluster
    unsigned threads = 0;   ///< in each core

    friend constexpr bool operator==(const topology&, const topology&) = default;
};

/// How the guest's cache relates to the host's: made up, the host's own, or none.
enum class cache_mode : std::uint8_t { emulate, passthrough, disable };

/// The cache that the guest sees.
struct cache {
    given<unsigned> level{};                ///< 1 to 3; emulate needs 3, the other modes take none
    cache_mode mode = cache_mode::emulate;  ///< what kind of cache

    friend constexpr bool operator==(const cache&, const cache&) = default;
};

/// Whether the width is made up or the host's.
enum class maxphysaddr_mode : std::uint8_t { emulate, passthrough };

/// The width of physical addresses that the guest sees.
struct maxphysaddr {
    maxphysaddr_mode mode = maxphysaddr_mode::emulate;  ///< where the width comes from
    given<unsigned> bits{};                             ///< with emulate only
    given<unsigned> limit{};                            ///< with passthrough only: at most so many bits

    friend constexpr bool operator==(const maxphysaddr&, const maxphysaddr&) = default;
};

/// The vendor that the host must be of, by the name that the map gives it.
template <std::size_t Size>
struct vendor {
    fixed_string<Size> name;  ///< as the map spells it

    /// The name, as a literal.
    constexpr explicit vendor(const char (&literal)[Size]) : name(literal) {}

    friend constexpr bool operator==(const vendor&, const vendor&) = default;
};

/// What CPUID shows as the vendor, instead of the vendor of the host: exactly 12 characters, no comma.
template <std::size_t Size>
struct vendor_id {
    fixed_string<Size> text;  ///< as the guest sees it

    /// The text, as a literal.
    constexpr explicit vendor_id(const char (&literal)[Size]) : text(literal) {}

    friend constexpr bool operator==(const vendor_id&, const vendor_id&) = default;
};

/// How memory of a NUMA cell is mapped.
enum class memory_access : std::uint8_t { shared, private_ };

/// The distance from one NUMA cell to another, 10 to 255; 10 is a cell's distance to itself.
struct numa_distance {
    unsigned cell = 0;    ///< the id of the other cell
    unsigned value = 10;  ///< 10 to 255
};

/// A NUMA cell of the guest. What the spans and texts point to is the caller's and must outlive the definition.
struct numa_cell {
    unsigned id = 0;                             ///< of the cell, each once
    std::string_view cpus{};                     ///< as in "0-3,8"; empty for a cell of memory alone
    given<std::uint64_t> memory_kib{};           ///< must be given
    given<memory_access> access{};               ///< memAccess in XML
    given<bool> discard{};                       ///< whether the memory's content is dropped when the guest ends
    std::span<const numa_distance> distances{};  ///< to other cells; those left out are libvirt's
};

namespace detail {

/// The architecture that stands for those whose processors are compared: i686 and x86_64 are one, ppc64 and ppc64le too,
/// and so are those of arm.
constexpr architecture family_of(architecture a) {
    switch (a) {
        case architecture::i686:
            return architecture::x86_64;
        case architecture::ppc64le:
            return architecture::ppc64;
        case architecture::armv7l:
        case architecture::armv6l:
            return architecture::aarch64;
        default:
            return a;
    }
}
constexpr bool same_family(architecture a, architecture b) { return family_of(a) == family_of(b); }

/// The architecture that a description of a host has where nothing else is said.
template <class Map>
inline constexpr architecture own_architecture = architecture::x86_64;

/// Whether the mode takes the host's CPU as it is, so that model and vendor mean nothing.
constexpr bool takes_host_cpu(mode m) { return m == mode::host_passthrough || m == mode::maximum; }

/// The libvirt versions that brought each part of the <cpu> element, as version_number of a map.
constexpr std::uint32_t version(std::uint32_t major, std::uint32_t minor, std::uint32_t micro = 0) {
    return major * 1'000'000 + minor * 1'000 + micro;
}

namespace since {
inline constexpr std::uint32_t match = version(0, 7, 5);
inline constexpr std::uint32_t policies = version(0, 8);
inline constexpr std::uint32_t topology = version(0, 8);
inline constexpr std::uint32_t vendor = version(0, 8);
inline constexpr std::uint32_t mode = version(0, 9, 10);
inline constexpr std::uint32_t fallback = version(0, 9, 10);
inline constexpr std::uint32_t vendor_id = version(0, 10);
inline constexpr std::uint32_t check = version(3, 2);
inline constexpr std::uint32_t cache = version(3, 3);
inline constexpr std::uint32_t dies = version(6, 1);
inline constexpr std::uint32_t migratable = version(6, 5);
inline constexpr std::uint32_t maximum = version(7, 1);
inline constexpr std::uint32_t maxphysaddr = version(8, 7);
inline constexpr std::uint32_t maxphysaddr_without_bits = version(9, 2);
inline constexpr std::uint32_t maxphysaddr_limit = version(9, 3);
inline constexpr std::uint32_t clusters = version(10, 1);
inline constexpr std::uint32_t deprecated_features = version(11, 0);
}  // namespace since

}  // namespace detail

}  // namespace cpumap::inline v0
