// SPDX-License-Identifier: BSL-1.0
// Texts, errors, results, sets of features, and finding names.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

namespace {

using cpumap::basic_feature_set;
using cpumap::errc;
using namespace std::string_view_literals;
namespace detail = cpumap::detail;

// ---- Texts ----------------------------------------------------------------------------------------------------------

template <cpumap::fixed_string Text>
constexpr std::string_view text_of = Text.view();
static_assert(text_of<"Ivy"> == "Ivy" && text_of<"">.empty());
static_assert(text_of<"a\0b"> == "a\0b"sv, "a zero inside is part of the text");

constexpr int inline_text_keeps(std::string_view long_text) {
    using text = cpumap::inline_text<4>;
    CPUMAP_MUST(text{}.empty() && !text{}.cut() && text{}.view().empty());
    for (std::size_t n = 0; n <= long_text.size(); ++n) {
        const text t(long_text.substr(0, n));
        CPUMAP_MUST(t.view() == long_text.substr(0, n < 4 ? n : 4));
        CPUMAP_MUST(t.cut() == (n > 4));
        CPUMAP_MUST(t.empty() == (n == 0));
        CPUMAP_MUST(t == text(t.view()));
        CPUMAP_MUST((t == text("abcd")) == (n >= 4));
    }
    return 0;
}

constexpr int given_goes_where_optional_does(unsigned v) {
    using number = cpumap::given<unsigned>;
    const std::optional<unsigned> some = number(v);
    const std::optional<unsigned> none = number();
    CPUMAP_MUST(some.has_value() && *some == v && !none);
    CPUMAP_MUST(number(v).value() == v);

    number n;
    n.emplace(v);
    CPUMAP_MUST(n && *n == v && n == number(v));
    *n += 1;
    CPUMAP_MUST(n == number(v + 1) && n != number(v));
    n.reset();
    CPUMAP_MUST(!n && n == number() && n.value_or(v) == v);
    n.emplace();
    CPUMAP_MUST(n && *n == 0 && n != number());

    const unsigned numbers[] = {v, v + 1};
    const cpumap::given<std::span<const unsigned>> all = numbers;
    CPUMAP_MUST(all && all->size() == 2 && all->back() == v + 1);
    return 0;
}

constexpr int given_is_there_or_not(unsigned v) {
    using number = cpumap::given<unsigned>;
    CPUMAP_MUST(!number{} && !number{}.has_value());
    const number n = v;
    CPUMAP_MUST(n && n.has_value() && *n == v);
    CPUMAP_MUST(n == number(v) && n != number{} && n != number(v + 1));
    CPUMAP_MUST(number(0U) != number{});
    return 0;
}

// ---- Errors and results ---------------------------------------------------------------------------------------------

using error = cpumap::error;

constexpr errc last_code = static_cast<errc>(cpumap::detail::errc_count - 1);

constexpr int every_code_has_its_sentence(int first) {
    for (int i = first; i <= static_cast<int>(last_code); ++i) {
        const std::string_view text = cpumap::message(static_cast<errc>(i));
        CPUMAP_MUST(!text.empty() && text.back() != '.' && text.back() != ' ');
        for (int j = first; j < i; ++j) CPUMAP_MUST(cpumap::message(static_cast<errc>(j)) != text);
    }
    CPUMAP_MUST(detail::is_not<errc::bad_item>(static_cast<errc>(first)));
    CPUMAP_MUST(!detail::is_not<errc::bad_item>(errc::bad_item));
    CPUMAP_MUST(cpumap::message(errc::none).empty());
    CPUMAP_MUST(cpumap::message(static_cast<errc>(static_cast<int>(last_code) + 1)).empty());
    return 0;
}

constexpr int errors_own_what_they_say(std::size_t length) {
    char name[100]{};
    for (std::size_t i = 0; i < length; ++i) name[i] = static_cast<char>('a' + i % 26);
    const error e(errc::unknown_feature, std::string_view(name, length), cpumap::model<"Penryn">.features());
    const std::string_view whole =
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij";
    for (char& c : name) c = '?';
    CPUMAP_MUST(e.code() == errc::unknown_feature && e.message() == cpumap::message(errc::unknown_feature));
    CPUMAP_MUST(e.name() == whole.substr(0, length < 63 ? length : 63));
    CPUMAP_MUST(e.name_cut() == (length > 63));
    CPUMAP_MUST(e.features() == cpumap::model<"Penryn">.features());
    CPUMAP_MUST(e == error(errc::unknown_feature, e.name(), e.features()));
    CPUMAP_MUST(e != error(errc::unknown_model, e.name(), e.features()));
    CPUMAP_MUST(e != error(errc::unknown_feature, "other", e.features()));
    CPUMAP_MUST(e != error(errc::unknown_feature, e.name()));
    return 0;
}

constexpr int results_hold_one_of_two(int v) {
    using result = cpumap::result<int>;
    result good = v;
    CPUMAP_MUST(good && good.has_value() && *good == v && good.value_or(v + 1) == v);
    *good += 1;
    CPUMAP_MUST(*good == v + 1);
    const result bad = error(errc::no_suitable_model);
    CPUMAP_MUST(!bad && !bad.has_value() && bad.error().code() == errc::no_suitable_model && bad.value_or(v) == v);
    good = bad;
    CPUMAP_MUST(!good && good.error() == bad.error());
    const cpumap::result<cpumap::guest_cpu> made(cpumap::in_place);
    CPUMAP_MUST(made && !made->has_model());

    using nothing = cpumap::result<void>;
    CPUMAP_MUST(nothing{} && nothing{}.has_value());
    const nothing failed = error(errc::duplicate_feature, "pcid");
    CPUMAP_MUST(!failed && !failed.has_value());
    CPUMAP_MUST(failed.error().code() == errc::duplicate_feature && failed.error().name() == "pcid");
    return 0;
}

}  // namespace

