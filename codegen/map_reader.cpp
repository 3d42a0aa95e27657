// SPDX-License-Identifier: BSL-1.0
#include "map_reader.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "identifiers.hpp"

namespace cpumap::codegen {
namespace {

// Indices are 16 bits wide in the tables, and one of them says "none".
constexpr std::size_t max_count = 0xfffe;

// How messages call an element: feature 'sse2'.
std::string subject_of(const source_element& element) {
    return element.tag() + ' ' + in_quotes(element.attribute("name").value_or(""));
}

std::string required(const source_element& element, const char* attribute, const std::string& subject) {
    std::optional<std::string> value = element.attribute(attribute);
    if (!value || value->empty()) {
        throw failure(element.where(), subject + ": <" + element.tag() + "> has " + (value ? "an empty " : "no ") +
                                           attribute + "; state it");
    }
    return *std::move(value);
}

std::uint32_t hexadecimal(const source_element& element, const char* attribute, const std::string& text,
                          const std::string& subject) {
    std::string_view digits = text;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        digits.remove_prefix(2);
    }
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw failure(element.where(), subject + ": " + attribute + '=' + in_quotes(text) +
                                           " is no 32-bit hexadecimal number; write 0x0 to 0xffffffff");
    }
    return value;
}

std::uint32_t required_hexadecimal(const source_element& element, const char* attribute, const std::string& subject) {
    return hexadecimal(element, attribute, required(element, attribute, subject), subject);
}

std::uint32_t hexadecimal_or(const source_element& element, const char* attribute, std::uint32_t absent,
                             const std::string& subject) {
    const std::optional<std::string> text = element.attribute(attribute);
    return text ? hexadecimal(element, attribute, *text, subject) : absent;
}

