// SPDX-License-Identifier: BSL-1.0
// The <cpu> element parsed back by another program's parser: it says what the definition says, member for member, and
// nothing else, whatever bytes the names hold that are no name of the map.

#include <cpumap/cpumap.hpp>

#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "definitions.hpp"

namespace {

using fuzz::choices;

/// An element that is taken apart: whatever is asked for counts as seen, and all must be seen in the end.
class element {
public:
    explicit element(pugi::xml_node node) : node_(node) {}

    explicit operator bool() const { return static_cast<bool>(node_); }
    /// An attribute that must be there or not, and what it then must hold.
    void must_say(const char* name, const std::optional<std::string>& value) {
        const pugi::xml_attribute found = node_.attribute(name);
        CPUMAP_MUST(static_cast<bool>(found) == value.has_value());
        if (!value) return;
        ++attributes_;
        CPUMAP_MUST(found.value() == *value);
    }
    element child(const char* name) {
        const pugi::xml_node found = node_.child(name);
        if (found) ++children_;
        return element(found);
    }
    element next(const char* name, std::size_t i) {
        std::size_t at = 0;
        for (const pugi::xml_node one : node_.children(name))
            if (at++ == i) {
                ++children_;
                return element(one);
            }
        return element({});
    }
    std::string text() {
        text_ = true;
        return node_.child_value();
    }
    /// The text of a child that must be there or not.
    void must_have(const char* name, const std::optional<std::string>& text) {
        element found = child(name);
        CPUMAP_MUST(static_cast<bool>(found) == text.has_value());
        if (!text) return;
        CPUMAP_MUST(found.text() == *text);
        found.must_end();
    }
    void must_end() const {
        std::size_t attributes = 0;
        std::size_t children = 0;
        for (const auto& a : node_.attributes()) attributes += a.name() != nullptr ? 1 : 0;
        for (const auto& c : node_.children()) {
            children += c.type() == pugi::node_element ? 1 : 0;
            const bool blank = std::string_view(c.value()).find_first_not_of(" \n") == std::string_view::npos;
            CPUMAP_MUST(c.type() == pugi::node_element || (c.type() == pugi::node_pcdata && (text_ || blank)));
        }
        CPUMAP_MUST(attributes == attributes_ && children == children_);
    }

private:
    pugi::xml_node node_;
    std::size_t attributes_ = 0;
    std::size_t children_ = 0;
    bool text_ = false;
};

using text = std::optional<std::string>;

text some(std::string_view s) { return std::string(s); }
text unless_empty(std::string_view s) { return s.empty() ? text() : some(s); }
template <class Given>
text number(const Given& value) {
    return value ? text(std::to_string(*value)) : text();
}

// The words of each option, from libvirt's documentation of its domain XML.
constexpr const char* modes[] = {"custom", "host-model", "host-passthrough", "maximum"};
constexpr const char* matches[] = {"minimum", "exact", "strict"};
constexpr const char* checks[] = {"none", "partial", "full"};
constexpr const char* fallbacks[] = {"allow", "forbid"};
constexpr const char* switches[] = {"off", "on"};
constexpr const char* policies[] = {"force", "require", "optional", "disable", "forbid"};
constexpr const char* cache_modes[] = {"emulate", "passthrough", "disable"};
constexpr const char* maxphysaddr_modes[] = {"emulate", "passthrough"};
constexpr const char* accesses[] = {"shared", "private"};
constexpr const char* architectures[] = {"x86_64", "i686", "ppc64", "ppc64le", "aarch64", "armv7l", "armv6l"};

template <class Enum, std::size_t Size>
text word(const char* const (&words)[Size], Enum value) {
    const auto i = static_cast<std::size_t>(value);
    CPUMAP_MUST(i < Size);
    return some(words[i]);
}

template <class Map>
void check_topology(element& cpu, const cpumap::given<cpumap::topology>& given) {
    element e = cpu.child("topology");
    CPUMAP_MUST(static_cast<bool>(e) == static_cast<bool>(given));
    if (!given) return;
    const cpumap::topology t = *given;
    e.must_say("sockets", std::to_string(t.sockets));
    e.must_say("dies", Map::version_number >= 6'001'000 ? text(std::to_string(t.dies)) : text());
    e.must_say("clusters", Map::version_number >= 10'001'000 ? text(std::to_string(t.clusters)) : text());
    e.must_say("cores", std::to_string(t.cores));
    e.must_say("threads", std::to_string(t.threads));
    e.must_end();
}

void check_numa(element& cpu, std::span<const cpumap::numa_cell> cells) {
    element numa = cpu.child("numa");
    CPUMAP_MUST(static_cast<bool>(numa) == !cells.empty());
    if (cells.empty()) return;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto& c = cells[i];
        element e = numa.next("cell", i);
        CPUMAP_MUST(e);
        e.must_say("id", std::to_string(c.id));
        e.must_say("cpus", unless_empty(c.cpus));
        e.must_say("memory", number(c.memory_kib));
        e.must_say("unit", "KiB");
        e.must_say("memAccess", c.access ? word(accesses, *c.access) : text());
        e.must_say("discard", c.discard ? some(*c.discard ? "yes" : "no") : text());
        element distances = e.child("distances");
        CPUMAP_MUST(static_cast<bool>(distances) == !c.distances.empty());
        for (std::size_t k = 0; k < c.distances.size(); ++k) {
            element sibling = distances.next("sibling", k);
            CPUMAP_MUST(sibling);
            sibling.must_say("id", std::to_string(c.distances[k].cell));
            sibling.must_say("value", std::to_string(c.distances[k].value));
            sibling.must_end();
        }
        if (distances) distances.must_end();
        e.must_end();
    }
    numa.must_end();
}

