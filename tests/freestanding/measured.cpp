// SPDX-License-Identifier: BSL-1.0
#include "measured.hpp"

#include <new>
#include <span>

namespace {

template <class Definition>
long write(char* to, std::size_t size, const Definition& definition) {
    const auto text = cpumap::write_xml(std::span(to, size), definition);
    return text ? static_cast<long>(text->size()) : -static_cast<long>(text.error().code());
}

}  // namespace

// Each result is made where it stays: a copy would be stack that the operation does not need.
void measured_decode_guest(room<guest_result>& to, const cpumap::cpu_data& data, const decode_options& options) {
    new (&to) guest_result(cpumap::decode_guest<map>(data, options));
}
void measured_decode_host(room<host_result>& to, const cpumap::cpu_data& data, const decode_options& options) {
    new (&to) host_result(cpumap::decode_host<map>(data, options));
}
long measured_write_xml(char* to, std::size_t size, const guest_cpu& guest) { return write(to, size, guest); }
long measured_write_host_xml(char* to, std::size_t size, const host_cpu& host) { return write(to, size, host); }
void measured_compare(room<comparison>& to, const host_cpu& host, const guest_cpu& guest) {
    new (&to) comparison(cpumap::compare(host, guest));
}
void measured_compare_hosts(room<comparison>& to, const host_cpu& host, const host_cpu& other) {
    new (&to) comparison(cpumap::compare(host, other));
}
void measured_baseline(room<guest_result>& to, const host_cpu* hosts, std::size_t count,
                       const baseline_options& options) {
    new (&to) guest_result(cpumap::baseline(std::span(hosts, count), options));
}
