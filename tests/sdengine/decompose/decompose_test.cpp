#include "sdengine/decompose/decompose.hpp"

#include <gmock/gmock.h>
#include <tbb/global_control.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "random_weights.hpp"
#include "sdengine/decompose/fit.hpp"

namespace sd::decompose {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Coefficient, ValuesAndCodeBits) {
  EXPECT_EQ(value_of(0), 0.0F);
  EXPECT_EQ(value_of(1), 1.0F);
  EXPECT_EQ(value_of(-1), -1.0F);
  EXPECT_EQ(value_of(3), 0.25F);
  EXPECT_EQ(value_of(-15), -std::ldexp(1.0F, -14));
  EXPECT_EQ(exponent_of(-4), 3);
  const std::vector<int> expected{2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5};
  for (int levels = 1; levels <= 15; ++levels)
    EXPECT_EQ(code_bits(levels), expected[static_cast<std::size_t>(levels - 1)]) << levels;
}

TEST(Decompose, EveryLayerKindIsFittedWellAndReportsItsOwnError) {
  for (const WeightShape& shape : testing::layer_kinds()) {
    const auto weights = testing::random_weights(shape, 3, 0.2F);
    const Decomposition layer = decompose(weights, shape, Settings{});
    const auto rebuilt = from_matrices(layer.rebuild(), shape, layer.layout);
    double error = 0;
    double energy = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      error += std::pow(static_cast<double>(weights[i]) - rebuilt[i], 2);
      energy += std::pow(static_cast<double>(weights[i]), 2);
    }
    EXPECT_NEAR(layer.relative_error, std::sqrt(error / energy), 1e-9);
    EXPECT_LT(layer.relative_error, layer.layout.columns <= layer.rank ? 0.15 : 0.6);
    EXPECT_EQ(layer.shape, shape);
    EXPECT_EQ(layer.layout, layout_of(shape, 3, 192));
  }
}

TEST(Decompose, RankFourLevelsThreeBeatsRankThreeLevelsSevenAtTheSameBits) {
  const WeightShape shape{4, 64, 3, 3, false};
  const auto weights = testing::random_weights(shape, 5, 0.1F);
  Settings settings;
  const double four = decompose(weights, shape, settings).relative_error;
  settings.rank = 3;
  settings.levels = 7;
  const double three = decompose(weights, shape, settings).relative_error;
  EXPECT_LT(four, 0.11);
  EXPECT_LT(four, three);
}

TEST(Decompose, EverySliceOfEveryFilterIsItsOwnFit) {
  const WeightShape shape{3, 9, 3, 3, false};
  const auto weights = testing::random_weights(shape, 9);
  Settings settings;
  settings.slice_rows = 10;  // 27 rows: slices of 10, 10 and 7
  settings.hops = 1;
  const Decomposition layer = decompose(weights, shape, settings);
  ASSERT_EQ(layer.layout.slices(), 3);
  for (int m = 0; m < 3; ++m)
    for (int slice = 0; slice < 3; ++slice) {
      const int begin = m * 27 + layer.layout.slice_begin(slice);
      const int end = m * 27 + layer.layout.slice_end(slice);
      const Fit fit =
          fit_matrix({weights.data() + begin * 3, weights.data() + end * 3}, 3, settings);
      EXPECT_EQ(fit.coefficients, std::vector<Coefficient>(layer.coefficients.begin() + begin * 4,
                                                           layer.coefficients.begin() + end * 4));
      const auto basis = layer.basis.begin() + (m * 3 + slice) * 12;
      EXPECT_EQ(fit.basis, std::vector<float>(basis, basis + 12));
    }
}

TEST(Decompose, ResultDoesNotDependOnTheNumberOfThreads) {
  const WeightShape shape{24, 8, 3, 3, false};
  const auto weights = testing::random_weights(shape, 13);
  std::vector<Decomposition> results;
  for (const std::size_t threads : {1, 2, 5}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    results.push_back(decompose(weights, shape, Settings{}));
  }
  for (const Decomposition& result : results) {
    EXPECT_EQ(result.coefficients, results[0].coefficients);
    EXPECT_EQ(result.basis, results[0].basis);
    EXPECT_EQ(result.relative_error, results[0].relative_error);
  }
}

TEST(Decompose, ALayerOfZerosStaysZero) {
  const WeightShape shape{2, 3, 3, 3, false};
  const Decomposition layer = decompose(std::vector<float>(54), shape, Settings{});
  EXPECT_EQ(layer.relative_error, 0);
  EXPECT_EQ(layer.row_sparsity(), 1);
  EXPECT_THAT(layer.rebuild(), ::testing::Each(0.0F));
}