/// The root, of a document that is nothing but it and the newline behind it.
element parse(pugi::xml_document& document, const std::string& xml) {
    constexpr unsigned flags = pugi::parse_full | pugi::parse_ws_pcdata;
    CPUMAP_MUST(document.load_buffer(xml.data(), xml.size(), flags, pugi::encoding_utf8));
    CPUMAP_MUST(xml.ends_with(">\n") && std::string_view(document.document_element().name()) == "cpu");
    for (const auto& node : document.children())
        CPUMAP_MUST(node == document.document_element() || node.type() == pugi::node_pcdata);
    return element(document.document_element());
}

template <class Map>
void check_guest(choices& in) {
    fuzz::pointed_to there;
    const auto g = fuzz::guest_of<Map>(in, there);
    const std::string xml = fuzz::xml_of(g, in);
    const bool takes_host = g.mode() == cpumap::mode::host_passthrough || g.mode() == cpumap::mode::maximum;
    if (xml.empty()) {  // refused, or nothing to say
        const bool says_nothing = g.mode() == cpumap::mode::custom && !g.has_model() && g.vendor_id().empty() &&
                                  !g.topology() && !g.cache() && !g.maxphysaddr() && g.listed().empty() &&
                                  g.numa().empty();
        CPUMAP_MUST(cpumap::check_definition(g) != cpumap::errc::none || says_nothing);
        return;
    }
    pugi::xml_document document;
    element cpu = parse(document, xml);
    const bool printed = g.mode() != cpumap::mode::custom || g.has_model();
    cpu.must_say("mode", printed ? word(modes, g.mode()) : text());
    cpu.must_say("match", printed && g.mode() == cpumap::mode::custom ? word(matches, g.match()) : text());
    cpu.must_say("check", g.check() ? word(checks, *g.check()) : text());
    cpu.must_say("migratable", g.migratable() ? word(switches, *g.migratable()) : text());
    cpu.must_say("deprecated_features",
                 printed && g.deprecated_features() ? word(switches, *g.deprecated_features()) : text());
    element model = cpu.child("model");
    CPUMAP_MUST(static_cast<bool>(model) == (!takes_host && (g.has_model() || !g.vendor_id().empty())));
    if (model) {
        model.must_say("fallback", g.has_model() ? word(fallbacks, g.fallback()) : text());
        model.must_say("vendor_id", unless_empty(g.vendor_id()));
        CPUMAP_MUST(model.text() == (g.has_model() ? g.model().name() : std::string_view()));
        model.must_end();
    }
    cpu.must_have("vendor", unless_empty(g.vendor()));
    check_topology<Map>(cpu, g.topology());
    element cache = cpu.child("cache");
    CPUMAP_MUST(static_cast<bool>(cache) == static_cast<bool>(g.cache()));
    if (cache) {
        cache.must_say("level", number((*g.cache()).level));
        cache.must_say("mode", word(cache_modes, (*g.cache()).mode));
        cache.must_end();
    }
    element width = cpu.child("maxphysaddr");
    CPUMAP_MUST(static_cast<bool>(width) == static_cast<bool>(g.maxphysaddr()));
    if (width) {
        width.must_say("mode", word(maxphysaddr_modes, (*g.maxphysaddr()).mode));
        width.must_say("bits", number((*g.maxphysaddr()).bits));
        width.must_say("limit", number((*g.maxphysaddr()).limit));
        width.must_end();
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < g.listed().size(); ++i) {
        element e = cpu.next("feature", i);
        CPUMAP_MUST(e);
        e.must_say("policy", word(policies, g.listed()[i].policy));
        e.must_say("name", some(g.listed()[i].feature.name()));
        CPUMAP_MUST(names.insert(std::string(g.listed()[i].feature.name())).second);
        e.must_end();
    }
    check_numa(cpu, g.numa());
    cpu.must_end();
}

