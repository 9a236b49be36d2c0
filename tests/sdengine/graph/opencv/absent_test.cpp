#include <gtest/gtest.h>

TEST(OpenCv, RunsWhatWeExport) {
  GTEST_SKIP() << "needs OpenCV's dnn module (package libopencv-dnn-dev)";
}
