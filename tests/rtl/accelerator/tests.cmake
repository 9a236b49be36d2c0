# One program per prefix: compute_*.cpp, control_*.cpp and netlist*.cpp, each with the helpers of the same prefix.
foreach(part compute control netlist)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${part}*.cpp)
  if(part STREQUAL netlist)
    list(APPEND sources ${CMAKE_SOURCE_DIR}/tests/support/netlist_compare.cpp ${CMAKE_SOURCE_DIR}/tests/support/netlist_bench.cpp)
  endif()
  if(sources)
    sd_test(test_rtl_accelerator_${part} SOURCES ${sources}
            USES rtl/accelerator rtl/hcl rtl/design verilator_tb TIMEOUT 600)
  endif()
endforeach()

# Every design point of the full regression through both tools: minutes.
set(netlists ${CMAKE_SOURCE_DIR}/tests/support/netlist_compare.cpp ${CMAKE_SOURCE_DIR}/tests/support/netlist_bench.cpp)
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/long/*_test.cpp)
sd_test(test_rtl_accelerator_long SOURCES ${sources} ${netlists}
        USES rtl/accelerator rtl/hcl rtl/design verilator_tb regression LABELS long TIMEOUT 3600)
