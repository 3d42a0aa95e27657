// SPDX-License-Identifier: BSL-1.0
#include "map_source.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "sha256.hpp"

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

// Everything a CPU map is known to hold. An element is written as the path to it, starting with its architecture (arch
// where it is the same in all), an attribute with @ behind its element. What has a reason is skipped for that reason.
struct vocabulary_entry {
    std::string_view path;
    std::string_view skipped_because = {};
};

constexpr vocabulary_entry vocabulary[] = {
    {"arch@name"},
    {"arch/include"},
    {"arch/include@filename"},
    {"arch/group"},
    {"arch/group@name", "a heading for readers, the order of the models is the same without it"},
    {"x86/vendor"},
    {"x86/vendor@name"},
    {"x86/vendor@string"},
    {"x86/feature"},
    {"x86/feature@name"},
    {"x86/feature@migratable"},
    {"x86/feature/alias"},
    {"x86/feature/alias@name"},
    {"x86/feature/alias@source"},
    {"x86/feature/cpuid"},
    {"x86/feature/cpuid@function"},  // what the oldest maps call eax_in
    {"x86/feature/cpuid@eax_in"},
    {"x86/feature/cpuid@ecx_in"},
    {"x86/feature/cpuid@eax"},
    {"x86/feature/cpuid@ebx"},
    {"x86/feature/cpuid@ecx"},
    {"x86/feature/cpuid@edx"},
    {"x86/feature/msr"},
    {"x86/feature/msr@index"},
    {"x86/feature/msr@eax"},
    {"x86/feature/msr@edx"},
    {"x86/model"},
    {"x86/model@name"},
    {"x86/model/decode"},
    {"x86/model/decode@host"},
    {"x86/model/decode@guest"},
    {"x86/model/check"},
    {"x86/model/check@partial"},
    {"x86/model/model"},
    {"x86/model/model@name"},
    {"x86/model/signature"},
    {"x86/model/signature@family"},
    {"x86/model/signature@model"},
    {"x86/model/signature@stepping"},
    {"x86/model/vendor"},
    {"x86/model/vendor@name"},
    {"x86/model/feature"},
    {"x86/model/feature@name"},
    {"x86/model/feature@removed"},
    {"x86/model/feature@added"},
    {"ppc64/vendor"},
    {"ppc64/vendor@name"},
    {"ppc64/model"},
    {"ppc64/model@name"},
    {"ppc64/model/vendor"},
    {"ppc64/model/vendor@name"},
    {"ppc64/model/pvr"},
    {"ppc64/model/pvr@value"},
    {"ppc64/model/pvr@mask"},
    {"arm/vendor"},
    {"arm/vendor@name"},
    {"arm/vendor@value"},
    {"arm/feature"},
    {"arm/feature@name"},
    {"arm/model"},
    {"arm/model@name"},
    {"arm/model/vendor"},
    {"arm/model/vendor@name"},
    {"arm/model/pvr"},
    {"arm/model/pvr@value"},
};

const vocabulary_entry* find_entry(std::string_view path) {
    const auto* found = std::ranges::find(vocabulary, path, &vocabulary_entry::path);
    return found == std::ranges::end(vocabulary) ? nullptr : found;
}

class source_reader {
public:
    source_reader(fs::path folder, std::string shown_prefix, diagnostics& report)
        : folder_(std::move(folder)), shown_prefix_(std::move(shown_prefix)), report_(report) {}

    map_source read(const std::string& first_file) {
        const xml_file& file = open(first_file, shown_prefix_ + first_file);
        stack_.push_back(fs::canonical(folder_ / first_file));
        for (const pugi::xml_node child : file.root().children()) {
            if (!is_element(file, child)) {
                continue;
            }
            if (child.name() != std::string_view("arch")) {
                unknown_element(file, child);
                continue;
            }
            read_architecture(file, child);
        }
        return std::move(source_);
    }

private:
    // Much deeper than libvirt's one level, and no danger to the stack.
    static constexpr std::size_t max_include_depth = 16;

