#include "sdengine/decompose/reference_account.hpp"

#include <gtest/gtest.h>

#include "sdengine/decompose/storage.hpp"

namespace sd::decompose {
namespace {

LayerCounts layer(std::int64_t nonzeros, std::map<int, std::int64_t> magnitudes) {
  return {.weights = 90,
          .coefficients = 96,
          .nonzeros = nonzeros,
          .rows = 32,
          .zero_rows = 2,
          .basis_elements = 9,
          .magnitudes = std::move(magnitudes)};
}

TEST(ReferenceAccount, OneCodeWidthForTheNetworkIsWhatItsWorstLayerNeeds) {
  // Two magnitudes, and five others with one in common: six, hence 3 bits and a sign everywhere.
  const std::vector<LayerCounts> layers{layer(60, {{-3, 40}, {-2, 20}}),
                                        layer(80, {{-3, 10}, {0, 10}, {1, 20}, {2, 20}, {3, 20}})};
  const ReferenceAccount account = reference_account(layers);
  EXPECT_EQ(account.distinct_magnitudes, 7);
  EXPECT_EQ(account.code_bits, (std::vector<int>{4, 4}));
  EXPECT_EQ(account.c_bit(), 4);
  EXPECT_EQ(account.bits(32), 140 * 4 + 192 + 18 * 32);
  EXPECT_EQ(account.bits(8), 140 * 4 + 192 + 18 * 8);
  EXPECT_EQ(account.bits_row_index(8), 60 * 3 * 4 + 64 + 18 * 8);
  EXPECT_DOUBLE_EQ(account.ratio(8), 32.0 * 180 / (140 * 4 + 192 + 18 * 8));
  EXPECT_DOUBLE_EQ(account.ratio_row_index(8), 32.0 * 180 / (60 * 3 * 4 + 64 + 18 * 8));
  EXPECT_DOUBLE_EQ(account.sparsity(), 52.0 / 192);
  EXPECT_DOUBLE_EQ(account.row_sparsity(), 4.0 / 64);

  const ReferenceAccount own = reference_account(layers, CodeWidth::layer);
  EXPECT_EQ(own.code_bits, (std::vector<int>{2, 4}));
  EXPECT_EQ(own.bits(8), 60 * 2 + 80 * 4 + 192 + 18 * 8);
  EXPECT_EQ(own.c_bit(), 4);
}

TEST(ReferenceAccount, OneMagnitudeNeedsASignAndNothingNeedsNothing) {
  EXPECT_EQ(reference_account(std::vector{layer(5, {{-1, 5}})}).c_bit(), 1);
  const ReferenceAccount zero = reference_account(std::vector{layer(0, {})});
  EXPECT_EQ(zero.nonzero_code_bits, 0);
  EXPECT_EQ(zero.distinct_magnitudes, 1);
  EXPECT_EQ(reference_account({}).ratio(8), 0);
}

TEST(ReferenceAccount, CountsOfADecompositionAgreeWithItsStorageReport) {
  Decomposition decomposition;
  decomposition.shape = {2, 1, 3, 3, false};
  decomposition.layout = layout_of(decomposition.shape, 3, 2);
  decomposition.rank = 2;
  decomposition.levels = 3;
  decomposition.coefficients = {1, 0, 0, 0, -3, 2, 0, 0, 0, -1, 3, 3};
  decomposition.basis.assign(24, 1.0F);
  const LayerCounts counts = counts_of(decomposition);
  EXPECT_EQ(counts.weights, 18);
  EXPECT_EQ(counts.zero_rows, 2);
  EXPECT_EQ(counts.magnitudes, (std::map<int, std::int64_t>{{0, 2}, {-1, 1}, {-2, 3}}));
  EXPECT_EQ(reference_account(std::vector{counts}).bits(32),
            reference_bits(decomposition, 32).total());
}

}  // namespace
}  // namespace sd::decompose
