// SPDX-License-Identifier: BSL-1.0

// Prints the tables of one generated map as plain lines, for check_map.py to compare with the map's XML. It is built
// with MAP_HEADER and MAP_TYPE set, and reads the tables by what cpumap/base/map.hpp says about them, with none of the
// library's own code.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include MAP_HEADER

namespace {

using map = cpumap::maps::MAP_TYPE;
constexpr std::uint16_t none = 0xffff;

// Whether an array holds so many elements, with or without the zero of a literal behind them.
template <class T, std::size_t Size>
constexpr bool holds(const T (&)[Size], std::size_t count) {
    return Size == count || Size == count + 1;
}

// A word of a line: what is not printable ASCII, and what the lines use themselves, as %hex.
std::string word(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c > ' ' && c <= '~' && c != '%' && c != ',' && c != ':') {
            result += c;
        } else {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
            result += escaped;
        }
    }
    return result;
}

std::string name(const char* names, const char16_t* at, std::size_t i) {
    return word(std::string_view(names + at[i], static_cast<std::size_t>(at[i + 1] - at[i])));
}

void line(const std::string& text) { std::puts(text.c_str()); }

std::string number(std::uint64_t value) { return std::to_string(value); }

namespace x86 {

using t = map::x86;

static_assert(holds(t::feature_name_at, t::feature_count + t::alias_count + 1));
static_assert(holds(t::feature_names, t::feature_name_at[t::feature_count + t::alias_count] + 48));
static_assert(holds(t::feature_bucket, t::feature_bucket_count + 1));
static_assert(holds(t::feature_in_buckets, t::feature_count + t::alias_count));
static_assert(holds(t::model_bucket, t::model_bucket_count + 1) && holds(t::model_in_buckets, t::model_count));
static_assert(holds(t::feature_order, t::feature_count + t::alias_count));
static_assert(holds(t::alias_of, t::alias_count) && holds(t::alias_source, t::alias_count));
static_assert(holds(t::non_migratable, t::non_migratable_count));
static_assert(holds(t::register_leaf, t::register_count) && holds(t::register_subleaf, t::register_count));
static_assert(holds(t::register_part, t::register_count) && holds(t::bit_runs, t::run_count));
static_assert(t::set_words == (t::feature_count + 63) / 64 || (t::feature_count == 0 && t::set_words == 1));
static_assert(holds(t::sets, 2 * t::set_count * t::set_words));
static_assert(holds(t::model_name_at, t::model_count + 1) && holds(t::model_order, t::model_count));
static_assert(holds(t::model_names, t::model_name_at[t::model_count]));
static_assert(holds(t::model_set, t::model_count) && holds(t::model_size, t::model_count));
static_assert(holds(t::model_added, t::model_count) && holds(t::model_vendor, t::model_count));
static_assert(holds(t::model_canonical, t::model_count) && holds(t::model_flags, t::model_count));
static_assert(holds(t::model_signatures_at, t::model_count) && holds(t::model_signatures_count, t::model_count));
static_assert(sizeof t::signatures == 2 * sizeof t::signature_steppings);
static_assert(holds(t::model_removed_at, t::model_count) && holds(t::model_removed_count, t::model_count));
static_assert(holds(t::vendor_name_at, t::vendor_count + 1) && holds(t::vendor_strings, 12 * t::vendor_count));
static_assert(holds(t::vendor_names, t::vendor_name_at[t::vendor_count]));
static_assert(sizeof(t::feature_id) == 2 && sizeof(t::model_id) == 2);

std::string feature(std::size_t i) { return name(t::feature_names, t::feature_name_at, i); }
std::string model(std::size_t i) { return name(t::model_names, t::model_name_at, i); }
std::string vendor(std::size_t i) { return name(t::vendor_names, t::vendor_name_at, i); }

bool migratable(std::size_t feature) {
    for (std::size_t i = 0; i < t::non_migratable_count; ++i) {
        if (t::non_migratable[i] == feature) {
            return false;
        }
    }
    return true;
}

void dump_features() {
    std::size_t next = 0;
    for (std::size_t i = 0; i < t::run_count; ++i) {
        const std::uint32_t run = t::bit_runs[i];
        const std::size_t r = run >> 10;
        for (std::uint32_t bit = run >> 5 & 31, left = (run & 31) + 1; left != 0; ++bit, --left, ++next) {
            line("x86 feature " + feature(next) + ' ' + number(t::register_leaf[r]) + ' ' +
                 number(t::register_subleaf[r]) + ' ' + t::register_part[r] + ' ' + number(bit) +
                 (migratable(next) ? " migratable" : " fixed"));
        }
    }
    line("x86 features " + number(next) + " of " + number(t::feature_count));
    for (std::size_t i = 0; i < t::alias_count; ++i) {
        line("x86 alias " + feature(t::feature_count + i) + ' ' + feature(t::alias_of[i]) + ' ' + t::alias_source[i]);
    }
    for (std::size_t i = 0; i < t::feature_count + t::alias_count; ++i) {
        line("x86 sorted feature " + feature(t::feature_order[i]));
    }
}

std::string set(std::size_t index) {
    std::string result;
    for (std::size_t i = 0; i < t::set_words * 64; ++i) {
        if ((t::sets[2 * t::set_words * index + i / 32] >> i % 32 & 1) != 0) {
            result += ' ' + (i < t::feature_count ? feature(i) : "beyond the last feature");
        }
    }
    return result;
}

std::string signatures(std::size_t model) {
    std::string result;
    for (std::size_t i = 0; i < t::model_signatures_count[model]; ++i) {
        const std::size_t at = t::model_signatures_at[model] + i;
        result += ' ' + number(t::signatures[at] >> 8) + ',' + number(t::signatures[at] & 0xff) + ':';
        for (unsigned stepping = 0; stepping < 16; ++stepping) {
            result += (t::signature_steppings[at] >> stepping & 1) != 0 ? '1' : '0';
        }
    }
    return result;
}

void dump_models() {
    for (std::size_t i = 0; i < t::model_count; ++i) {
        const std::string about = "x86 model " + model(i);
        const unsigned flags = t::model_flags[i];
        line(about + " features" + set(t::model_set[i]));
        line(about + " size " + number(t::model_size[i]));
        line(about + " added" + (t::model_added[i] == none ? "" : set(t::model_added[i])));
        std::string removed;
        for (std::size_t k = 0; k < t::model_removed_count[i]; ++k) {
            removed += ' ' + feature(t::removed[t::model_removed_at[i] + k]);
        }
        line(about + " removed" + removed);
        line(about + " vendor " + (t::model_vendor[i] == none ? "-" : vendor(t::model_vendor[i])));
        line(about + " canonical " + (t::model_canonical[i] == none ? "-" : model(t::model_canonical[i])));
        line(about + " signatures" + signatures(i));
        line(about + " flags" + ((flags & 1) != 0 ? " host" : "") + ((flags & 2) != 0 ? " guest" : "") +
             ((flags & 4) != 0 ? " compat" : "") + (flags > 7 ? " more" : ""));
    }
    for (std::size_t i = 0; i < t::model_count; ++i) {
        line("x86 sorted model " + model(t::model_order[i]));
    }
}

void dump() {
    for (std::size_t i = 0; i < t::vendor_count; ++i) {
        line("x86 vendor " + vendor(i) + ' ' + word(std::string_view(t::vendor_strings + 12 * i, 12)));
    }
    dump_features();
    dump_models();
}

}  // namespace x86

