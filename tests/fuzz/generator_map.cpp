// SPDX-License-Identifier: BSL-1.0
// A CPU map from any bytes: read, checked, written as a header, compared and shown. What is refused is refused with a
// place; a header holds the names of the map and ends no literal or comment with them.
//
// An input is one file, or several: a line "==> NAME" begins the file NAME, and what is above the first is the index.

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "../../codegen/explore_html.hpp"
#include "../../codegen/map_diff.hpp"
#include "../../codegen/map_reader.hpp"
#include "../../codegen/map_source.hpp"
#include "../../codegen/map_writer.hpp"
#include "generator.hpp"
#include "xml_mutator.hpp"

namespace {

namespace codegen = cpumap::codegen;

constexpr std::string_view elements[] = {"cpus",  "arch", "include", "group",  "vendor", "feature",   "alias",
                                         "cpuid", "msr",  "model",   "decode", "check",  "signature", "pvr"};
constexpr std::string_view attributes[] = {"name",     "filename", "string", "migratable", "source", "function",
                                           "eax_in",   "ecx_in",   "eax",    "ebx",        "ecx",    "edx",
                                           "index",    "host",     "guest",  "partial",    "family", "model",
                                           "stepping", "removed",  "added",  "value",      "mask"};
constexpr std::string_view separator = "\n==> ";

/// Writes the files of an input; returns the names of those behind the first.
std::vector<std::string> write_files(fuzz::scratch_folder& folder, std::string_view text) {
    std::vector<std::string> names;
    std::string name = "index.xml";
    for (;;) {
        const std::size_t end = text.find(separator);
        folder.write(name, text.substr(0, end));
        if (end == text.npos || names.size() == 20) return names;
        text.remove_prefix(end + separator.size());
        const std::size_t line = std::min(text.find('\n'), text.size());
        name = text.substr(0, line);
        text.remove_prefix(line);
        const bool plain = !name.empty() && name.size() < 100 && name != "." && name != ".." &&
                           name.find_first_of(std::string_view("/\0", 2)) == name.npos;
        if (!plain) return names;
        names.push_back(name);
    }
}

template <class Range>
std::string joined(const Range& range) {
    std::string result;
    for (const auto& item : range) result += item.name;
    return result;
}

/// Where a text of the header has to hold just these bytes. A name can look like a declaration, but begins no line.
void must_hold(std::string_view header, std::string_view table, const std::string& expected, std::size_t from) {
    std::size_t at = header.find("\n        static constexpr char " + std::string(table) + "[] =", from);
    CPUMAP_MUST(at != header.npos);
    at = header.find('"', at);
    std::string found;
    while (at < header.size() && header[at] == '"') {
        found += fuzz::read_literal(header, at);
        at = std::min(header.find_first_not_of(" \n", at), header.size());
    }
    CPUMAP_MUST(found == expected);
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
}

/// The names of an architecture's elements as another reader finds them.
std::string names_in(const pugi::xml_document& document, const char* arch, const char* tag) {
    std::string result;
    const auto visit = [&](const auto& self, const pugi::xml_node& parent, bool in_group) -> void {
        for (const pugi::xml_node child : parent.children()) {
            const std::string_view name = child.name();
            if (name == tag) result += child.attribute("name").value();
            if (name == "group" && !in_group) self(self, child, true);
        }
    };
    for (const pugi::xml_node node : document.document_element().children("arch"))
        if (std::string_view(node.attribute("name").value()) == arch) visit(visit, node, false);
    return result;
}

void check_map(const codegen::map_data& map, std::string_view text, bool one_file) {
    std::string header;
    try {
        const codegen::map_description description{"some_map", "12.8.0", 12'008'000, std::string(64, 'a'), 1};
        header = write_map(map, description);
        CPUMAP_MUST(write_map(map, description) == header);
    } catch (const std::length_error& error) {
        CPUMAP_MUST(std::string_view(error.what()).starts_with("too many entries in "));
        return;
    }
    static_cast<void>(fuzz::literals_of(header));
    const std::size_t x86 = header.find("\n    struct x86 {");
    const std::size_t ppc64 = header.find("\n    struct ppc64 {");
    const std::size_t arm = header.find("\n    struct arm {");
    std::string aliases;
    for (const auto& alias : map.x86.aliases) aliases += alias.name;
    must_hold(header, "feature_names", joined(map.x86.features) + aliases + std::string(48, ' '), x86);
    must_hold(header, "model_names", joined(map.x86.models), x86);
    must_hold(header, "vendor_names", joined(map.x86.vendors), x86);
    must_hold(header, "model_names", joined(map.ppc64.models), ppc64);
    must_hold(header, "model_names", joined(map.arm.models), arm);

    if (one_file) {
        pugi::xml_document document;
        CPUMAP_MUST(document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_fragment));
        CPUMAP_MUST(names_in(document, "x86", "feature") == joined(map.x86.features));
        CPUMAP_MUST(names_in(document, "x86", "model") == joined(map.x86.models));
        CPUMAP_MUST(names_in(document, "x86", "vendor") == joined(map.x86.vendors));
        CPUMAP_MUST(names_in(document, "ppc64", "model") == joined(map.ppc64.models));
        CPUMAP_MUST(names_in(document, "arm", "model") == joined(map.arm.models));
    }

    // No map differs from itself, and from another one only by lines that can be shown anywhere.
    const codegen::named_map named{"some map", map};
    const auto same = compare_maps(named, named);
    for (const auto& section : same.sections)
        CPUMAP_MUST(section.came.empty() && section.went.empty() && section.changed.empty());
    const codegen::named_map none{"no map", {}};
    const auto all = compare_maps(none, named);
    for (std::size_t at = 0; at < all.table.size();) {
        const std::size_t end = std::min(all.table.find('\n', at), all.table.size());
        CPUMAP_MUST(fuzz::first_unprintable(std::string_view(all.table).substr(at, end - at)) ==
                    std::string_view::npos);
        at = end + 1;
    }

    // Names bring no elements into the page.
    if (map.x86.models.size() > 200) return;  // its pictures take long
    static const std::string plain = codegen::write_explore_html({{"k", {"some map", {}}}});
    const std::string page = codegen::write_explore_html({{"k", named}});
    for (const char* tag : {"<script", "</script", "<style", "</style", "<!--", "</body", "<body"})
        CPUMAP_MUST(count(page, tag) == count(plain, tag));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    fuzz::silence();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::scratch_folder folder;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto names = write_files(folder, text);
    fuzz::accepted(folder.path(), [&] {
        codegen::diagnostics report(false);
        const auto source = codegen::read_source(folder.path() / "index.xml", report);
        const auto map = codegen::read_map(source, report);
        CPUMAP_MUST(source.digest().size() == 64);
        check_map(map, text, text.find(separator) == text.npos && text.find("<include") == text.npos);
    });
    for (const std::string& name : names) {
        std::error_code error;
        fuzz::fs::remove(folder.path() / name, error);
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    static fuzz::xml_mutator mutator(elements, attributes);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t begin = 0;
    if ((seed >> 1 & 1) != 0 && text.find(separator) != text.npos) {  // a file behind the first
        begin = text.find('\n', text.find(separator) + 1);
        if (begin == text.npos) begin = 0;
    }
    return fuzz::mutate_xml(mutator, data, size, max_size, seed, begin, text.find(separator, begin));
}
