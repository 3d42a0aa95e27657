// SPDX-License-Identifier: BSL-1.0
// A firmware that knows eight models: what the recorded hosts are to it.

#include "../data/hosts.hpp"
#include "measured.hpp"
#include "print.hpp"

namespace {

room<guest_result> guest;
char text[16384];

}  // namespace

int program() {
    static const decode_options any{};
    for (const auto& host : recorded::hosts) {
        print(host.name);
        print("\n");
        measured_decode_guest(guest, host.data(), any);
        if (!*guest) {
            print(guest->error().message());
            print("\n");
            continue;
        }
        const long size = measured_write_xml(text, sizeof text, **guest);
        if (size < 0) return 1;
        print({static_cast<const char*>(text), static_cast<std::size_t>(size)});
    }
    return 0;
}
