# Sees the room's private headers: its parts are tested one by one.
if(TARGET sd_workbench_core)
  file(GLOB core_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/workbench/core/*_test.cpp)
  sd_test(test_workbench_core SOURCES ${core_tests} USES workbench/core TIMEOUT 600)
  target_include_directories(test_workbench_core PRIVATE ${CMAKE_SOURCE_DIR}/workbench/core/src)
endif()
