// SPDX-License-Identifier: BSL-1.0
#include <cpumap/core.hpp>
#include <cpumap/match/subset.hpp>

// A board that meets two kinds of processors.
using board = cpumap::use<cpumap::subset<cpumap::models<"EPYC-Rome", "EPYC-Milan">>>;
static_assert(board::models().size() == 2);
static_assert(board::find_feature("svm") && !board::find_feature("hle"));
static_assert(board::model<"EPYC-Rome">.features().size() == cpumap::model<"EPYC-Rome">.features().size());
