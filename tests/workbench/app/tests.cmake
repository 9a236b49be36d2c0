# The desktop under Qt's offscreen platform. The run test needs Verilator; its picture is kept in build/screenshots.
if(TARGET sd_workbench_app)
  foreach(name models window)
    set(target test_workbench_app_${name})
    add_executable(${target} ${CMAKE_SOURCE_DIR}/tests/workbench/app/${name}_test.cpp)
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_link_libraries(${target} PRIVATE sd_workbench_app sd_warnings Qt6::Test)
    target_compile_definitions(${target} PRIVATE SD_BINARY_DIR="${CMAKE_BINARY_DIR}" SD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME workbench_app_${name} COMMAND ${target})
    set_tests_properties(workbench_app_${name} PROPERTIES ENVIRONMENT "QT_QPA_PLATFORM=offscreen;SMARTDEAL_CACHE=${CMAKE_BINARY_DIR}/test-cache"
                                                          TIMEOUT 600)
  endforeach()
endif()
