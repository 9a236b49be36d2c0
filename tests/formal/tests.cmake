# Each proof is a test of its own, so that two run side by side; the longest ones take a minute.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*_test.cpp)
sd_test(test_formal SOURCES ${sources} USES formal LABELS formal TIMEOUT 600)
