file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sdengine/graph/*_test.cpp)
sd_test(test_sdengine_graph SOURCES ${sources} USES sdengine/graph)

# An executor that others wrote, for what we export: OpenCV's dnn module (Debian's package has no CMake configuration).
find_path(SD_OPENCV_INCLUDE opencv2/dnn.hpp PATH_SUFFIXES opencv4)
find_library(SD_OPENCV_DNN opencv_dnn)
find_library(SD_OPENCV_CORE opencv_core)
if(SD_OPENCV_INCLUDE AND SD_OPENCV_DNN AND SD_OPENCV_CORE)
  sd_test(test_sdengine_graph_opencv
          SOURCES ${CMAKE_SOURCE_DIR}/tests/sdengine/graph/opencv/opencv_test.cpp
          USES sdengine/graph sdengine/inference LIBRARIES ${SD_OPENCV_DNN} ${SD_OPENCV_CORE})
  if(TARGET test_sdengine_graph_opencv)
    target_include_directories(test_sdengine_graph_opencv SYSTEM PRIVATE ${SD_OPENCV_INCLUDE})
  endif()
else()
  sd_test(test_sdengine_graph_opencv
          SOURCES ${CMAKE_SOURCE_DIR}/tests/sdengine/graph/opencv/absent_test.cpp USES sdengine/graph)
endif()
