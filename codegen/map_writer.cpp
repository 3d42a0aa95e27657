// SPDX-License-Identifier: BSL-1.0
#include "map_writer.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "identifiers.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::uint32_t format = 2;
constexpr std::size_t max_columns = 120;
constexpr std::uint16_t none = 0xffff;
constexpr std::size_t longest_plain = 48;

std::uint16_t to_index(std::size_t value, const std::string& table) {
    if (value >= none) {
        throw std::length_error("too many entries in " + table + ": an index must be below 65535");
    }
    return static_cast<std::uint16_t>(value);
}

std::string to_hexadecimal(std::uint64_t value) {
    std::string result;
    do {
        result.insert(result.begin(), "0123456789abcdef"[value & 0xf]);
        value >>= 4;
    } while (value != 0);
    return result;
}

// One byte as it stands in a literal. Octal escapes have three digits here, so that no digit behind one joins it.
std::string escape(char c) {
    if (c == '"' || c == '\\' || c == '?') {  // '?' might begin a trigraph
        return {'\\', c};
    }
    if (c >= ' ' && c <= '~') {
        return {c};
    }
    const auto byte = static_cast<unsigned char>(c);
    return {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
            static_cast<char>('0' + (byte & 7))};
}

// Lines of C++ inside a struct inside a struct.
class source_text {
public:
    void line(const std::string& text) { text_ += text.empty() ? "\n" : indent_ + text + '\n'; }

    void open(const std::string& text) {
        line(text);
        indent_ += "    ";
    }

    void close(const std::string& text) {
        indent_.resize(indent_.size() - 4);
        line(text);
    }

    void constant(const std::string& name, std::size_t value) {
        line("static constexpr std::uint32_t " + name + " = " + std::to_string(value) + ";");
    }

    void numbers(const std::string& name, const std::vector<std::uint16_t>& values) {
        escaped_numbers("char16_t", "u\"", name, values);
    }

    void numbers(const std::string& name, const std::vector<std::uint32_t>& values) {
        escaped_numbers("char32_t", "U\"", name, values);
    }

    // The pieces one behind the other; lines break between them where they can.
    void text(const std::string& name, const std::vector<std::string>& pieces) {
        std::vector<std::string> escaped;
        for (const std::string& piece : pieces) {
            std::string whole;
            for (const char c : piece) {
                whole += escape(c);
            }
            if (whole.size() <= room_for("\"")) {
                escaped.push_back(whole);
                continue;
            }
            for (const char c : piece) {
                escaped.push_back(escape(c));
            }
        }
        literal("char", "\"", name, escaped);
    }

    void enumeration(const std::string& name, const std::vector<std::string>& identifiers) {
        open("enum class " + name + " : std::uint16_t {");
        list(identifiers);
        close("};");
    }

    // Comma-separated entries on as few lines as they need.
    void list(const std::vector<std::string>& entries) {
        std::string current;
        for (const std::string& entry : entries) {
            if (!current.empty() && indent_.size() + current.size() + entry.size() + 2 > max_columns) {
                line(current);
                current.clear();
            }
            current += (current.empty() ? "" : " ") + entry + ',';
        }
        if (!current.empty()) {
            line(current);
        }
    }

    [[nodiscard]] const std::string& str() const { return text_; }

private:
    template <class Number>
    void escaped_numbers(const char* type, const char* opening, const std::string& name,
                         const std::vector<Number>& values) {
        std::vector<std::string> pieces;
        for (const Number value : values) {
            pieces.push_back("\\x" + to_hexadecimal(value));
        }
        literal(type, opening, name, pieces);
    }

    // How many columns a line of a literal has between its quotes.
    [[nodiscard]] std::size_t room_for(std::string_view opening) const {
        return max_columns - indent_.size() - 4 - opening.size() - 2;
    }

