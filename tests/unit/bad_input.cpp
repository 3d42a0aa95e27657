// SPDX-License-Identifier: BSL-1.0
// Input that no processor and no sane program gives: always a result or an error, and XML that is well-formed. Under sanitizers this
// finds what reads or writes where it should not.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../data/hosts.hpp"
#include "definitions.hpp"
#include "support.hpp"

namespace {

using cpumap::errc;
using cpumap::feature_policy;
using cpumap::mode;
using unit::random_feature;
using unit::random_model;

// ---- Whether a text is well-formed ----------------------------------------------------------------------------------

/// Just enough of an XML parser: elements, attributes in single quotes, text, the five entities, UTF-8 that XML can
/// hold.
class xml_check {
public:
    explicit xml_check(std::string_view text) : left_(text) {}

    /// One element and a newline behind it, nothing else.
    bool whole() { return element(0) && eat("\n") && left_.empty(); }

private:
    bool eat(std::string_view what) {
        if (left_.substr(0, what.size()) != what) return false;
        left_.remove_prefix(what.size());
        return true;
    }
    std::string_view name() {
        std::size_t n = 0;
        while (n < left_.size() &&
               ((left_[n] >= 'a' && left_[n] <= 'z') || (left_[n] >= 'A' && left_[n] <= 'Z') || left_[n] == '_'))
            ++n;
        const std::string_view found = left_.substr(0, n);
        left_.remove_prefix(n);
        return found;
    }
    /// Text up to where it must end.
    bool value(char end) {
        while (!left_.empty() && left_[0] != end) {
            if (left_[0] == '<' || left_[0] == '>' || left_[0] == '"' || left_[0] == '\'') return false;
            if (left_[0] == '&') {
                if (!eat("&amp;") && !eat("&lt;") && !eat("&gt;") && !eat("&apos;") && !eat("&quot;")) return false;
                continue;
            }
            if (!character()) return false;
        }
        return !left_.empty();
    }
    bool character() {
        const auto first = static_cast<unsigned char>(left_[0]);
        if (first < 0x20 && first != '\n' && first != '\t' && first != '\r') return false;
        std::size_t n = 1;
        if (first >= 0x80) {
            n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
            if (n == 0 || left_.size() < n) return false;
            for (std::size_t i = 1; i < n; ++i)
                if ((static_cast<unsigned char>(left_[i]) & 0xc0) != 0x80) return false;
        }
        left_.remove_prefix(n);
        return true;
    }
    bool element(int depth) {
        if (depth > 4 || !eat("<")) return false;
        const std::string_view tag = name();
        std::vector<std::string_view> attributes;
        while (eat(" ")) {
            const std::string_view attribute = name();
            for (const auto& other : attributes)
                if (other == attribute) return false;
            attributes.push_back(attribute);
            if (attribute.empty() || !eat("='") || !value('\'') || !eat("'")) return false;
        }
        if (tag.empty()) return false;
        if (eat("/>")) return true;
        if (!eat(">")) return false;
        while (value('<') && left_.substr(0, 2) != "</")
            if (!element(depth + 1)) return false;
        return eat("</") && eat(tag) && eat(">");
    }

