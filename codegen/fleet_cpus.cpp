// SPDX-License-Identifier: BSL-1.0
#include "fleet_cpus.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_12_8.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>
#include <cpumap/match/baseline.hpp>
#include <cpumap/match/compare.hpp>
#include <cpumap/match/decode.hpp>

namespace cpumap::codegen {
namespace {

// Which bits a recording tells.
class told_bits {
public:
    explicit told_bits(const host_dump& dump) : dump_(dump) {}

    [[nodiscard]] bool tells(const register_bit& bit) const {
        if (bit.from == register_bit::source::msr) {
            const auto found = std::ranges::find(dump_.msrs, bit.leaf, &dumped_msr::index);
            return found != dump_.msrs.end() && (found->known >> (bit.bit + (bit.part == 'h' ? 32 : 0)) & 1) != 0;
        }
        if (const dumped_leaf* leaf = find(bit.leaf, bit.subleaf)) {
            return (word(leaf->known, bit.part) >> bit.bit & 1) != 0;
        }
        return dump_.kind() == dump_kind::cpuid && is_beyond_the_last(bit);
    }

private:
    [[nodiscard]] const dumped_leaf* find(std::uint32_t leaf, std::uint32_t subleaf) const {
        const auto found = std::ranges::find_if(
            dump_.leaves, [&](const dumped_leaf& l) { return l.leaf == leaf && l.subleaf == subleaf; });
        return found == dump_.leaves.end() ? nullptr : &*found;
    }
    static std::uint32_t word(const cpuid_registers& of, char part) {
        return part == 'a' ? of.eax : part == 'b' ? of.ebx : part == 'c' ? of.ecx : of.edx;
    }
    // A leaf that the processor does not have is not recorded, and its features are not there.
    [[nodiscard]] bool is_beyond_the_last(const register_bit& bit) const {
        const dumped_leaf* first = find(bit.leaf & 0xffff0000, 0);
        if (first != nullptr && bit.leaf > first->registers.eax) {
            return true;
        }
        const dumped_leaf* seven = find(7, 0);
        return bit.leaf == 7 && seven != nullptr && bit.subleaf > seven->registers.eax;
    }

    const host_dump& dump_;
};

template <class Map>
feature_numbers numbers_of(const basic_feature_set<Map>& set) {
    feature_numbers result;
    for (const auto feature : set) {
        result.push_back(static_cast<std::uint32_t>(feature.index()));
    }
    return result;
}

template <class Map>
guest_facts facts_of(const basic_guest_cpu<Map>& guest) {
    guest_facts facts;
    facts.model = guest.model().name();
    facts.vendor = guest.vendor();
    facts.required = numbers_of(guest.listed().with_policy(feature_policy::require));
    facts.disabled = numbers_of(guest.listed().with_policy(feature_policy::disable));
    facts.features = numbers_of(guest.features());
    return facts;
}

template <class Map>
std::string sentence_of(const basic_error<Map>& error) {
    const std::string name(error.name());
    return std::string(error.message()) + (name.empty() ? "" : ": " + name);
}

template <class Map>
class fleet_of final : public fleet_cpus {
public:
    fleet_of() {
        for (std::size_t i = 0; i < Map::x86::feature_count; ++i) {
            const auto feature = basic_feature_ref<Map>::from_index(i);
            features_.emplace_back(feature.name());
            bits_.push_back(feature.register_bit());
        }
        std::map<std::pair<std::string, feature_numbers>, std::size_t> first_like;
        for (std::size_t i = 0; i < Map::x86::model_count; ++i) {
            const auto model = basic_model_ref<Map>::from_index(i);
            model_facts facts{std::string(model.name()), std::string(model.vendor()), numbers_of(model.features()), i};
            // A name that has a versioned one stands for that too.
            const auto [at, is_new] = first_like.try_emplace({facts.vendor, facts.features}, i);
            if (!is_new && model.canonical() && !basic_model_ref<Map>::from_index(at->second).canonical()) {
                at->second = i;
            }
            models_.push_back(std::move(facts));
        }
        for (model_facts& facts : models_) {
            facts.like = first_like.at({facts.vendor, facts.features});
        }
    }

