// SPDX-License-Identifier: BSL-1.0

// A management controller's view: it reads the processor of its board from outside, over AMD's sideband interface, names
// its CPU model and checks it against what the inventory says must be in that slot. Nothing here needs the host to run
// an operating system, and nothing a heap; the map has only the models that the boards of this vendor can have.

#include <cpumap/core.hpp>
#include <cpumap/host/out_of_band.hpp>
#include <cpumap/match/subset.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>

namespace {

using map = cpumap::subset<cpumap::models<"Opteron_G3", "EPYC", "EPYC-IBPB", "EPYC-Rome", "EPYC-Milan", "EPYC-Genoa">>;
using board = cpumap::use<map>;

/// What is meant to be in a slot: a processor on which guests of this model run. A name that the map does not have is a
/// compile error.
struct expectation {
    std::string_view slot;
    board::model_ref at_least;
};
constexpr expectation inventory[] = {
    {"slot 1", board::model<"EPYC">},
    {"slot 2", board::model<"EPYC-Rome">},
    {"slot 3", board::model<"Opteron_G3">},
};

// ---- The board, which is simulated ------------------------------------------------------------------------------------

/// A processor that answers on the bus as the EPYC 7601 did that it was recorded from.
struct simulated_processor {
    bool powered = true;

    bool operator()(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) const {
        if (!powered) return false;
        struct leaf {
            std::uint32_t eax;
            std::array<std::uint32_t, 4> registers;
        };
        static constexpr leaf recorded[] = {
            {0x0, {0x0000000d, 0x68747541, 0x444d4163, 0x69746e65}},
            {0x1, {0x00800f12, 0x00400800, 0x7ed8320b, 0x178bfbff}},
            {0x6, {0x00000004, 0x00000000, 0x00000001, 0x00000000}},
            {0x7, {0x00000000, 0x209c01a9, 0x00000000, 0x00000000}},
            {0x80000000, {0x8000001f, 0x68747541, 0x444d4163, 0x69746e65}},
            {0x80000001, {0x00800f12, 0x40000000, 0x35c233ff, 0x2fd3fbff}},
            {0x80000007, {0x00000000, 0x0000001b, 0x00000000, 0x00006799}},
            {0x80000008, {0x00003030, 0x00000007, 0x0000603f, 0x00000000}},
            {0x8000000a, {0x00000001, 0x00008000, 0x00000000, 0x0001bcff}},
        };
        const std::uint32_t function = std::uint32_t{message[4]} | std::uint32_t{message[5]} << 8 |
                                       std::uint32_t{message[6]} << 16 | std::uint32_t{message[7]} << 24;
        std::array<std::uint32_t, 4> registers{};
        for (const leaf& l : recorded)
            if (l.eax == function && message[8] < 0x10) registers = l.registers;
        if (function == 0xd && message[8] >> 4 == 1) registers = {0xf, 0, 0, 0};
        const std::size_t pair = (message[8] & 1U) * std::size_t{2};
        answer[0] = 9;  // bytes that follow
        answer[1] = 0;  // success
        for (std::size_t i = 0; i < 8; ++i)
            answer[2 + i] = static_cast<std::uint8_t>(registers[pair + i / 4] >> (i % 4 * 8));
        return true;
    }
};

// ---- The controller ----------------------------------------------------------------------------------------------------

void print(std::string_view text) { std::printf("%.*s", static_cast<int>(text.size()), text.data()); }

/// Whether the processor is what the inventory says.
bool check(const expectation& expected, const simulated_processor& bus) {
    static cpumap::cpu_data host;  // not on a controller's small stack
    host = {};
    print(expected.slot);
    cpumap::sb_rmi processor(bus);
    if (const auto read = cpumap::fill_out_of_band<map>(host, processor); !read) {
        print(": not read: ");
        print(read.error().message());
        print(", ");
        print(read.error().name());
        print("\n");
        return false;
    }
    const auto found = board::decode_host(host);
    print(": ");
    print(found ? found->model().name() : "no model of the map");
    std::printf(", %zu features, %zu messages\n", host.features<map>().size(), processor.messages());

    const board::feature_set missing = expected.at_least.features() - host.features<map>();
    if (missing.empty()) return true;
    print("  is not what the inventory says, ");
    print(expected.at_least.name());
    print(". Missing:");
    for (const auto f : missing) {
        print(" ");
        print(f.name());
    }
    print("\n");
    return false;
}

}  // namespace

int main() {
    const bool first = check(inventory[0], {});
    const bool second = check(inventory[1], {});
    const bool third = check(inventory[2], {.powered = false});
    // As this board is made up: an older processor than expected in the second slot, and none that answers in the third.
    return first && !second && !third ? 0 : 1;
}
