// SPDX-License-Identifier: BSL-1.0
#include "host_dump.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <pugixml.hpp>

#include "atomic_file.hpp"
#include "identifiers.hpp"
#include "linux_flags.hpp"
#include "xml_file.hpp"

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_size = xml_file::max_size;
constexpr std::size_t max_leaves = 4096;         // of one machine; recorded ones have up to about 200
constexpr std::size_t max_hosts = 4096;          // in one file
constexpr std::ptrdiff_t max_lines = 4'000'000;  // of text; 8192 CPUs have less than half of that
constexpr std::size_t max_shown = 80;            // characters of a line or name in a message

constexpr std::string_view formats_help =
    "write what one of these prints: cpuid -r, cat /proc/cpuinfo, virsh capabilities, virsh domcapabilities, virsh "
    "dumpxml; or libvirt's <cpudata>";

// Text of a file in a message: not too long, and nothing that a terminal might obey.
std::string shown(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, max_shown)) {
        result += c >= ' ' && c <= '~' ? c : '?';
    }
    return in_quotes(text.size() > max_shown ? result + "..." : result);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        text = trimmed(text);
        if (text.empty()) {
            return words;
        }
        const std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

// A whole text as a number, decimal or with 0x in front.
std::optional<std::uint32_t> to_number(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    text.remove_prefix(hexadecimal ? 2 : 0);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::string to_hex(std::uint32_t value) {
    std::array<char, 8> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
    static_cast<void>(error);  // eight digits hold any
    return "0x" + std::string(digits.data(), end);
}

constexpr std::uint32_t all_bits = 0xffffffff;

// A machine while it is read.
class builder {
public:
    // Words as the processor gave them; false where others were given for the same leaf.
    [[nodiscard]] bool put_leaf(std::uint32_t leaf, std::uint32_t subleaf, const cpuid_registers& words) {
        const auto [at, is_new] =
            leaves_.try_emplace({leaf, subleaf}, words, cpuid_registers{all_bits, all_bits, all_bits, all_bits});
        return is_new || at->second.words == words;
    }
    [[nodiscard]] bool put_msr(std::uint32_t index, std::uint64_t value) {
        const auto [at, is_new] = msrs_.try_emplace(index, value, ~std::uint64_t{0});
        return is_new || at->second.first == value;
    }
    [[nodiscard]] std::size_t size() const { return leaves_.size() + msrs_.size(); }

    // One bit, now known.
    void put(const register_bit& bit, bool value) {
        if (bit.from == register_bit::source::msr) {
            auto& [word, known] = msrs_[bit.leaf];
            const std::uint64_t mask = std::uint64_t{1} << (bit.bit + (bit.part == 'h' ? 32 : 0));
            word = value ? word | mask : word & ~mask;
            known |= mask;
            return;
        }
        two_words& of = leaves_[{bit.leaf, bit.subleaf}];
        const std::uint32_t mask = std::uint32_t{1} << bit.bit;
        std::uint32_t& word = part(of.words, bit.part);
        word = value ? word | mask : word & ~mask;
        part(of.known, bit.part) |= mask;
    }
    // Takes back what is said of a bit.
    void forget(const register_bit& bit) {
        put(bit, false);
        if (bit.from == register_bit::source::msr) {
            msrs_[bit.leaf].second &= ~(std::uint64_t{1} << (bit.bit + (bit.part == 'h' ? 32 : 0)));
        } else {
            part(leaves_[{bit.leaf, bit.subleaf}].known, bit.part) &= ~(std::uint32_t{1} << bit.bit);
        }
    }
    // The vendor's twelve bytes into leaf 0.
    void put_vendor(std::string_view text) {
        const auto word = [text](std::size_t first) {
            std::uint32_t result = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                result |= std::uint32_t{static_cast<unsigned char>(text[first + i])} << (8 * i);
            }
            return result;
        };
        two_words& of = leaves_[{0, 0}];
        of.words = {of.words.eax, word(0), word(8), word(4)};
        of.known = {of.known.eax, all_bits, all_bits, all_bits};
    }
    void put_signature(cpu_signature signature) {
        two_words& of = leaves_[{1, 0}];
        of.words.eax = signature.number();
        of.known.eax = all_bits;
    }

    [[nodiscard]] host_dump finish(location where, dump_format format) const {
        host_dump dump;
        dump.where = std::move(where);
        dump.format = format;
        for (const auto& [key, of] : leaves_) {
            dump.leaves.push_back({key.first, key.second, of.words, of.known});
        }
        for (const auto& [index, of] : msrs_) {
            dump.msrs.push_back({index, of.first, of.second});
        }
        return dump;
    }

private:
    struct two_words {
        cpuid_registers words;
        cpuid_registers known;

        two_words() = default;
        two_words(const cpuid_registers& w, const cpuid_registers& k) : words(w), known(k) {}
    };

    static std::uint32_t& part(cpuid_registers& of, char name) {
        return name == 'a' ? of.eax : name == 'b' ? of.ebx : name == 'c' ? of.ecx : of.edx;
    }

    std::map<std::pair<std::uint32_t, std::uint32_t>, two_words> leaves_;
    std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> msrs_;
};