TEST(Prune, RowsGoJointlyInGroupsSmallestEnergyFirst) {
  const WeightShape shape{5, 6, 3, 3, false};  // groups of filters 0-1, 2-3, 4
  const auto weights = testing::random_weights(shape, 17);
  Settings settings;
  settings.prune_group = 2;
  settings.prune_energy = 0.15;
  settings.hops = 1;
  const Decomposition layer = decompose(weights, shape, settings);
  const int rows = layer.layout.rows;
  const auto is_zero = [&](int m, int row) {
    const auto code = layer.coefficients.begin() + (m * rows + row) * 4;
    return std::all_of(code, code + 4, [](Coefficient c) { return c == 0; });
  };
  const auto energy = [&](int first, int row) {
    double sum = 0;
    for (int m = first; m < std::min(first + 2, 5); ++m)
      for (int s = 0; s < 3; ++s)
        sum += std::pow(
            static_cast<double>(weights[static_cast<std::size_t>((m * rows + row) * 3 + s)]), 2);
    return sum;
  };
  double total = 0;
  double zeroed = 0;
  double largest_zeroed = 0;
  double smallest_kept = std::numeric_limits<double>::max();
  int joint = 0;
  for (int first = 0; first < 5; first += 2)
    for (int row = 0; row < rows; ++row) {
      const double e = energy(first, row);
      total += e;
      bool all = true;
      for (int m = first; m < std::min(first + 2, 5); ++m) all = all && is_zero(m, row);
      if (all) {
        ++joint;
        zeroed += e;
        largest_zeroed = std::max(largest_zeroed, e);
      } else {
        smallest_kept = std::min(smallest_kept, e);
      }
    }
  EXPECT_GT(joint, 0);
  EXPECT_LT(zeroed, 0.15 * total);
  EXPECT_LE(largest_zeroed, smallest_kept);
  EXPECT_GE(zeroed + smallest_kept, 0.15 * total);  // one more would be too many
  EXPECT_GT(layer.relative_error * layer.relative_error, zeroed / total);
}

TEST(Prune, NoneByDefault) {
  const WeightShape shape{4, 4, 3, 3, false};
  auto weights = testing::random_weights(shape, 19);
  for (float& w : weights) w += w < 0 ? -0.2F : 0.2F;  // no row near zero
  EXPECT_EQ(decompose(weights, shape, Settings{}).row_sparsity(), 0);
}

TEST(Settings, OutOfRangeNamesFieldValueAndRange) {
  const WeightShape shape{1, 1, 3, 3, false};
  const std::vector<float> weights(9, 1.0F);
  const auto expect = [&](auto change, const char* text) {
    Settings settings;
    change(settings);
    EXPECT_THAT([&] { (void)decompose(weights, shape, settings); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(text)));
    EXPECT_THAT([&] { (void)fit_matrix(weights, 3, settings); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(text)));
  };
  expect([](Settings& s) { s.rank = 0; }, "decomposition setting rank is 0; it must be in 1 .. 16");
  expect([](Settings& s) { s.rank = 17; }, "rank is 17");
  expect([](Settings& s) { s.levels = 16; }, "levels is 16; it must be in 1 .. 15");
  expect([](Settings& s) { s.pointwise_columns = 65; },
         "pointwise_columns is 65; it must be in 1 .. 64");
  expect([](Settings& s) { s.slice_rows = 0; }, "slice_rows is 0; it must be in 1 .. 1048576");
  expect([](Settings& s) { s.max_iterations = 0; }, "max_iterations is 0; it must be in 1 .. 1000");
  expect([](Settings& s) { s.hops = -1; }, "hops is -1; it must be in 0 .. 1000");
  expect([](Settings& s) { s.tolerance = std::nan(""); }, "tolerance is nan; it must be in 0 .. 1");
  expect([](Settings& s) { s.prune_group = 0; }, "prune_group is 0");
  expect([](Settings& s) { s.prune_energy = 1; },
         "prune_energy is 1; it must be at least 0 and below 1");
}

TEST(Settings, WeightsMustBeFinite) {
  const WeightShape shape{1, 1, 3, 3, false};
  std::vector<float> weights(9, 1.0F);
  weights[4] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(
      [&] { (void)decompose(weights, shape, Settings{}); },
      ThrowsMessage<std::invalid_argument>(HasSubstr("weight 4 is inf; weights must be finite")));
  weights[4] = std::nanf("");
  EXPECT_THAT([&] { (void)decompose(weights, shape, Settings{}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("weight 4 is nan")));
  weights.pop_back();
  weights[4] = 0;
  EXPECT_THAT([&] { (void)decompose(weights, shape, Settings{}); },
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("the weight tensor has 8 elements; its shape says 9")));
}

}  // namespace
}  // namespace sd::decompose
