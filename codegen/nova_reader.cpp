// SPDX-License-Identifier: BSL-1.0
#include "nova_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "atomic_file.hpp"

namespace cpumap::codegen {
namespace {

constexpr std::size_t max_entries = 4096;  // of a list; each becomes some lines of the header

constexpr std::string_view modes[] = {"none", "host-passthrough", "host-model", "custom"};
constexpr std::string_view virt_types[] = {"kvm", "qemu", "lxc", "parallels", "uml", "xen"};

// A setting as the library knows it, and how a nova.conf may call it: by its name of today in [libvirt], by an older
// one there, or by that of 2012 in [DEFAULT].
struct setting_names {
    std::string_view name;
    std::string_view older;
    std::string_view in_default;
};
constexpr std::array<setting_names, 4> settings{{
    {"cpu_mode", {}, "libvirt_cpu_mode"},
    {"cpu_models", "cpu_model", "libvirt_cpu_model"},
    {"cpu_model_extra_flags", {}, {}},
    {"virt_type", {}, "libvirt_type"},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string to_lower(std::string text) {
    std::ranges::transform(text, text.begin(), lower);
    return text;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim_left(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    return text;
}

std::string_view trim_right(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::size_t line_feeds(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

std::string_view trim(std::string_view text) { return trim_left(trim_right(text)); }

// What a text from the file looks like in a message: on one line, in ASCII and not too long.
std::string clean(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string result;
    for (const char c : text.substr(0, longest)) {
        if (c == '\n') {
            result += "\\n";
        } else if (c < ' ' || c > '~') {
            const auto byte = static_cast<unsigned char>(c);
            result += {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
        } else {
            result += c;
        }
    }
    return result + (text.size() > longest ? "..." : "");
}

std::string shown(std::string_view text) { return in_quotes(clean(text)); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
        }
    }
    return row.back();
}

// The nearest of some words, "" where none is near; case and the kind of dash count for nothing.
std::string_view nearest(std::string_view text, std::span<const std::string_view> words) {
    const auto plain = [](std::string_view word) {
        std::string result = to_lower(std::string(word));
        std::ranges::replace(result, '-', '_');
        return result;
    };
    std::string_view best;
    std::size_t distance = 3;
    for (const std::string_view word : words) {
        const std::size_t d = edit_distance(plain(text), plain(word));
        if (d < distance && 2 * d <= word.size()) {
            best = word;
            distance = d;
        }
    }
    return best;
}

std::string list_of(std::span<const std::string_view> words) {
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        result += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
    }
    return result;
}

// ---- The file --------------------------------------------------------------------------------------------------------

struct assignment {
    std::string section;
    std::string key;
    std::string value;  // lines of a value that goes on are joined by line feeds
    std::size_t line = 0;
};

// Whether the bytes are UTF-8, as far as oslo.config needs them to be; else the place of the first that is not.
std::optional<std::size_t> first_not_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
        const unsigned first = byte(i);
        const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) {
            return i;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xc0) != 0x80) {
                return i;
            }
        }
        const unsigned second = byte(i + 1);
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
            (first == 0xf4 && second > 0x8f)) {
            return i;
        }
        i += length;
    }
    return std::nullopt;
}

// The lines of a file, whichever way they end.
std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of("\r\n");
        lines.push_back(text.substr(0, end));
        if (end == text.npos) {
            break;
        }
        text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    return lines;
}

// Takes an INI file apart by the rules of oslo.config: a comment is a line of its own that begins with # or ;, and a
// line that begins with a blank goes on with the value above it.
class ini_file {
public:
    ini_file(std::string file, std::string_view text) : file_(std::move(file)) {
        if (const auto place = first_not_utf8(text)) {
            line_ = split_lines(text.substr(0, *place)).size();
            line_ += *place == 0 || text[*place - 1] == '\n' || text[*place - 1] == '\r' ? 1U : 0U;
            throw fail("a byte that is not UTF-8; save the file as UTF-8");
        }
        for (const std::string_view whole : split_lines(text)) {
            ++line_;
            read_line(trim_right(whole));
        }
    }

    [[nodiscard]] const std::vector<assignment>& assignments() const { return assignments_; }
    // The sections by their names as written, with the line of their first appearance.
    [[nodiscard]] const std::map<std::string, std::size_t>& sections() const { return sections_; }

private:
    [[nodiscard]] failure fail(const std::string& message) const { return failure({file_, line_}, message); }

