# SPDX-License-Identifier: BSL-1.0
# cpack reads this before it makes packages. All dates in them are that of the version, unless SOURCE_DATE_EPOCH says
# another, so that two builds give the same bytes.

if(CPACK_GENERATOR STREQUAL "DEB" AND NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND "${CPACK_CPUMAP_SOURCE_DIR}/.cpack/changelog" --date "${CPACK_PACKAGE_VERSION}"
                  OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(ENV{SOURCE_DATE_EPOCH} "${date}")
endif()
