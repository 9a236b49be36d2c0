# The accuracy test reads images, which the room itself does not; the test of the vectorised output stage sees the
# room's sources.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/integer/*_test.cpp)
sd_test(test_sdengine_integer SOURCES ${sources}
        USES sdengine/integer sdengine/inference sdengine/pack sdengine/decompose sdengine/graph sdengine/data)
if(TARGET test_sdengine_integer)
  target_include_directories(test_sdengine_integer PRIVATE ${CMAKE_SOURCE_DIR}/sdengine/integer/src)
endif()