    const xml_file& open(const std::string& name, const std::string& shown) {
        const fs::path path = folder_ / name;
        auto file = std::make_unique<xml_file>(path, shown);
        size_ += file->bytes().size();
        if (size_ > xml_file::max_size) {
            throw failure({shown}, "with this file the map is larger than 64 MiB; no map of libvirt's is");
        }
        opened_.emplace(fs::canonical(path), shown);
        const pugi::xml_node root = file->root();
        if (root.name() != std::string_view("cpus")) {
            throw failure(file->at(root), "the root element is <" + std::string(root.name()) +
                                              ">, a CPU map's is <cpus>; give the path of a CPU map");
        }
        for (const pugi::xml_node node : file->document().children()) {
            if (node != root) {
                is_element(*file, node);
            }
        }
        account_attributes(*file, root, "cpus");
        source_.files.push_back(std::move(file));
        return *source_.files.back();
    }

    void read_architecture(const xml_file& file, const pugi::xml_node& node) {
        account_attributes(file, node, "arch");
        const source_element element{&file, node};
        const std::optional<std::string> name = element.attribute("name");
        if (!name) {
            throw failure(element.where(), "<arch> without a name; add name='x86', 'ppc64' or 'arm'");
        }
        const auto* const found = std::ranges::find_if(architecture_names, [&](const char* n) { return *name == n; });
        if (found == architecture_names.end()) {
            report_.unknown(element.where(), "unknown architecture " + in_quotes(*name) + " is left out");
            return;
        }
        const auto [earlier, is_new] = architectures_.emplace(*name, to_string(element.where()));
        if (!is_new) {
            throw failure(element.where(), "architecture " + in_quotes(*name) + " is repeated, it stands at " +
                                               earlier->second + "; merge the two");
        }
        arch_ = static_cast<std::size_t>(found - architecture_names.begin());
        read_children(file, node, false);
    }

    void read_children(const xml_file& file, const pugi::xml_node& parent, bool in_group) {
        for (const pugi::xml_node child : parent.children()) {
            if (!is_element(file, child)) {
                continue;
            }
            const std::string_view tag = child.name();
            if (tag == "include") {
                account(file, child, "arch/include");
                read_include({&file, child});
            } else if (tag == "group" && !in_group) {
                account_attributes(file, child, "arch/group");
                read_children(file, child, true);
            } else if (account(file, child, std::string(architecture_names[arch_]) + '/' + child.name())) {
                source_.elements[arch_].push_back({&file, child});
            }
        }
    }

    void read_include(const source_element& include) {
        const std::optional<std::string> name = include.attribute("filename");
        if (!name || name->empty()) {
            throw failure(include.where(), "<include> without a filename; name a file beside the index");
        }
        const auto refuse = [&](const std::string& why) {
            throw failure(include.where(), "include of " + in_quotes(*name) + ": " + why);
        };
        if (name->find_first_of("/\\") != name->npos || *name == ".." || *name == ".") {
            refuse("it is outside the map's folder; an include names a plain file beside the index");
        }
        std::error_code error;
        const fs::path path = fs::canonical(folder_ / *name, error);
        if (error) {
            refuse("no such file beside the index");
        }
        if (path.parent_path() != fs::canonical(folder_)) {
            refuse("it leads outside the map's folder; put the file itself beside the index");
        }
        if (std::ranges::find(stack_, path) != stack_.end()) {
            refuse("the file includes itself, directly or through others; remove the loop");
        }
        if (const auto earlier = opened_.find(path); earlier != opened_.end()) {
            refuse("the file is already included as " + earlier->second + "; include it once");
        }
        if (stack_.size() > max_include_depth) {
            refuse("includes are nested more than " + std::to_string(max_include_depth) + " deep");
        }
        if (!fs::is_regular_file(path)) {
            refuse("it is not a regular file");
        }
        stack_.push_back(path);
        const xml_file& file = open(*name, shown_prefix_ + *name);
        read_children(file, file.root(), false);
        stack_.pop_back();
    }