TEST_CASE("texts of fixed size keep what fits and say when that is not all", "[base]") {
    CPUMAP_BOTH(inline_text_keeps, "abcdefg"sv);
    CPUMAP_BOTH(given_is_there_or_not, 7U);
    CPUMAP_BOTH(given_goes_where_optional_does, 7U);
}

TEST_CASE("every error code has a sentence of its own", "[base]") { CPUMAP_BOTH(every_code_has_its_sentence, 1); }

TEST_CASE("errors own the name and the features at fault", "[base]") {
    CPUMAP_BOTH(errors_own_what_they_say, std::size_t{0});
    CPUMAP_BOTH(errors_own_what_they_say, std::size_t{62});
    CPUMAP_BOTH(errors_own_what_they_say, std::size_t{63});
    CPUMAP_BOTH(errors_own_what_they_say, std::size_t{64});
    CPUMAP_BOTH(errors_own_what_they_say, std::size_t{88});
}

TEST_CASE("a result is a value or an error", "[base]") { CPUMAP_BOTH(results_hold_one_of_two, 41); }

// ---- Sets -----------------------------------------------------------------------------------------------------------

namespace {

/// A set of features, and beside it what it must be equal to: a set of numbers.
template <class Map>
struct with_model {
    basic_feature_set<Map> set;
    std::set<std::size_t> model;

