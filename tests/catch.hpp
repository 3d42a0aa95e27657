// SPDX-License-Identifier: BSL-1.0
#pragma once

// Catch2, whichever is installed: 3, or 2.13 with its one header.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
