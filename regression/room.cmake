# What the program carries with it: the exclusions, and a hash of the sources that decide a regression's results.
set(exclusions ${CMAKE_SOURCE_DIR}/${room}/exclusions.txt)
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${exclusions})
file(READ ${exclusions} hexadecimal HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hexadecimal}")
set(embedded "#include \"embedded.hpp\"\n\nnamespace sd::regression {\n\n")
string(APPEND embedded "std::string_view embedded_exclusions() {\n  return \"${escaped}\";\n}\n\n}  // namespace sd::regression\n")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded_exclusions.cpp CONTENT "${embedded}" @ONLY)

# The programs that call a regression are left out: a regression goes on after a change of their words.
set(hashed)
foreach(folder rtl sdengine verilator_tb regression)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp ${CMAKE_SOURCE_DIR}/${folder}/*.hpp)
  list(APPEND hashed ${files})
endforeach()
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/hashed_sources.txt CONTENT "$<JOIN:${hashed},\n>\n")
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/program_hash.cpp
  COMMAND ${CMAKE_COMMAND} -DFILES=${CMAKE_BINARY_DIR}/hashed_sources.txt -DROOT=${CMAKE_SOURCE_DIR}
          -DOUTPUT=${CMAKE_BINARY_DIR}/program_hash.cpp -P ${CMAKE_SOURCE_DIR}/${room}/program_hash.cmake
  DEPENDS ${hashed} ${CMAKE_BINARY_DIR}/hashed_sources.txt ${CMAKE_SOURCE_DIR}/${room}/program_hash.cmake
  COMMENT "Hashing what decides a regression" VERBATIM)
target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/embedded_exclusions.cpp ${CMAKE_BINARY_DIR}/program_hash.cpp)
