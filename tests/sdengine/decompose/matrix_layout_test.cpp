#include "sdengine/decompose/matrix_layout.hpp"

#include <gmock/gmock.h>

#include <numeric>
#include <stdexcept>

#include "random_weights.hpp"

namespace sd::decompose {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(MatrixLayout, KernelWiderThanOneHasRowsOfChannelAndKernelRow) {
  const WeightShape shape{2, 3, 5, 7, false};
  const MatrixLayout layout = layout_of(shape, 3, 4);
  EXPECT_EQ(layout.filters, 2);
  EXPECT_EQ(layout.rows, 15);
  EXPECT_EQ(layout.columns, 7);
  EXPECT_EQ(layout.slices(), 4);
  EXPECT_EQ(layout.slice_begin(3), 12);
  EXPECT_EQ(layout.slice_end(2), 12);
  EXPECT_EQ(layout.slice_end(3), 15);

  std::vector<float> weights(testing::weight_count(shape));
  std::iota(weights.begin(), weights.end(), 0.0F);
  EXPECT_EQ(to_matrices(weights, shape, layout),
            weights);  // (c, r) rows of S columns are the tensor's own order
}

TEST(MatrixLayout, PointwiseRowsAreGroupsOfConsecutiveChannelsZeroPadded) {
  const WeightShape shape{2, 4, 1, 1, false};
  const MatrixLayout layout = layout_of(shape, 3, 192);
  EXPECT_EQ(layout.rows, 2);
  EXPECT_EQ(layout.columns, 3);
  const std::vector<float> weights{1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(to_matrices(weights, shape, layout),
            (std::vector<float>{1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0}));
}

TEST(MatrixLayout, ColumnKernelGroupsChannelsForEachKernelRow) {
  const WeightShape shape{1, 4, 2, 1, false};  // weight value = 10 * (c + 1) + r
  const MatrixLayout layout = layout_of(shape, 3, 192);
  EXPECT_EQ(layout.rows, 4);  // row index group * R + r
  const std::vector<float> weights{10, 11, 20, 21, 30, 31, 40, 41};
  EXPECT_EQ(to_matrices(weights, shape, layout),
            (std::vector<float>{10, 20, 30, 11, 21, 31, 40, 0, 0, 41, 0, 0}));
}

TEST(MatrixLayout, DepthwiseFilterIsItsKernel) {
  const MatrixLayout layout = layout_of({9, 1, 3, 3, true}, 3, 192);
  EXPECT_EQ(layout.filters, 9);
  EXPECT_EQ(layout.rows, 3);
  EXPECT_EQ(layout.columns, 3);
}

TEST(MatrixLayout, RoundTripForEveryLayerKind) {
  for (const WeightShape& shape : testing::layer_kinds())
    for (const int columns : {1, 2, 3, 4, 16}) {
      const MatrixLayout layout = layout_of(shape, columns, 5);
      const auto weights = testing::random_weights(shape, 7);
      const auto matrices = to_matrices(weights, shape, layout);
      EXPECT_EQ(matrices.size(),
                static_cast<std::size_t>(layout.filters) * layout.rows * layout.columns);
      EXPECT_EQ(from_matrices(matrices, shape, layout), weights);
      // Padding holds nothing: the sums agree.
      EXPECT_NEAR(std::accumulate(matrices.begin(), matrices.end(), 0.0),
                  std::accumulate(weights.begin(), weights.end(), 0.0), 1e-9);
    }
}

TEST(MatrixLayout, RefusesEmptyShapesAndWrongSizes) {
  const auto message = [](const auto& text) {
    return ThrowsMessage<std::invalid_argument>(HasSubstr(text));
  };
  EXPECT_THAT(
      [] {
        (void)layout_of({0, 1, 1, 1, false}, 3, 1);
      },
      message("filters is 0; it must be at least 1"));
  EXPECT_THAT([] { (void)layout_of({1, -1, 1, 1, false}, 3, 1); }, message("channels is -1"));
  EXPECT_THAT([] { (void)layout_of({1, 1, 0, 1, false}, 3, 1); }, message("kernel_height is 0"));
  EXPECT_THAT([] { (void)layout_of({1, 1, 1, 0, false}, 3, 1); }, message("kernel_width is 0"));
  EXPECT_THAT(
      [] {
        (void)layout_of({1, 1, 1, 1, false}, 0, 1);
      },
      message("pointwise_columns is 0"));
  EXPECT_THAT([] { (void)layout_of({1, 1, 1, 1, false}, 3, 0); }, message("slice_rows is 0"));
  EXPECT_THAT(
      [] {
        (void)layout_of({1, 1 << 20, 1 << 20, 3, false}, 3, 1);
      },
      message("a filter has 1099511627776 matrix rows"));
  const WeightShape shape{1, 4, 1, 1, false};
  const MatrixLayout layout = layout_of(shape, 3, 192);
  const std::vector<float> five(5);
  EXPECT_THAT([&] { (void)to_matrices(five, shape, layout); },
              message("the weight tensor has 5 elements; its shape says 4"));
  EXPECT_THAT([&] { (void)from_matrices(five, shape, layout); },
              message("the array of matrices has 5 elements"));
}

}  // namespace
}  // namespace sd::decompose
