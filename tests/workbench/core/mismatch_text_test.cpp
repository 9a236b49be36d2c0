#include "workbench/core/mismatch_text.hpp"

#include <gtest/gtest.h>

namespace sd::core {
namespace {

TEST(MismatchText, NamesLayerChannelRowAndColumn) {
  EXPECT_EQ(mismatch_text("the chip", {2, 1, "conv", 3, 4, 5, -6, 7, 8000}),
            "the chip differs from the integer reference, first in image 2, layer conv, channel 3, "
            "row 4, column 5: 7 instead of -6 (8000 values of this layer differ)");
}

}  // namespace
}  // namespace sd::core
