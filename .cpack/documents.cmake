# SPDX-License-Identifier: BSL-1.0
# cpack reads this when the files of the packages lie in their folders: adds what Debian wants beside them.

cmake_policy(VERSION 3.25...3.31)
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

# The licence as a paragraph of a copyright file: each line behind a space, empty ones with a dot.
file(READ "${CPACK_CPUMAP_SOURCE_DIR}/LICENSE" licence)
string(STRIP "${licence}" licence)
string(FIND "${licence}" "\n\n" end_of_name)
math(EXPR start "${end_of_name} + 2")
string(SUBSTRING "${licence}" ${start} -1 licence) # "License:" says the name
string(REPLACE "\n\n" "\n.\n" licence "${licence}")
string(REPLACE "\n" "\n " licence " ${licence}")

function(cpumap_add_documents package folder)
  if(NOT IS_DIRECTORY "${folder}")
    message(FATAL_ERROR "${package}: there is no ${folder}")
  endif()
  set(doc "${folder}/share/doc/${package}")
  file(WRITE "${doc}/copyright"
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: cpumap
Upstream-Contact: ${CPACK_PACKAGE_CONTACT}
Comment:
 The tables in cpumap/maps are facts (names, bits, numbers), generated from
 the CPU maps of the libvirt project. libvirt's files themselves are under the
 LGPL and no part of this package.

Files: *
Copyright: 2026 The cpumap developers
License: BSL-1.0
${licence}
")
  execute_process(COMMAND "${CPACK_CPUMAP_SOURCE_DIR}/.cpack/changelog" "${CPACK_PACKAGE_VERSION}"
                          "${CPACK_PACKAGE_CONTACT}"
                  OUTPUT_FILE "${doc}/changelog" COMMAND_ERROR_IS_FATAL ANY)
  set(pages)
  if(IS_DIRECTORY "${folder}/share/man")
    file(GLOB pages "${folder}/share/man/man*/*.[0-9]")
  endif()
  execute_process(COMMAND gzip -9n "${doc}/changelog" ${pages} COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB pages "${folder}/share/man/man*/*.gz")
  file(CHMOD "${doc}/copyright" "${doc}/changelog.gz" ${pages}
       PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  # Not what the umask says, so that two builds give the same bytes.
  file(CHMOD_RECURSE "${folder}" "${folder}/.." DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
       GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" upper)
  cpumap_add_documents("${CPACK_DEBIAN_${upper}_PACKAGE_NAME}"
                       "${CPACK_TEMPORARY_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX}")
endforeach()