// CPUs of one file that are not as its first: for each way in which they differ the CPUs.
class differences {
public:
    void add(const std::string& what, const std::string& cpu) {
        std::vector<std::string>& cpus = found_[what];
        if (cpus.empty()) {
            order_.push_back(what);
        }
        cpus.push_back(cpu);
    }
    void warn(const location& where, const std::string& first, diagnostics& report) const {
        for (const std::string& what : order_) {
            const std::vector<std::string>& cpus = found_.at(what);
            std::string list;
            for (std::size_t i = 0; i < std::min<std::size_t>(cpus.size(), 8); ++i) {
                list += (i == 0 ? "" : ", ") + cpus[i];
            }
            if (cpus.size() > 8) {
                list += " and " + std::to_string(cpus.size() - 8) + " more";
            }
            report.unknown(where, list + (cpus.size() == 1 ? " differs" : " differ") + " from " + first +
                                      ", which is taken: " + what);
        }
    }

private:
    std::map<std::string, std::vector<std::string>> found_;
    std::vector<std::string> order_;
};

// What the second list has and the first one lacks, and the other way round, as a sentence's end.
std::string difference_of(const std::vector<std::string>& first, const std::vector<std::string>& second) {
    const auto beyond = [](const std::vector<std::string>& of, const std::vector<std::string>& other) {
        const std::set<std::string_view> known(other.begin(), other.end());
        std::string list;
        for (const std::string& name : of) {
            if (!known.contains(name)) {
                list += ' ' + name;
            }
        }
        return list;
    };
    const std::string more = beyond(second, first);
    const std::string less = beyond(first, second);
    return (more.empty() ? "" : "has also" + more) + (more.empty() || less.empty() ? "" : ", ") +
           (less.empty() ? "" : "lacks" + less);
}

// ---- cpuid -r --------------------------------------------------------------------------------------------------------

struct text_line {
    std::size_t number;
    std::string_view text;
};

std::vector<text_line> lines_of(std::string_view text) {
    std::vector<text_line> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.push_back({number, line});
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

// "CPU 12:" or "CPU:".
bool is_cpu_heading(std::string_view line) {
    if (!line.starts_with("CPU") || !line.ends_with(':')) {
        return false;
    }
    std::string_view number = line.substr(3, line.size() - 4);
    if (number.starts_with(' ')) {
        number.remove_prefix(1);
    }
    return std::ranges::all_of(number, is_digit);
}

struct raw_line {
    std::uint32_t leaf = 0;
    std::uint32_t subleaf = 0;
    cpuid_registers words;
};

// "   0x00000007 0x00: eax=0x00000000 ebx=0x00000281 ecx=0x00000000 edx=0x9c000400"
std::optional<raw_line> read_raw_line(std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() != 6 || !words[0].starts_with("0x") || !words[1].starts_with("0x") || !words[1].ends_with(':')) {
        return std::nullopt;
    }
    raw_line result;
    const auto leaf = to_number(words[0]);
    const auto subleaf = to_number(words[1].substr(0, words[1].size() - 1));
    if (!leaf || !subleaf) {
        return std::nullopt;
    }
    result.leaf = *leaf;
    result.subleaf = *subleaf;
    const std::pair<std::string_view, std::uint32_t*> parts[] = {{"eax=0x", &result.words.eax},
                                                                 {"ebx=0x", &result.words.ebx},
                                                                 {"ecx=0x", &result.words.ecx},
                                                                 {"edx=0x", &result.words.edx}};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& [prefix, to] = parts[i];
        const auto value = words[i + 2].starts_with(prefix) ? to_number(words[i + 2].substr(4)) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        *to = *value;
    }
    return result;
}

