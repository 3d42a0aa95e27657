// SPDX-License-Identifier: BSL-1.0
// What several hosts have in common; and definitions with every feature spelled out.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "reference_decode.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::fallback;
using cpumap::feature_policy;
using unit::random_feature;
using unit::same_definition;
using namespace unit::debian13;

// ---- By the rules ---------------------------------------------------------------------------------------------------

/// What the rules say: an error, or the answer's parts.
struct expected_baseline {
    errc code = errc::none;
    std::string vendor, model;
    bool forbids_fallback = false;
    std::vector<std::pair<feature_policy, std::string>> list;
};

template <class Definition>
constexpr bool is_guest = std::is_same_v<Definition, cpumap::basic_guest_cpu<typename Definition::map_type>>;

/// What a definition has, feature by feature.
template <class Definition>
reference::flags flags_of(const reference::map& map, const Definition& cpu) {
    reference::flags has = map.models[cpu.model().index()].has;
    for (const auto& l : cpu.listed()) {
        const bool off = l.policy == feature_policy::disable || l.policy == feature_policy::forbid;
        if (!is_guest<Definition> || !off) {
            if (!is_guest<Definition> || l.policy != feature_policy::optional) has[l.feature.index()] = 1;
        } else {
            has[l.feature.index()] = 0;
        }
    }
    return has;
}

using policies = std::map<std::string, feature_policy>;  // sorted by bytes

template <class List>
std::vector<std::pair<feature_policy, std::string>> named(const List& list) {
    std::vector<std::pair<feature_policy, std::string>> all;
    for (const auto& l : list) all.emplace_back(l.policy, std::string(l.feature.name()));
    return all;
}

/// Expands by the rules: the model's features, over them what is required and disabled, under them what was removed.
std::vector<std::pair<feature_policy, std::string>> expanded(
    const reference::map& map, const reference::model& model,
    const std::vector<std::pair<feature_policy, std::string>>& listed, bool guest) {
    policies all;
    for (std::size_t i = 0; i < map.features.size(); ++i)
        if (model.has[i] != 0) all[map.features[i]] = feature_policy::require;
    for (const auto& [policy, name] : listed) {
        if (!guest) all[name] = feature_policy::require;
        if (guest && (policy == feature_policy::require || policy == feature_policy::disable)) all[name] = policy;
    }
    if (guest)
        for (const std::size_t i : model.removed) all.emplace(map.features[i], feature_policy::disable);
    std::vector<std::pair<feature_policy, std::string>> list;
    for (const auto& [name, policy] : all) list.emplace_back(policy, name);
    return list;
}

/// The baseline by the rules, with the slow decoder.
template <class Definition, class Map = typename Definition::map_type>
expected_baseline slow_baseline(const reference::map& map, const std::vector<Definition>& cpus,
                                const cpumap::basic_baseline_options<Map>& options) {
    expected_baseline e;
    const auto error = [](errc code) {
        expected_baseline broken;
        broken.code = code;
        return broken;
    };
    if (cpus.empty()) return error(errc::empty_input);
    reference::options decoding;
    bool all_name_vendor = true;
    std::string vendor;
    reference::processor common;
    for (const Definition& cpu : cpus) {
        if (!cpu.has_model()) return error(errc::missing_model);
        const reference::model& model = map.models[cpu.model().index()];
        if (std::find(decoding.preferred.begin(), decoding.preferred.end(), model.name) == decoding.preferred.end())
            decoding.preferred.push_back(model.name);

        std::string own(cpu.vendor());
        all_name_vendor = all_name_vendor && !own.empty();
        const bool first = &cpu == cpus.data();
        if (!first && !own.empty() && !model.vendor.empty() && own != model.vendor)
            return error(errc::vendor_not_of_model);
        if (!first && own.empty()) own = model.vendor;
        if (!own.empty()) {
            if (!vendor.empty() && own != vendor) return error(errc::vendors_differ);
            if (std::none_of(map.vendors.begin(), map.vendors.end(), [&own](const auto& v) { return v.second == own; }))
                return error(errc::unknown_vendor);
            vendor = own;
        }

        const reference::flags has = flags_of(map, cpu);
        if (first) common.has = has;
        for (std::size_t i = 0; i < has.size(); ++i)
            if (has[i] == 0) common.has[i] = 0;
    }
    if (options.hypervisor.features)
        for (const auto f : cpumap::features<Map>())
            if (!options.hypervisor.features->contains(f)) common.has[f.index()] = 0;
    if (std::find(common.has.begin(), common.has.end(), 1) == common.has.end()) return error(errc::nothing_in_common);

    common.vendor = vendor;
    if (options.hypervisor.models) {
        decoding.models.emplace();
        for (const auto& u : *options.hypervisor.models) {
            decoding.models->push_back({std::string(u.model.name()), {}});
            for (const auto f : u.blockers) decoding.models->back().blockers.emplace_back(f.name());
        }
    }
    decoding.migratable = options.migratable;
    const auto found = reference::decode(map, common, decoding, false);
    if (!found) return error(errc::no_suitable_model);
    e.model = found->model;
    if (all_name_vendor) e.vendor = vendor;
    e.forbids_fallback = decoding.preferred.size() == 1 && decoding.preferred[0] == e.model;
    for (const auto& l : found->list)
        e.list.emplace_back(l.required ? feature_policy::require : feature_policy::disable, map.features[l.feature]);
    if (options.expand)
        for (const auto& m : map.models)
            if (m.name == e.model) {
                e.list = expanded(map, m, e.list, true);
                break;
            }
    return e;
}