    void read_line(std::string_view line) {
        if (line.empty()) {
            open_ = false;
            return;
        }
        if (line[0] == ' ' || line[0] == '\t') {
            if (!open_) {
                throw fail("an indented line goes on with the value above it, and there is none; begin " +
                           shown(trim_left(line)) + " in the first column");
            }
            assignments_.back().value += '\n' + std::string(trim_left(line));
            return;
        }
        open_ = false;
        if (line[0] == '[') {
            if (line.back() != ']') {
                throw fail("the section " + shown(line) + " does not end with ]; nothing may stand behind it");
            }
            if (line.size() == 2) {
                throw fail("a section without a name; write [libvirt]");
            }
            section_ = line.substr(1, line.size() - 2);
            sections_.emplace(section_, line_);
        } else if (line[0] != '#' && line[0] != ';') {
            read_assignment(line);
        }
    }

    void read_assignment(std::string_view line) {
        if (line.starts_with("\xef\xbb\xbf")) {
            throw fail("the file begins with a byte order mark, which oslo.config takes for text; save it without");
        }
        const std::size_t sign = line.find_first_of("=:");
        if (sign == line.npos) {
            throw fail("neither a section nor 'name = value': " + shown(line));
        }
        const std::string_view key = trim(line.substr(0, sign));
        if (key.empty()) {
            throw fail("a value without a name: " + shown(line));
        }
        if (section_.empty()) {
            throw fail(shown(key) + " stands before the first section; put [libvirt] above it");
        }
        std::string_view value = trim(line.substr(sign + 1));
        // Quotes around the whole first line go, whatever is between them.
        if (!value.empty() && value.front() == value.back() && (value.front() == '"' || value.front() == '\'')) {
            value = value.size() == 1 ? std::string_view() : value.substr(1, value.size() - 2);
        }
        assignments_.push_back({section_, std::string(key), std::string(value), line_});
        open_ = true;
    }

    std::string file_;
    std::size_t line_ = 0;
    std::string section_;
    bool open_ = false;  // whether an indented line may follow
    std::vector<assignment> assignments_;
    std::map<std::string, std::size_t> sections_;
};

// ---- The settings ----------------------------------------------------------------------------------------------------

class settings_reader {
public:
    settings_reader(std::string file, const ini_file& ini, diagnostics& report)
        : file_(std::move(file)), report_(&report) {
        for (const auto& [section, line] : ini.sections()) {
            check_section(section, line);
        }
        for (const assignment& a : ini.assignments()) {
            take(a);
        }
    }

    [[nodiscard]] nova_settings read(const std::string& architecture) const {
        nova_settings result;
        result.file = file_;
        result.mode = choice("cpu_mode", modes);
        result.virt = choice("virt_type", virt_types);
        if (const assignment* models = find("cpu_models")) {
            result.models_name = models->key;
            result.models = entries(*models);
            if (models->key == "libvirt_cpu_model" && result.models.size() > 1) {
                throw fail(*models, "takes one CPU model, not a list; write cpu_models in [libvirt]");
            }
        }
        if (const assignment* flags = find("cpu_model_extra_flags")) {
            result.flags_name = flags->key;
            result.flags = read_flags(*flags);
        }
        check_rules(result, architecture);
        return result;
    }

private:
    [[nodiscard]] failure fail(const assignment& a, const std::string& message) const {
        return failure({file_, a.line}, clean(a.key) + " = " + shown(a.value) + ": " + message);
    }
    [[nodiscard]] failure fail(const std::string& name, const nova_value& v, const std::string& message) const {
        return failure({file_, v.line}, name + " = " + shown(v.written) + ": " + message);
    }

    // oslo.config does not mind the case of a section's name, but for DEFAULT.
    static bool is_libvirt(const std::string& section) { return to_lower(section) == "libvirt"; }

    void check_section(const std::string& section, std::size_t line) {
        constexpr std::string_view known[] = {"libvirt"};
        if (!is_libvirt(section) && !nearest(trim(section), known).empty()) {
            throw failure({file_, line},
                          "Nova does not read a section [" + clean(section) + "]; did you mean [libvirt]?");
        }
    }

