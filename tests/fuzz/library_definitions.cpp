// SPDX-License-Identifier: BSL-1.0
// Any definitions, names and buffers: an answer or an error that says what it is, never more written than there is room
// for, and no name taken for another.

#include <cpumap/arm.hpp>
#include <cpumap/emit/qemu.hpp>
#include <cpumap/host/smbios.hpp>
#include <cpumap/match/convert.hpp>
#include <cpumap/ppc64.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "definitions.hpp"

namespace {

using cpumap::errc;
using fuzz::choices;

/// Behind the last byte of a name its memory ends.
template <class Map>
void check_names(choices& in) {
    using lib = cpumap::use<Map>;
    const std::string text = fuzz::name_of<Map>(in);
    const auto exact = std::make_unique<char[]>(text.size());
    std::memcpy(exact.get(), text.data(), text.size());
    const std::string_view name(exact.get(), text.size());

    const auto f = lib::find_feature(name);
    const auto m = lib::find_model(name);
    const auto by_name = [](const auto& all, std::string_view wanted) {
        for (const auto one : all)
            if (one.name() == wanted) return true;
        return false;
    };
    bool is_alias = false;
    if (f)
        for (const auto alias : f->aliases()) is_alias = is_alias || alias == name;
    CPUMAP_MUST(f ? f->name() == name || is_alias : !by_name(lib::features(), name));
    CPUMAP_MUST(m ? m->name() == name : !by_name(lib::models(), name));

    cpumap::basic_guest_cpu<Map> guest(fuzz::model_of<Map>(in));
    const auto set = guest.set(cpumap::feature_policy::require, name);
    const auto has = lib::has_feature(guest, name);
    CPUMAP_MUST(set.has_value() == f.has_value() && has.has_value() == f.has_value() && (!has || *has));
    if (!set)
        CPUMAP_MUST(set.error().code() == errc::unknown_feature && set.error().name() == name.substr(0, 63) &&
                    set.error().name_cut() == (name.size() > 63) && guest.listed().empty());
    if (set) CPUMAP_MUST(guest.set(cpumap::feature_policy::forbid, name).error().code() == errc::duplicate_feature);
    const auto nearest = lib::nearest_feature(name);
    const auto nearest_model = lib::nearest_model(name);
    CPUMAP_MUST((!f || nearest) && (!m || nearest_model));
    CPUMAP_MUST(!nearest || nearest->index() < lib::features().size());
    cpumap::basic_usable_model<Map> usable{.model = fuzz::model_of<Map>(in)};
    usable.block(name);
    CPUMAP_MUST(usable.blockers.size() == (f ? 1U : 0U));
}

/// What a definition gives QEMU: words with commas between, of which all but the first have a value or stand alone.
void check_qemu(std::string_view text) {
    CPUMAP_MUST(!text.empty() && text.back() != ',' && text.front() != ',');
    CPUMAP_MUST(text.find(",,") == text.npos && text.find('\0') == text.npos);
}

template <class Map>
void check_definitions(choices& in) {
    fuzz::pointed_to there;
    const auto guest = fuzz::guest_of<Map>(in, there);
    const auto host = fuzz::host_of<Map>(in);
    const errc broken = cpumap::check_definition(guest);
    const std::string xml = fuzz::xml_of(guest, in);
    CPUMAP_MUST(xml.empty() || broken == errc::none);
    static_cast<void>(fuzz::xml_of(host, in));
    const std::string cpu = fuzz::written(cpumap::qemu_cpu_size(guest), in,
                                          [&](std::span<char> to) { return cpumap::write_qemu_cpu(to, guest); });
    const std::string smp = fuzz::written(cpumap::qemu_smp_size(guest), in,
                                          [&](std::span<char> to) { return cpumap::write_qemu_smp(to, guest); });
    if (!cpu.empty()) check_qemu(cpu);
    if (!smp.empty()) check_qemu(smp);
    CPUMAP_MUST(broken == errc::none || (cpu.empty() && smp.empty()));

    cpumap::basic_hypervisor_view<Map> view;
    const auto usable = fuzz::models_of<Map>(in);
    if (in.flag()) view.models = usable;
    const auto compared = cpumap::compare(host, guest);
    CPUMAP_MUST((compared.outcome == cpumap::verdict::incompatible) == (compared.reason != cpumap::reason::none));
    const auto updated = cpumap::update(guest, host);
    fuzz::must_be_sound(updated);
    if (updated && broken == errc::none) {
        const auto twice = cpumap::update(*updated, host);
        CPUMAP_MUST(twice && twice->features() == updated->features() && twice->listed() == updated->listed());
    }
    const auto translated = cpumap::translate(guest, view);
    fuzz::must_be_sound(translated);
    if (translated && broken == errc::none && guest.mode() == cpumap::mode::custom && guest.has_model() &&
        view.models) {
        CPUMAP_MUST(view.find(translated->model()) != nullptr);
        const auto twice = cpumap::translate(*translated, view);
        CPUMAP_MUST(twice && fuzz::same(*twice, *translated));
    }
    fuzz::must_be_sound(cpumap::resolve(guest, host, view));
    const auto expanded = cpumap::expand(guest);
    fuzz::must_be_sound(expanded);
    fuzz::must_be_sound(cpumap::expand(host));
    const auto migrates = cpumap::migratable_copy(guest);
    for (const auto f : migrates.listed()) CPUMAP_MUST(f.feature.migratable());
    const cpumap::basic_baseline_options<Map> options{.hypervisor = view, .expand = in.flag(), .migratable = in.flag()};
    fuzz::pointed_to other_there;
    const std::vector guests{guest, fuzz::guest_of<Map>(in, other_there)};
    fuzz::must_be_sound(cpumap::baseline(guests, options));
    const std::vector hosts{host, fuzz::host_of<Map>(in)};
    const auto base = cpumap::baseline(hosts, options);
    fuzz::must_be_sound(base);
    if (base)
        for (const auto f : base->features())  // what does not migrate may be the model's, if it is not to be listed
            for (const auto& h : hosts)
                CPUMAP_MUST(h.features().contains(f) || (options.migratable && !f.migratable()));
}

/// A definition in the words of the other map names the same model and features, and what is exact has the same CPU.
template <class To, class From>
void check_conversion(choices& in) {
    fuzz::pointed_to there;
    const auto guest = fuzz::guest_of<From>(in, there);
    const auto exact = cpumap::convert_exact<To>(guest);
    const auto plain = cpumap::convert<To>(guest);
    fuzz::must_be_sound(exact);
    fuzz::must_be_sound(plain);
    if (plain) {
        CPUMAP_MUST(check_definition(*plain) == errc::none && plain->listed().size() == guest.listed().size());
        CPUMAP_MUST(plain->has_model() == guest.has_model());
    }
    const bool optional = !guest.listed().with_policy(cpumap::feature_policy::optional).empty();
    if (exact && !optional) CPUMAP_MUST(exact->features().size() == guest.features().size());
    fuzz::must_be_sound(cpumap::convert<To>(fuzz::host_of<From>(in)));
}

/// The same operations of another architecture.
template <class Library, class Data>
void check_other(choices& in, const Data& data, const Data& other) {
    const auto host = Library::decode_host(data);
    const auto second = Library::decode_host(other);
    const auto guest = Library::decode_guest(other);
    fuzz::must_be_sound(host);
    fuzz::must_be_sound(guest);
    if (host) {
        CPUMAP_MUST(!fuzz::xml_of(*host, in).empty());
        if (guest) {
            fuzz::must_be_sound(Library::update(*guest, *host));
            fuzz::must_be_sound(Library::resolve(*guest, *host));
            fuzz::must_be_sound(Library::resolve(*guest, data));
            CPUMAP_MUST(!fuzz::xml_of(*guest, in).empty());
        }
        if (second) fuzz::must_be_sound(Library::baseline(std::vector{*host, *second}));
    }
    const std::string name = in.text(30);
    const auto model = Library::find_model(name);
    CPUMAP_MUST(!model || model->name() == name);
}

void check_other_architectures(choices& in) {
    const auto arm = [&] {
        return cpumap::arm::cpu_data{in.long_word(), in.long_word(), fuzz::enum_of(in, cpumap::architecture::armv6l)};
    };
    const auto arm_one = arm();
    check_other<cpumap::arm::use<fuzz::newest_map>>(in, arm_one, in.flag() ? arm() : arm_one);
    const auto ppc64 = [&] {
        cpumap::ppc64::cpu_data d;
        d.pvr = in.flag() ? in.word() : (0x3f0000U + (static_cast<std::uint32_t>(in.below(32)) << 16)) | in.byte();
        return d;
    };
    const auto ppc64_one = ppc64();
    check_other<cpumap::ppc64::use<fuzz::newest_map>>(in, ppc64_one, in.flag() ? ppc64() : ppc64_one);
}

/// Firmware's bytes.
void check_smbios(choices& in) {
    std::string bytes;
    for (std::size_t n = in.below(4); n > 0; --n) {  // structures as they should be, with anything in them
        const std::size_t size = in.below(70);
        bytes += static_cast<char>(in.one_in(3) ? in.byte() : 4);
        bytes += static_cast<char>(in.one_in(8) ? in.byte() : size);
        bytes += in.text(size);
        if (bytes.size() > 0x18 && in.flag()) bytes[0x18] = 0x41;
        bytes += std::string("Intel\0CPU\0", 10);
        if (!in.one_in(8)) bytes += '\0';
    }
    bytes += in.text(40);
    const auto exact = std::make_unique<std::uint8_t[]>(bytes.size());
    std::memcpy(exact.get(), bytes.data(), bytes.size());
    const std::span<const std::uint8_t> table(exact.get(), bytes.size());
    for (std::size_t n = 0; n < 4; ++n) {
        const auto one = cpumap::find_smbios_processor(table, n);
        CPUMAP_MUST(one.empty() ||
                    (one.data() >= table.data() && one.data() + one.size() <= table.data() + table.size()));
        fuzz::must_be_sound(cpumap::read_smbios_processor<fuzz::newest_map>(one));
    }
    fuzz::must_be_sound(cpumap::read_smbios_processor<fuzz::newest_map>(table));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices in(data, size);
    switch (in.below(8)) {
        case 0:
            check_names<fuzz::newest_map>(in);
            check_names<fuzz::oldest_map>(in);
            break;
        case 1:
            check_conversion<fuzz::oldest_map, fuzz::newest_map>(in);
            check_conversion<fuzz::newest_map, fuzz::oldest_map>(in);
            break;
        case 2:
            check_other_architectures(in);
            break;
        case 3:
            check_smbios(in);
            break;
        case 4:
            check_definitions<fuzz::oldest_map>(in);
            break;
        default:
            check_definitions<fuzz::newest_map>(in);
            break;
    }
    return 0;
}