template <class Definition, class Map = typename Definition::map_type>
int goes_by_the_rules(const reference::map& map, const std::vector<Definition>& cpus,
                      const cpumap::basic_baseline_options<Map>& options, std::size_t (&seen)[256]) {
    const expected_baseline e = slow_baseline(map, cpus, options);
    const auto r = cpumap::baseline(cpus, options);
    ++seen[static_cast<std::size_t>(e.code)];
    if (e.code != errc::none) {
        CPUMAP_MUST(!r && r.error().code() == e.code);
        return 0;
    }
    CPUMAP_MUST(r && r->model().name() == e.model && r->vendor() == e.vendor && named(r->listed()) == e.list);
    CPUMAP_MUST((r->fallback() == fallback::forbid) == e.forbids_fallback);
    // Of all else nothing is said.
    cpumap::basic_guest_cpu<Map> bare(r->model());
    bare.set_vendor(r->vendor());
    bare.set_fallback(r->fallback());
    bare.listed() = r->listed();
    CPUMAP_MUST(same_definition(*r, bare) && cpumap::check_definition(*r) == errc::none);
    return 0;
}

/// A model of one of two vendors or of none, and more features.
template <class Definition, class Map = typename Definition::map_type>
Definition random_cpu(unit::random& random, std::string_view vendor) {
    auto m = unit::random_model<Map>(random);
    while (m.vendor() != vendor && !(m.vendor().empty() && random.one_in(4))) m = unit::random_model<Map>(random);
    Definition cpu(m);
    for (std::size_t n = random.below(20); n > 0; --n) {
        const auto policy = is_guest<Definition> ? unit::every_policy[random.below(5)] : feature_policy::require;
        cpu.listed().put(policy, random_feature<Map>(random));
    }
    cpu.set_vendor(random.one_in(3) ? "" : vendor);
    return cpu;
}

template <class Definition>
std::vector<Definition> random_cpus(unit::random& random) {
    const std::string_view vendor = random.one_in(2) ? "Intel" : "AMD";
    std::vector<Definition> cpus;
    for (std::size_t n = 1 + random.below(4); n > 0; --n) cpus.push_back(random_cpu<Definition>(random, vendor));
    return cpus;
}

