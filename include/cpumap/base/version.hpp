// SPDX-License-Identifier: BSL-1.0
#pragma once

// The version of cpumap. It is stated here and nowhere else: CMake reads it from this line.

/// 10000 for the major version, 100 for the minor one, 1 for the patch; for use in #if. The inline namespace has the
/// major version in its name, so that two of them can be linked into one program.
#define CPUMAP_VERSION (0 * 10000 + 1 * 100 + 0)
