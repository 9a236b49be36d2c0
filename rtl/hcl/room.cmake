# `!valid | ready` is how conditions read here: operators of signals, not of C++ integers.
target_compile_options(sd_rtl_hcl INTERFACE -Wno-parentheses)
# The library by its own name, and the examples (cmake --build BUILD --target hcl_examples).
add_library(hcl ALIAS sd_rtl_hcl)
if(NOT SD_FUZZ)
  add_executable(hcl_examples EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/examples/hcl/generate.cpp)
  target_link_libraries(hcl_examples PRIVATE hcl sd_warnings)
endif()
