# SPDX-License-Identifier: BSL-1.0
# Sets cpumap_VERSION to the version of the library that this file is in, as include/cpumap/base/version.hpp states it.

set(cpumap_version_header "${CMAKE_CURRENT_LIST_DIR}/../include/cpumap/base/version.hpp")
file(STRINGS "${cpumap_version_header}" cpumap_version_line REGEX "^#define CPUMAP_VERSION ")
if(NOT cpumap_version_line MATCHES "[(]([0-9]+) [*] 10000 [+] ([0-9]+) [*] 100 [+] ([0-9]+)[)]$")
  message(FATAL_ERROR "no version can be read from ${cpumap_version_header}")
endif()
set(cpumap_VERSION "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${cpumap_version_header}")