    void insert(std::size_t i) {
        set.insert(cpumap::basic_feature_ref<Map>::from_index(i));
        model.insert(i);
    }
    [[nodiscard]] bool agrees() const {
        if (set.size() != model.size() || set.empty() != model.empty()) return false;
        auto expected = model.begin();
        for (const auto f : set)  // in map order
            if (expected == model.end() || f.index() != *expected++) return false;
        if (expected != model.end()) return false;
        for (std::size_t i = 0; i < Map::x86::feature_count; ++i)
            if (set.contains(cpumap::basic_feature_ref<Map>::from_index(i)) != (model.count(i) == 1)) return false;
        return true;
    }
};

template <class Map>
with_model<Map> random_set(unit::random& random) {
    with_model<Map> s;
    const std::size_t n = Map::x86::feature_count;
    switch (random.below(4)) {
        case 0:  // a few
            for (std::size_t k = random.below(6); k > 0; --k) s.insert(random.below(n));
            break;
        case 1:  // all but a few
            for (std::size_t i = 0; i < n; ++i)
                if (!random.one_in(100)) s.insert(i);
            break;
        default:
            for (std::size_t i = 0; i < n; ++i)
                if (random.one_in(2)) s.insert(i);
    }
    return s;
}

/// Whether the sets' own operations agree with those on their models.
template <class Map>
int set_operations_agree(const with_model<Map>& a, const with_model<Map>& b) {
    with_model<Map> both{a.set & b.set, {}};
    with_model<Map> either{a.set | b.set, a.model};
    with_model<Map> rest{a.set - b.set, {}};
    for (const std::size_t i : a.model) (b.model.count(i) == 1 ? both : rest).model.insert(i);
    either.model.insert(b.model.begin(), b.model.end());
    CPUMAP_MUST(a.agrees() && b.agrees() && both.agrees() && either.agrees() && rest.agrees());

    bool included = true;
    for (const std::size_t i : b.model) included = included && a.model.count(i) == 1;
    CPUMAP_MUST(a.set.includes(b.set) == included);
    CPUMAP_MUST((a.set == b.set) == (a.model == b.model) && (a.set != b.set) == (a.model != b.model));
    return 0;
}

/// The laws that any two sets obey.
template <class Set>
constexpr int set_laws(const Set& a, const Set& b) {
    CPUMAP_MUST(a.includes(b) == (b - a).empty());
    CPUMAP_MUST(((a - b) | (a & b)) == a);
    CPUMAP_MUST(((a - b) & b).empty());
    CPUMAP_MUST((a | b) == (b | a) && (a & b) == (b & a));
    CPUMAP_MUST((a | b).includes(a) && a.includes(a & b) && a.includes(a));
    CPUMAP_MUST((a | b).size() + (a & b).size() == a.size() + b.size());
    CPUMAP_MUST((a.includes(b) && b.includes(a)) == (a == b));
    CPUMAP_MUST((a - a).empty() && (a | Set{}) == a && (a & Set{}).empty());
    Set c = a;
    c |= b;
    CPUMAP_MUST(c == (a | b));
    c = a;
    c &= b;
    CPUMAP_MUST(c == (a & b));
    c = a;
    c -= b;
    CPUMAP_MUST(c == (a - b));
    return 0;
}

template <class Map>
constexpr int set_laws_of_models(std::size_t step) {
    const auto models = cpumap::models<Map>();
    for (std::size_t i = 0; i < models.size(); i += step)
        for (std::size_t j = 0; j < models.size(); j += step)
            if (const int line = set_laws(models[i].features(), models[j].features()); line != 0) return line;
    return 0;
}

template <class Map>
constexpr int sets_grow_and_shrink(std::size_t step) {
    basic_feature_set<Map> set;
    CPUMAP_MUST(set.empty() && set.begin() == set.end());
    std::size_t n = 0;
    for (std::size_t i = 0; i < Map::x86::feature_count; i += step) {
        const auto f = cpumap::features<Map>()[i];
        CPUMAP_MUST(!set.contains(f));
        set.insert(f);
        set.insert(f);
        CPUMAP_MUST(set.contains(f) && set.size() == ++n && !set.empty());
        auto last = set.begin();
        for (std::size_t k = 1; k < n; ++k) last++;
        CPUMAP_MUST(*last == f && ++last == set.end());
    }
    for (std::size_t i = 0; i < Map::x86::feature_count; i += step) {
        const auto f = cpumap::features<Map>()[i];
        CPUMAP_MUST(*set.begin() == f);
        set.erase(f);
        set.erase(f);
        CPUMAP_MUST(!set.contains(f) && set.size() == --n);
    }
    CPUMAP_MUST(set == basic_feature_set<Map>{});

    // From words, bits behind the last feature are dropped.
    std::uint64_t words[basic_feature_set<Map>::word_count]{};
    for (std::uint64_t& w : words) w = ~std::uint64_t{0};
    const auto all = basic_feature_set<Map>::from_words(words);
    CPUMAP_MUST(all.size() == Map::x86::feature_count);
    std::size_t bits = 0;
    for (std::size_t i = 0; i < basic_feature_set<Map>::word_count; ++i)
        for (std::uint64_t rest = all.word(i); rest != 0; rest &= rest - 1) ++bits;
    CPUMAP_MUST(bits == Map::x86::feature_count);
    return 0;
}

}  // namespace

