# The command line: a library (so that tests can call its parts) and the program smartdeal.
if(TARGET sd_workbench_core)
  file(GLOB cli_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/workbench/cli/src/*.cpp)
  list(FILTER cli_sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(sd_workbench_cli STATIC ${cli_sources})
  target_include_directories(sd_workbench_cli PUBLIC ${CMAKE_SOURCE_DIR}/workbench/cli/src)
  target_link_libraries(sd_workbench_cli PUBLIC sd_workbench_core CLI11::CLI11 fmt::fmt PRIVATE sd_warnings)

  add_executable(smartdeal ${CMAKE_SOURCE_DIR}/workbench/cli/src/main.cpp)
  target_link_libraries(smartdeal PRIVATE sd_workbench_cli sd_warnings)
endif()
