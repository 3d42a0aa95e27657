# SPDX-License-Identifier: BSL-1.0
# What cpack -G DEB makes: libcpumap-dev, and cpumap-tools where cpumap-codegen is built.

set(CPUMAP_MAINTAINER "The cpumap developers <cpumap@example.org>" CACHE STRING
    "Who answers for the Debian packages: NAME <ADDRESS>")

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL cpumap_dev)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # the first line of each description
set(CPACK_PACKAGE_CONTACT "${CPUMAP_MAINTAINER}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MULTIARCH foreign) # taken by CMake 3.31 and later
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_NAME libcpumap-dev)
set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_SOURCE cpumap)
set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_DEPENDS "libboost-dev (>= 1.81) | libboost1.81-dev")
set(CPACK_DEBIAN_CPUMAP_DEV_PACKAGE_RECOMMENDS cpumap-tools)
set(CPACK_DEBIAN_CPUMAP_DEV_DESCRIPTION "CPU policies of libvirt guests, checked by the compiler
cpumap holds libvirt's CPU map as constexpr tables, and C++20 templates over
them: a guest's CPU is a type, its <cpu> element a constant, and a mistake in
it an error of the compiler. It decodes CPUID into the named model that
libvirt chooses, and compares CPUs as libvirt does.

It has headers only. This package holds them, with a CMake package and a
pkg-config file.")

if(TARGET cpumap-codegen)
  list(APPEND CPACK_COMPONENTS_ALL cpumap_tools)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_PACKAGE_NAME cpumap-tools)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_PACKAGE_SOURCE cpumap)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_PACKAGE_SECTION devel)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_PACKAGE_ENHANCES libcpumap-dev)
  set(CPACK_DEBIAN_CPUMAP_TOOLS_DESCRIPTION "generator of CPU map headers for cpumap
cpumap-codegen writes a CPU map of libvirt, as it lies in
/usr/share/libvirt/cpu_map, as a C++ header of constexpr tables. The library
in libcpumap-dev then works with this map.")

  # As Debian builds its own packages, but for builds that look for mistakes.
  set(plain $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  set(hardened -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_compile_options(cpumap-codegen PRIVATE "$<${plain}:${hardened}>")
  target_link_options(cpumap-codegen PRIVATE $<${plain}:LINKER:-z,relro,-z,now>)
endif()

set(CPACK_CPUMAP_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/.cpack/date.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/.cpack/documents.cmake")
set(CPACK_POST_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/.cpack/members.cmake")
include(CPack)
