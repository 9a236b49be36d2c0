# A whole network's programs are held against the integer reference, so this program sees that room too.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/rtl/schedule/*_test.cpp ${CMAKE_SOURCE_DIR}/tests/support/program_*.cpp)
sd_test(test_rtl_schedule SOURCES ${sources} USES rtl/schedule sdengine/graph sdengine/decompose sdengine/integer)