bool is_cpuid_raw(const std::vector<text_line>& lines) {
    return std::ranges::any_of(lines, [](const text_line& l) { return read_raw_line(l.text).has_value(); });
}

void check_size(const builder& machine, const location& where) {
    if (machine.size() > max_leaves) {
        throw failure(where, "more than " + std::to_string(max_leaves) +
                                 " CPUID leaves and MSRs of one machine; no processor has so many, record it again");
    }
}

host_dump read_cpuid_raw(const std::vector<text_line>& lines, const std::string& file, const name_map& names,
                         diagnostics& report) {
    struct cpu {
        location where;
        std::string heading;
        builder words;
    };
    std::optional<cpu> first;
    std::optional<cpu> current;
    std::vector<std::string> features;
    std::uint32_t signature = 0;
    std::string vendor;
    differences others;
    const auto end_cpu = [&] {
        if (!current) {
            return;
        }
        if (current->words.size() == 0) {
            throw failure(current->where, current->heading + " has no CPUID words; record the machine again");
        }
        const cpu_data data = data_of(current->words.finish(current->where, dump_format::cpuid_raw));
        const auto its_vendor = std::string(data.vendor_string().view());
        const std::uint32_t its_signature = data.signature().number();
        std::vector<std::string> its_features = names.features_of(data);
        if (!first) {
            first.swap(current);
            features = std::move(its_features);
            signature = its_signature;
            vendor = its_vendor;
        } else if (its_vendor != vendor) {
            others.add("another vendor", current->heading);
        } else if (its_features != features) {
            others.add(difference_of(features, its_features), current->heading);
        } else if (its_signature != signature) {
            others.add("signature " + to_hex(its_signature) + ", not " + to_hex(signature), current->heading);
        }
        current.reset();
    };

    for (const auto& [number, line] : lines) {
        const location where{file, number};
        if (trimmed(line).empty()) {
            continue;
        }
        if (is_cpu_heading(line)) {
            end_cpu();
            current.emplace(cpu{where, std::string(line.substr(0, line.size() - 1)), {}});
            continue;
        }
        const auto words = read_raw_line(line);
        if (!words) {
            throw failure(where, "neither 'CPU 0:' nor the words of a CPUID leaf: " + shown(trimmed(line)) +
                                     "; record the machine with cpuid -r");
        }
        if (!current) {
            current.emplace(cpu{where, "CPU", {}});  // its heading was cut off
        }
        // Leaf 2 is read several times where it says so; the rest says the same each time.
        if (!current->words.put_leaf(words->leaf, words->subleaf, words->words) && words->leaf != 2) {
            throw failure(where, "leaf " + to_hex(words->leaf) + ' ' + to_hex(words->subleaf) + " of " +
                                     current->heading + " is given twice with different words; record it again");
        }
        check_size(current->words, where);
    }
    end_cpu();
    others.warn(first->where, first->heading, report);
    return first->words.finish(first->where, dump_format::cpuid_raw);
}

// ---- /proc/cpuinfo ---------------------------------------------------------------------------------------------------

struct info_line {
    std::size_t number = 0;
    std::string_view key;
    std::string_view value;  // behind ": ", blanks at its end kept: a vendor may have some
};

std::optional<info_line> read_info_line(const text_line& line) {
    const std::size_t colon = line.text.find(':');
    if (colon == line.text.npos) {
        return std::nullopt;
    }
    const std::string_view key = trimmed(line.text.substr(0, colon));
    std::string_view value = line.text.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (key.empty()) {
        return std::nullopt;
    }
    return info_line{line.number, key, value};
}

// Keys that only another architecture's /proc/cpuinfo has.
constexpr std::pair<std::string_view, std::string_view> foreign_keys[] = {
    {"CPU implementer", "an ARM processor"}, {"isa", "a RISC-V processor"},
    {"mmu", "a RISC-V processor"},           {"timebase", "a POWER processor"},
    {"system type", "a MIPS processor"},     {"CPU Family", "a LoongArch processor"},
};

struct processor_info {
    location where;
    std::map<std::string_view, info_line> lines;