    // Whether a node is an element; anything else is accounted for on the spot.
    bool is_element(const xml_file& file, const pugi::xml_node& node) {
        switch (node.type()) {
            case pugi::node_element:
                return true;
            case pugi::node_comment:
                report_.skip("comments: text for readers");
                return false;
            case pugi::node_declaration:
                report_.skip("XML declarations: every file is read as UTF-8");
                return false;
            case pugi::node_pcdata:
            case pugi::node_cdata:
                report_.unknown(file.at(node),
                                "stray text inside <" + std::string(node.parent().name()) + "> is left out");
                return false;
            default:
                report_.unknown(file.at(node), "processing instruction " + in_quotes(node.name()) + " is left out");
                return false;
        }
    }

    void unknown_element(const xml_file& file, const pugi::xml_node& node) {
        const pugi::xml_node parent = node.parent();
        const std::string name = parent.attribute("name").value();
        report_.unknown(file.at(node), "unknown element <" + std::string(node.name()) + "> inside <" + parent.name() +
                                           '>' + (name.empty() ? "" : ' ' + in_quotes(name)) + " is left out");
    }

    void account_attributes(const xml_file& file, const pugi::xml_node& node, const std::string& path) {
        for (const pugi::xml_attribute attribute : node.attributes()) {
            const vocabulary_entry* entry = find_entry(path + '@' + attribute.name());
            if (entry == nullptr) {
                const std::string name = node.attribute("name").value();
                report_.unknown(file.at(node), "unknown attribute " + in_quotes(attribute.name()) + " of <" +
                                                   node.name() + '>' + (name.empty() ? "" : ' ' + in_quotes(name)) +
                                                   " is left out");
            } else if (!entry->skipped_because.empty()) {
                report_.skip(std::string(entry->path) + ": " + std::string(entry->skipped_because));
            }
        }
    }

    // Accounts for an element and all that is in it; says whether the element itself is known.
    bool account(const xml_file& file, const pugi::xml_node& node, const std::string& path) {
        if (find_entry(path) == nullptr) {
            unknown_element(file, node);
            return false;
        }
        account_attributes(file, node, path);
        for (const pugi::xml_node child : node.children()) {
            if (is_element(file, child)) {
                account(file, child, path + '/' + child.name());
            }
        }
        return true;
    }

    fs::path folder_;
    std::string shown_prefix_;
    diagnostics& report_;
    map_source source_;
    std::map<fs::path, std::string> opened_;
    std::vector<fs::path> stack_;  // of files being read, each included by the one before it
    std::map<std::string, std::string> architectures_;
    std::size_t arch_ = 0;
    std::size_t size_ = 0;  // of all files, in bytes
};

}  // namespace

std::string map_source::digest() const {
    sha256 sum;
    for (const auto& file : files) {
        sum.update(file->bytes());
    }
    return sum.hex_digest();
}

map_source read_source(const fs::path& path, diagnostics& report) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        throw failure({path.string()}, "no such file or folder; give a cpu_map.xml or a folder with index.xml");
    }
    if (!fs::is_directory(path)) {
        const fs::path folder = path.parent_path();
        const std::string prefix = folder.empty() ? "" : (folder / "").string();
        return source_reader(folder.empty() ? "." : folder, prefix, report).read(path.filename().string());
    }
    for (const char* name : {"index.xml", "cpu_map.xml"}) {
        if (fs::exists(path / name)) {
            return source_reader(path, (path / "").string(), report).read(name);
        }
    }
    throw failure({path.string()}, "the folder holds neither index.xml nor cpu_map.xml; give the folder of a CPU map");
}

}  // namespace cpumap::codegen
