// SPDX-License-Identifier: BSL-1.0
#pragma once

// Reading a processor from beside it, as a management controller does: a request for each register, any of which may
// fail. And AMD's way to do it, the sideband interface SB-RMI, as messages; the bus that carries them is the caller's.

#include <cpumap/base/result.hpp>
#include <cpumap/base/short_text.hpp>
#include <cpumap/host/native.hpp>
#include <cpumap/match/cpu_data.hpp>
#include <cpumap/match/default_map.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

/// A register that CPUID returns.
enum class cpuid_register : std::uint8_t { eax, ebx, ecx, edx };

namespace detail {

/// Which registers of a leaf are worth a request, a bit for each: those with features of Map, of leaf 0 all, of leaf 1
/// the signature, and of each range's first leaf the highest leaf.
template <class Map>
constexpr unsigned registers_wanted(std::uint32_t leaf, std::uint32_t subleaf) {
    using tables = typename Map::x86;
    if (leaf == 0) return 0xf;
    unsigned wanted = leaf == 1 || (leaf & 0xffffU) == 0 ? 1U : 0U;
    for (std::size_t i = 0; i < tables::register_count; ++i)
        if (!is_msr_register<Map>(i) && tables::register_leaf[i] == leaf && tables::register_subleaf[i] == subleaf)
            wanted |= 1U << (tables::register_part[i] - 'a');
    return wanted;
}

/// A request for each register, in the shape of CPUID. The first that fails is kept, and the last asked for.
template <class Map, class Request>
class request_cpuid {
public:
    constexpr explicit request_cpuid(Request& request) : request_(request) {}

    constexpr cpuid_registers operator()(std::uint32_t leaf, std::uint32_t subleaf) {
        if (failed_) return {};
        if (asked_ && leaf == leaf_ && subleaf == subleaf_) return last_;
        asked_ = true;
        leaf_ = leaf;
        subleaf_ = subleaf;
        last_ = {};
        std::uint32_t* const to[4] = {&last_.eax, &last_.ebx, &last_.ecx, &last_.edx};
        const unsigned wanted = registers_wanted<Map>(leaf, subleaf);
        for (unsigned i = 0; i < 4; ++i) {
            if ((wanted >> i & 1) == 0) continue;
            which_ = i;
            const auto answer = request_(leaf, subleaf, static_cast<cpuid_register>(i));
            failed_ = !answer;
            if (failed_) return {};
            *to[i] = *answer;
        }
        return last_;
    }
    [[nodiscard]] constexpr bool failed() const { return failed_; }
    [[nodiscard]] constexpr basic_error<Map> error() const {
        short_text text;
        text.put(std::string_view("leaf ", 5)).put_hex(leaf_, 1);
        text.put(std::string_view(", subleaf ", 10)).put_hex(subleaf_, 1);
        text.put(std::string_view(": ", 2)).put(std::string_view(&"eaxebxecxedx"[std::size_t{3} * which_], 3));
        return basic_error<Map>(errc::cpuid_request, text.view());
    }

private:
    Request& request_;
    cpuid_registers last_{};
    std::uint32_t leaf_ = 0, subleaf_ = 0;
    unsigned which_ = 0;
    bool asked_ = false, failed_ = false;
};

}  // namespace detail

/// Reads every CPUID register that features of Map are in, with vendor and signature, over what `to` holds, and makes
/// no other request. Registers that are not asked for are 0. Request: callable from leaf, subleaf and cpuid_register to
/// a given<std::uint32_t> or std::optional<std::uint32_t>, without a value where the request failed; after one that
/// failed no other is made, and `to` holds what was read before.
/// Errors: cpuid_request with the leaf, subleaf and register; the codes of fill_cpu_data().
template <class Map = default_map, class Request>
constexpr basic_result<void, basic_error<Map>> fill_out_of_band(cpu_data& to, Request&& request) {
    detail::request_cpuid<Map, std::remove_reference_t<Request>> cpuid(request);
    const errc e = fill_cpu_data<Map>(to, cpuid, no_msrs{});
    return cpuid.failed() ? cpuid.error() : basic_error<Map>(e);
}

