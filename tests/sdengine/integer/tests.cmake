# The accuracy test reads images, which the room itself does not.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/integer/*_test.cpp)
sd_test(test_sdengine_integer SOURCES ${sources}
        USES sdengine/integer sdengine/inference sdengine/pack sdengine/decompose sdengine/graph sdengine/data)