    [[nodiscard]] const info_line* find(std::string_view key) const {
        const auto found = lines.find(key);
        return found == lines.end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::string_view value(std::string_view key) const {
        const info_line* line = find(key);
        return line == nullptr ? std::string_view() : line->value;
    }
};

bool is_cpuinfo(const std::vector<text_line>& lines) {
    const auto has = [&](std::string_view key) {
        return std::ranges::any_of(lines, [key](const text_line& l) {
            const auto line = read_info_line(l);
            return line && line->key == key;
        });
    };
    // A z/Architecture machine has no key "processor", but "processor 0".
    return has("flags") || has("vendor_id") || (has("processor") && has("model name")) ||
           std::ranges::any_of(foreign_keys, [&](const auto& f) { return has(f.first); });
}

std::uint32_t info_number(const processor_info& cpu, std::string_view key, std::uint32_t most) {
    const info_line* line = cpu.find(key);
    if (line == nullptr) {
        throw failure(cpu.where, "there is no line " + in_quotes(std::string(key)) +
                                     "; give the whole of /proc/cpuinfo, or at least one processor's block");
    }
    const auto number = to_number(trimmed(line->value));
    if (!number || *number > most) {
        throw failure({cpu.where.file, line->number},
                      std::string(key) + " is no number up to " + std::to_string(most) + ": " + shown(line->value));
    }
    return *number;
}

std::vector<std::string> sorted_words(std::string_view text) {
    std::vector<std::string> result;
    for (const std::string_view word : words_of(text)) {
        result.emplace_back(word);
    }
    std::ranges::sort(result);
    return result;
}

// What processors of one machine differ in that matters here.
std::string difference_of(const processor_info& first, const processor_info& other) {
    for (const std::string_view key : {"vendor_id", "cpu family", "model", "stepping"}) {
        if (trimmed(first.value(key)) != trimmed(other.value(key))) {
            return std::string(key) + ' ' + shown(trimmed(other.value(key))) + ", not " +
                   shown(trimmed(first.value(key)));
        }
    }
    for (const std::string_view key : {"flags", "vmx flags"}) {
        const std::string found = difference_of(sorted_words(first.value(key)), sorted_words(other.value(key)));
        if (!found.empty()) {
            return found;
        }
    }
    return {};
}

// Where a feature is reported. The newest map helps out: leaves are the same by all maps that know a feature, and what
// VMX can do stands where the map looks for it.
std::optional<register_bit> find_bit(std::string_view name, const name_map& names) {
    if (auto bit = names.find_feature(name)) {
        return bit;
    }
    return default_name_map().find_feature(name);
}

void put_flags(builder& machine, std::string_view text, const name_map& names, const linux_processor& processor,
               bool vmx, std::vector<std::string>& unknown) {
    for (const std::string_view word : words_of(text)) {
        const linux_flag flag = vmx ? read_linux_vmx_flag(word) : read_linux_flag(word, processor);
        if (flag.what == linux_flag::kind::ignored) {
            continue;
        }
        std::vector<std::optional<register_bit>> bits;
        for (const std::string_view feature : flag.features) {
            bits.push_back(find_bit(feature, names));
        }
        if (flag.what == linux_flag::kind::as_named && !vmx) {
            std::string hyphens(word);
            std::ranges::replace(hyphens, '_', '-');
            const auto same = find_bit(word, names);
            bits.push_back(same ? same : find_bit(hyphens, names));
        }
        bool found = false;
        for (const auto& bit : bits) {
            if (bit) {
                machine.put(*bit, true);
                found = true;
            }
        }
        if (!found) {
            unknown.push_back(shown(word));
        }
    }
}

host_dump read_cpuinfo(const std::vector<text_line>& lines, const std::string& file, const name_map& names,
                       diagnostics& report) {
    std::vector<processor_info> cpus;
    bool open = false;
    for (const text_line& text : lines) {
        if (trimmed(text.text).empty()) {
            open = false;
            continue;
        }
        const auto line = read_info_line(text);
        const location where{file, text.number};
        if (!line) {
            throw failure(where, "not 'name : value' as in /proc/cpuinfo: " + shown(text.text));
        }
        for (const auto& [key, what] : foreign_keys) {
            if (line->key == key) {
                throw failure(where, "this is " + std::string(what) + "; only x86 machines are read");
            }
        }
        if (line->key == "cpu" && (line->value.starts_with("POWER") || line->value.starts_with("PPC"))) {
            throw failure(where, "this is a POWER processor; only x86 machines are read");
        }
        if (line->key == "vendor_id" && line->value.starts_with("IBM/")) {
            throw failure(where, "this is a z/Architecture processor (s390x); only x86 machines are read");
        }
        if (!open || (line->key == "processor" && cpus.back().find("processor") != nullptr)) {
            cpus.push_back({where, {}});
            open = true;
        }
        if (!cpus.back().lines.try_emplace(line->key, *line).second) {
            throw failure(where, shown(line->key) +
                                     " stands twice in one processor's block; give the file as Linux "
                                     "has it");
        }
    }
    std::erase_if(cpus, [](const processor_info& cpu) {
        return cpu.find("vendor_id") == nullptr && cpu.find("flags") == nullptr;
    });
    if (cpus.empty()) {
        throw failure({file}, "no block has 'vendor_id' or 'flags'; give the whole of /proc/cpuinfo");
    }

    const processor_info& first = cpus.front();
    const info_line* flags = first.find("flags");
    if (flags == nullptr) {
        throw failure(first.where, "there is no line 'flags'; give the whole of /proc/cpuinfo");
    }
    std::string vendor(first.value("vendor_id"));
    while (vendor.size() > 12 && is_blank(vendor.back())) {
        vendor.pop_back();
    }
    if (vendor.empty() || vendor.size() > 12) {
        const info_line* line = first.find("vendor_id");
        throw failure(line == nullptr ? first.where : location{file, line->number},
                      "vendor_id is not twelve characters as CPUID has them: " + shown(vendor));
    }
    vendor.resize(12, ' ');  // what was cut off at the end

    builder machine;
    machine.put_vendor(vendor);
    linux_processor processor;
    processor.is_hygon = vendor == "HygonGenuine";
    processor.is_amd = processor.is_hygon || vendor == "AuthenticAMD";
    processor.family = info_number(first, "cpu family", 270);
    processor.model = info_number(first, "model", 255);
    // Linux writes "unknown" for a stepping of 0 that it does not trust.
    const std::uint32_t stepping =
        trimmed(first.value("stepping")) == "unknown" ? 0 : info_number(first, "stepping", 15);
    machine.put_signature(cpu_signature(processor.family, processor.model, stepping));
    const std::vector<std::string_view> words = words_of(flags->value);
    processor.has_virt_ssbd = std::ranges::find(words, "virt_ssbd") != words.end();

    std::vector<std::string> unknown;
    put_flags(machine, flags->value, names, processor, false, unknown);
    put_flags(machine, first.value("vmx flags"), names, processor, true, unknown);
    if (!unknown.empty()) {
        std::string list;
        for (std::size_t i = 0; i < std::min<std::size_t>(unknown.size(), 8); ++i) {
            list += (i == 0 ? "" : ", ") + unknown[i];
        }
        report.unknown({file, flags->number}, std::to_string(unknown.size()) +
                                                  (unknown.size() == 1 ? " flag that" : " flags that") +
                                                  " neither this program nor " + names.shown() +
                                                  (unknown.size() == 1 ? " knows: " : " know: ") + list +
                                                  (unknown.size() > 8 ? ", ..." : "") + "; left out");
    }

    differences others;
    for (std::size_t i = 1; i < cpus.size(); ++i) {
        if (const std::string what = difference_of(first, cpus[i]); !what.empty()) {
            others.add(what, "processor " + std::string(trimmed(cpus[i].value("processor"))));
        }
    }
    others.warn(first.where, "processor " + std::string(trimmed(first.value("processor"))), report);
    host_dump dump = machine.finish(first.where, dump_format::cpuinfo);
    dump.microcode = to_number(trimmed(first.value("microcode")));
    return dump;
}

// ---- XML -------------------------------------------------------------------------------------------------------------

class xml_reader {
public:
    xml_reader(const xml_file& file, const name_map& names, diagnostics& report)
        : file_(file), names_(names), report_(report) {}

