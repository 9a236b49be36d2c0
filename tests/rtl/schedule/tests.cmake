# A whole network's programs are held against the integer reference, so this program sees that room too.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/rtl/schedule/*.cpp ${CMAKE_SOURCE_DIR}/tests/support/program_*.cpp)
sd_test(test_rtl_schedule SOURCES ${sources} USES rtl/schedule sdengine/graph sdengine/decompose sdengine/integer regression)
# Rings and slots are private to the room; their test sees the room's sources, and the arithmetic of random programs.
if(TARGET test_rtl_schedule)
  target_include_directories(test_rtl_schedule PRIVATE ${CMAKE_SOURCE_DIR}/rtl/schedule/src ${CMAKE_SOURCE_DIR}/regression/src)
endif()
