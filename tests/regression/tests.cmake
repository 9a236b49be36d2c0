# The room with something in the simulator's place, then the product's own quick regression.
if(TARGET sd_regression)
  file(GLOB regression_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/regression/*_test.cpp)
  sd_test(test_regression SOURCES ${regression_tests} USES regression)
  # Workloads, their faults and their bins, with the room's sources.
  file(GLOB workload_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/regression/workloads/*_test.cpp)
  sd_test(test_regression_workloads SOURCES ${workload_tests} USES regression)
  target_include_directories(test_regression_workloads PRIVATE ${CMAKE_SOURCE_DIR}/regression/src)
endif()
if(TARGET smartdeal)
  add_test(NAME Verify.QuickSuite
           COMMAND smartdeal verify --suite quick --fresh --store ${CMAKE_BINARY_DIR}/verify-quick
                   --junit ${CMAKE_BINARY_DIR}/verify-quick.xml)
  set_tests_properties(Verify.QuickSuite PROPERTIES TIMEOUT 900 PROCESSORS 2
                       ENVIRONMENT SMARTDEAL_CACHE=${CMAKE_BINARY_DIR}/test-cache)
endif()
