// SPDX-License-Identifier: BSL-1.0
// Any CPUID data, and what is made of it: what a description and a definition of it promise is what the data has, and
// what all hosts of a fleet can run does run on each.

#include <cpumap/core.hpp>
#include <cpumap/match/fleet.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"

namespace {

using fuzz::choices;

/// Data, and what it must hold by a plain map.
struct machine {
    cpumap::cpu_data data;
    std::map<std::pair<std::uint32_t, std::uint32_t>, cpumap::cpuid_registers> leaves;
    std::map<std::uint32_t, std::uint64_t> msrs;
    bool full = false;

    void put(std::uint32_t leaf, std::uint32_t subleaf, const cpumap::cpuid_registers& r) {
        const bool is_new = !leaves.contains({leaf, subleaf});
        const bool fits = !is_new || leaves.size() + msrs.size() < cpumap::cpu_data::capacity;
        CPUMAP_MUST(data.set_cpuid(leaf, subleaf, r) == fits);
        if (fits) leaves[{leaf, subleaf}] = r;
        full = full || !fits;
    }
    void put_msr(std::uint32_t index, std::uint64_t value) {
        const bool fits = msrs.contains(index) || leaves.size() + msrs.size() < cpumap::cpu_data::capacity;
        CPUMAP_MUST(data.set_msr(index, value) == fits);
        if (fits) msrs[index] = value;
        full = full || !fits;
    }
    template <class Map>
    void flip(cpumap::basic_feature_ref<Map> feature) {
        const auto at = feature.register_bit();
        if (at.from == cpumap::register_bit::source::msr) {
            put_msr(at.leaf, msrs[at.leaf] ^ std::uint64_t{1} << (at.bit + (at.part == 'h' ? 32 : 0)));
            return;
        }
        auto r = leaves.contains({at.leaf, at.subleaf}) ? leaves.at({at.leaf, at.subleaf}) : cpumap::cpuid_registers{};
        (at.part == 'a'   ? r.eax
         : at.part == 'b' ? r.ebx
         : at.part == 'c' ? r.ecx
                          : r.edx) ^= std::uint32_t{1} << at.bit;
        put(at.leaf, at.subleaf, r);
    }
    template <class Map>
    bool has(cpumap::basic_feature_ref<Map> feature) const {
        const auto at = feature.register_bit();
        if (at.from == cpumap::register_bit::source::msr) {
            const auto found = msrs.find(at.leaf);
            return found != msrs.end() && (found->second >> (at.bit + (at.part == 'h' ? 32 : 0)) & 1) != 0;
        }
        const auto found = leaves.find({at.leaf, at.subleaf});
        if (found == leaves.end()) return false;
        const auto& r = found->second;
        return ((at.part == 'a' ? r.eax : at.part == 'b' ? r.ebx : at.part == 'c' ? r.ecx : r.edx) >> at.bit & 1) != 0;
    }
    void put_vendor(std::string_view text) {
        const auto word = [text](std::size_t at) {
            std::uint32_t w = 0;
            for (std::size_t i = 0; i < 4; ++i) w |= std::uint32_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
            return w;
        };
        put(0, 0, {0xd, word(0), word(8), word(4)});
    }
};

cpumap::cpuid_registers registers_of(choices& in) { return {in.word(), in.word(), in.word(), in.word()}; }

/// A recorded processor or a model's features, with something wrong, and any other leaves.
template <class Map>
machine machine_of(choices& in) {
    machine m;
    const std::size_t kind = in.below(4);
    if (kind == 0) {
        const auto& host = in.of(recorded::hosts);
        for (const auto& l : host.leaves) m.put(l.eax, l.ecx, l.registers);
        for (const auto& r : host.msrs) m.put_msr(r.index, r.value);
    } else if (kind == 1) {
        const auto model = fuzz::model_of<Map>(in);
        m.put_vendor(in.one_in(4) ? "NobodysChips" : in.flag() ? "GenuineIntel" : "AuthenticAMD");
        if (const auto all = model.signatures(); !all.empty()) {
            const auto s = all[in.below(all.size())];
            m.put(
                1, 0,
                {cpumap::cpu_signature(s.family, s.model, static_cast<std::uint32_t>(in.below(16))).number(), 0, 0, 0});
        }
        for (const auto f : model.features()) m.flip(f);
    } else if (kind == 2) {  // perhaps one whose hle and rtm are broken
        constexpr std::uint32_t models[] = {60, 69, 70, 63, 71, 94};
        m.put_vendor("GenuineIntel");
        m.put(1, 0, {cpumap::cpu_signature(6, in.of(models), in.byte() & 7U).number(), 0, 0, 0});
        for (const auto f : cpumap::find_model<Map>("Haswell")->features()) m.flip(f);
    }
    for (std::size_t n = in.below(24); n > 0; --n) m.flip(fuzz::feature_of<Map>(in));
    if (in.one_in(4)) {
        auto r = m.leaves.contains({1, 0}) ? m.leaves.at({1, 0}) : cpumap::cpuid_registers{};
        r.eax = in.word();
        m.put(1, 0, r);
    }
    while (!in.at_end() && in.flag()) {
        using tables = typename Map::x86;
        const std::size_t i = in.below(tables::register_count);
        const bool known = !in.one_in(4);
        const std::uint32_t leaf = known ? std::uint32_t(tables::register_leaf[i]) : in.word();
        const std::uint32_t subleaf = known ? std::uint32_t(tables::register_subleaf[i]) : in.byte();
        if (in.one_in(4))
            m.put_msr(leaf, in.long_word());
        else
            m.put(leaf, subleaf, registers_of(in));
    }
    if (in.one_in(64))
        for (std::uint32_t i = 0; i < 300; ++i) m.put(0x4000'0000U + i, i, registers_of(in));
    return m;
}

/// The features that libvirt takes for broken on the processor, in its data or not.
template <class Map>
cpumap::basic_feature_set<Map> broken_on(const cpumap::cpu_data& data) {
    cpumap::basic_feature_set<Map> broken;
    const auto s = data.signature();
    if (data.vendor<Map>() != "Intel" || s.family() != 6) return broken;
    const auto m = s.model();
    if (m == 60 || m == 69 || m == 70 || (m == 63 && s.stepping() < 4))
        for (const char* name : {"hle", "rtm"})
            if (const auto f = cpumap::find_feature<Map>(name)) broken.insert(*f);
    return broken;
}

template <class Map>
cpumap::basic_feature_set<Map> non_migratable() {
    cpumap::basic_feature_set<Map> set;
    for (const auto f : cpumap::features<Map>())
        if (!f.migratable()) set.insert(f);
    return set;
}

template <class Map>
void check_data(const machine& m) {
    const auto& data = m.data;
    CPUMAP_MUST(data.size() == m.leaves.size() + m.msrs.size() && data.complete() == !m.full);
    for (const auto& [key, words] : m.leaves) {
        const auto found = data.cpuid(key.first, key.second);
        CPUMAP_MUST(found && *found == words);
    }
    for (const auto& [index, value] : m.msrs) {
        const auto found = data.msr(index);
        CPUMAP_MUST(found && *found == value);
    }
    const auto features = data.features<Map>();
    for (const auto f : cpumap::features<Map>()) CPUMAP_MUST(features.contains(f) == m.has(f));
}

template <class Map>
void run(choices& in) {
    using cpumap::errc;
    const machine first = machine_of<Map>(in);
    check_data<Map>(first);
    const auto& data = first.data;
    const auto features = data.features<Map>() - broken_on<Map>(data);
    const cpumap::basic_feature_set<Map> none;

    // Decoding, by itself.
    const auto host = cpumap::decode_host<Map>(data);
    const auto guest = cpumap::decode_guest<Map>(data);
    fuzz::must_be_sound(host);
    fuzz::must_be_sound(guest);
    if (!data.complete()) {
        CPUMAP_MUST(!host && !guest && guest.error().code() == errc::cpu_data_full);
        return;
    }
    CPUMAP_MUST(host || host.error().code() == errc::no_suitable_model);
    CPUMAP_MUST(guest || guest.error().code() == errc::no_suitable_model);
    if (host) {
        CPUMAP_MUST(host->features() == features && host->vendor() == data.vendor<Map>());
        CPUMAP_MUST(host->signature() == data.signature() && host->model().decodes_host());
        CPUMAP_MUST(!fuzz::xml_of(*host, in).empty());
        const auto itself = cpumap::compare(*host, *host);
        CPUMAP_MUST(itself.outcome == cpumap::verdict::identical);
    }
    if (guest) {
        CPUMAP_MUST(guest->features() == features && guest->vendor() == data.vendor<Map>());
        CPUMAP_MUST(guest->model().decodes_guest() && check_definition(*guest) == errc::none);
        CPUMAP_MUST(!fuzz::xml_of(*guest, in).empty());
        const auto on_it = cpumap::resolve<Map>(*guest, data);
        CPUMAP_MUST(on_it && on_it->features() == features);
        const auto expanded = cpumap::expand(*guest);
        CPUMAP_MUST(expanded && expanded->features() == features);
        const auto twice = cpumap::expand(*expanded);
        CPUMAP_MUST(twice && fuzz::same(*twice, *expanded));
    }
    if (host && guest) {
        CPUMAP_MUST(cpumap::compare(*host, *guest).outcome == cpumap::verdict::identical);
        const auto updated = cpumap::update(*guest, *host);
        CPUMAP_MUST(updated && updated->features() == features);
    }

    // With a hypervisor and preferences.
    const auto usable = fuzz::models_of<Map>(in);
    const cpumap::basic_model_ref<Map> preferred[] = {fuzz::model_of<Map>(in), fuzz::model_of<Map>(in)};
    cpumap::basic_decode_options<Map> options;
    if (in.flag()) options.hypervisor.models = usable;
    if (in.one_in(3)) options.hypervisor.features = machine_of<Map>(in).data.template features<Map>();
    if (in.one_in(3)) options.preferred = {preferred, 1 + in.below(2)};
    options.migratable = in.flag();
    const auto chosen = cpumap::decode_guest<Map>(data, options);
    fuzz::must_be_sound(chosen);
    if (chosen) {
        CPUMAP_MUST(!options.hypervisor.models || options.hypervisor.find(chosen->model()) != nullptr);
        const auto can = options.hypervisor.features ? *options.hypervisor.features - broken_on<Map>(data) : features;
        // Where what does not migrate is not listed, it is not disabled either.
        CPUMAP_MUST(can.includes(chosen->features() - (options.migratable ? non_migratable<Map>() : none)));
        if (options.migratable) CPUMAP_MUST((chosen->listed().listed() & non_migratable<Map>()).empty());
        CPUMAP_MUST(check_definition(*chosen) == errc::none);
    }
    fuzz::must_be_sound(cpumap::decode_host<Map>(data, options));

    // Any definition on this host, in every mode.
    fuzz::pointed_to there;
    auto any = fuzz::guest_of<Map>(in, there);
    for (const auto mode : {any.mode(), cpumap::mode::host_model, cpumap::mode::custom}) {
        any.set_mode(mode);
        const auto resolved = cpumap::resolve<Map>(any, data, options.hypervisor);
        fuzz::must_be_sound(resolved);
        if (!resolved) continue;
        CPUMAP_MUST(check_definition(*resolved) == errc::none);
        const auto again = cpumap::resolve<Map>(any, data, options.hypervisor);
        CPUMAP_MUST(again && fuzz::same(*again, *resolved));
        const bool as_it_was = any.mode() == cpumap::mode::host_passthrough || any.mode() == cpumap::mode::maximum;
        const auto open = resolved->listed().with_policy(cpumap::feature_policy::optional);
        CPUMAP_MUST(as_it_was ? fuzz::same(*resolved, any) : open.empty());
    }
    const auto live = cpumap::update_live(any, data, machine_of<Map>(in).data);
    fuzz::must_be_sound(live);

    // Several hosts.
    std::vector<cpumap::cpu_data> rack{data};
    std::vector<cpumap::basic_host_cpu<Map>> described;
    if (host) described.push_back(*host);
    for (std::size_t n = in.below(4); n > 0; --n) {
        rack.push_back(in.one_in(3) ? data : machine_of<Map>(in).data);
        if (const auto h = cpumap::decode_host<Map>(rack.back())) described.push_back(*h);
    }
    cpumap::basic_fleet<Map> fleet;
    std::optional<cpumap::basic_feature_set<Map>> common;
    std::size_t taken = 0;
    for (const auto& one : rack) {
        const auto before = fleet.size();
        if (!fleet.add(one)) {
            CPUMAP_MUST(fleet.size() == before);
            continue;
        }
        ++taken;
        const auto has = one.features<Map>() - broken_on<Map>(one);
        common = common ? *common & has : has;
        CPUMAP_MUST(fleet.some().includes(has));
    }
    CPUMAP_MUST(fleet.size() == taken && (taken == 0 || fleet.common() == *common));
    const auto of_fleet = fleet.baseline();
    fuzz::must_be_sound(of_fleet);
    CPUMAP_MUST(!of_fleet || of_fleet->features() == *common);
    const auto base = cpumap::baseline(described);
    fuzz::must_be_sound(base);
    if (taken == described.size()) {  // none was refused for its vendor
        CPUMAP_MUST(base.has_value() == of_fleet.has_value() && (!base || fuzz::same(*base, *of_fleet)));
        std::reverse(described.begin(), described.end());
        const auto reversed = cpumap::baseline(described);
        CPUMAP_MUST(!base || !reversed || base->features() == reversed->features());
    }
    if (base)
        for (const auto& h : described) CPUMAP_MUST(cpumap::compare(h, *base).outcome != cpumap::verdict::incompatible);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices in(data, size);
    if ((in.byte() & 3) == 0)
        run<fuzz::oldest_map>(in);
    else
        run<fuzz::newest_map>(in);
    return 0;
}