namespace {

/// Bits are counted and found without the compiler's runtime library; of every lowest and every highest bit.
constexpr int bits_are_found(std::uint64_t between) {
    for (unsigned low = 0; low < 64; ++low)
        for (unsigned high = low; high < 64; ++high) {
            const std::uint64_t within = high - low < 2 ? 0 : ~std::uint64_t{0} >> (64 - (high - low - 1)) << (low + 1);
            const std::uint64_t v = std::uint64_t{1} << low | std::uint64_t{1} << high | (between & within);
            CPUMAP_MUST(detail::lowest_bit(v) == low && detail::lowest_bit_in_halves(v) == low);
            CPUMAP_MUST(detail::highest_bit(v) == high && detail::highest_bit_in_halves(v) == high);
            unsigned bits = 0;
            for (unsigned i = 0; i < 64; ++i) bits += static_cast<unsigned>(v >> i & 1);
            CPUMAP_MUST(detail::count_bits(v) == bits);
        }
    return 0;
}

}  // namespace

TEST_CASE("bits are found in words and in their halves", "[base]") {
    CPUMAP_BOTH(bits_are_found, std::uint64_t{0});
    CHECK(bits_are_found(unit::opaque(~std::uint64_t{0})) == 0);
    CHECK(bits_are_found(unit::opaque(std::uint64_t{0xa5a5'0f0f'3c3c'9669})) == 0);
}

TEMPLATE_TEST_CASE("sets of features agree with sets of numbers", "[base]", CPUMAP_EVERY_MAP) {
    unit::random random(1);
    for (int round = 0; round < 200; ++round) {
        const auto a = random_set<TestType>(random);
        auto b = random_set<TestType>(random);
        if (random.one_in(4)) {  // one within the other
            b.set |= a.set;
            b.model.insert(a.model.begin(), a.model.end());
        }
        INFO(round);
        REQUIRE(set_operations_agree(a, b) == 0);
        REQUIRE(set_operations_agree(b, a) == 0);
        REQUIRE(set_laws(a.set, b.set) == 0);
    }
}

/// Bits of a set beside bits of a word, in the loop that g++ 12.2 gets wrong at -O2 when both are found by one shift: it
/// compares what the bits were shifted out of.
template <class Map>
[[gnu::noinline]] int bits_agree(const basic_feature_set<Map>& set, const std::size_t* in_order, std::uint64_t word) {
    std::size_t n = 0;
    for (std::size_t bit = 0; bit < 32; ++bit) {
        const bool wanted = (word >> bit & 1) != 0;
        const bool found = set.contains(cpumap::basic_feature_ref<Map>::from_index(bit));
        CPUMAP_MUST(found == wanted);
        if (wanted) CPUMAP_MUST(in_order[n++] == bit);
    }
    return 0;
}

TEMPLATE_TEST_CASE("bits of sets are bits to optimisers", "[base]", CPUMAP_EVERY_MAP) {
    unit::random random(8);
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t word = random.next();
        basic_feature_set<TestType> set;
        std::vector<std::size_t> in_order;
        for (std::size_t bit = 0; bit < 32; ++bit)
            if ((word >> bit & 1) != 0) {
                set.set(bit);
                in_order.push_back(bit);
            }
        in_order.push_back(0);
        CHECK(bits_agree(set, in_order.data(), word) == 0);
    }
}

TEMPLATE_TEST_CASE("sets of features obey the laws of sets", "[base]", CPUMAP_EVERY_MAP) {
    static_assert(set_laws_of_models<TestType>(20) == 0);
    CHECK(set_laws_of_models<TestType>(unit::opaque(std::size_t{3})) == 0);
    static_assert(sets_grow_and_shrink<TestType>(17) == 0);
    CHECK(sets_grow_and_shrink<TestType>(unit::opaque(std::size_t{1})) == 0);
}

// ---- Names ----------------------------------------------------------------------------------------------------------

namespace {

template <class Map>
constexpr int names_find_what_they_name(std::size_t step) {
    for (std::size_t i = 0; i < cpumap::models<Map>().size(); i += step) {
        const auto m = cpumap::models<Map>()[i];
        CPUMAP_MUST(!m.name().empty() && cpumap::find_model<Map>(m.name()) == m);
        CPUMAP_MUST(cpumap::nearest_model<Map>(m.name()) == m);
        CPUMAP_MUST(cpumap::use<Map>::find_model(m.name()) == m);
    }
    for (std::size_t i = 0; i < cpumap::features<Map>().size(); i += step) {
        const auto f = cpumap::features<Map>()[i];
        CPUMAP_MUST(!f.name().empty() && cpumap::find_feature<Map>(f.name()) == f);
        CPUMAP_MUST(cpumap::nearest_feature<Map>(f.name()) == f);
        CPUMAP_MUST(cpumap::use<Map>::find_feature(f.name()) == f);
        for (const auto alias : f.aliases()) {
            CPUMAP_MUST(!alias.empty() && alias != f.name());
            CPUMAP_MUST(cpumap::find_feature<Map>(alias) == f && cpumap::nearest_feature<Map>(alias) == f);
            CPUMAP_MUST(!cpumap::find_model<Map>(alias));
        }
    }
    return 0;
}

template <class Map>
constexpr int nonsense_finds_nothing(std::string_view long_name) {
    constexpr std::string_view nonsense[] = {"",
                                             " ",
                                             "?",
                                             "zzzz",
                                             "flux-capacitor",
                                             "\0"sv,
                                             "IvyBridge\0"sv,
                                             "a name that is much longer than any of a CPU could be",
                                             "\xff\xfe\xfd\x80"};
    for (const std::string_view n : nonsense) CPUMAP_MUST(!cpumap::find_model<Map>(n) && !cpumap::find_feature<Map>(n));
    for (std::size_t i = 1; i < 6; ++i) {
        CPUMAP_MUST(!cpumap::nearest_model<Map>(nonsense[i]) && !cpumap::nearest_feature<Map>(nonsense[i]));
    }
    // Names of any length neither find anything nor run over an end.
    for (std::size_t n = 30; n <= long_name.size(); ++n)
        CPUMAP_MUST(!cpumap::nearest_model<Map>(long_name.substr(0, n)) &&
                    !cpumap::find_model<Map>(long_name.substr(0, n)));
    // Case counts when a name is looked up, and not when one is suggested.
    CPUMAP_MUST(!cpumap::find_model<Map>("nehalem") && !cpumap::find_feature<Map>("SSE2"));
    CPUMAP_MUST(cpumap::nearest_model<Map>("nehalem") == cpumap::find_model<Map>("Nehalem"));
    CPUMAP_MUST(cpumap::nearest_feature<Map>("SSE2") == cpumap::find_feature<Map>("sse2"));
    return 0;
}

/// Edit distance of all of both texts, ignoring case, by the book.
std::size_t distance_of(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            const bool same = std::tolower(a[i - 1]) == std::tolower(b[j - 1]);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
        }
    return d[a.size()][b.size()];
}

template <class Lookup>
void check_typos(std::string_view name, std::string_view typo, Lookup nearest) {
    INFO(name << " written " << typo);
    const std::string_view suggested = nearest(typo);
    REQUIRE(!suggested.empty());
    if (suggested != name) REQUIRE(distance_of(suggested, typo) <= distance_of(name, typo));
}

template <class Lookup>
void check_typos(std::string_view name, Lookup nearest) {
    const std::string n(name);
    for (std::size_t i = 0; i < n.size(); ++i) {
        if (n.size() > 2) check_typos(name, n.substr(0, i) + n.substr(i + 1), nearest);
        check_typos(name, n.substr(0, i) + "q" + n.substr(i + 1), nearest);
        check_typos(name, n.substr(0, i) + "q" + n.substr(i), nearest);
    }
    check_typos(name, n + "q", nearest);
    for (std::size_t i = 0; i + 2 < n.size() && n.size() >= 4; ++i) {  // two letters swapped are two edits
        std::string swapped = n;
        std::swap(swapped[i], swapped[i + 1]);
        check_typos(name, swapped, nearest);
    }
}

constexpr int edit_distance_counts(unsigned limit) {
    const auto d = [limit](std::string_view a, std::string_view b) { return detail::edit_distance(a, b, limit); };
    CPUMAP_MUST(d("", "") == 0 && d("Haswell", "hASWELL") == 0);
    CPUMAP_MUST(d("Haswel", "Haswell") == 1 && d("Haswelll", "Haswell") == 1 && d("Hazwell", "Haswell") == 1);
    CPUMAP_MUST(d("aHswell", "Haswell") == 2 && d("", "ab") == 2 && d("ab", "") == 2 && d("ab", "cd") == 2);
    // Names longer than any are as far apart as can be.
    constexpr std::string_view longest = "0123456789012345678901234567890123456789",
                               longer = "01234567890123456789012345678901234567890";
    CPUMAP_MUST(d(longest, longest) == 0);
    CPUMAP_MUST(d(longer, longer) == limit + 1);
    CPUMAP_MUST(d(longest, longer) == limit + 1);
    CPUMAP_MUST(d("kitten", "sitting") == 3 && d("Saturday", "Sunday") == 3);
    CPUMAP_MUST(d("abcd", "efgh") == limit + 1 && d("", "abcd") == limit + 1 && d("abcdefgh", "hgfedcba") == limit + 1);
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("every name and alias finds what it names", "[base][names]", CPUMAP_EVERY_MAP) {
    static_assert(names_find_what_they_name<TestType>(40) == 0);
    CHECK(names_find_what_they_name<TestType>(unit::opaque(std::size_t{1})) == 0);
}

TEMPLATE_TEST_CASE("what names nothing finds nothing", "[base][names]", CPUMAP_EVERY_MAP) {
    constexpr std::string_view long_name =
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";
    CPUMAP_BOTH(nonsense_finds_nothing<TestType>, long_name);
}

TEST_CASE("edit distance counts up to its limit", "[base][names]") {
    CPUMAP_BOTH(edit_distance_counts, 3U);
    // Against the textbook, over pairs of models.
    for (std::size_t i = 0; i < cpumap::models().size(); i += 3)
        for (const auto b : cpumap::models()) {
            const auto a = cpumap::models()[i];
            const std::size_t full = distance_of(a.name(), b.name());
            for (unsigned limit = 0; limit <= 3; ++limit) {
                if (detail::edit_distance(a.name(), b.name(), limit) != (full > limit ? limit + 1 : full))
                    FAIL(a.name() << " to " << b.name() << " within " << limit);
            }
        }
}

TEST_CASE("a typo in a name suggests the name or one as near", "[base][names]") {
    for (const auto m : cpumap::models())
        check_typos(m.name(), [](std::string_view typo) {
            const auto found = cpumap::nearest_model(typo);
            return found ? found->name() : std::string_view{};
        });
    const auto nearest = [](std::string_view typo) {
        const auto found = cpumap::nearest_feature(typo);
        if (!found) return std::string_view{};
        std::string_view best = found->name();  // the alias may be what is near
        for (const auto alias : found->aliases())
            if (distance_of(alias, typo) < distance_of(best, typo)) best = alias;
        return best;
    };
    for (std::size_t i = 0; i < cpumap::features().size(); i += 3) check_typos(cpumap::features()[i].name(), nearest);
}

TEST_CASE("the beginning of a name suggests a name that begins so", "[base][names]") {
    CHECK(cpumap::nearest_model("Skylake")->name().substr(0, 7) == "Skylake");
    CHECK(cpumap::nearest_model("sapphire")->name().substr(0, 8) == "Sapphire");
    CHECK(cpumap::nearest_feature("avx512-vnnii")->name().substr(0, 6) == "avx512");
    CHECK(!cpumap::nearest_model("S"));
    CHECK(!cpumap::nearest_model(""));
    CHECK(!cpumap::nearest_feature(""));
}
