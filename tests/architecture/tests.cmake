sd_test(test_architecture SOURCES ${CMAKE_SOURCE_DIR}/tests/architecture/rooms_test.cpp LIBRARIES fmt::fmt)