/// fill_out_of_band() into a value of its own.
/// Errors: those of fill_out_of_band().
template <class Map = default_map, class Request>
constexpr basic_result<cpu_data, basic_error<Map>> read_out_of_band(Request&& request) {
    using result = basic_result<cpu_data, basic_error<Map>>;
    result r(in_place);
    if (const auto done = fill_out_of_band<Map>(*r, request); !done) return result(done.error());
    return r;
}

/// Requests to an AMD processor over SB-RMI, for fill_out_of_band(). Transfer: callable from a message, a
/// std::span<const std::uint8_t>, and the room for its answer, a std::span<std::uint8_t>, to whether it got there and
/// back. It writes the message to command register 0x73 of the processor's SB-RMI device, waits for the alert that the
/// answer is there, reads the answer from the same register, and clears the alert. The protocol knows subleaves up to
/// 15, all that maps use, and reads no feature MSRs.
/// Source: AMD's processor programming references, "SB-RMI Read CPUID Command Protocol".
template <class Transfer>
class sb_rmi {
public:
    static constexpr std::size_t message_size = 9;  ///< bytes of a message
    static constexpr std::size_t answer_size = 10;  ///< bytes of an answer

    /// Requests to a thread of the processor, 0 to 127.
    constexpr explicit sb_rmi(Transfer transfer, unsigned thread = 0)
        : transfer_(static_cast<Transfer&&>(transfer)), thread_(thread) {}

    /// The value of one register; none where the message did not get there, or its answer is not one or says that the
    /// processor could not do it. One message brings two registers, so that the second takes no other.
    constexpr given<std::uint32_t> operator()(std::uint32_t leaf, std::uint32_t subleaf, cpuid_register which) {
        if (subleaf > 15 || thread_ > 127) return {};
        const auto index = static_cast<unsigned>(which);
        const std::uint8_t ext = static_cast<std::uint8_t>(subleaf << 4 | index / 2);
        if (!held_ || leaf != leaf_ || ext != ext_) {
            const std::uint8_t message[message_size] = {8,
                                                        8,
                                                        0x91,
                                                        static_cast<std::uint8_t>(thread_ << 1),
                                                        static_cast<std::uint8_t>(leaf),
                                                        static_cast<std::uint8_t>(leaf >> 8),
                                                        static_cast<std::uint8_t>(leaf >> 16),
                                                        static_cast<std::uint8_t>(leaf >> 24),
                                                        ext};
            std::uint8_t answer[answer_size]{};
            held_ = false;
            ++messages_;
            if (!transfer_(std::span<const std::uint8_t>(message), std::span<std::uint8_t>(answer))) return {};
            status_ = answer[1];
            if (answer[0] != answer_size - 1 || status_ != 0) return {};
            for (std::size_t i = 0; i < 2; ++i) {
                pair_[i] = 0;
                for (std::size_t k = 0; k < 4; ++k) pair_[i] |= std::uint32_t{answer[2 + 4 * i + k]} << (8 * k);
            }
            leaf_ = leaf;
            ext_ = ext;
            held_ = true;
        }
        return pair_[index % 2];
    }

    /// The status that the processor gave with the last answer; 0 is success.
    [[nodiscard]] constexpr std::uint8_t status() const { return status_; }
    /// How many messages were sent.
    [[nodiscard]] constexpr std::size_t messages() const { return messages_; }

private:
    Transfer transfer_;
    unsigned thread_;
    std::uint32_t pair_[2]{};
    std::uint32_t leaf_ = 0;
    std::uint8_t ext_ = 0, status_ = 0;
    bool held_ = false;
    std::size_t messages_ = 0;
};

}  // namespace cpumap::inline v0
