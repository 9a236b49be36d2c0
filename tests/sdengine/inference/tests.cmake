# The accuracy test reads images, which the room itself does not; the tests run images in parallel.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/inference/*_test.cpp)
sd_test(test_sdengine_inference SOURCES ${sources} USES sdengine/inference sdengine/graph sdengine/data LIBRARIES TBB::tbb)
