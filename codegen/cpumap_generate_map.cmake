# SPDX-License-Identifier: BSL-1.0
#
# cpumap_generate_map(TARGET target MAP path VERSION version NAME name [STRICT] [OUTPUT_DIR folder])
#
# Makes a header of constexpr tables from a CPU map, for use as <cpumap/maps/NAME.hpp> in TARGET, and makes it again
# when a file of the map changes.
#
#   TARGET      library or program that includes the header; an interface library hands it on to its users
#   MAP         cpu_map.xml, or a folder with index.xml or cpu_map.xml
#   VERSION     the libvirt that the map belongs to, such as 12.8.0
#   NAME        of the type in namespace cpumap::maps, such as libvirt_12_8
#   STRICT      an element or attribute that cpumap-codegen does not know is an error
#   OUTPUT_DIR  include folder to write into; ${CMAKE_CURRENT_BINARY_DIR}/cpumap_maps when not given
#
# The program is the target cpumap-codegen where there is one, else an installed cpumap-codegen, else it is built from
# the sources beside this file, which needs pugixml. CPUMAP_CODEGEN_PROGRAM may be set to the path of a program, or to
# nothing to have it built.

include_guard(GLOBAL)

# Sets RESULT to what stands for the program in the COMMAND and DEPENDS of a custom command.
function(_cpumap_find_codegen RESULT)
  if(NOT TARGET cpumap-codegen)
    find_program(CPUMAP_CODEGEN_PROGRAM cpumap-codegen
      HINTS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../bin" "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../../bin"
      DOC "makes headers from CPU maps")
    if(CPUMAP_CODEGEN_PROGRAM)
      set(${RESULT} "${CPUMAP_CODEGEN_PROGRAM}" PARENT_SCOPE)
      return()
    endif()
    if(NOT EXISTS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/map_reader.cpp")
      message(FATAL_ERROR "cpumap_generate_map: there is no cpumap-codegen. Install it, or set "
        "CPUMAP_CODEGEN_PROGRAM to its path.")
    endif()
    set(CPUMAP_CODEGEN_FLEET OFF) # maps alone are made here, and none need be there before
    add_subdirectory("${CMAKE_CURRENT_FUNCTION_LIST_DIR}" "${CMAKE_BINARY_DIR}/cpumap_codegen" EXCLUDE_FROM_ALL)
  endif()
  set(${RESULT} cpumap-codegen PARENT_SCOPE)
endfunction()

function(cpumap_generate_map)
  cmake_parse_arguments(PARSE_ARGV 0 arg "STRICT" "TARGET;MAP;VERSION;NAME;OUTPUT_DIR" "")
  foreach(name IN ITEMS TARGET MAP VERSION NAME)
    if("${arg_${name}}" STREQUAL "")
      message(FATAL_ERROR "cpumap_generate_map: ${name} is missing")
    endif()
  endforeach()
  if(DEFINED arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cpumap_generate_map: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET "${arg_TARGET}")
    message(FATAL_ERROR "cpumap_generate_map: TARGET ${arg_TARGET} does not exist; add it before")
  endif()
  if(NOT arg_NAME MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
    message(FATAL_ERROR "cpumap_generate_map: NAME ${arg_NAME} is no identifier; write one such as libvirt_12_8")
  endif()
  if(NOT arg_VERSION MATCHES "^[0-9]+[.][0-9]+([.][0-9]+)?$")
    message(FATAL_ERROR "cpumap_generate_map: VERSION ${arg_VERSION} is not MAJOR.MINOR[.MICRO]")
  endif()
  cmake_path(ABSOLUTE_PATH arg_MAP BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  if(NOT EXISTS "${arg_MAP}")
    message(FATAL_ERROR "cpumap_generate_map: MAP ${arg_MAP} does not exist")
  endif()
  if("${arg_OUTPUT_DIR}" STREQUAL "")
    set(arg_OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}/cpumap_maps")
  endif()
  cmake_path(ABSOLUTE_PATH arg_OUTPUT_DIR BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" NORMALIZE)

  # Any file beside the index may be included by it, and a single cpu_map.xml stands for itself.
  set(folder "${arg_MAP}")
  if(NOT IS_DIRECTORY "${arg_MAP}")
    cmake_path(GET arg_MAP PARENT_PATH folder)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.xml")

  set(header "${arg_OUTPUT_DIR}/cpumap/maps/${arg_NAME}.hpp")
  set(strict "")
  if(arg_STRICT)
    set(strict --strict)
  endif()
  # Several targets may use one header; it is made once.
  string(SHA1 generation "${header}")
  string(SUBSTRING "${generation}" 0 8 generation)
  set(generation "cpumap_map_${arg_NAME}_${generation}")
  set(origin "${arg_MAP} of libvirt ${arg_VERSION}${strict}")
  if(TARGET ${generation})
    get_target_property(present ${generation} CPUMAP_ORIGIN)
    if(NOT "${present}" STREQUAL "${origin}")
      message(FATAL_ERROR "cpumap_generate_map: ${header} is already made from ${present}; choose another NAME or "
        "OUTPUT_DIR")
    endif()
  else()
    _cpumap_find_codegen(codegen)
    file(MAKE_DIRECTORY "${arg_OUTPUT_DIR}/cpumap/maps")
    add_custom_command(
      OUTPUT "${header}"
      COMMAND "${codegen}" map "${arg_MAP}" --libvirt "${arg_VERSION}" --name "${arg_NAME}" --output "${header}"
        ${strict}
      DEPENDS "${codegen}" "${arg_MAP}" ${sources}
      COMMENT "Generating cpumap/maps/${arg_NAME}.hpp"
      VERBATIM)
    add_custom_target(${generation} DEPENDS "${header}")
    set_target_properties(${generation} PROPERTIES CPUMAP_ORIGIN "${origin}")
  endif()

  get_target_property(type "${arg_TARGET}" TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  elseif(type STREQUAL "EXECUTABLE")
    set(scope PRIVATE)
  endif()
  target_include_directories("${arg_TARGET}" ${scope} "$<BUILD_INTERFACE:${arg_OUTPUT_DIR}>")
  add_dependencies("${arg_TARGET}" ${generation})
endfunction()