    void literal(const std::string& type, const std::string& opening, const std::string& name,
                 const std::vector<std::string>& pieces) {
        std::vector<std::string> lines{""};
        for (const std::string& piece : pieces) {
            if (lines.back().size() + piece.size() > room_for(opening)) {
                lines.emplace_back();
            }
            lines.back() += piece;
        }
        const std::string head = "static constexpr " + type + ' ' + name + "[] =";
        if (lines.size() == 1 && head.size() + 1 + lines[0].size() <= room_for(opening)) {
            line(head + ' ' + opening + lines[0] + "\";");
            return;
        }
        line(head);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            line("    " + opening + lines[i] + (i + 1 == lines.size() ? "\";" : "\""));
        }
    }

    std::string text_;
    std::string indent_;
};

std::vector<std::uint16_t> offsets(const std::vector<std::string>& names, const std::string& table) {
    std::vector<std::uint16_t> result{0};
    std::size_t at = 0;
    for (const std::string& name : names) {
        at += name.size();
        if (at > 0xffff) {
            throw std::length_error("too many entries in " + table + ": an offset must be below 65536");
        }
        result.push_back(static_cast<std::uint16_t>(at));
    }
    return result;
}

std::vector<std::uint16_t> sorted_order(const std::vector<std::string>& names) {
    std::vector<std::uint16_t> result(names.size());
    std::iota(result.begin(), result.end(), std::uint16_t{0});
    std::ranges::sort(result, {}, [&](std::uint16_t i) { return std::string_view(names[i]); });
    return result;
}

// As in cpumap/base/names.hpp, whose tests look up every name.
std::size_t bucket_of(std::string_view name, std::size_t bucket_count) {
    const auto at = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(name[i])}; };
    const std::size_t size = name.size();
    if (size == 0) {
        return 0;
    }
    return (61 * at(0) + 37 * at(size / 2) + 23 * at(size * 3 / 4) + 19 * at(size - 1) + 11 * size) % bucket_count;
}

// PREFIX_bucket_count, PREFIX_bucket and PREFIX_in_buckets.
void write_buckets(source_text& out, const std::string& prefix, const std::vector<std::string>& names) {
    std::size_t count = 1;
    while (count < names.size() / 2) {
        count *= 2;
    }
    std::vector<std::vector<std::uint16_t>> buckets(count);
    for (std::size_t i = 0; i < names.size(); ++i) {
        buckets[bucket_of(names[i], count)].push_back(static_cast<std::uint16_t>(i));
    }
    std::vector<std::uint16_t> first;
    std::vector<std::uint16_t> indices;
    for (const auto& bucket : buckets) {
        first.push_back(static_cast<std::uint16_t>(indices.size()));
        indices.insert(indices.end(), bucket.begin(), bucket.end());
    }
    first.push_back(static_cast<std::uint16_t>(indices.size()));
    out.constant(prefix + "_bucket_count", count);
    out.numbers(prefix + "_bucket", first);
    out.numbers(prefix + "_in_buckets", indices);
}

// PREFIX_names, PREFIX_name_at and, for names that are searched, PREFIX_order. As many spaces as asked for stand behind
// the names.
void write_names(source_text& out, const std::string& prefix, const std::vector<std::string>& names, bool searched,
                 std::size_t spaces = 0) {
    std::vector<std::string> pieces = names;
    pieces.emplace_back(spaces, ' ');
    out.text(prefix + "_names", pieces);
    out.numbers(prefix + "_name_at", offsets(names, prefix + "_names"));
    if (searched) {
        out.numbers(prefix + "_order", sorted_order(names));
    }
}

template <class Entries>
std::vector<std::string> names_of(const Entries& entries) {
    std::vector<std::string> result;
    for (const auto& entry : entries) {
        result.push_back(entry.name);
    }
    return result;
}

std::vector<std::string> identifiers_of(const std::vector<std::string>& names) {
    std::vector<std::string> result;
    std::ranges::transform(names, std::back_inserter(result), to_identifier);
    return result;
}

template <class Entries, class Project>
std::vector<std::uint16_t> indices_of(const Entries& entries, const std::string& table, Project project) {
    std::vector<std::uint16_t> result;
    for (const auto& entry : entries) {
        const std::optional<std::size_t> index = project(entry);
        result.push_back(index ? to_index(*index, table) : none);
    }
    return result;
}

