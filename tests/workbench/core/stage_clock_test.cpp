#include "stage_clock.hpp"

#include <gtest/gtest.h>

namespace sd::core {
namespace {

TEST(StageClock, TellsTheLastStagesAndNothingOfThoseThatNeverWere) {
  StageClock clock;
  EXPECT_EQ(clock.last_seconds(2), (std::vector<double>{0, 0}));
  for (const char* stage : {"measure", "fit 4", "fit 4", "fit 8"}) clock.at(stage);
  const std::vector<double> seconds = clock.last_seconds(4);
  ASSERT_EQ(seconds.size(), 4U);
  EXPECT_EQ(seconds[0], 0);  // three stages were told
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GE(seconds[i], 0);
  EXPECT_EQ(clock.last_seconds(2).size(), 2U);
}

}  // namespace
}  // namespace sd::core
