# Golden vectors come as JSON, as zipped NumPy arrays and as an ONNX model whose batch norm is not folded.
find_package(ZLIB REQUIRED)
# The exact search is private to the room; its test compares it with brute force, so it sees the room's sources.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/decompose/*_test.cpp)
sd_test(test_sdengine_decompose SOURCES ${sources} USES sdengine/decompose
        LIBRARIES nlohmann_json::nlohmann_json sd_onnx ZLIB::ZLIB)
if(TARGET test_sdengine_decompose)
  target_include_directories(test_sdengine_decompose PRIVATE ${CMAKE_SOURCE_DIR}/sdengine/decompose/src)
endif()