namespace ppc64 {

using t = map::ppc64;

static_assert(holds(t::model_name_at, t::model_count + 1) && holds(t::model_order, t::model_count));
static_assert(holds(t::model_vendor, t::model_count) && holds(t::model_pvr_at, t::model_count + 1));
static_assert(holds(t::pvr_value, t::pvr_count) && holds(t::pvr_mask, t::pvr_count));
static_assert(holds(t::vendor_name_at, t::vendor_count + 1) && t::model_pvr_at[t::model_count] == t::pvr_count);

void dump() {
    const auto model = [](std::size_t i) { return name(t::model_names, t::model_name_at, i); };
    const auto vendor = [](std::size_t i) { return name(t::vendor_names, t::vendor_name_at, i); };
    for (std::size_t i = 0; i < t::vendor_count; ++i) {
        line("ppc64 vendor " + vendor(i));
    }
    for (std::size_t i = 0; i < t::model_count; ++i) {
        std::string text =
            "ppc64 model " + model(i) + ' ' + (t::model_vendor[i] == none ? "-" : vendor(t::model_vendor[i]));
        for (std::size_t k = t::model_pvr_at[i]; k < t::model_pvr_at[i + 1]; ++k) {
            text += ' ' + number(t::pvr_value[k]) + ':' + number(t::pvr_mask[k]);
        }
        line(text);
    }
    for (std::size_t i = 0; i < t::model_count; ++i) {
        line("ppc64 sorted model " + model(t::model_order[i]));
    }
}

}  // namespace ppc64

namespace arm {

using t = map::arm;

static_assert(holds(t::feature_name_at, t::feature_count + 1) && holds(t::feature_order, t::feature_count));
static_assert(holds(t::model_name_at, t::model_count + 1) && holds(t::model_order, t::model_count));
static_assert(holds(t::model_vendor, t::model_count) && holds(t::model_part, t::model_count));
static_assert(holds(t::vendor_name_at, t::vendor_count + 1) && holds(t::vendor_implementer, t::vendor_count));

void dump() {
    const auto feature = [](std::size_t i) { return name(t::feature_names, t::feature_name_at, i); };
    const auto model = [](std::size_t i) { return name(t::model_names, t::model_name_at, i); };
    const auto vendor = [](std::size_t i) { return name(t::vendor_names, t::vendor_name_at, i); };
    for (std::size_t i = 0; i < t::vendor_count; ++i) {
        line("arm vendor " + vendor(i) + ' ' + number(t::vendor_implementer[i]));
    }
    for (std::size_t i = 0; i < t::feature_count; ++i) {
        line("arm feature " + feature(i));
    }
    for (std::size_t i = 0; i < t::feature_count; ++i) {
        line("arm sorted feature " + feature(t::feature_order[i]));
    }
    for (std::size_t i = 0; i < t::model_count; ++i) {
        line("arm model " + model(i) + ' ' + (t::model_vendor[i] == none ? "-" : vendor(t::model_vendor[i])) + ' ' +
             number(t::model_part[i]));
    }
    for (std::size_t i = 0; i < t::model_count; ++i) {
        line("arm sorted model " + model(t::model_order[i]));
    }
}

}  // namespace arm

}  // namespace

int main() {
    line("format " + number(map::format));
    line("version " + std::string(map::version) + ' ' + number(map::version_number));
    x86::dump();
    ppc64::dump();
    arm::dump();
    return std::fflush(stdout) == 0 ? 0 : 1;
}