    std::vector<host_dump> read() {
        for (pugi::xml_node node = file_.root(); node; node = next(node)) {
            const std::string_view name = node.name();
            if (name == "cpudata") {
                read_cpudata(node);
            } else if (name == "capabilities") {
                read_capabilities(node);
            } else if (name == "domainCapabilities") {
                read_domain_capabilities(node);
            } else if (name == "domain") {
                read_domain(node);
            } else if (name == "cpu" && node == file_.root()) {
                read_bare_cpu(node);
            } else {
                descend_ = true;
                continue;
            }
            descend_ = false;
            if (hosts_.size() > max_hosts) {
                throw failure(file_.at(node), "more than " + std::to_string(max_hosts) +
                                                  " machines in one file; put them into several");
            }
        }
        if (hosts_.empty()) {
            throw failure(file_.at(file_.root()),
                          '<' + clean(file_.root().name()) + "> holds no machine; " + std::string(formats_help));
        }
        return std::move(hosts_);
    }

private:
    // The next element in the order of the document; what was read is passed over as a whole.
    pugi::xml_node next(const pugi::xml_node& node) const {
        const auto element = [](pugi::xml_node n) {
            while (n && n.type() != pugi::node_element) {
                n = n.next_sibling();
            }
            return n;
        };
        if (descend_) {
            if (const pugi::xml_node child = element(node.first_child())) {
                return child;
            }
        }
        for (pugi::xml_node at = node; at != file_.root(); at = at.parent()) {
            if (const pugi::xml_node sibling = element(at.next_sibling())) {
                return sibling;
            }
        }
        return {};
    }

