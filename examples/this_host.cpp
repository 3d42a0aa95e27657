// SPDX-License-Identifier: BSL-1.0

// The guest CPU that host-model means on this machine: the model that each libvirt would choose, the models that came
// next and why they lost, the definition as XML, and the lines of a nova.conf that fix the same.

#include <cpumap/cpumap.hpp>
#include <cpumap/maps/libvirt_0_10.hpp>
#include <cpumap/maps/libvirt_11_3.hpp>
#include <cpumap/maps/libvirt_9_0.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

struct contender {
    cpumap::model_ref model;
    cpumap::assessment is;
};

// The order of decoding: the data's signature first, then the lower score, then the lower penalty, then the later
// model.
bool is_better(const contender& a, const contender& b) {
    if (a.is.has_signature != b.is.has_signature) return a.is.has_signature;
    if (a.is.score != b.is.score) return a.is.score < b.is.score;
    if (a.is.penalty != b.is.penalty) return a.is.penalty < b.is.penalty;
    return a.model.index() > b.model.index();
}

const char* why_not(const contender& loser, const contender& best) {
    if (loser.is.has_signature != best.is.has_signature) return "not its signature";
    if (loser.is.score != best.is.score) return "scores higher";
    return loser.is.penalty != best.is.penalty ? "disables more" : "stands earlier";
}

void show_contenders(const cpumap::cpu_data& data) {
    std::vector<contender> all;
    for (const auto model : cpumap::models()) {
        const cpumap::assessment is = cpumap::assess_guest(data, model);
        if (is.state == cpumap::assessment::standing::candidate) all.push_back({model, is});
    }
    std::ranges::sort(all, is_better);
    std::cout << "\nThe best of " << all.size() << " candidates; a score counts what must be added and, heavier,\n"
              << "what must be disabled, and the lowest wins:\n"
              << "  model                     signature score added disabled\n";
    for (std::size_t i = 0; i < all.size() && i < 6; ++i) {
        const auto& [model, is] = all[i];
        std::cout << "  " << std::left << std::setw(26) << model.name() << std::setw(9)
                  << (is.has_signature ? "yes" : "no") << std::right << std::setw(7) << is.score << std::setw(7)
                  << is.listed - is.disabled << std::setw(9) << is.disabled << "  "
                  << (i == 0 ? "chosen" : why_not(all[i], all[0])) << '\n';
    }
}

template <class Map>
void show_choice(const cpumap::cpu_data& data) {
    const auto guest = cpumap::use<Map>::decode_guest(data);
    std::cout << "  libvirt " << std::left << std::setw(8) << Map::version
              << (guest ? guest->model().name() : guest.error().message()) << '\n';
}

// Lines that begin with a space go on with the one before them.
void show_nova(const cpumap::guest_cpu& guest) {
    std::cout << "[libvirt]\ncpu_mode = custom\ncpu_models = " << guest.model().name() << '\n';
    std::string line = guest.listed().empty() ? "" : "cpu_model_extra_flags =";
    for (std::size_t i = 0; i < guest.listed().size(); ++i) {
        const auto [feature, policy] = guest.listed()[i];
        const std::string flag = (policy == cpumap::feature_policy::disable ? " -" : " ") +
                                 std::string(feature.name()) + (i + 1 < guest.listed().size() ? "," : "");
        if (line.size() + flag.size() > 78) std::cout << std::exchange(line, "   ") << '\n';
        line += flag;
    }
    std::cout << line << '\n';
}

int main() {
    const auto data = cpumap::native_cpu_data();
    if (!data) {
        std::cout << "Nothing to show: " << data.error().message() << ".\n";
        return data.error().code() == cpumap::errc::not_this_architecture ? 0 : 1;
    }
    std::cout << "Vendor:     " << data->vendor_string().view() << '\n'
              << "Signature:  family " << data->signature().family() << ", model " << data->signature().model()
              << ", stepping " << data->signature().stepping() << '\n'
              << "Features:   " << data->features().size() << " of the " << cpumap::features().size()
              << " in the map\n";
    bool msrs = false;
    for (std::size_t i = 0; i < data->size(); ++i) msrs = msrs || (*data)[i].is_msr;
    if (!msrs) std::cout << "            without those in MSRs: that takes root and Linux's msr module\n";
    std::cout << "This is what the processor has, not what a hypervisor on it can give.\n\nThe closest model, by the "
                 "map of\n";
    show_choice<cpumap::maps::libvirt_0_10>(*data);
    show_choice<cpumap::maps::libvirt_9_0>(*data);
    show_choice<cpumap::maps::libvirt_11_3>(*data);
    show_choice<cpumap::maps::libvirt_12_8>(*data);
    show_contenders(*data);

    const auto guest = cpumap::host_model<>::resolve(*data);
    if (!guest) {
        std::cout << "\nhost-model means nothing here: " << guest.error().message() << ".\n";
        return guest.error().code() == cpumap::errc::no_suitable_model ? 0 : 1;
    }
    std::string text(cpumap::xml_size(*guest), '\0');
    if (!cpumap::write_xml(text, *guest)) return 1;
    std::cout << "\nhost-model as XML, without features that do not migrate:\n\n" << text;
    std::cout << "\nThe same in nova.conf (cpu_mode = host-model chooses anew on each host):\n\n";
    show_nova(*guest);
}
