// SPDX-License-Identifier: BSL-1.0
// expect-error: cpumap: .*QEMU: a name holds a comma
#include <cpumap/cpumap.hpp>
using base = cpumap::default_map;
struct names {
    char text[sizeof(base::x86::model_names)]{};
    constexpr names() {
        for (std::size_t i = 0; i < sizeof text; ++i) text[i] = base::x86::model_names[i];
#ifdef CPUMAP_MISTAKE
        text[1] = ',';
#endif
    }
    constexpr const char& operator[](std::size_t i) const { return text[i]; }
};
struct own : base {
    struct x86 : base::x86 {
        static constexpr names model_names{};
    };
};
// The first model of the map, whatever it is called.
struct policy {
    using map_type = own;
    static constexpr auto definition() {
        return cpumap::basic_guest_cpu<own>(cpumap::basic_model_ref<own>::from_index(0));
    }
};
static_assert(!cpumap::qemu_cpu<policy>.empty());