template <class Definition, class Map = typename Definition::map_type>
int random_baselines(const reference::map& map, std::uint64_t seed) {
    unit::random random(seed);
    std::size_t seen[256]{};
    for (int round = 0; round < 200; ++round) {
        auto cpus = random_cpus<Definition>(random);
        if (random.one_in(8)) cpus.push_back(random_cpu<Definition>(random, random.one_in(2) ? "Intel" : "AMD"));
        if (random.one_in(8)) cpus.push_back(cpus[random.below(cpus.size())]);
        if (random.one_in(4)) cpus.resize(1);
        if (random.one_in(30)) cpus.clear();
        if (!cpus.empty()) {
            Definition& some = cpus[random.below(cpus.size())];
            if (random.one_in(10)) some.set_vendor(random.one_in(2) ? "AMD" : "no such vendor");
            if (random.one_in(30)) some = Definition{};
        }
        cpumap::basic_baseline_options<Map> options;
        options.expand = random.one_in(2);
        options.migratable = random.one_in(2);
        if (random.one_in(3)) {
            options.hypervisor.features.emplace();
            const std::size_t lost = random.one_in(6) ? 1 : 5;
            for (const auto f : cpumap::features<Map>())
                if (!random.one_in(lost)) options.hypervisor.features->insert(f);
        }
        std::vector<cpumap::basic_usable_model<Map>> usable;
        for (const auto m : cpumap::models<Map>())
            if (random.one_in(2)) usable.push_back({.model = m});
        if (random.one_in(4)) usable.clear();
        for (auto& u : usable)
            if (random.one_in(3)) u.block(random_feature<Map>(random).name());
        if (random.one_in(3)) options.hypervisor.models = usable;
        INFO(round);
        REQUIRE(goes_by_the_rules(map, cpus, options, seen) == 0);
    }
    for (const errc code :
         {errc::none, errc::empty_input, errc::missing_model, errc::unknown_vendor, errc::vendor_not_of_model,
          errc::vendors_differ, errc::nothing_in_common, errc::no_suitable_model}) {
        INFO(cpumap::message(code));
        CHECK(seen[static_cast<std::size_t>(code)] > 0);
    }
    CHECK(seen[0] > 60);
    return 0;
}

// ---- Laws -----------------------------------------------------------------------------------------------------------

/// A host as a guest definition.
template <class Map>
cpumap::basic_guest_cpu<Map> as_guest(const cpumap::basic_host_cpu<Map>& host) {
    cpumap::basic_guest_cpu<Map> guest(host.model());
    guest.set_vendor(host.vendor());
    for (const auto l : host.listed()) guest.listed().put(feature_policy::require, l.feature);
    return guest;
}