// A decimal number of nothing but digits, or none.
std::optional<unsigned> decimal(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::uint16_t required_decimal(const source_element& element, const char* attribute, unsigned most,
                               const std::string& subject) {
    const std::string text = required(element, attribute, subject);
    const std::optional<unsigned> value = decimal(text);
    if (!value || *value > most) {
        throw failure(element.where(), subject + ": signature with " + attribute + '=' + in_quotes(text) +
                                           "; write a decimal number from 0 to " + std::to_string(most));
    }
    return static_cast<std::uint16_t>(*value);
}

// One of two words.
bool either(const source_element& element, const char* attribute, const std::string& text, const char* no,
            const char* yes, const std::string& subject) {
    if (text != yes && text != no) {
        throw failure(element.where(), subject + ": <" + element.tag() + "> has " + attribute + '=' + in_quotes(text) +
                                           "; write " + in_quotes(yes) + " or " + in_quotes(no));
    }
    return text == yes;
}

bool yes_or(const source_element& element, const char* attribute, bool absent, const std::string& subject) {
    const std::optional<std::string> text = element.attribute(attribute);
    return text ? either(element, attribute, *text, "no", "yes", subject) : absent;
}

// The only child of that name, if there is one.
std::optional<source_element> at_most_one(const source_element& element, const char* tag) {
    const std::vector<source_element> found = element.children(tag);
    if (found.size() > 1) {
        throw failure(found[1].where(), subject_of(element) + " has more than one <" + tag + ">; leave one of them");
    }
    return found.empty() ? std::nullopt : std::optional(found[0]);
}

// Named elements of one kind, in map order: their names are stated, differ, and where they become identifiers differ
// as such too.
class name_list {
public:
    enum class spelling { any, identifier };

    name_list(const std::vector<source_element>& elements, std::string_view tag, spelling spelt) {
        std::map<std::string, std::string> identifiers;
        for (const source_element& element : elements) {
            if (element.tag() != tag) {
                continue;
            }
            const std::string name = required(element, "name", element.tag());
            const auto [earlier, is_new] = index_.emplace(name, elements_.size());
            if (!is_new) {
                throw failure(element.where(), subject_of(element) + " is repeated, it stands at " +
                                                   to_string(elements_[earlier->second].where()) +
                                                   "; rename or remove one");
            }
            if (spelt == spelling::identifier) {
                const auto [same, differs] = identifiers.emplace(to_identifier(name), name);
                if (!differs) {
                    throw failure(element.where(), element.tag() + "s " + in_quotes(same->second) + " and " +
                                                       in_quotes(name) + " both become the identifier " +
                                                       in_quotes(same->first) + "; rename one");
                }
            }
            elements_.push_back(element);
            names_size_ += name.size();
        }
        check_size(elements_.size(), names_size_);
    }

    // More names behind these in the same table, as aliases are.
    void check_size(std::size_t count, std::size_t bytes) const {
        if (count > max_count || bytes > 0xffff) {
            throw failure(elements_.back().where(), "too many names: with " + subject_of(elements_.back()) +
                                                        " there are " + std::to_string(count) + " of " +
                                                        std::to_string(bytes) +
                                                        " bytes; the tables hold 65534 of 65535 bytes");
        }
    }

    [[nodiscard]] const std::vector<source_element>& elements() const { return elements_; }
    [[nodiscard]] std::size_t names_size() const { return names_size_; }
    [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
        const auto found = index_.find(name);
        return found == index_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::vector<source_element> elements_;
    std::map<std::string, std::size_t> index_;
    std::size_t names_size_ = 0;
};

std::string name_of(const source_element& element) { return element.attribute("name").value_or(""); }

// The vendor that a model states, the same in all architectures.
std::optional<std::size_t> vendor_of(const source_element& model, const name_list& vendors) {
    const std::optional<source_element> element = at_most_one(model, "vendor");
    if (!element) {
        return std::nullopt;
    }
    const std::string name = required(*element, "name", subject_of(model));
    const std::optional<std::size_t> vendor = vendors.find(name);
    if (!vendor) {
        throw failure(element->where(), subject_of(model) + ": unknown vendor " + in_quotes(name) +
                                            "; add <vendor name=" + in_quotes(name) + "> to the map or correct it");
    }
    return vendor;
}

class x86_reader {
public:
    x86_reader(const std::vector<source_element>& elements, diagnostics& report)
        : report_(report),
          vendors_(elements, "vendor", name_list::spelling::any),
          features_(elements, "feature", name_list::spelling::identifier),
          models_(elements, "model", name_list::spelling::identifier) {}

    x86::tables read() {
        read_vendors();
        for (const source_element& feature : features_.elements()) {
            read_feature(feature);
        }
        features_.check_size(tables_.features.size() + tables_.aliases.size(),
                             features_.names_size() + alias_names_size_);
        for (const source_element& model : models_.elements()) {
            read_model(model);
        }
        return std::move(tables_);
    }

private:
    void read_vendors() {
        std::map<std::string, std::string> strings;
        for (const source_element& element : vendors_.elements()) {
            const std::string subject = subject_of(element);
            const std::string string = required(element, "string", subject);
            if (string.size() != 12) {
                throw failure(element.where(), subject + ": string=" + in_quotes(string) + " has " +
                                                   std::to_string(string.size()) +
                                                   " bytes; CPUID leaf 0 holds exactly 12");
            }
            const auto [earlier, is_new] = strings.emplace(string, subject);
            if (!is_new) {
                throw failure(element.where(), subject + ": string=" + in_quotes(string) + " is that of " +
                                                   earlier->second + " too; correct one");
            }
            tables_.vendors.push_back({name_of(element), string});
        }
    }

    void read_feature(const source_element& element) {
        const std::string subject = subject_of(element);
        const std::size_t index = tables_.features.size();
        const bool migratable = yes_or(element, "migratable", true, subject);
        tables_.features.push_back({name_of(element), bit_of(element, subject), migratable});
        for (const source_element& alias : element.children("alias")) {
            read_alias(alias, index, subject);
        }
    }

    x86::register_bit bit_of(const source_element& element, const std::string& subject) {
        std::vector<x86::register_bit> bits;
        const auto add = [&](std::uint32_t leaf, std::uint32_t subleaf, char part, std::uint32_t word) {
            for (; word != 0; word &= word - 1) {
                bits.push_back({leaf, subleaf, part, static_cast<unsigned>(std::countr_zero(word))});
            }
        };
        for (const source_element& cpuid : element.children("cpuid")) {
            const bool old_spelling = cpuid.attribute("function").has_value();
            if (old_spelling && cpuid.attribute("eax_in")) {
                throw failure(cpuid.where(), subject + ": <cpuid> has both function and eax_in; leave one");
            }
            const std::uint32_t leaf = required_hexadecimal(cpuid, old_spelling ? "function" : "eax_in", subject);
            const std::uint32_t subleaf = hexadecimal_or(cpuid, "ecx_in", 0, subject);
            for (const auto& [name, part] : {std::pair("eax", 'a'), {"ebx", 'b'}, {"ecx", 'c'}, {"edx", 'd'}}) {
                add(leaf, subleaf, part, hexadecimal_or(cpuid, name, 0, subject));
            }
        }
        for (const source_element& msr : element.children("msr")) {
            const std::uint32_t number = required_hexadecimal(msr, "index", subject);
            add(number, 0, 'l', hexadecimal_or(msr, "eax", 0, subject));
            add(number, 0, 'h', hexadecimal_or(msr, "edx", 0, subject));
        }
        if (bits.size() != 1) {
            throw failure(element.where(), subject + " has " + (bits.empty() ? "no bit" : "several bits") +
                                               "; a feature is exactly one bit of one register");
        }
        const auto [earlier, is_new] = bits_.emplace(bits[0], subject);
        if (!is_new) {
            throw failure(element.where(),
                          subject + " is the same bit as " + earlier->second + "; remove one or make it an alias");
        }
        return bits[0];
    }

    void read_alias(const source_element& element, std::size_t feature, const std::string& subject) {
        const std::string name = required(element, "name", subject);
        const std::optional<std::string> source = element.attribute("source");
        const char letter = source == "qemu" ? 'q' : source == "linux" ? 'l' : '?';
        if (source && letter == '?') {
            report_.unknown(element.where(),
                            subject + ": alias " + in_quotes(name) + " has the unknown source " + in_quotes(*source));
        }
        if (features_.find(name)) {
            throw failure(element.where(),
                          subject + ": alias " + in_quotes(name) + " is the name of a feature; remove it");
        }
        const auto [earlier, is_new] = aliases_.emplace(name, tables_.aliases.size());
        if (is_new) {
            tables_.aliases.push_back({name, feature, letter});
            alias_names_size_ += name.size();
            return;
        }
        const x86::alias& same = tables_.aliases[earlier->second];
        if (same.feature != feature || same.source == letter) {
            throw failure(element.where(), subject + ": alias " + in_quotes(name) + " is repeated, feature " +
                                               in_quotes(tables_.features[same.feature].name) + " has it; remove one");
        }
        report_.skip("x86/feature/alias from a second source: the name is there from the first");
    }

    void read_model(const source_element& element) {
        const std::string subject = subject_of(element);
        const std::size_t index = tables_.models.size();
        x86::model model;
        model.name = name_of(element);
        model.features.resize(tables_.features.size());

        const std::optional<std::size_t> ancestor = ancestor_of(element, index);
        if (ancestor) {
            inherit(model, tables_.models[*ancestor]);
        }
        const std::optional<std::size_t> vendor = vendor_of(element, vendors_);
        if (vendor) {
            model.vendor = vendor;
        }
        const std::vector<x86::signature> signatures = signatures_of(element, subject);
        if (!signatures.empty()) {
            model.signatures = signatures;
        }
        read_model_features(element, model);
        read_decode(element, model);
        read_check(element, model);

        if (ancestor && !vendor && signatures.empty() && element.children("feature").empty()) {
            x86::model& named = tables_.models[*ancestor];
            if (named.canonical) {
                throw failure(element.where(), subject + " claims to be the canonical name of model " +
                                                   in_quotes(named.name) + ", which model " +
                                                   in_quotes(tables_.models[*named.canonical].name) +
                                                   " is already; give one a feature, vendor or signature of its own");
            }
            named.canonical = index;
        }
        tables_.models.push_back(std::move(model));
    }

    std::optional<std::size_t> ancestor_of(const source_element& element, std::size_t index) const {
        const std::optional<source_element> ancestor = at_most_one(element, "model");
        if (!ancestor) {
            return std::nullopt;
        }
        const std::string subject = subject_of(element);
        const std::string name = required(*ancestor, "name", subject);
        const std::optional<std::size_t> found = models_.find(name);
        if (!found) {
            throw failure(ancestor->where(), subject + ": unknown ancestor " + in_quotes(name) +
                                                 "; correct the name or add the model before this one");
        }
        if (*found == index) {
            throw failure(ancestor->where(), subject + ": ancestor " + in_quotes(name) + " is the model itself");
        }
        if (*found > index) {
            const location later = models_.elements()[*found].where();
            const std::string place =
                later.file == element.where().file ? "line " + std::to_string(later.line) : to_string(later);
            throw failure(ancestor->where(), subject + ": ancestor " + in_quotes(name) + " comes later, at " + place +
                                                 "; move it before this model");
        }
        return found;
    }

    // What a child starts with. Its ancestor's removed, added and check marks are not handed on.
    static void inherit(x86::model& child, const x86::model& ancestor) {
        child.features = ancestor.features;
        for (const std::size_t feature : ancestor.removed) {
            child.features[feature] = false;
        }
        child.vendor = ancestor.vendor;
        child.signatures = ancestor.signatures;
    }

    // A feature marked removed is not put into the model. Where an ancestor has it, it stays nevertheless: the mark
    // takes effect for guests, and for models that in turn start from this one. No map of libvirt has that case.
    void read_model_features(const source_element& element, x86::model& model) const {
        const std::string subject = subject_of(element);
        std::set<std::size_t> listed;
        for (const source_element& entry : element.children("feature")) {
            const std::string name = required(entry, "name", subject);
            const std::optional<std::size_t> feature = features_.find(name);
            if (!feature) {
                const auto alias = aliases_.find(name);
                throw failure(entry.where(),
                              subject + ": unknown feature " + in_quotes(name) + "; " +
                                  (alias == aliases_.end()
                                       ? "add it to the map or correct the name"
                                       : "it is an alias, write " +
                                             in_quotes(tables_.features[tables_.aliases[alias->second].feature].name)));
            }
            if (!listed.insert(*feature).second) {
                throw failure(entry.where(), subject + " lists feature " + in_quotes(name) + " twice; remove one");
            }
            const bool removed = yes_or(entry, "removed", false, subject);
            const bool added = yes_or(entry, "added", false, subject);
            if (removed && added) {
                throw failure(entry.where(),
                              subject + ": feature " + in_quotes(name) + " is both removed and added; choose one");
            }
            if (removed) {
                model.removed.push_back(*feature);
            } else if (added) {
                model.added.push_back(*feature);
            } else {
                model.features[*feature] = true;
            }
        }
    }

    static void read_decode(const source_element& element, x86::model& model) {
        if (const std::optional<source_element> decode = at_most_one(element, "decode")) {
            const std::string subject = subject_of(element);
            const auto on = [&](const char* side) {
                return either(*decode, side, required(*decode, side, subject), "off", "on", subject);
            };
            model.decodes_host = on("host");
            model.decodes_guest = on("guest");
        }
    }

    void read_check(const source_element& element, x86::model& model) {
        if (const std::optional<source_element> check = at_most_one(element, "check")) {
            const std::string partial = required(*check, "partial", subject_of(element));
            model.partial_compat = partial == "compat";
            if (!model.partial_compat) {
                report_.unknown(check->where(),
                                subject_of(element) + ": unknown check partial=" + in_quotes(partial) + " is left out");
            }
        }
    }

    static std::vector<x86::signature> signatures_of(const source_element& element, const std::string& subject) {
        // The largest that CPUID can say: 4 bits and 8 more of family, 8 bits of model.
        constexpr unsigned max_family = 0xf + 0xff;
        constexpr unsigned max_model = 0xff;
        std::vector<x86::signature> result;
        for (const source_element& signature : element.children("signature")) {
            result.push_back({required_decimal(signature, "family", max_family, subject),
                              required_decimal(signature, "model", max_model, subject),
                              steppings_of(signature, subject)});
        }
        return result;
    }

    // A list such as 0-4,7.
    static std::uint16_t steppings_of(const source_element& signature, const std::string& subject) {
        const std::optional<std::string> text = signature.attribute("stepping");
        if (!text) {
            return 0xffff;
        }
        unsigned result = 0;
        for (std::string_view rest = *text;;) {
            const std::size_t comma = rest.find(',');
            const std::string_view item = rest.substr(0, comma);
            const std::size_t dash = item.find('-');
            const std::optional<unsigned> first = decimal(item.substr(0, dash));
            const std::optional<unsigned> last = dash == item.npos ? first : decimal(item.substr(dash + 1));
            if (!first || !last || *first > *last || *last > 15) {
                throw failure(signature.where(), subject + ": stepping=" + in_quotes(*text) +
                                                     "; write a list of values 0 to 15 such as 0-4,7");
            }
            for (unsigned stepping = *first; stepping <= *last; ++stepping) {
                result |= 1U << stepping;
            }
            if (comma == rest.npos) {
                return static_cast<std::uint16_t>(result);
            }
            rest.remove_prefix(comma + 1);
        }
    }

    diagnostics& report_;
    name_list vendors_;
    name_list features_;
    name_list models_;
    x86::tables tables_;
    std::map<x86::register_bit, std::string> bits_;  // to the feature that has it
    std::map<std::string, std::size_t> aliases_;
    std::size_t alias_names_size_ = 0;
};

std::vector<source_element> pvrs_of(const source_element& model) {
    std::vector<source_element> result = model.children("pvr");
    if (result.empty()) {
        throw failure(model.where(), subject_of(model) + " has no <pvr>; add one");
    }
    return result;
}

ppc64::tables read_ppc64(const std::vector<source_element>& elements) {
    ppc64::tables tables;
    const name_list vendors(elements, "vendor", name_list::spelling::any);
    for (const source_element& vendor : vendors.elements()) {
        tables.vendors.push_back(name_of(vendor));
    }
    const name_list models(elements, "model", name_list::spelling::any);
    for (const source_element& element : models.elements()) {
        const std::string subject = subject_of(element);
        ppc64::model model{name_of(element), vendor_of(element, vendors), {}};
        for (const source_element& pvr : pvrs_of(element)) {
            // The first maps with this architecture state no mask: the whole register is compared.
            model.pvrs.push_back(
                {required_hexadecimal(pvr, "value", subject), hexadecimal_or(pvr, "mask", 0xffffffff, subject)});
        }
        tables.models.push_back(std::move(model));
    }
    return tables;
}

arm::tables read_arm(const std::vector<source_element>& elements) {
    arm::tables tables;
    const auto bounded = [](const source_element& element, std::uint32_t most, const char* what,
                            const std::string& subject) {
        const std::uint32_t value = required_hexadecimal(element, "value", subject);
        if (value > most) {
            throw failure(element.where(),
                          subject + ": value=" + in_quotes(*element.attribute("value")) + " is no " + what);
        }
        return value;
    };
    const name_list vendors(elements, "vendor", name_list::spelling::any);
    std::map<std::uint32_t, std::string> implementers;
    for (const source_element& element : vendors.elements()) {
        const std::string subject = subject_of(element);
        const std::uint32_t value = bounded(element, 0xff, "implementer, which has 8 bits in MIDR_EL1", subject);
        const auto [earlier, is_new] = implementers.emplace(value, subject);
        if (!is_new) {
            throw failure(element.where(), subject + ": value=" + in_quotes(*element.attribute("value")) +
                                               " is that of " + earlier->second + " too; correct one");
        }
        tables.vendors.push_back({name_of(element), value});
    }
    const name_list features(elements, "feature", name_list::spelling::any);
    for (const source_element& element : features.elements()) {
        tables.features.push_back(name_of(element));
    }
    const name_list models(elements, "model", name_list::spelling::any);
    for (const source_element& element : models.elements()) {
        const std::string subject = subject_of(element);
        const std::vector<source_element> pvrs = pvrs_of(element);
        if (pvrs.size() > 1) {
            throw failure(pvrs[1].where(), subject + " has more than one <pvr>; leave one of them");
        }
        tables.models.push_back({name_of(element), vendor_of(element, vendors),
                                 bounded(pvrs[0], 0xfff, "part number, which has 12 bits in MIDR_EL1", subject)});
    }
    return tables;
}

}  // namespace

map_data read_map(const map_source& source, diagnostics& report) {
    return {x86_reader(source.of(architecture::x86), report).read(), read_ppc64(source.of(architecture::ppc64)),
            read_arm(source.of(architecture::arm))};
}

}  // namespace cpumap::codegen