    void take(const assignment& a) {
        if (is_libvirt(a.section)) {
            for (const setting_names& s : settings) {
                if (a.key == s.name || (!s.older.empty() && a.key == s.older)) {
                    keep(s, a);
                    return;
                }
                if (!s.in_default.empty() && a.key == s.in_default) {
                    throw fail(a, "Nova reads this name in [DEFAULT] only; here it is " + std::string(s.name));
                }
            }
            std::vector<std::string_view> names;
            for (const setting_names& s : settings) {
                names.push_back(s.name);
            }
            if (const std::string_view near = nearest(a.key, names); !near.empty()) {
                throw fail(a, "Nova passes over a name that it does not know; did you mean " + std::string(near) + "?");
            }
        } else if (a.section == "DEFAULT") {
            for (const setting_names& s : settings) {
                if (!s.in_default.empty() && a.key == s.in_default) {
                    keep(s, a);
                    return;
                }
                if (a.key == s.name || (!s.older.empty() && a.key == s.older)) {
                    throw fail(a, "Nova does not read this in [DEFAULT]; move it to [libvirt]");
                }
            }
        }
    }

    void keep(const setting_names& s, const assignment& a) {
        if (a.value.find('$') != a.value.npos) {
            throw fail(a, "oslo.config puts another setting in the place of $...; write what is meant");
        }
        const auto [at, added] = found_.try_emplace(std::string(s.name), a);
        if (added) {
            return;
        }
        if (at->second.key != a.key) {
            const bool first_is_newer = at->second.key == s.name || a.key == s.in_default;
            const assignment& older = first_is_newer ? a : at->second;
            const assignment& newer = first_is_newer ? at->second : a;
            throw fail(older, "this is an older name of " + newer.key + ", which stands in line " +
                                  std::to_string(newer.line) + " and is all that Nova reads; leave one of them");
        }
        report_->unknown({file_, a.line}, a.key + " stands already in line " + std::to_string(at->second.line) +
                                              ", and Nova takes the last; leave one of them");
        at->second = a;
    }

    [[nodiscard]] const assignment* find(const std::string& name) const {
        const auto found = found_.find(name);
        return found == found_.end() ? nullptr : &found->second;
    }

    // What may be wrong with a value that is none of those that there are.
    static std::string hint(const std::string& value) {
        if (value.find('\n') != value.npos) {
            return "the indented line below it is part of the value; begin a comment or another setting in the first "
                   "column, and put commas between names";
        }
        if (value.find_first_of("#;") != value.npos) {
            return "a comment must be a line of its own";
        }
        return "";
    }

    [[nodiscard]] std::optional<nova_value> choice(const std::string& name,
                                                   std::span<const std::string_view> words) const {
        const assignment* a = find(name);
        if (a == nullptr) {
            return std::nullopt;
        }
        if (std::ranges::find(words, a->value) != words.end()) {
            return nova_value{a->value, a->line};
        }
        std::string why = hint(a->value);
        if (why.empty()) {
            const std::string_view near = nearest(a->value, words);
            why = "write " + list_of(words);
            if (a->value.empty()) {
                why = "Nova takes no empty value; leave the line out, or " + why;
            } else if (!near.empty()) {
                why = "did you mean " + std::string(near) + "?";
            }
        }
        throw fail(*a, why);
    }