template <class Map>
int keeps_to_the_laws(unit::random& random, const std::vector<cpumap::basic_host_cpu<Map>>& hosts) {
    using guest_cpu = cpumap::basic_guest_cpu<Map>;
    auto common = hosts[0].features();
    std::vector<guest_cpu> guests;
    for (const auto& h : hosts) {
        common &= h.features();
        guests.push_back(as_guest(h));
        // Of one host it is that host.
        const auto alone = cpumap::baseline(std::vector{h});
        CPUMAP_MUST(alone && alone->features() == h.features() && alone->model() == h.model());
        CPUMAP_MUST(alone->fallback() == fallback::forbid && alone->vendor() == h.vendor());
    }
    const auto all = cpumap::baseline(hosts);
    if (common.empty()) {
        CPUMAP_MUST(!all && all.error().code() == errc::nothing_in_common);
        return 0;
    }
    // The answer has just what all have, so it runs on each of them.
    CPUMAP_MUST(all && all->features() == common);
    for (auto h : hosts) {
        if (all->vendor().empty() || h.vendor() == all->vendor())
            CPUMAP_MUST(cpumap::compare(h, *all).outcome != cpumap::verdict::incompatible);
        CPUMAP_MUST(h.features().includes(all->features()));
    }
    // Hosts and guests are one, and the order is none.
    CPUMAP_MUST(same_definition(*cpumap::baseline(guests), *all));
    auto shuffled = hosts;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    const auto other = cpumap::baseline(shuffled);
    CPUMAP_MUST(other && other->features() == common && other->vendor() == all->vendor());
    // Two at a time comes to the same, from either end.
    guest_cpu left = guests.front();
    for (const auto& g : guests) left = *cpumap::baseline(std::vector{left, g});
    guest_cpu right = guests.back();
    for (std::size_t i = guests.size(); i-- > 0;) right = *cpumap::baseline(std::vector{guests[i], right});
    CPUMAP_MUST(left.features() == common && right.features() == common);
    // Expanding lists the same; what does not migrate is not listed.
    const auto expanded = cpumap::baseline(hosts, {.expand = true});
    CPUMAP_MUST(expanded && expanded->features() == common && expanded->model() == all->model());
    CPUMAP_MUST(expanded->listed().with_policy(feature_policy::require) == common);
    CPUMAP_MUST(same_definition(*expanded, *cpumap::expand(*all)));
    const auto migratable = cpumap::baseline(hosts, {.migratable = true});
    CPUMAP_MUST(migratable && same_definition(*migratable, cpumap::migratable_copy(*all)));
    for (const auto l : migratable->listed()) CPUMAP_MUST(l.feature.migratable());
    // What the hypervisor cannot do is not in it.
    cpumap::basic_baseline_options<Map> options;
    options.hypervisor.features = common;
    CPUMAP_MUST(same_definition(*cpumap::baseline(hosts, options), *all));
    options.hypervisor.features->erase(*common.begin());
    const auto less = cpumap::baseline(hosts, options);
    CPUMAP_MUST(less ? less->features() == *options.hypervisor.features : common.size() == 1);
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("the baseline goes by the rules", "[baseline]", CPUMAP_EVERY_MAP) {
    const reference::map map = reference::load<TestType>();
    CHECK(random_baselines<cpumap::basic_host_cpu<TestType>>(map, 20) == 0);
    CHECK(random_baselines<cpumap::basic_guest_cpu<TestType>>(map, 21) == 0);
}

TEMPLATE_TEST_CASE("the baseline keeps to its laws", "[baseline]", CPUMAP_EVERY_MAP) {
    unit::random random(22);
    for (int round = 0; round < 150; ++round) {
        std::vector<cpumap::basic_host_cpu<TestType>> hosts;
        while (hosts.empty() || (hosts.size() < 5 && !random.one_in(3))) {
            hosts.push_back(random_cpu<cpumap::basic_host_cpu<TestType>>(random, "Intel"));
            if (!hosts.back().model().decodes_guest()) hosts.pop_back();  // or it is no answer for itself
        }
        INFO(round);
        REQUIRE(keeps_to_the_laws(random, hosts) == 0);
    }
}

namespace {

constexpr int errors_name_what_is_wrong(std::string_view nobody) {
    const auto error = [](const auto& cpus, errc code, std::string_view name = {}) {
        const auto r = cpumap::baseline(cpus);
        return !r && r.error().code() == code && r.error().name() == name;
    };
    using host_cpu = lib::host_cpu;
    using guest_cpu = lib::guest_cpu;
    const host_cpu nehalem(model<"Nehalem">);
    const host_cpu epyc(model<"EPYC">);
    CPUMAP_MUST(error(std::span<const host_cpu>(), errc::empty_input));
    CPUMAP_MUST(lib::baseline(std::span<const guest_cpu>()).error().code() == errc::empty_input);
    {
        const host_cpu cpus[] = {nehalem, host_cpu{}};
        CPUMAP_MUST(error(cpus, errc::missing_model));
    }
    {
        const host_cpu cpus[] = {nehalem, nehalem, epyc};
        CPUMAP_MUST(error(cpus, errc::vendors_differ, "AMD"));
    }
    guest_cpu a(model<"Nehalem">);
    guest_cpu b(model<"EPYC">);
    {
        // The first one's vendor counts only where it is stated, the others' also where it is their model's.
        const guest_cpu two[] = {a, b};
        CPUMAP_MUST(lib::baseline(two) && lib::baseline(two)->vendor().empty());
        const guest_cpu three[] = {a, a, b};
        CPUMAP_MUST(error(three, errc::vendors_differ, "AMD"));
    }
    {
        b.set_vendor("Intel");
        const guest_cpu cpus[] = {a, b};
        CPUMAP_MUST(error(cpus, errc::vendor_not_of_model, "Intel"));
        const guest_cpu first[] = {b};  // whose vendor is not looked at
        CPUMAP_MUST(lib::baseline(first) && lib::baseline(first)->vendor() == "Intel");
    }
    {
        a.set_vendor(nobody);
        const guest_cpu first[] = {a};
        CPUMAP_MUST(error(first, errc::unknown_vendor, nobody));
        b = guest_cpu(model<"qemu64">);
        b.set_vendor(nobody);
        a.set_vendor({});
        const guest_cpu second[] = {a, b};
        CPUMAP_MUST(error(second, errc::unknown_vendor, nobody));
    }
    {
        b = guest_cpu(model<"486">);
        b.listed().append(feature_policy::disable, b.features());
        const guest_cpu cpus[] = {a, b};
        CPUMAP_MUST(error(cpus, errc::nothing_in_common));
    }
    lib::baseline_options options;
    options.hypervisor.models.emplace();
    const host_cpu one[] = {nehalem};
    CPUMAP_MUST(lib::baseline(one, options).error().code() == errc::no_suitable_model);
    options = {};
    options.hypervisor.features.emplace();
    CPUMAP_MUST(lib::baseline(one, options).error().code() == errc::nothing_in_common);
    return 0;
}

constexpr int models_of_the_inputs_are_preferred(std::string_view vendor) {
    lib::host_cpu a(model<"Nehalem">);
    lib::host_cpu b(model<"Nehalem">);
    CPUMAP_MUST(b.set("pcid") && a.vendor() == vendor);
    {
        // One model, which the answer keeps though it must disable some of it.
        lib::guest_cpu less(model<"Nehalem">);
        less.listed().append(feature_policy::disable, model<"Nehalem">.features() - model<"Penryn">.features());
        less.set_vendor(vendor);
        const lib::guest_cpu cpus[] = {less, less};
        const auto r = lib::baseline(cpus);
        CPUMAP_MUST(r && r->model() == model<"Nehalem"> && r->fallback() == fallback::forbid);
        CPUMAP_MUST(r->features() == less.features() && r->vendor() == vendor);
        // Without the model in the hypervisor's list another is the answer, which may be replaced again.
        const lib::usable_model usable[] = {{.model = model<"Penryn">}};
        lib::baseline_options options;
        options.hypervisor.models = usable;
        const auto other = lib::baseline(cpus, options);
        CPUMAP_MUST(other && other->model() == model<"Penryn"> && other->fallback() == fallback::allow);
        CPUMAP_MUST(other->listed().with_policy(feature_policy::disable).empty());
    }
    {
        const lib::host_cpu cpus[] = {a, b};
        const auto r = lib::baseline(cpus);
        CPUMAP_MUST(r && r->model() == model<"Nehalem"> && r->fallback() == fallback::forbid && r->listed().empty());
    }
    {
        // Two models: fallback is allowed, whichever it is.
        b = lib::host_cpu(model<"Westmere">);
        b.set_vendor({});
        const lib::host_cpu cpus[] = {a, b};
        const auto r = lib::baseline(cpus);
        CPUMAP_MUST(r && r->features() == model<"Nehalem">.features() && r->fallback() == fallback::allow);
        CPUMAP_MUST(r->vendor().empty() && r->match() == cpumap::match::exact && r->mode() == cpumap::mode::custom);
        const auto removed = lib::baseline(cpus, {.expand = true});
        CPUMAP_MUST(removed && removed->listed().with_policy(feature_policy::require) == r->features());
    }
    return 0;
}

constexpr int recorded_hosts_have_in_common(std::size_t which) {
    // A span, an array and the functions of a map take the same.
    lib::host_cpu hosts[] = {*lib::decode_host(recorded::hosts[which].data()),
                             *lib::decode_host(recorded::hosts[which + 1].data())};
    const auto r = lib::baseline(hosts);
    CPUMAP_MUST(r && r->vendor() == "Intel" && r->features() == (hosts[0].features() & hosts[1].features()));
    CPUMAP_MUST(same_definition(*cpumap::baseline(std::span(hosts)), *r));
    CPUMAP_MUST(same_definition(*cpumap::baseline_of(std::span<const lib::host_cpu>(hosts)), *r));
    CPUMAP_MUST(same_definition(*cpumap::baseline(hosts), *r));
    CPUMAP_MUST(r->features().contains(feature<"invtsc">));
    const auto migrates = lib::baseline(hosts, {.migratable = true});
    CPUMAP_MUST(migrates && migrates->features() == r->features() - set_of("invtsc"));
    return 0;
}

}  // namespace

TEST_CASE("what is wrong with the inputs of a baseline is named", "[baseline]") {
    CPUMAP_BOTH(errors_name_what_is_wrong, std::string_view("nobody"));
}
TEST_CASE("a baseline prefers the models of its inputs", "[baseline]") {
    CPUMAP_BOTH(models_of_the_inputs_are_preferred, std::string_view("Intel"));
}
/// Many hosts, of which the one at each place in turn is another: it counts wherever it stands.
static int many_hosts_have_a_baseline(std::size_t count) {
    const auto one = *cpumap::decode_host(recorded::hosts[3].data());
    const auto other = *cpumap::decode_host(recorded::hosts[2].data());
    const auto expected = cpumap::baseline(std::vector{one, other});
    CPUMAP_MUST(expected && !same_definition(*expected, *cpumap::baseline(std::vector{one, one})));
    for (std::size_t place = 1; place < count; ++place) {
        std::vector<cpumap::host_cpu> hosts(count, one);
        hosts[place] = other;
        const auto answer = cpumap::baseline(hosts);
        CPUMAP_MUST(answer && same_definition(*answer, *expected));
    }
    return 0;
}

TEST_CASE("many hosts have a baseline", "[baseline]") {
    CHECK(many_hosts_have_a_baseline(unit::opaque(std::size_t{100})) == 0);
}

TEST_CASE("recorded hosts have a baseline", "[baseline]") {
    CPUMAP_BOTH(recorded_hosts_have_in_common, std::size_t{2});
}

// ---- Expand, migratable copy, has feature ---------------------------------------------------------------------------

TEMPLATE_TEST_CASE("expanding goes by the rules", "[expand]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    const reference::map map = reference::load<Map>();
    unit::random random(23);
    for (int round = 0; round < 400; ++round) {
        INFO(round);
        auto guest = unit::random_guest<Map>(random);
        for (const auto f : guest.model().removed())
            if (random.one_in(3)) guest.listed().put(unit::every_policy[random.below(5)], f);
        guest.set_check(cpumap::check::full);
        guest.set_vendor_id("123456789012");
        guest.set_topology(cpumap::topology{.sockets = 1, .cores = 3, .threads = 1});
        const auto r = cpumap::expand(guest);
        REQUIRE(r);
        CHECK(named(r->listed()) == expanded(map, map.models[guest.model().index()], named(guest.listed()), true));
        auto same = *r;
        same.listed() = guest.listed();
        CHECK(same_definition(same, guest));
        CHECK(same_definition(*cpumap::expand(*r), *r));

        auto host = random_cpu<cpumap::basic_host_cpu<Map>>(random, random.one_in(2) ? "Intel" : "AMD");
        host.set_microcode(7U);
        if (random.one_in(4)) host.listed().put(feature_policy::forbid, random_feature<Map>(random));
        const auto h = cpumap::expand(host);
        REQUIRE(h);
        CHECK(named(h->listed()) == expanded(map, map.models[host.model().index()], named(host.listed()), false));
        CHECK(h->features() == host.features());
        auto same_host = *h;
        same_host.listed() = host.listed();
        CHECK(same_definition(same_host, host));

        auto kept = guest.listed();
        kept.clear();
        for (const auto l : guest.listed())
            if (l.feature.migratable()) kept.put(l.policy, l.feature);
        const auto copy = cpumap::migratable_copy(guest);
        CHECK(copy.listed() == kept);
        same = copy;
        same.listed() = guest.listed();
        CHECK(same_definition(same, guest));
    }
    CHECK(cpumap::expand(cpumap::basic_guest_cpu<Map>{}).error().code() == errc::missing_model);
    CHECK(cpumap::expand(cpumap::basic_host_cpu<Map>{}).error().code() == errc::missing_model);
}

namespace {

constexpr int expanded_once(std::string_view names) {
    // EPYC once had monitor; 486 has few features.
    lib::guest_cpu guest(model<"EPYC">);
    CPUMAP_MUST(guest.set(feature_policy::force, "svm") && guest.set(feature_policy::disable, "avx2"));
    CPUMAP_MUST(guest.set(feature_policy::optional, "aes") && guest.set(feature_policy::forbid, "vmx"));
    CPUMAP_MUST(guest.set(feature_policy::require, "invtsc"));
    const auto r = lib::expand(guest);
    CPUMAP_MUST(r && r->listed().with_policy(feature_policy::require) ==
                         ((model<"EPYC">.features() | set_of("invtsc")) - set_of("avx2")));
    CPUMAP_MUST(r->listed().with_policy(feature_policy::disable).contains(feature<"monitor">));
    CPUMAP_MUST(!r->listed().listed().contains(feature<"vmx">));
    for (std::size_t i = 1; i < r->listed().size(); ++i)
        CPUMAP_MUST(r->listed()[i - 1].feature.name() < r->listed()[i].feature.name());

    lib::host_cpu host(model<"486">);
    CPUMAP_MUST(host.set("xsave") && host.set("3dnow") && host.set("invtsc"));
    const auto h = lib::expand(host);
    std::size_t at = 0;
    CPUMAP_MUST(h && unit::lists(h->listed(), at, feature_policy::require, names) && at == h->listed().size());
    CPUMAP_MUST(lib::expand(lib::host_cpu(model<"EPYC">))->features() == model<"EPYC">.features());

    const auto kept = lib::migratable_copy(host);
    CPUMAP_MUST(kept.features() == host.features() - set_of("invtsc"));
    guest.listed().put(feature_policy::disable, feature<"invtsc">);
    CPUMAP_MUST(lib::migratable_copy(guest).listed().size() == guest.listed().size() - 1);
    return 0;
}

constexpr int has_a_feature_or_not(std::string_view alias) {
    lib::guest_cpu guest(model<"Nehalem">);
    CPUMAP_MUST(guest.set(feature_policy::disable, "cx16") && guest.set(feature_policy::force, "svm"));
    CPUMAP_MUST(guest.set(feature_policy::optional, "avx") && guest.set(feature_policy::forbid, "ssse3"));
    CPUMAP_MUST(guest.set(feature_policy::require, "vmx"));
    for (const char* name : {"sse4.2", "svm", "vmx"}) CPUMAP_MUST(*lib::has_feature(guest, name));
    for (const char* name : {"cx16", "avx", "ssse3", "avx2"}) {
        const auto r = lib::has_feature(guest, name);
        CPUMAP_MUST(r && !*r);
    }
    CPUMAP_MUST(lib::find_feature(alias) == feature<"sse4.2"> && *lib::has_feature(guest, alias));
    CPUMAP_MUST(lib::find_feature("pni") == feature<"pni">);
    for (const auto f : lib::features())
        for (const auto name : f.aliases()) CPUMAP_MUST(*lib::has_feature(guest, name) == guest.features().contains(f));
    for (const char* name : {"", "sse4.3", "AVX2", "Nehalem"}) {
        const auto r = lib::has_feature(guest, name);
        CPUMAP_MUST(!r && r.error().code() == errc::unknown_feature && r.error().name() == name);
    }
    lib::host_cpu host(model<"Nehalem">);
    CPUMAP_MUST(host.set("avx") && *lib::has_feature(host, "avx") && *lib::has_feature(host, alias));
    CPUMAP_MUST(lib::has_feature(host, "avx2") && !*lib::has_feature(host, "avx2"));
    CPUMAP_MUST(lib::has_feature(host, "nothing").error().code() == errc::unknown_feature);
    // Without a model just what is listed counts.
    lib::guest_cpu bare;
    bare.set_mode(cpumap::mode::host_passthrough);
    CPUMAP_MUST(bare.set(feature_policy::require, "avx") && *lib::has_feature(bare, "avx"));
    CPUMAP_MUST(!*lib::has_feature(bare, "fpu"));
    return 0;
}

}  // namespace

TEST_CASE("expanding lists every feature by name", "[expand]") {
    CPUMAP_BOTH(expanded_once, std::string_view("3dnow fpu invtsc pse vme xsave"));
}
TEST_CASE("a CPU has a feature or has not", "[has_feature]") {
    CPUMAP_BOTH(has_a_feature_or_not, std::string_view("sse4_2"));
}
