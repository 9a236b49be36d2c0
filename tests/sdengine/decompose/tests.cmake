# The exact search is private to the room; its test compares it with brute force, so it sees the room's sources.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/decompose/*_test.cpp)
sd_test(test_sdengine_decompose SOURCES ${sources} USES sdengine/decompose)
if(TARGET test_sdengine_decompose)
  target_include_directories(test_sdengine_decompose PRIVATE ${CMAKE_SOURCE_DIR}/sdengine/decompose/src)
endif()