    static std::string clean(std::string_view text) {
        const std::string quoted = shown(text);
        return quoted.substr(1, quoted.size() - 2);
    }

    [[nodiscard]] location at(const pugi::xml_node& node) const { return file_.at(node); }

    std::uint32_t number(const pugi::xml_node& node, const char* attribute, bool required) const {
        const pugi::xml_attribute found = node.attribute(attribute);
        if (!found) {
            if (required) {
                throw failure(at(node), '<' + clean(node.name()) + "> lacks the attribute " + in_quotes(attribute));
            }
            return 0;
        }
        const auto value = to_number(found.value());
        if (!value) {
            throw failure(at(node), std::string(attribute) + " is no number of 32 bits: " + shown(found.value()) +
                                        "; write it as 0x000306a9");
        }
        return *value;
    }

    void read_cpudata(const pugi::xml_node& node) {
        const std::string_view arch = node.attribute("arch").value();
        if (arch != "x86") {
            throw failure(at(node), arch.empty() ? "<cpudata> lacks the attribute 'arch'; write arch='x86'"
                                                 : "<cpudata> is of arch " + shown(arch) + "; only x86 is read");
        }
        builder machine;
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() != pugi::node_element) {
                continue;
            }
            const std::string_view name = child.name();
            bool same = true;
            std::string what;
            if (name == "cpuid") {
                const std::uint32_t leaf = number(child, "eax_in", true);
                const std::uint32_t subleaf = number(child, "ecx_in", false);
                what = "leaf " + to_hex(leaf) + ' ' + to_hex(subleaf);
                same = machine.put_leaf(leaf, subleaf,
                                        {number(child, "eax", false), number(child, "ebx", false),
                                         number(child, "ecx", false), number(child, "edx", false)});
            } else if (name == "msr") {
                const std::uint32_t index = number(child, "index", true);
                what = "MSR " + to_hex(index);
                same = machine.put_msr(index,
                                       std::uint64_t{number(child, "edx", true)} << 32 | number(child, "eax", true));
            } else {
                report_.unknown(at(child), "<cpudata> holds <" + clean(name) + ">, which is not known and left out");
            }
            if (!same) {
                throw failure(at(child), what + " is given twice with different words; leave one out");
            }
            check_size(machine, at(child));
        }
        if (machine.size() == 0) {
            throw failure(at(node), "<cpudata> holds no <cpuid>; record the machine again");
        }
        finish(machine, node, dump_format::cpudata);
    }

    void finish(const builder& machine, const pugi::xml_node& node, dump_format format) {
        hosts_.push_back(machine.finish(at(node), format));
    }

    void check_architecture(const pugi::xml_node& node, std::string_view arch) const {
        if (arch != "x86_64" && arch != "i686") {
            throw failure(at(node), arch.empty()
                                        ? "no architecture is given; only x86_64 and i686 are read"
                                        : "this is of architecture " + shown(arch) + "; only x86_64 and i686 are read");
        }
    }

    void read_capabilities(const pugi::xml_node& node) {
        const pugi::xml_node cpu = node.child("host").child("cpu");
        if (!cpu) {
            throw failure(at(node), "<capabilities> holds no <host> with <cpu>; take what virsh capabilities prints");
        }
        check_architecture(cpu, cpu.child("arch").child_value());
        read_cpu(cpu, dump_format::capabilities);
    }

    void read_domain_capabilities(const pugi::xml_node& node) {
        check_architecture(node, node.child("arch").child_value());
        for (const pugi::xml_node& mode : node.child("cpu").children("mode")) {
            if (std::string_view(mode.attribute("name").value()) == "host-model") {
                if (std::string_view(mode.attribute("supported").value()) != "yes" || !mode.child("model")) {
                    throw failure(at(mode),
                                  "host-model is not supported here, so this says nothing of the host; ask "
                                  "with --virttype kvm, or take virsh capabilities");
                }
                read_cpu(mode, dump_format::domain_caps);
                return;
            }
        }
        throw failure(at(node),
                      "<domainCapabilities> holds no <cpu> with <mode name='host-model'>; take what virsh "
                      "domcapabilities prints");
    }

    void read_domain(const pugi::xml_node& node) {
        check_architecture(node, node.child("os").child("type").attribute("arch").value());
        const pugi::xml_node cpu = node.child("cpu");
        if (!cpu) {
            throw failure(at(node), "<domain> holds no <cpu>; take one with mode='custom'");
        }
        read_guest_cpu(cpu);
    }

    void read_guest_cpu(const pugi::xml_node& cpu) {
        const std::string_view mode = cpu.attribute("mode").as_string("custom");
        if (mode != "custom") {
            throw failure(at(cpu), "mode " + shown(mode) +
                                       " does not say which CPU it is; take the <cpu> of a running "
                                       "guest (virsh dumpxml), or virsh domcapabilities");
        }
        read_cpu(cpu, dump_format::cpu_definition);
    }

    // A <cpu> by itself: a host's says its architecture.
    void read_bare_cpu(const pugi::xml_node& cpu) {
        const pugi::xml_node arch = cpu.child("arch");
        if (!arch) {
            read_guest_cpu(cpu);
            return;
        }
        check_architecture(cpu, arch.child_value());
        read_cpu(cpu, dump_format::capabilities);
    }

    void read_cpu(const pugi::xml_node& cpu, dump_format format) {
        const pugi::xml_node model_node = cpu.child("model");
        const std::string_view model_name = trimmed(model_node.child_value());
        if (model_name.empty()) {
            throw failure(at(cpu), "there is no <model>, so this does not say which CPU it is");
        }
        const auto model = names_.find_model(model_name);
        if (!model) {
            const std::string nearest = names_.nearest_model(model_name);
            throw failure(at(model_node), names_.shown() + " knows no CPU model " + shown(model_name) +
                                              (nearest.empty() ? "" : "; did you mean " + nearest + '?') +
                                              " Another map is chosen by --map");
        }
        builder machine;
        for (const register_bit& bit : model->features) {
            machine.put(bit, true);
        }
        for (const pugi::xml_node& feature : cpu.children("feature")) {
            put_feature(machine, feature);
        }
        put_vendor(machine, cpu, model->vendor);
        put_signature(machine, cpu, model->signature);
        finish(machine, cpu, format);
        hosts_.back().microcode = to_number(cpu.child("microcode").attribute("version").value());
    }

    void put_feature(builder& machine, const pugi::xml_node& node) {
        const std::string_view name = node.attribute("name").value();
        const auto bit = find_bit(name, names_);
        if (!bit) {
            const std::string nearest = names_.nearest_feature(name);
            report_.unknown(at(node), names_.shown() + " knows no CPU feature " + shown(name) +
                                          (nearest.empty() ? "" : ", the nearest is " + nearest) + "; left out");
            return;
        }
        const std::string_view policy = node.attribute("policy").as_string("require");
        if (policy == "require" || policy == "force") {
            machine.put(*bit, true);
        } else if (policy == "disable" || policy == "forbid") {
            machine.put(*bit, false);
        } else if (policy == "optional") {
            machine.forget(*bit);
        } else {
            throw failure(at(node), "policy " + shown(policy) +
                                        " is none of libvirt's: force, require, optional, disable, forbid");
        }
    }

    void put_vendor(builder& machine, const pugi::xml_node& cpu, const std::string& of_model) const {
        const pugi::xml_node node = cpu.child("vendor");
        const std::string given(trimmed(node.child_value()));
        const std::string& name = given.empty() ? of_model : given;
        if (name.empty()) {
            return;
        }
        auto text = names_.vendor_string(name);
        if (!text) {
            text = default_name_map().vendor_string(name);
        }
        if (!text) {
            throw failure(at(node), names_.shown() + " knows no vendor " + shown(name) +
                                        "; write AMD, Intel or another "
                                        "that its map has");
        }
        machine.put_vendor(*text);
    }

    void put_signature(builder& machine, const pugi::xml_node& cpu, cpu_signature of_model) const {
        const pugi::xml_node node = cpu.child("signature");
        if (!node) {
            if (of_model) {
                machine.put_signature(of_model);
            }
            return;
        }
        const auto part = [&](const char* attribute, std::uint32_t most) {
            const std::uint32_t value = number(node, attribute, true);
            if (value > most) {
                throw failure(at(node), std::string(attribute) + " is more than " + std::to_string(most));
            }
            return value;
        };
        const std::uint32_t family = part("family", 270);
        const std::uint32_t model = part("model", 255);
        machine.put_signature(cpu_signature(family, model, part("stepping", 15)));
    }

    const xml_file& file_;
    const name_map& names_;
    diagnostics& report_;
    std::vector<host_dump> hosts_;
    bool descend_ = true;
};