    // The entries of a list, separated by commas; commas at its end do not count.
    [[nodiscard]] std::vector<nova_value> entries(const assignment& a) const {
        std::string_view rest = trim(a.value);
        std::size_t line = a.line + line_feeds(a.value.substr(0, a.value.find(rest)));
        while (rest.ends_with(',')) {
            rest.remove_suffix(1);
        }
        std::vector<nova_value> result;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            const std::string_view whole = rest.substr(0, comma);
            const std::string_view text = trim(whole);
            const std::string_view before = whole.substr(0, whole.find(text));
            const nova_value entry{std::string(text), line + line_feeds(before)};
            check_entry(a, entry);
            if (result.size() == max_entries) {
                throw fail(a,
                           "a list of more than " + std::to_string(max_entries) + " names; no libvirt knows so many");
            }
            result.push_back(entry);
            line += line_feeds(whole);
            if (comma == rest.npos) {
                break;
            }
            rest.remove_prefix(comma + 1);
        }
        return result;
    }

    void check_entry(const assignment& a, const nova_value& entry) const {
        if (entry.text.empty()) {
            throw fail(a, "there is nothing between two commas; take one of them out");
        }
        if (entry.text.find_first_of("\"'") != entry.text.npos) {
            throw fail(a.key, entry, "oslo.config takes quotes around the whole value only; write the list without");
        }
        if (const std::string why = hint(entry.text); !why.empty()) {
            throw fail(a.key, entry, why);
        }
        if (std::ranges::any_of(entry.text, is_blank)) {
            throw fail(a.key, entry, "no name holds a blank; separate names by commas");
        }
        if (std::ranges::any_of(entry.text, [](char c) { return c < ' ' || c > '~'; })) {
            throw fail(a.key, entry, "names are of ASCII characters only");
        }
    }

    [[nodiscard]] std::vector<nova_value> read_flags(const assignment& a) const {
        std::vector<nova_value> result;
        std::map<std::string, nova_value> seen;  // by name without sign
        for (nova_value flag : entries(a)) {
            flag.text = to_lower(flag.text);
            const bool has_sign = flag.text[0] == '+' || flag.text[0] == '-';
            const std::string name = flag.text.substr(has_sign ? 1 : 0);
            if (name.empty() || name[0] == '+' || name[0] == '-') {
                throw fail(a.key, flag, "write +FLAG or FLAG to require a flag, -FLAG to disable it");
            }
            const auto [at, added] = seen.try_emplace(name, flag);
            if (added) {
                result.push_back(flag);
            } else if ((at->second.text[0] == '-') != (flag.text[0] == '-')) {
                throw fail(a.key, flag,
                           "contradicts " + in_quotes(at->second.written) + " in line " +
                               std::to_string(at->second.line) +
                               ", and Nova leaves it to chance which wins; leave one of them");
            } else {
                report_->unknown({file_, flag.line},
                                 a.key + " = " + in_quotes(flag.written) + ": this flag is there twice");
            }
        }
        return result;
    }

    // Which settings exclude each other, with Nova's meaning.
    void check_rules(const nova_settings& s, const std::string& architecture) const {
        const std::string virt = s.virt ? s.virt->text : "kvm";
        const bool chooses = virt == "kvm" || virt == "qemu";
        const std::string by_default = !chooses                    ? "none"
                                       : architecture == "aarch64" ? "host-passthrough"
                                                                   : "host-model";
        const std::string mode = s.mode ? s.mode->text : by_default;
        const std::string why_mode =
            s.mode ? "cpu_mode is " + mode : "cpu_mode is not set and then " + mode + " with virt_type " + virt;
        if (!chooses && mode != "none") {
            throw fail("cpu_mode", *s.mode,
                       "virt_type is " + virt + ", and only kvm and qemu choose a CPU; set cpu_mode = none");
        }
        if (mode == "custom" && s.models.empty()) {
            if (const assignment* empty = find("cpu_models")) {
                throw fail(*empty, "cpu_mode is custom and needs at least one CPU model");
            }
            throw fail("cpu_mode", *s.mode, "needs a list of CPU models; set cpu_models");
        }
        if (mode != "custom" && !s.models.empty()) {
            throw fail(s.models_name, s.models.front(),
                       why_mode + ", and CPU models go only with custom; set cpu_mode = custom or take them out");
        }
        if (mode == "none" && !s.flags.empty()) {
            throw fail(s.flags_name, s.flags.front(),
                       why_mode + ", and flags go with custom, host-model and host-passthrough; take them out");
        }
        if (architecture != "x86_64" && architecture != "i686") {
            if (!s.models.empty()) {
                throw fail(s.models_name, s.models.front(), "CPU models are known for x86_64 and i686 only so far");
            }
            if (!s.flags.empty()) {
                throw fail(s.flags_name, s.flags.front(), "CPU flags are known for x86_64 and i686 only so far");
            }
        }
    }

    std::string file_;
    diagnostics* report_;
    std::map<std::string, assignment> found_;
};

}  // namespace

nova_settings read_nova_conf(const std::filesystem::path& path, const std::string& architecture, diagnostics& report) {
    constexpr std::size_t max_size = std::size_t{16} << 20;
    std::error_code error;
    const auto size = std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    if (!error && size > max_size) {
        throw failure({path.string()}, "is larger than 16 MiB; no nova.conf is");
    }
    const std::optional<std::string> text = read_file(path);
    if (!text) {
        throw failure({path.string()}, "there is no such file");
    }
    const ini_file ini(path.string(), *text);
    return settings_reader(path.string(), ini, report).read(architecture);
}

}  // namespace cpumap::codegen
