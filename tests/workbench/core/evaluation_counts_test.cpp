#include "evaluation_counts.hpp"

#include <gmock/gmock.h>

namespace sd::core {
namespace {

using testing::ElementsAre;

TEST(EvaluationCounts, RowsAreTheTruthAndColumnsWhatWasSaid) {
  const Evaluation counted = count_evaluation("float", {0, 0, 1, 2, 2}, {0, 1, 1, 0, 2}, 3);
  EXPECT_EQ(counted.arithmetic, "float");
  EXPECT_EQ(counted.right, 3U);
  EXPECT_THAT(counted.confusion, ElementsAre(1, 1, 0,  //
                                             0, 1, 0,  //
                                             1, 0, 1));
  EXPECT_THAT(counted.right_of_class, ElementsAre(1, 1, 1));
}

TEST(EvaluationCounts, LeavesOutAMatrixThatNobodyReads) {
  const Evaluation counted =
      count_evaluation("float", {largest_matrix}, {largest_matrix}, largest_matrix + 1);
  EXPECT_TRUE(counted.confusion.empty());
  EXPECT_EQ(counted.right_of_class.back(), 1U);
}

}  // namespace
}  // namespace sd::core
