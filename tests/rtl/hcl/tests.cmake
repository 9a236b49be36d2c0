# The netlist comparison is shared with the accelerator's tests; the examples are tested here.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
sd_test(test_rtl_hcl SOURCES ${sources} ${CMAKE_SOURCE_DIR}/tests/support/netlist_compare.cpp ${CMAKE_SOURCE_DIR}/tests/support/netlist_bench.cpp
        USES rtl/hcl verilator_tb LIBRARIES nlohmann_json::nlohmann_json TIMEOUT 600)
if(TARGET test_rtl_hcl)
  target_include_directories(test_rtl_hcl PRIVATE ${CMAKE_SOURCE_DIR})
endif()