// ---- All of them -----------------------------------------------------------------------------------------------------

std::vector<host_dump> read_any(const fs::path& path, const name_map& names, diagnostics& report) {
    const std::string file = path.string();
    std::error_code error;
    const auto size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
    if (!error && size > max_size) {
        throw failure({file}, "is larger than 64 MiB; no recorded machine is");
    }
    const std::optional<std::string> text = read_file(path);
    if (!text) {
        throw failure({file}, "no such file");
    }
    const std::size_t start = text->find_first_not_of(" \t\r\n");
    if (start == text->npos) {
        throw failure({file}, "is empty; " + std::string(formats_help));
    }
    if ((*text)[start] == '<' || text->starts_with("\xef\xbb\xbf<")) {
        return xml_reader(xml_file(path, file), names, report).read();
    }
    if (std::ranges::count(*text, '\n') > max_lines) {
        throw failure({file}, "has more than " + std::to_string(max_lines) + " lines; no recorded machine has");
    }
    const std::vector<text_line> lines = lines_of(*text);
    if (is_cpuid_raw(lines)) {
        return {read_cpuid_raw(lines, file, names, report)};
    }
    const auto first = std::ranges::find_if(lines, [](const text_line& l) { return !trimmed(l.text).empty(); });
    const location where{file, first->number};
    if (is_cpu_heading(first->text)) {
        throw failure(where, "this is what cpuid prints in words; record the machine with cpuid -r");
    }
    if (is_cpuinfo(lines)) {
        return {read_cpuinfo(lines, file, names, report)};
    }
    throw failure(where,
                  "this is no recorded machine: " + shown(trimmed(first->text)) + "; " + std::string(formats_help));
}

}  // namespace