// Lists of which equal ones are kept once.
template <class Entry>
class list_pool {
public:
    void add(const std::vector<Entry>& list, const std::string& table) {
        const auto [found, is_new] = known_.emplace(list, list.empty() ? 0 : entries.size());
        if (is_new) {
            entries.insert(entries.end(), list.begin(), list.end());
        }
        at.push_back(to_index(found->second, table));
        count.push_back(to_index(list.size(), table));
    }

    std::vector<std::uint16_t> at;
    std::vector<std::uint16_t> count;
    std::vector<Entry> entries;

private:
    std::map<std::vector<Entry>, std::size_t> known_;
};

// Feature sets of which equal ones are kept once.
class set_pool {
public:
    // Never without a word and a set, since an array cannot be empty.
    explicit set_pool(std::size_t features) : words_(std::max<std::size_t>((features + 63) / 64, 1)) {}

    std::size_t add(const std::vector<bool>& features) {
        std::vector<std::uint64_t> set(words_);
        for (std::size_t i = 0; i < features.size(); ++i) {
            set[i / 64] |= std::uint64_t{features[i]} << i % 64;
        }
        const auto [found, is_new] = known_.emplace(set, sets_.size());
        if (is_new) {
            sets_.push_back(set);
        }
        return found->second;
    }

    void write(source_text& out) {
        if (sets_.empty()) {
            add({});
        }
        out.constant("set_count", sets_.size());
        out.constant("set_words", words_);
        std::vector<std::uint32_t> halves;
        for (const std::vector<std::uint64_t>& set : sets_) {
            for (const std::uint64_t word : set) {
                halves.push_back(static_cast<std::uint32_t>(word));
                halves.push_back(static_cast<std::uint32_t>(word >> 32));
            }
        }
        out.numbers("sets", halves);
    }

private:
    std::size_t words_;
    std::map<std::vector<std::uint64_t>, std::size_t> known_;
    std::vector<std::vector<std::uint64_t>> sets_;
};

// The registers of the features, and the features as runs of bits in them.
struct register_tables {
    explicit register_tables(const std::vector<x86::feature>& features) {
        const x86::register_bit* previous = nullptr;
        for (const x86::feature& feature : features) {
            const x86::register_bit& bit = feature.bit;
            if (previous != nullptr && previous->same_register(bit) && previous->bit + 1 == bit.bit) {
                ++runs.back();
            } else {
                runs.push_back(static_cast<std::uint32_t>(index_of(bit) << 10 | bit.bit << 5));
            }
            previous = &bit;
        }
    }

    std::vector<x86::register_bit> registers;  // the bits in these mean nothing
    std::vector<std::uint32_t> runs;

private:
    std::size_t index_of(const x86::register_bit& bit) {
        const auto found = std::ranges::find_if(registers, [&](const auto& r) { return r.same_register(bit); });
        if (found != registers.end()) {
            return static_cast<std::size_t>(found - registers.begin());
        }
        if (registers.size() == std::size_t{1} << 22) {
            throw std::length_error("too many entries in bit_runs: a register's index must be below 4194304");
        }
        registers.push_back(bit);
        return registers.size() - 1;
    }
};

void write_registers(source_text& out, const register_tables& tables) {
    std::vector<std::uint32_t> leaves;
    std::vector<std::uint32_t> subleaves;
    std::vector<std::string> parts;
    for (const x86::register_bit& r : tables.registers) {
        leaves.push_back(r.leaf);
        subleaves.push_back(r.subleaf);
        parts.emplace_back(1, r.part);
    }
    out.numbers("register_leaf", leaves);
    out.numbers("register_subleaf", subleaves);
    out.text("register_part", parts);
    out.numbers("bit_runs", tables.runs);
}

