// SPDX-License-Identifier: BSL-1.0
#pragma once

// Very many hosts: what they have in common, taken up one after the other in room that does not grow with them, and the
// same from parts that other processes summed up.

#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/result.hpp>
#include <cpumap/match/baseline.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/decode.hpp>
#include <cpumap/match/default_map.hpp>
#include <cpumap/match/definition.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cpumap::inline v0 {

/// What a baseline needs to know of any number of hosts. baseline() of it is baseline() of all their descriptions, in
/// the order in which they were added. Trivially copyable: the bytes can go to another process of the same program,
/// as in an MPI_Reduce, whose operation is add().
template <class Map>
class basic_fleet {
public:
    /// Adds a host of this data: its description as decode_host() gives it. A host like the one before it, as in a rack
    /// most are, costs little more than reading its features.
    /// Errors: those of decode_host(), and of add() of a description. After an error the fleet is as it was.
    constexpr basic_result<void, basic_error<Map>> add(const cpu_data& data) {
        using result = basic_result<void, basic_error<Map>>;
        if (!data.complete()) return result(basic_error<Map>(errc::cpu_data_full));
        const auto in = detail::make_decode_input<Map>(data, {});
        // A vendor that the map lacks is its model's from the second host on, so that such a host does not repeat the first.
        const bool has_vendor = in.vendor != detail::no_index;
        if (known_ && has_vendor && in.features == last_.features && in.signature == last_.signature &&
            in.vendor == last_.vendor) {
            ++sum_.count;  // all else of it is in the sum already
            return {};
        }
        const auto host = decode_host<Map>(data);
        if (!host) return result(host.error());
        const auto added = add(host->model(), detail::vendor_name<Map>(in.vendor), in.features);
        if (!added) return added;
        known_ = true;
        last_ = in;
        return {};
    }
    /// Adds a host's description.
    /// Errors: missing_model; unknown_vendor, vendor_not_of_model and vendors_differ, each with the vendor. After an
    /// error the fleet is as it was.
    constexpr basic_result<void, basic_error<Map>> add(const basic_host_cpu<Map>& host) {
        if (!host.has_model()) return basic_error<Map>(errc::missing_model);
        return add(host.model(), host.vendor(), host.features());
    }
    /// Adds the hosts of another fleet, behind those of this one.
    /// Errors: vendor_not_of_model and vendors_differ, each with the vendor. After an error the fleet is as it was.
    constexpr basic_result<void, basic_error<Map>> add(const basic_fleet& other) {
        auto sum = sum_;
        const auto e = sum.add(other.sum_);
        if (e.code() != errc::none) return e;
        sum_ = sum;
        some_ |= other.some_;
        return {};
    }

    /// How many hosts were added.
    [[nodiscard]] constexpr std::uint64_t size() const { return sum_.count; }
    /// The features that all of them have; none where there is no host.
    [[nodiscard]] constexpr const basic_feature_set<Map>& common() const { return sum_.common; }
    /// The features that at least one of them has.
    [[nodiscard]] constexpr const basic_feature_set<Map>& some() const { return some_; }

    /// The guest CPU that runs on all of them.
    /// Errors: empty_input; nothing_in_common; no_suitable_model.
    [[nodiscard]] constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline(
        const basic_baseline_options<Map>& options = {}) const {
        return detail::finish_baseline<Map>(sum_, options);
    }

private:
    constexpr basic_result<void, basic_error<Map>> add(basic_model_ref<Map> model, std::string_view vendor,
                                                       const basic_feature_set<Map>& features) {
        const errc e = sum_.add(model, vendor, features);
        if (e != errc::none) return sum_.error_of(e, model, vendor);
        some_ |= features;
        return {};
    }

    detail::baseline_sum<Map> sum_{};
    basic_feature_set<Map> some_{};
    detail::decode_input<Map> last_{};  // of the host added last, where it came as data
    bool known_ = false;
};

/// The fleet of the default map.
using fleet = basic_fleet<default_map>;

/// The guest CPU that runs on all hosts of this data: baseline() of what decode_host() makes of each. Takes time in
/// proportion to the hosts, and no memory for them.
/// Errors: those of basic_fleet::add(), with the first host that has one; those of baseline().
template <class Map = default_map>
constexpr basic_result<basic_guest_cpu<Map>, basic_error<Map>> baseline(
    std::span<const cpu_data> hosts, const basic_baseline_options<Map>& options = {}) {
    basic_fleet<Map> all;
    for (const cpu_data& host : hosts)
        if (const auto added = all.add(host); !added) return added.error();
    return all.baseline(options);
}

/// The features that all of many sets have, read in memory order. All features of the map where there is no set.
template <class Map>
constexpr basic_feature_set<Map> common_features(std::span<const basic_feature_set<Map>> sets) {
    basic_feature_set<Map> common;
    for (std::size_t i = 0; i < Map::x86::feature_count; ++i) common.set(i);
    for (const auto& set : sets) common &= set;
    return common;
}

}  // namespace cpumap::inline v0
