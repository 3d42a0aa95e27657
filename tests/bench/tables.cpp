// SPDX-License-Identifier: BSL-1.0

// Calls whatever reads the tables, so that all of them are in the object file, which tests/bench/run looks at.

#include <cpumap/cpumap.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

using namespace cpumap;

result<guest_cpu> guest_of(const cpu_data& data, const decode_options& options) { return decode_guest(data, options); }
result<host_cpu> host_of(const cpu_data& data, const decode_options& options) { return decode_host(data, options); }
assessment assess(const cpu_data& data, model_ref model) { return assess_guest(data, model); }
std::string_view vendor_of(const cpu_data& data) { return data.vendor(); }

comparison compared(const host_cpu& host, const guest_cpu& guest) { return compare(host, guest); }
result<guest_cpu> updated(const guest_cpu& guest, const host_cpu& host) { return update(guest, host); }
result<guest_cpu> translated(const guest_cpu& guest, const hypervisor_view& view) { return translate(guest, view); }
result<guest_cpu> resolved(const guest_cpu& guest, const cpu_data& data) { return resolve(guest, data); }

result<std::string_view> write(std::span<char> to, const guest_cpu& guest) { return write_xml(to, guest); }
result<std::string_view> write(std::span<char> to, const host_cpu& host) { return write_xml(to, host); }

std::optional<feature_ref> feature_named(std::string_view name) { return find_feature(name); }
std::optional<model_ref> model_named(std::string_view name) { return find_model(name); }
std::optional<feature_ref> feature_near(std::string_view name) { return nearest_feature(name); }
std::optional<model_ref> model_near(std::string_view name) { return nearest_model(name); }

bool migrates(feature_ref feature) { return feature.migratable(); }
register_bit bit_of(feature_ref feature) { return feature.register_bit(); }
std::string_view vendor_of(model_ref model) { return model.vendor(); }
feature_set features_of(model_ref model) { return model.features(); }
bool decodes(model_ref model) { return model.decodes_host() && model.decodes_guest(); }
std::optional<model_ref> canonical_of(model_ref model) { return model.canonical(); }

std::string_view alias(feature_ref feature, std::size_t i) { return feature.aliases()[i]; }
model_signature signature(model_ref model, std::size_t i) { return model.signatures()[i]; }
feature_ref removed(model_ref model, std::size_t i) { return model.removed()[i]; }

std::size_t added(model_ref model) {
    std::size_t n = 0;
    for (const auto f : model.added()) n += f.name().size();
    return n;
}
