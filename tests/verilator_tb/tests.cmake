# The private headers of the room too: cache, hashes and the embedded harness have laws of their own.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/verilator_tb/*_test.cpp)
sd_test(test_verilator_tb SOURCES ${sources} USES verilator_tb regression LIBRARIES nlohmann_json::nlohmann_json)
if(TARGET test_verilator_tb)
  target_include_directories(test_verilator_tb PRIVATE ${CMAKE_SOURCE_DIR}/verilator_tb/src
                             ${CMAKE_SOURCE_DIR}/verilator_tb/harness)
endif()