    std::string_view left_;
};

bool is_well_formed(std::string_view text) { return xml_check(text).whole(); }

/// Writes a definition: it is refused, or well-formed and of the size that was foretold; and with a byte less it is
/// refused. The memory is as large as it is said to be, so that a sanitizer sees what is written beyond it.
template <class Definition>
int written_or_refused(const Definition& definition, bool& written) {
    const std::size_t size = cpumap::xml_size(definition);
    const auto memory = std::make_unique<char[]>(size);
    const auto text = cpumap::write_xml(std::span<char>(memory.get(), size), definition);
    written = text.has_value();
    if (!written) {
        CPUMAP_MUST(text.error().code() != errc::none && text.error().code() != errc::buffer_too_small);
        return 0;
    }
    CPUMAP_MUST(text->size() == size && (size == 0 || is_well_formed(*text)));
    if (size == 0) return 0;
    const auto less = std::make_unique<char[]>(size - 1);
    const auto refused = cpumap::write_xml(std::span<char>(less.get(), size - 1), definition);
    CPUMAP_MUST(!refused && refused.error().code() == errc::buffer_too_small);
    return 0;
}

// ---- Random things --------------------------------------------------------------------------------------------------

/// Bytes that are likely to break something, or any.
std::string random_text(unit::random& random, std::size_t longest) {
    constexpr std::string_view nasty("\0'\"<>&,;/\\\n\r\t\x7f\x80\xff\xc3\xa4\xed\xa0\xf4 -_.", 26);
    std::string text;
    const bool any = random.one_in(3);
    for (std::size_t n = random.below(longest + 1); n > 0; --n)
        text += any                ? static_cast<char>(random.below(256))
                : random.one_in(4) ? nasty[random.below(nasty.size())]
                                   : static_cast<char>(' ' + random.below(95));
    return text;
}

/// A name of the map, one that nearly is, or anything.
template <class Map>
std::string random_name(unit::random& random) {
    if (random.one_in(500)) return std::string(10'240, static_cast<char>(random.below(256)));
    if (random.one_in(3)) return random_text(random, random.one_in(10) ? 80 : 12);
    std::string name(random.one_in(2) ? random_feature<Map>(random).name() : random_model<Map>(random).name());
    if (random.one_in(8)) return name;
    const std::size_t at = random.below(name.size());
    switch (random.below(6)) {
        case 0:
            name[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            name.erase(at, 1 + random.below(2));
            break;
        case 2:
            name.insert(at, random_text(random, 3));
            break;
        case 3:
            name.resize(at);
            break;
        case 4:
            name += '\0';
            break;
        default:
            name += name;
            break;
    }
    return name;
}

/// A value of an enumeration, now and then none of its own.
template <class Enum>
Enum random_enum(unit::random& random, Enum last, bool& bad, std::size_t end = 256) {
    const auto count = static_cast<std::size_t>(last) + 1;
    if (!random.one_in(60)) return static_cast<Enum>(random.below(count));
    bad = true;
    return static_cast<Enum>(count + random.below(end - count));
}

unsigned random_count(unit::random& random) {
    return random.one_in(20)   ? static_cast<unsigned>(random.next())
           : random.one_in(10) ? 0U
                               : 1 + static_cast<unsigned>(random.below(4));
}

/// What definitions point to.
struct pointed_to {
    std::string texts[2];
    cpumap::numa_distance distances[3];
    cpumap::numa_cell cells[2];
};

template <class Map>
cpumap::basic_guest_cpu<Map> random_definition(unit::random& random, pointed_to& there, bool& bad) {
    cpumap::basic_guest_cpu<Map> g;
    g.set_mode(random.one_in(2) ? mode::custom : random_enum(random, mode::maximum, bad));
    if (!random.one_in(4)) g.set_model(random_model<Map>(random));
    if (random.one_in(3)) g.set_match(random_enum(random, cpumap::match::strict, bad));
    if (random.one_in(4)) g.set_check(random_enum(random, cpumap::check::full, bad));
    if (random.one_in(3)) g.set_fallback(random_enum(random, cpumap::fallback::forbid, bad));
    if (random.one_in(8)) g.set_migratable(random_enum(random, cpumap::migratable::on, bad));
    if (random.one_in(8)) g.set_deprecated_features(random_enum(random, cpumap::deprecated_features::on, bad));
    if (random.one_in(4)) g.set_vendor(random.one_in(2) ? "Intel" : random_text(random, random.one_in(8) ? 80 : 8));
    if (random.one_in(4)) {
        std::string id = random_text(random, random.one_in(8) ? 80 : 16);
        if (!random.one_in(4)) id.resize(12, '<');
        g.set_vendor_id(id);
    }
    if (random.one_in(4))
        g.set_topology(cpumap::topology{.sockets = random_count(random),
                                        .dies = random.one_in(2) ? 1 : random_count(random),
                                        .clusters = random.one_in(2) ? 1 : random_count(random),
                                        .cores = random_count(random),
                                        .threads = random_count(random)});
    if (random.one_in(6)) {
        cpumap::cache c{.mode = random_enum(random, cpumap::cache_mode::disable, bad)};
        if (random.one_in(2)) c.level = random_count(random);
        g.set_cache(c);
    }
    if (random.one_in(6)) {
        cpumap::maxphysaddr m{.mode = random_enum(random, cpumap::maxphysaddr_mode::passthrough, bad)};
        if (random.one_in(2)) m.bits = random_count(random);
        if (random.one_in(2)) m.limit = random_count(random);
        g.set_maxphysaddr(m);
    }
    if (random.one_in(6)) {
        const std::size_t count = 1 + random.below(2);
        for (std::size_t i = 0; i < count; ++i) {
            there.texts[i] = random.one_in(3) ? random_text(random, 8) : "0-3,^2";
            there.distances[i] = {static_cast<unsigned>(random.below(3)), random_count(random) * 10};
            cpumap::numa_cell& c = there.cells[i] = {};
            c.id = random.one_in(4) ? random_count(random) : static_cast<unsigned>(i);
            if (random.one_in(2)) c.cpus = there.texts[i];
            if (!random.one_in(8)) c.memory_kib = random.next();
            if (random.one_in(2)) c.access = random_enum(random, cpumap::memory_access::private_, bad);
            if (random.one_in(2)) c.discard = random.one_in(2);
            if (random.one_in(3))
                c.distances = {&there.distances[i], 1 + random.below(2)};  // perhaps the next cell's too
        }
        g.set_numa({&there.cells[0], count});
    }
    if (random.one_in(40)) {  // all that there are
        for (const auto f : cpumap::features<Map>())
            g.listed().put(random_enum(random, feature_policy::forbid, bad), f);
    } else {
        for (std::size_t n = random.below(6); n > 0; --n) {
            bool bad_policy = false;
            const auto policy = random_enum(random, feature_policy::forbid, bad_policy);
            if (g.set(policy, random_feature<Map>(random))) bad = bad || bad_policy;
        }
    }
    return g;
}

template <class Map>
cpumap::basic_host_cpu<Map> random_host(unit::random& random) {
    cpumap::basic_host_cpu<Map> h;
    bool bad = false;
    if (!random.one_in(8)) h = cpumap::basic_host_cpu<Map>(random_model<Map>(random));
    if (random.one_in(4)) h.set_arch(random_enum(random, cpumap::architecture::other, bad));
    if (random.one_in(6)) h.set_vendor(random_text(random, random.one_in(8) ? 80 : 8));
    if (random.one_in(3)) h.set_signature(cpumap::cpu_signature(static_cast<std::uint32_t>(random.next())));
    if (random.one_in(4)) h.set_microcode(static_cast<std::uint32_t>(random.next()));
    if (random.one_in(4)) h.set_counter(cpumap::counter{.frequency = random.next(), .scaling = random.one_in(2)});
    if (random.one_in(4))
        h.set_topology(cpumap::topology{.sockets = random_count(random), .cores = random_count(random), .threads = 1});
    if (random.one_in(40)) {
        for (const auto f : cpumap::features<Map>()) static_cast<void>(h.set(f));
    } else {
        for (std::size_t n = random.below(6); n > 0; --n) static_cast<void>(h.set(random_feature<Map>(random)));
    }
    return h;
}

cpumap::cpuid_registers random_registers(unit::random& random) {
    const std::uint64_t a = random.next();
    const std::uint64_t b = random.next();
    return {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32), static_cast<std::uint32_t>(b),
            static_cast<std::uint32_t>(b >> 32)};
}

/// Nothing, everything, a recorded processor with something wrong, or noise where the map looks.
template <class Map>
cpumap::cpu_data random_data(unit::random& random) {
    constexpr cpumap::cpuid_registers ones{~0U, ~0U, ~0U, ~0U};
    using tables = typename Map::x86;
    cpumap::cpu_data data;
    const std::size_t kind = random.below(6);
    if (kind == 0) return data;
    if (kind <= 2) {
        data = recorded::hosts[random.below(std::size(recorded::hosts))].data();
        for (std::size_t n = random.below(20); n > 0; --n)
            unit::change_bit<Map>(data, random_feature<Map>(random), unit::change::flip);
    } else {
        data.set_cpuid(0, 0, kind == 3 ? ones : random_registers(random));
        if (random.one_in(2)) unit::set_vendor(data, random.one_in(2) ? "AMD" : "NobodysChips");
        for (std::size_t i = 0; i < tables::register_count; ++i) {
            const bool msr = tables::register_part[i] == 'l' || tables::register_part[i] == 'h';
            const auto r = kind == 3 ? ones : random_registers(random);
            if (msr)
                data.set_msr(tables::register_leaf[i], std::uint64_t{r.edx} << 32 | r.eax);
            else if (tables::register_leaf[i] != 0)
                data.set_cpuid(tables::register_leaf[i], tables::register_subleaf[i], r);
        }
    }
    if (random.one_in(3)) {
        auto r = data.cpuid(1, 0).value_or(cpumap::cpuid_registers{});
        r.eax = random.one_in(3) ? 0 : random.one_in(2) ? ~0U : static_cast<std::uint32_t>(random.next());
        data.set_cpuid(1, 0, r);
    }
    if (random.one_in(30))
        for (std::uint32_t i = 0; i < 300; ++i) data.set_cpuid(0x4000'0000U + i, i, ones);
    return data;
}

/// Models that a hypervisor knows, some twice, with anything for blockers.
template <class Map>
std::vector<cpumap::basic_usable_model<Map>> random_models(unit::random& random) {
    std::vector<cpumap::basic_usable_model<Map>> usable;
    for (std::size_t n = random.below(12); n > 0; --n) {
        usable.push_back({.model = random_model<Map>(random)});
        for (std::size_t b = random.one_in(2) ? random.below(4) : 0; b > 0; --b)
            usable.back().block(random_name<Map>(random));
    }
    return usable;
}

// ---- What must hold -------------------------------------------------------------------------------------------------

/// A result keeps every rule; an error says what it is.
template <class Result>
int sound(const Result& r) {
    if (!r) {
        CPUMAP_MUST(r.error().code() != errc::none && !r.error().message().empty());
        CPUMAP_MUST(r.error().name().size() <= 63);
        return 0;
    }
    bool written = false;
    return written_or_refused(*r, written);
}

template <class Map>
int data_decodes_or_not(unit::random& random) {
    const auto data = random_data<Map>(random);
    const auto usable = random_models<Map>(random);
    const cpumap::basic_model_ref<Map> preferred[] = {random_model<Map>(random), random_model<Map>(random)};
    cpumap::basic_decode_options<Map> options;
    if (random.one_in(4)) options.hypervisor.models = usable;
    if (random.one_in(4)) options.hypervisor.features = random_data<Map>(random).template features<Map>();
    if (random.one_in(4)) options.preferred = {preferred, 1 + random.below(2)};
    options.migratable = random.one_in(2);
    const auto guest = cpumap::decode_guest<Map>(data, options);
    const auto host = cpumap::decode_host<Map>(data, options);
    CPUMAP_MUST(sound(guest) == 0 && sound(host) == 0);
    if (!data.complete()) CPUMAP_MUST(!guest && !host && guest.error().code() == errc::cpu_data_full);
    if (guest) CPUMAP_MUST(cpumap::check_definition(*guest) == errc::none);
    if (!guest && data.complete()) CPUMAP_MUST(guest.error().code() == errc::no_suitable_model);
    if (host && !options.hypervisor.features && !options.migratable) {
        const auto broken =
            cpumap::find_feature<Map>("hle") ? unit::features_of<Map>("hle rtm") : cpumap::basic_feature_set<Map>{};
        CPUMAP_MUST(data.template features<Map>().includes(host->features()));
        CPUMAP_MUST(host->features().includes(data.template features<Map>() - broken));
    }
    if (guest && host) CPUMAP_MUST(sound(cpumap::resolve(*guest, *host, options.hypervisor)) == 0);
    if (guest) CPUMAP_MUST(sound(cpumap::resolve(*guest, data, options.hypervisor)) == 0);
    return 0;
}

template <class Map>
int definitions_work_or_not(unit::random& random, std::map<errc, std::size_t>& seen, std::size_t& bad_count) {
    pointed_to there;
    bool bad = false;
    const auto guest = random_definition<Map>(random, there, bad);
    const auto host = random_host<Map>(random);
    bool written = false;
    const errc broken = cpumap::check_definition(guest);
    ++seen[broken];
    bad_count += bad ? 1 : 0;
    CPUMAP_MUST(!bad || broken == errc::bad_value);
    CPUMAP_MUST(bad || broken != errc::bad_value);
    CPUMAP_MUST(written_or_refused(guest, written) == 0 && written == (broken == errc::none));
    CPUMAP_MUST(written_or_refused(host, written) == 0);
    if (random.one_in(2)) return 0;  // half of the time is for what is written

    cpumap::basic_hypervisor_view<Map> view;
    const auto usable = random_models<Map>(random);
    if (random.one_in(2)) view.models = usable;
    const auto compared = cpumap::compare(host, guest);
    CPUMAP_MUST((compared.outcome == cpumap::verdict::incompatible) == (compared.reason != cpumap::reason::none));
    const auto other = random_host<Map>(random);
    const auto hosts = cpumap::compare(host, other);
    CPUMAP_MUST((hosts.outcome == cpumap::verdict::incompatible) == (hosts.reason != cpumap::reason::none));
    CPUMAP_MUST(sound(cpumap::update(guest, host)) == 0 && sound(cpumap::translate(guest, view)) == 0);
    CPUMAP_MUST(sound(cpumap::resolve(guest, host, view)) == 0);
    CPUMAP_MUST(sound(cpumap::expand(guest)) == 0 && sound(cpumap::expand(host)) == 0);
    const cpumap::basic_baseline_options<Map> options{
        .hypervisor = view, .expand = random.one_in(2), .migratable = random.one_in(2)};
    const std::vector guest_list(random.below(3), guest);
    CPUMAP_MUST(sound(cpumap::baseline(guest_list, options)) == 0);
    CPUMAP_MUST(sound(cpumap::baseline(std::vector{host, other}, options)) == 0);
    CPUMAP_MUST(written_or_refused(cpumap::migratable_copy(guest), written) == 0);
    const auto enabled = random_data<Map>(random);
    const auto disabled = random.one_in(2) ? cpumap::cpu_data{} : random_data<Map>(random);
    CPUMAP_MUST(sound(cpumap::update_live(guest, enabled, disabled)) == 0);
    CPUMAP_MUST(sound(cpumap::resolve(guest, enabled, view)) == 0);
    return 0;
}

template <class Map>
int names_are_known_or_not(unit::random& random, std::size_t (&known)[2]) {
    using lib = cpumap::use<Map>;
    // Right behind its last byte the name's memory ends.
    const std::string text = random_name<Map>(random);
    const auto exact = std::make_unique<char[]>(text.size());
    std::memcpy(exact.get(), text.data(), text.size());
    const std::string_view name(exact.get(), text.size());

    const auto f = lib::find_feature(name);
    const auto m = lib::find_model(name);
    known[0] += f ? 1U : 0U;
    known[1] += m ? 1U : 0U;
    CPUMAP_MUST(!m || m->name() == name);
    if (f && f->name() != name) {
        bool is_alias = false;
        for (const auto alias : f->aliases()) is_alias = is_alias || alias == name;
        CPUMAP_MUST(is_alias);
    }
    cpumap::basic_guest_cpu<Map> guest(random_model<Map>(random));
    const auto set = guest.set(feature_policy::require, name);
    const auto has = lib::has_feature(guest, name);
    CPUMAP_MUST(set.has_value() == f.has_value() && has.has_value() == f.has_value() && (!has || *has));
    if (!set)
        CPUMAP_MUST(set.error().code() == errc::unknown_feature && set.error().name() == name.substr(0, 63) &&
                    set.error().name_cut() == (name.size() > 63) && guest.listed().empty());
    if (set) CPUMAP_MUST(guest.set(feature_policy::forbid, name).error().code() == errc::duplicate_feature);

    if (random.one_in(8)) {
        const auto nearest = lib::nearest_feature(name);
        CPUMAP_MUST(!f || nearest);  // the map lists CMT and cmt: not the same feature then, but one
        CPUMAP_MUST(!nearest || nearest->index() < lib::features().size());
        const auto nearest_model = lib::nearest_model(name);
        CPUMAP_MUST(!nearest_model || nearest_model->index() < lib::models().size());
        CPUMAP_MUST(!m || nearest_model);
        cpumap::basic_usable_model<Map> usable{.model = random_model<Map>(random)};
        usable.block(name);
        CPUMAP_MUST(usable.blockers.size() == (f ? 1U : 0U));
    }
    return 0;
}

}  // namespace

TEST_CASE("the checker of well-formedness sees what is not", "[bad_input]") {
    for (const char* text :
         {"<cpu/>\n", "<cpu mode='a&amp;b' match=''/>\n", "<cpu>\n  <model>a&lt;\xc3\xa4</model>\n</cpu>\n",
          "<cpu>\n  <numa>\n    <cell id='0'/>\n  </numa>\n</cpu>\n"}) {
        INFO(text);
        CHECK(is_well_formed(text));
    }
    for (const char* text :
         {"", "<cpu/>", "<cpu>\n</cpus>\n", "<cpu a=\"b\"/>\n", "<cpu a='b/>\n", "<cpu a='<'/>\n", "<cpu a='&x;'/>\n",
          "<cpu a='1' a='2'/>\n", "<cpu>\n  <model>a\x01</model>\n</cpu>\n", "<cpu>\n  <model>a\xff</model>\n</cpu>\n",
          "<cpu>\n  <model>a</cpu>\n</model>\n", "<cpu/>\n<cpu/>\n", "<cpu>\n  <model>a>b</model>\n</cpu>\n"}) {
        INFO(text);
        CHECK(!is_well_formed(text));
    }
}

/// Of each property, for each of the four maps: 100,000 in all, and where sanitizers watch, which take ten times as long
/// and more, 10,000.
constexpr int rounds = CPUMAP_EXPECT_SANITIZERS ? 2'500 : 25'000;

TEMPLATE_TEST_CASE("any data decodes or is refused", "[bad_input]", CPUMAP_EVERY_MAP) {
    unit::random random(40);
    for (int round = 0; round < rounds; ++round) {
        const int line = data_decodes_or_not<TestType>(random);
        if (line != 0) FAIL("round " << round << ", line " << line);
    }
}

TEMPLATE_TEST_CASE("any definition works or is refused", "[bad_input]", CPUMAP_EVERY_MAP) {
    unit::random random(41);
    std::map<errc, std::size_t> seen;
    std::size_t bad = 0;
    for (int round = 0; round < rounds; ++round) {
        const int line = definitions_work_or_not<TestType>(random, seen, bad);
        if (line != 0) FAIL("round " << round << ", line " << line);
    }
    CHECK(bad > 100);
    CHECK(seen[errc::none] > 200);
    CHECK(seen.size() > 15);
}

TEMPLATE_TEST_CASE("any name is known or is not", "[bad_input]", CPUMAP_EVERY_MAP) {
    unit::random random(42);
    std::size_t known[2]{};
    for (int round = 0; round < rounds; ++round) {
        const int line = names_are_known_or_not<TestType>(random, known);
        if (line != 0) FAIL("round " << round << ", line " << line);
    }
    CHECK((known[0] > rounds / 125 && known[1] > rounds / 125));
}

TEMPLATE_TEST_CASE("a definition may list every feature of the map", "[bad_input]", CPUMAP_EVERY_MAP) {
    using Map = TestType;
    cpumap::basic_feature_set<Map> all;
    for (const auto f : cpumap::features<Map>()) all.insert(f);
    for (const auto policy : unit::every_policy) {
        cpumap::basic_guest_cpu<Map> guest(cpumap::models<Map>()[0]);
        cpumap::basic_host_cpu<Map> host(cpumap::models<Map>()[0]);
        for (const auto f : cpumap::features<Map>()) CHECK((guest.set(policy, f) && host.set(f)));
        CHECK(guest.set(policy, *all.begin()).error().code() == errc::duplicate_feature);
        CHECK(guest.listed().with_policy(policy) == all);
        CHECK((host.features() == all && cpumap::expand(host)->features() == all));
        bool written = false;
        CHECK((written_or_refused(guest, written) == 0 && written));
        CHECK((written_or_refused(host, written) == 0 && written));
        for (const auto& r :
             {cpumap::update(guest, host), cpumap::expand(guest), cpumap::update_live(guest, {}, {}),
              cpumap::translate(guest, {}), cpumap::resolve(guest, host), cpumap::baseline(std::vector{guest}),
              cpumap::baseline(std::vector{host}, {.expand = true})})
            CHECK(sound(r) == 0);
        guest.listed().put(policy, *all.begin());
        CHECK(guest.listed().size() == all.size());
        CHECK(cpumap::migratable_copy(guest).listed().size() < all.size() + 1);
    }
}

namespace {

/// An enumerator that is none is never taken for one that is.
constexpr int modes_out_of_range(int first) {
    for (int v = first; v < 256; ++v) {
        cpumap::guest_cpu g(cpumap::model<"EPYC">);
        CPUMAP_MUST(cpumap::check_definition(g) == errc::none);
        g.set_mode(static_cast<mode>(v));
        CPUMAP_MUST(cpumap::check_definition(g) == errc::bad_value);
        char memory[256]{};
        CPUMAP_MUST(cpumap::write_xml(memory, g).error().code() == errc::bad_value);
    }
    return 0;
}

constexpr int policies_out_of_range(int first) {
    for (int v = first; v < 256; ++v) {
        cpumap::guest_cpu g(cpumap::model<"EPYC">);
        CPUMAP_MUST(g.set(static_cast<feature_policy>(v), "vmx"));
        CPUMAP_MUST(cpumap::check_definition(g) == errc::bad_value);
        CPUMAP_MUST(g.listed()[0].feature.name() == "vmx" && g.features() == cpumap::model<"EPYC">.features());
    }
    return 0;
}

}  // namespace

TEST_CASE("an enumerator that is none is refused", "[bad_input]") {
    CPUMAP_BOTH(modes_out_of_range, 4);
    CPUMAP_BOTH(policies_out_of_range, 5);
}