void write_x86_features(source_text& out, const x86::tables& map) {
    std::vector<std::string> names = names_of(map.features);
    std::ranges::copy(names_of(map.aliases), std::back_inserter(names));
    write_names(out, "feature", names, true, longest_plain);
    write_buckets(out, "feature", names);
    const bool plain = std::ranges::all_of(names, [](std::string_view name) {
        return name.size() <= longest_plain && name.find_first_of("&<>'\"") == name.npos;
    });
    out.line(std::string("static constexpr bool plain_feature_names = ") + (plain ? "true;" : "false;"));
    out.numbers("alias_of", indices_of(map.aliases, "alias_of", [](const auto& alias) { return alias.feature; }));
    std::vector<std::string> sources;
    std::ranges::transform(map.aliases, std::back_inserter(sources),
                           [](const auto& alias) { return std::string(1, alias.source); });
    out.text("alias_source", sources);
}

void write_x86_models(source_text& out, const x86::tables& map) {
    set_pool sets(map.features.size());
    list_pool<x86::signature> signatures;
    list_pool<std::size_t> removed;
    std::vector<std::size_t> features;
    std::vector<std::optional<std::size_t>> added;
    std::vector<std::uint16_t> sizes;
    std::vector<std::uint16_t> flags;
    for (const x86::model& model : map.models) {
        features.push_back(sets.add(model.features));
        sizes.push_back(static_cast<std::uint16_t>(std::ranges::count(model.features, true)));
        flags.push_back(static_cast<std::uint16_t>((model.decodes_host ? 1 : 0) | (model.decodes_guest ? 2 : 0) |
                                                   (model.partial_compat ? 4 : 0)));
        signatures.add(model.signatures, "signatures");
        removed.add(model.removed, "removed");
        added.emplace_back();
        if (!model.added.empty()) {
            std::vector<bool> set(map.features.size());
            for (const std::size_t feature : model.added) {
                set[feature] = true;
            }
            added.back() = sets.add(set);
        }
    }
    std::vector<std::uint32_t> signature_numbers;
    std::vector<std::uint16_t> signature_steppings;
    for (const x86::signature& signature : signatures.entries) {
        signature_numbers.push_back(std::uint32_t{signature.family} << 8 | signature.model);
        signature_steppings.push_back(signature.steppings);
    }

    sets.write(out);
    write_names(out, "model", names_of(map.models), true);
    write_buckets(out, "model", names_of(map.models));
    out.numbers("model_set", indices_of(features, "model_set", [](std::size_t i) { return i; }));
    out.numbers("model_size", sizes);
    out.numbers("model_added", indices_of(added, "model_added", [](const auto& i) { return i; }));
    out.numbers("model_vendor", indices_of(map.models, "model_vendor", [](const auto& m) { return m.vendor; }));
    out.numbers("model_canonical",
                indices_of(map.models, "model_canonical", [](const auto& m) { return m.canonical; }));
    out.numbers("model_flags", flags);
    out.numbers("model_signatures_at", signatures.at);
    out.numbers("model_signatures_count", signatures.count);
    out.numbers("signatures", signature_numbers);
    out.numbers("signature_steppings", signature_steppings);
    out.numbers("model_removed_at", removed.at);
    out.numbers("model_removed_count", removed.count);
    out.numbers("removed", indices_of(removed.entries, "removed", [](std::size_t i) { return i; }));
}

void write_x86(source_text& out, const x86::tables& map) {
    const register_tables registers(map.features);
    std::vector<std::uint16_t> non_migratable;
    for (std::size_t i = 0; i < map.features.size(); ++i) {
        if (!map.features[i].migratable) {
            non_migratable.push_back(to_index(i, "non_migratable"));
        }
    }

    out.open("struct x86 {");
    out.enumeration("feature_id", identifiers_of(names_of(map.features)));
    out.enumeration("model_id", identifiers_of(names_of(map.models)));
    out.constant("feature_count", map.features.size());
    out.constant("alias_count", map.aliases.size());
    out.constant("non_migratable_count", non_migratable.size());
    out.constant("register_count", registers.registers.size());
    out.constant("run_count", registers.runs.size());
    out.constant("model_count", map.models.size());
    out.constant("vendor_count", map.vendors.size());
    write_x86_features(out, map);
    out.numbers("non_migratable", non_migratable);
    write_registers(out, registers);
    write_x86_models(out, map);
    write_names(out, "vendor", names_of(map.vendors), false);
    std::vector<std::string> strings;
    std::ranges::transform(map.vendors, std::back_inserter(strings), &x86::vendor::string);
    out.text("vendor_strings", strings);
    out.close("};");
}

