// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the flags in Linux's /proc/cpuinfo say of a processor, in libvirt's names.

#include <string_view>
#include <vector>

namespace cpumap::codegen {

// Who the flags are of, as far as a flag's meaning depends on it.
struct linux_processor {
    bool is_amd = false;         // AMD, or Hygon with AMD's bits
    bool is_hygon = false;       // of these Hygon
    bool has_virt_ssbd = false;  // the flag virt_ssbd stands among the others
    unsigned family = 0;
    unsigned model = 0;
};

struct linux_flag {
    enum class kind {
        features,  // it shows these features
        ignored,   // Linux made it up, or libvirt has no feature for it, or it does not say which bit is set
        as_named,  // this program does not know it: it may be a name of the map
    };
    kind what = kind::as_named;
    std::vector<std::string_view> features;  // libvirt's names
};

// A word of the line "flags".
[[nodiscard]] linux_flag read_linux_flag(std::string_view flag, const linux_processor& processor);

// A word of the line "vmx flags".
[[nodiscard]] linux_flag read_linux_vmx_flag(std::string_view flag);

}  // namespace cpumap::codegen
