# The private headers of the room too: cache, hashes and the embedded harness have laws of their own.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/verilator_tb/*_test.cpp)
set(networks ${CMAKE_SOURCE_DIR}/tests/rtl/schedule/random_networks.cpp)
sd_test(test_verilator_tb SOURCES ${sources} ${networks} USES verilator_tb LIBRARIES nlohmann_json::nlohmann_json)
if(TARGET test_verilator_tb)
  target_include_directories(test_verilator_tb PRIVATE ${CMAKE_SOURCE_DIR}/verilator_tb/src
                             ${CMAKE_SOURCE_DIR}/verilator_tb/harness)
endif()
sd_test(test_verilator_tb_long SOURCES ${CMAKE_SOURCE_DIR}/tests/verilator_tb/long/random_designs_test.cpp ${networks}
        USES verilator_tb LABELS long TIMEOUT 1800)
