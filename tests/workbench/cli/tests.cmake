# The parts by themselves, and the program as a shell sees it.
if(TARGET smartdeal)
  sd_test(test_workbench_cli SOURCES ${CMAKE_SOURCE_DIR}/tests/workbench/cli/table_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/progress_line_test.cpp
                                     ${CMAKE_SOURCE_DIR}/tests/workbench/cli/run_text_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/eval_text_test.cpp
                                     ${CMAKE_SOURCE_DIR}/tests/workbench/cli/inspect_text_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/decompose_text_test.cpp
                                     ${CMAKE_SOURCE_DIR}/tests/workbench/cli/compare_text_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/verify_text_test.cpp
          LIBRARIES sd_workbench_cli)
  sd_test(test_smartdeal SOURCES ${CMAKE_SOURCE_DIR}/tests/workbench/cli/smartdeal_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/decompose_commands_test.cpp
                                 ${CMAKE_SOURCE_DIR}/tests/workbench/cli/compare_command_test.cpp ${CMAKE_SOURCE_DIR}/tests/workbench/cli/verify_command_test.cpp
                                 ${CMAKE_SOURCE_DIR}/tests/workbench/cli/simulate_command_test.cpp
          LIBRARIES sd_workbench_cli TIMEOUT 600)
  target_compile_definitions(test_smartdeal PRIVATE SD_PROGRAM="$<TARGET_FILE:smartdeal>")
  add_dependencies(test_smartdeal smartdeal)
endif()