std::string to_string(dump_format format) {
    switch (format) {
        case dump_format::cpudata:
            return "libvirt's <cpudata>";
        case dump_format::cpuid_raw:
            return "cpuid -r";
        case dump_format::cpuinfo:
            return "/proc/cpuinfo";
        case dump_format::capabilities:
            return "libvirt's host capabilities";
        case dump_format::domain_caps:
            return "libvirt's domain capabilities";
        case dump_format::cpu_definition:
            break;
    }
    return "libvirt's <cpu> of a guest";
}

std::vector<host_dump> read_host_dump(const fs::path& path, const name_map& names, diagnostics& report) {
    std::vector<host_dump> hosts = read_any(path, names, report);
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        hosts[i].name = path.stem().string() + (i == 0 ? "" : '-' + std::to_string(i + 1));
    }
    return hosts;
}

cpu_data data_of(const host_dump& dump) {
    cpu_data data;
    for (const bool wanted : {true, false}) {
        for (const dumped_leaf& leaf : dump.leaves) {
            if (is_decoded(false, leaf.leaf, leaf.subleaf) == wanted && data.size() < cpu_data::capacity) {
                data.set_cpuid(leaf.leaf, leaf.subleaf, leaf.registers);
            }
        }
        for (const dumped_msr& msr : dump.msrs) {
            if (is_decoded(true, msr.index, 0) == wanted && data.size() < cpu_data::capacity) {
                data.set_msr(msr.index, msr.value);
            }
        }
    }
    return data;
}

}  // namespace cpumap::codegen
