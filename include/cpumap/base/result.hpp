// SPDX-License-Identifier: BSL-1.0
#pragma once

// A value or an error, after the pattern of C++23's std::expected, without exceptions; and the error, which owns what
// it says.

#include <cpumap/base/errors.hpp>
#include <cpumap/base/feature_set.hpp>
#include <cpumap/base/fixed_string.hpp>

#include <string_view>
#include <type_traits>

namespace cpumap::inline v0 {

namespace detail {

/// T, as far as a compiler knows only once Map is.
template <class Map, class T>
struct dependent {
    using type = T;
};

}  // namespace detail

/// What went wrong in an operation over Map. Owns everything it says, so that it may outlive the input.
template <class Map>
class basic_error {
public:
    /// An error of this code, with the name and the features at fault if there are any.
    constexpr explicit basic_error(errc code, std::string_view name = {}, basic_feature_set<Map> features = {})
        : features_(features), name_(name), code_(code) {}

    /// What is wrong.
    [[nodiscard]] constexpr errc code() const { return code_; }
    /// The first name at fault, of at most 63 bytes; empty where none is.
    [[nodiscard]] constexpr std::string_view name() const { return name_.view(); }
    /// Whether the name was longer than name() shows.
    [[nodiscard]] constexpr bool name_cut() const { return name_.cut(); }
    /// The features at fault; empty where none are.
    [[nodiscard]] constexpr const basic_feature_set<Map>& features() const { return features_; }
    /// One sentence that says what is wrong.
    [[nodiscard]] constexpr std::string_view message() const {
        // Of a type that depends on Map, so that compilers do not look for sentences before anybody asks for one.
        return cpumap::message(typename detail::dependent<Map, errc>::type(code_));
    }

    friend constexpr bool operator==(const basic_error&, const basic_error&) = default;

private:
    basic_feature_set<Map> features_;
    inline_text<63> name_;
    errc code_;
};

/// Makes a result in place: `result<T> r{in_place};` holds a T().
struct in_place_t {
    /// Only by name, so that {} is not taken for it.
    explicit in_place_t() = default;
};
/// The one value of its type.
inline constexpr in_place_t in_place{};

/// A T or an Error. As std::expected, but operator* and error() have the precondition that there is one.
template <class T, class Error>
class [[nodiscard]] basic_result {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_copyable_v<Error>);

public:
    /// What a success holds.
    using value_type = T;
    /// What a failure holds.
    using error_type = Error;

    /// Success, with a value.
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;`
    constexpr basic_result(const T& value) : value_(value), has_value_(true) {}
    /// Failure.
    // NOLINTNEXTLINE(google-explicit-constructor): `return error;`
    constexpr basic_result(const Error& error) : error_(error), has_value_(false) {}
    /// Success, with a T made of these arguments.
    template <class... Arguments>
    constexpr explicit basic_result(in_place_t, const Arguments&... arguments)
        : value_(arguments...), has_value_(true) {}

    /// Whether it is a success.
    [[nodiscard]] constexpr bool has_value() const { return has_value_; }
    /// Whether it is a success.
    constexpr explicit operator bool() const { return has_value_; }
    /// The value; it must be a success.
    constexpr T& operator*() { return value_; }
    /// The value; it must be a success.
    constexpr const T& operator*() const { return value_; }
    /// The value; it must be a success.
    constexpr T* operator->() { return &value_; }
    /// The value; it must be a success.
    constexpr const T* operator->() const { return &value_; }
    /// The value, or the other where it is a failure.
    [[nodiscard]] constexpr T value_or(const T& other) const { return has_value_ ? value_ : other; }
    /// The error; it must be a failure.
    [[nodiscard]] constexpr const Error& error() const { return error_; }

private:
    union {
        T value_;
        Error error_;
    };
    bool has_value_;
};

/// Success, or an Error.
template <class Error>
class [[nodiscard]] basic_result<void, Error> {
public:
    /// What a success holds.
    using value_type = void;
    /// What a failure holds.
    using error_type = Error;

    /// Success.
    constexpr basic_result() : error_(errc::none) {}
    /// Failure.
    // NOLINTNEXTLINE(google-explicit-constructor): `return error;`
    constexpr basic_result(const Error& error) : error_(error) {}

    /// Whether it is a success.
    [[nodiscard]] constexpr bool has_value() const { return error_.code() == errc::none; }
    /// Whether it is a success.
    constexpr explicit operator bool() const { return has_value(); }
    /// The error; it must be a failure.
    [[nodiscard]] constexpr const Error& error() const { return error_; }

private:
    Error error_;
};

}  // namespace cpumap::inline v0