    void add(const host_dump& dump) override {
        const cpu_data data = data_of(dump);
        cpus_.emplace_back();
        cpu& added = cpus_.back();
        host_facts facts;
        facts.signature = data.signature();
        facts.vendor = data.vendor<Map>();
        if (facts.vendor.empty()) {
            facts.vendor = data.vendor_string().view();
        }
        if (const auto host = decode_host<Map>(data)) {
            added.host = *host;
        } else {
            facts.problem = sentence_of(host.error());
        }
        basic_decode_options<Map> host_model;
        host_model.migratable = true;
        if (const auto guest = decode_guest<Map>(data, host_model)) {
            added.guest = *guest;
            facts.guest = facts_of(*guest);
        } else {
            facts.problem = sentence_of(guest.error());
        }
        // As decoding sees them: hle and rtm do not count where they do not work.
        const basic_feature_set<Map> features = added.host ? added.host->features() : data.features<Map>();
        facts.features = numbers_of(features);
        const told_bits told(dump);
        for (std::size_t i = 0; i < bits_.size(); ++i) {
            if (!features.test(i) && !told.tells(bits_[i])) {
                facts.not_told.push_back(static_cast<std::uint32_t>(i));
            }
        }
        hosts_.push_back(std::move(facts));
    }

    run_answer run_model(std::size_t host, std::size_t model) const override {
        return run(basic_guest_cpu<Map>(basic_model_ref<Map>::from_index(model)), host);
    }

    run_answer move_guest(std::size_t from, std::size_t to) const override {
        return cpus_[from].guest ? run(*cpus_[from].guest, to) : run_answer{};
    }

    baseline_answer baseline(std::span<const std::size_t> hosts) const override {
        std::vector<basic_host_cpu<Map>> described;
        for (const std::size_t host : hosts) {
            if (cpus_[host].host) {
                described.push_back(*cpus_[host].host);
            }
        }
        baseline_answer answer;
        basic_baseline_options<Map> options;
        options.migratable = true;
        if (const auto found = cpumap::baseline(described, options)) {
            answer.guest = facts_of(*found);
        } else {
            answer.problem = sentence_of(found.error());
            answer.vendors_differ = found.error().code() == errc::vendors_differ;
        }
        return answer;
    }

private:
    struct cpu {
        std::optional<basic_host_cpu<Map>> host;
        std::optional<basic_guest_cpu<Map>> guest;
    };

    run_answer run(const basic_guest_cpu<Map>& guest, std::size_t host) const {
        if (!cpus_[host].host) {
            return {};
        }
        const auto compared = compare(*cpus_[host].host, guest);
        if (compared.outcome != verdict::incompatible) {
            return {runs::yes, {}};
        }
        run_answer answer{runs::no, numbers_of(compared.missing)};
        if (compared.reason == reason::other_vendor) {
            answer.outcome = runs::other_vendor;
        } else if (includes(hosts_[host].not_told, answer.missing)) {
            answer.outcome = runs::not_told;
        }
        return answer;
    }

    std::vector<register_bit> bits_;
    std::vector<cpu> cpus_;
};

}  // namespace

feature_numbers without(const feature_numbers& a, const feature_numbers& b) {
    feature_numbers result;
    std::ranges::set_difference(a, b, std::back_inserter(result));
    return result;
}

bool includes(const feature_numbers& a, const feature_numbers& b) { return std::ranges::includes(a, b); }

std::unique_ptr<fleet_cpus> make_fleet(const shipped_map& map) {
    if (map.release == maps::libvirt_0_10::version) {
        return std::make_unique<fleet_of<maps::libvirt_0_10>>();
    }
    if (map.release == maps::libvirt_9_0::version) {
        return std::make_unique<fleet_of<maps::libvirt_9_0>>();
    }
    if (map.release == maps::libvirt_11_3::version) {
        return std::make_unique<fleet_of<maps::libvirt_11_3>>();
    }
    return std::make_unique<fleet_of<maps::libvirt_12_8>>();
}

}  // namespace cpumap::codegen
