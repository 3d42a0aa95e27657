# SPDX-License-Identifier: BSL-1.0
# cpack reads this when the packages are made. It writes the umask of the builder into their outermost layer, an archive
# of three files; they are put together anew, without it.

cmake_policy(VERSION 3.25...3.31)
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

foreach(package IN LISTS CPACK_PACKAGE_FILES)
  set(folder "${CPACK_TEMPORARY_DIRECTORY}/members")
  file(REMOVE_RECURSE "${folder}")
  file(MAKE_DIRECTORY "${folder}")
  execute_process(COMMAND ar x "${package}" WORKING_DIRECTORY "${folder}" COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB members RELATIVE "${folder}" "${folder}/control.tar.*" "${folder}/data.tar.*")
  execute_process(COMMAND ar rcD package.deb debian-binary ${members} WORKING_DIRECTORY "${folder}"
                  COMMAND_ERROR_IS_FATAL ANY)
  file(COPY_FILE "${folder}/package.deb" "${package}")
endforeach()