template <class Map>
void check_host(choices& in) {
    const auto h = fuzz::host_of<Map>(in);
    const std::string xml = fuzz::xml_of(h, in);
    if (xml.empty()) return;
    pugi::xml_document document;
    element cpu = parse(document, xml);
    cpu.must_have("arch", word(architectures, h.arch()));
    cpu.must_have("model", h.has_model() ? some(h.model().name()) : text());
    cpu.must_have("vendor", unless_empty(h.vendor()));
    element microcode = cpu.child("microcode");
    CPUMAP_MUST(static_cast<bool>(microcode) == static_cast<bool>(h.microcode()));
    if (microcode) {
        microcode.must_say("version", number(h.microcode()));
        microcode.must_end();
    }
    element signature = cpu.child("signature");
    CPUMAP_MUST(static_cast<bool>(signature) == (h.signature().family() != 0));
    if (signature) {
        signature.must_say("family", std::to_string(h.signature().family()));
        signature.must_say("model", std::to_string(h.signature().model()));
        signature.must_say("stepping", std::to_string(h.signature().stepping()));
        signature.must_end();
    }
    element counter = cpu.child("counter");
    CPUMAP_MUST(static_cast<bool>(counter) == static_cast<bool>(h.counter()));
    if (counter) {
        const auto& c = *h.counter();
        counter.must_say("name", "tsc");
        counter.must_say("frequency", c.frequency == 0 ? text() : text(std::to_string(c.frequency)));
        counter.must_say("scaling", c.scaling ? some(*c.scaling ? "yes" : "no") : text());
        counter.must_end();
    }
    check_topology<Map>(cpu, h.topology());
    for (std::size_t i = 0; i < h.listed().size(); ++i) {
        element e = cpu.next("feature", i);
        CPUMAP_MUST(e);
        e.must_say("name", some(h.listed()[i].feature.name()));
        e.must_end();
    }
    cpu.must_end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices in(data, size);
    switch (in.below(6)) {
        case 0:
            check_host<fuzz::newest_map>(in);
            break;
        case 1:
            check_host<fuzz::oldest_map>(in);
            break;
        case 2:
            check_guest<fuzz::oldest_map>(in);
            break;
        default:
            check_guest<fuzz::newest_map>(in);
            break;
    }
    return 0;
}
