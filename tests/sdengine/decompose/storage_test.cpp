#include "sdengine/decompose/storage.hpp"

#include <gtest/gtest.h>

namespace sd::decompose {
namespace {

/// Two filters of 3 rows in slices of 2 rows, rank 2, n = 3; four of the six rows are not zero.
Decomposition small_layer() {
  Decomposition layer;
  layer.shape = {2, 1, 3, 3, false};
  layer.layout = layout_of(layer.shape, 3, 2);
  layer.rank = 2;
  layer.levels = 3;
  layer.coefficients = {1, 0, 0, 0, -3, 2, 0, 0, 0, -1, 3, 3};
  layer.basis.assign(2 * 2 * 2 * 3, 1.0F);
  return layer;
}

TEST(Storage, PackedFormCountsNonZeroRows) {
  const StorageBits bits = packed_bits(small_layer());
  EXPECT_EQ(bits.coefficients, 4 * 2 * 3);
  EXPECT_EQ(bits.row_index, 6);
  EXPECT_EQ(bits.basis, 24 * 8);
  EXPECT_EQ(bits.bias_and_scales, 2 * (32 + 16 + 6 + 4));
  EXPECT_EQ(bits.total(), 24 + 6 + 192 + 116);
  EXPECT_EQ(packed_bits(small_layer(), 16).basis, 24 * 16);
}

TEST(Storage, ReferenceAccountingCountsNonZeroCoefficients) {
  const StorageBits bits = reference_bits(small_layer());
  EXPECT_EQ(bits.coefficients, 6 * (2 + 1));  // magnitudes 1, 1/2 and 1/4: two bits and a sign
  EXPECT_EQ(bits.row_index, 12);
  EXPECT_EQ(bits.basis, 24 * 32);
  EXPECT_EQ(bits.bias_and_scales, 0);
  Decomposition one = small_layer();
  for (Coefficient& c : one.coefficients) c = static_cast<Coefficient>(c != 0);
  EXPECT_EQ(reference_bits(one).coefficients,
            6);  // a single magnitude needs no bits beyond the sign
  for (Coefficient& c : one.coefficients) c = 0;
  EXPECT_EQ(reference_bits(one).coefficients, 0);
}

TEST(Storage, FloatIsThirtyTwoBitsAWeight) {
  EXPECT_EQ(float_bits({2, 3, 5, 7, false}), 32 * 210);
}

TEST(Decomposition, RowSparsityAndRebuildFollowTheSlices) {
  Decomposition layer = small_layer();
  EXPECT_DOUBLE_EQ(layer.row_sparsity(), 2.0 / 6.0);
  for (std::size_t k = 0; k < layer.basis.size(); ++k) layer.basis[k] = static_cast<float>(k);
  const auto rebuilt = layer.rebuild();
  // Filter 0, row 0: 1 * (0 1 2). Row 2 is in slice 1 (basis 6 7 8 / 9 10 11): -1/4 * row 0 + 1/2 *
  // row 1.
  EXPECT_EQ(std::vector<float>(rebuilt.begin(), rebuilt.begin() + 3),
            (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(std::vector<float>(rebuilt.begin() + 6, rebuilt.begin() + 9),
            (std::vector<float>{3, 3.25F, 3.5F}));
}

}  // namespace
}  // namespace sd::decompose
