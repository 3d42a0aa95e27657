// SPDX-License-Identifier: BSL-1.0
// A nova.conf from any bytes, to a policy. What the header checks is what the file says, also when the settings that were
// read are written down again and read once more.

#include <string>
#include <string_view>
#include <vector>

#include "../../codegen/nova_reader.hpp"
#include "../../codegen/nova_writer.hpp"
#include "generator.hpp"

namespace {

namespace codegen = cpumap::codegen;

constexpr const char* architectures[] = {"x86_64", "i686", "aarch64", "ppc64le"};

std::vector<std::string> texts_of(const std::vector<codegen::nova_value>& values) {
    std::vector<std::string> result;
    for (const auto& value : values) result.push_back(value.text);
    return result;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string result;
    for (const auto& text : texts) result += (result.empty() ? "" : ",") + text;
    return result;
}

/// Whether an entry of a list stands for itself when it is written down without quotes.
bool is_plain(const std::vector<std::string>& texts) {
    for (const auto& text : texts)
        for (const char c : text)
            if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == ',' || c == '$' || c == '\\') return false;
    return true;
}

bool has(const std::vector<std::string>& literals, std::string_view text) {
    for (const auto& literal : literals)
        if (literal == text) return true;
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    fuzz::silence();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::scratch_folder folder;
    const std::string arch = architectures[size % 4];
    const auto path = folder.write("nova.conf", {reinterpret_cast<const char*>(data), size});
    fuzz::accepted(folder.path(), [&] {
        codegen::diagnostics report(false);
        const auto settings = codegen::read_nova_conf(path, arch, report);
        const codegen::nova_policy_description description{
            "libvirt_12_8", "libvirt 12.8.0", {"fleet", "guest"}, arch, size % 3 == 0};
        const std::string header = write_nova_policy(settings, description);
        CPUMAP_MUST(write_nova_policy(settings, description) == header);
        const auto literals = fuzz::literals_of(header);
        for (const auto& model : settings.models) CPUMAP_MUST(!model.text.empty() && has(literals, model.text));
        for (const auto& flag : settings.flags) {
            CPUMAP_MUST(!flag.text.empty());
            const bool sign = flag.text[0] == '+' || flag.text[0] == '-';
            CPUMAP_MUST(has(literals, std::string_view(flag.text).substr(sign ? 1 : 0)));
        }

        const auto models = texts_of(settings.models);
        const auto flags = texts_of(settings.flags);
        if (!is_plain(models) || !is_plain(flags)) return;
        std::string again = "[libvirt]\n";
        if (settings.virt) again += "virt_type = " + settings.virt->text + '\n';
        if (settings.mode) again += "cpu_mode = " + settings.mode->text + '\n';
        if (!settings.models_name.empty()) again += "cpu_models = " + joined(models) + '\n';
        if (!settings.flags_name.empty()) again += "cpu_model_extra_flags = " + joined(flags) + '\n';
        const auto second = codegen::read_nova_conf(folder.write("again.conf", again), arch, report);
        CPUMAP_MUST(texts_of(second.models) == models && texts_of(second.flags) == flags);
        CPUMAP_MUST(second.mode.has_value() == settings.mode.has_value());
        CPUMAP_MUST(!second.mode || second.mode->text == settings.mode->text);
        CPUMAP_MUST(second.virt.has_value() == settings.virt.has_value());
        CPUMAP_MUST(!second.virt || second.virt->text == settings.virt->text);
    });
    return 0;
}
