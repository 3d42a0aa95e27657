// SPDX-License-Identifier: BSL-1.0
// Runs the tests; or prints the description of this processor when given the argument "host".

#include <cpumap/arm.hpp>
#include <cpumap/ppc64.hpp>

#include <cstdio>
#include <cstring>

#include "catch.hpp"

namespace {

template <class Lib>
int print_host() {
    const auto data = Lib::native_cpu_data();
    if (!data) return std::printf("%s\n", data.error().message().data()), 1;
    const auto host = Lib::decode_host(*data);
    if (!host) return std::printf("%s: %s\n", host.error().message().data(), host.error().name().data()), 1;
    char text[4096];
    const auto xml = Lib::write_xml(text, *host);
    if (!xml) return 1;
    std::printf("%.*s", static_cast<int>(xml->size()), xml->data());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "host") == 0) {
#ifdef __aarch64__
        return print_host<cpumap::arm::use<cpumap::default_map>>();
#else
        return print_host<cpumap::ppc64::use<cpumap::default_map>>();
#endif
    }
    unsigned tests = 0;
    for (const cross::test* t = cross::first; t != nullptr; t = t->next) {
        const unsigned before = cross::failed;
        t->run();
        if (cross::failed != before) std::printf("FAIL  %s\n", t->name);
        ++tests;
    }
    std::printf("%u tests, %u checks, %u failed\n", tests, cross::checked, cross::failed);
    return cross::failed != 0 || cross::checked == 0 ? 1 : 0;
}