void write_ppc64(source_text& out, const ppc64::tables& map) {
    std::vector<std::uint16_t> at{0};
    std::vector<std::uint32_t> values;
    std::vector<std::uint32_t> masks;
    for (const ppc64::model& model : map.models) {
        for (const ppc64::pvr& pvr : model.pvrs) {
            values.push_back(pvr.value);
            masks.push_back(pvr.mask);
        }
        at.push_back(to_index(values.size(), "pvr_value"));
    }

    out.open("struct ppc64 {");
    out.constant("model_count", map.models.size());
    out.constant("vendor_count", map.vendors.size());
    out.constant("pvr_count", values.size());
    write_names(out, "model", names_of(map.models), true);
    out.numbers("model_vendor", indices_of(map.models, "model_vendor", [](const auto& m) { return m.vendor; }));
    out.numbers("model_pvr_at", at);
    out.numbers("pvr_value", values);
    out.numbers("pvr_mask", masks);
    write_names(out, "vendor", map.vendors, false);
    out.close("};");
}

void write_arm(source_text& out, const arm::tables& map) {
    std::vector<std::uint32_t> parts;
    std::ranges::transform(map.models, std::back_inserter(parts), &arm::model::part);
    std::vector<std::uint32_t> implementers;
    std::ranges::transform(map.vendors, std::back_inserter(implementers), &arm::vendor::implementer);

    out.open("struct arm {");
    out.constant("feature_count", map.features.size());
    out.constant("model_count", map.models.size());
    out.constant("vendor_count", map.vendors.size());
    write_names(out, "feature", map.features, true);
    write_names(out, "model", names_of(map.models), true);
    out.numbers("model_vendor", indices_of(map.models, "model_vendor", [](const auto& m) { return m.vendor; }));
    out.numbers("model_part", parts);
    write_names(out, "vendor", names_of(map.vendors), false);
    out.numbers("vendor_implementer", implementers);
    out.close("};");
}

std::string include_guard(std::string name) {
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return "CPUMAP_MAPS_" + name + "_HPP";
}

}  // namespace

std::string write_map(const map_data& map, const map_description& description) {
    const std::string guard = include_guard(description.name);
    source_text out;
    out.line("// SPDX-License-Identifier: BSL-1.0");
    out.line(
        "// Generated by cpumap-codegen; do not edit, run it again instead. cpumap/base/map.hpp describes the tables.");
    out.line(
        "// Source: the CPU map of libvirt " + description.version + ", " + std::to_string(description.file_count) +
        (description.file_count == 1 ? " file; its SHA-256:" : " files; SHA-256 of them in the order of the index:"));
    out.line("// " + description.digest);
    out.line("#ifndef " + guard);
    out.line("#define " + guard);
    out.line("");
    out.line("#include <cstdint>");
    out.line("#include <string_view>");
    out.line("");
    out.line("// clang-format off");
    out.line("namespace cpumap::inline v0::maps {");
    out.line("");
    out.open("struct " + description.name + " {");
    out.constant("format", format);
    out.line("static constexpr std::string_view version = \"" + description.version + "\";");
    out.constant("version_number", description.version_number);
    out.line("");
    write_x86(out, map.x86);
    out.line("");
    write_ppc64(out, map.ppc64);
    out.line("");
    write_arm(out, map.arm);
    out.close("};");
    out.line("");
    out.line("} // namespace cpumap::inline v0::maps");
    out.line("// clang-format on");
    out.line("");
    out.line("#endif // " + guard);
    return out.str();
}

}  // namespace cpumap::codegen
