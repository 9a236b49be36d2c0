#include "sdengine/decompose/baselines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "baselines/compensation.hpp"
#include "baselines/level_grid.hpp"
#include "baselines/scale_search.hpp"
#include "correlated_inputs.hpp"
#include "random_weights.hpp"

namespace sd::decompose {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr LevelSet both_sets[] = {LevelSet::uniform, LevelSet::powers_of_two};

std::vector<int> magnitudes(LevelSet set, int bits) {
  std::vector<int> result;
  const LevelGrid grid(set, bits);
  for (const int level : grid.levels())
    if (level >= 0) result.push_back(level);
  return result;
}

TEST(LevelGrid, HoldsTheLevelsOfThePaper) {
  EXPECT_EQ(LevelGrid(LevelSet::uniform, 3).levels(),
            (std::vector<int>{-4, -3, -2, -1, 0, 1, 2, 3}));
  EXPECT_EQ(LevelGrid(LevelSet::powers_of_two, 2).levels(), (std::vector<int>{-1, 0, 1}));
  // One term: 0, 1/2, 1/4, 1/8.
  EXPECT_EQ(magnitudes(LevelSet::powers_of_two, 3), (std::vector<int>{0, 1, 2, 4}));
  // {0, 1/2, 1/4, 1/16} + {0, 1/8}, in sixteenths.
  EXPECT_EQ(magnitudes(LevelSet::powers_of_two, 4), (std::vector<int>{0, 1, 2, 3, 4, 6, 8, 10}));
  // {0, 1/2, 1/8, 1/32} + {0, 1/4, 1/16, 1/64}, in sixty-fourths.
  EXPECT_EQ(magnitudes(LevelSet::powers_of_two, 5),
            (std::vector<int>{0, 1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 33, 36, 48}));
  for (int bits = 2; bits <= 8; ++bits) {
    EXPECT_EQ(LevelGrid(LevelSet::uniform, bits).levels().size(), 1U << bits);
    EXPECT_EQ(LevelGrid(LevelSet::powers_of_two, bits).levels().size(), (1U << bits) - 1);
  }
}

TEST(LevelGrid, FindsTheNearestLevel) {
  for (const LevelSet set : both_sets)
    for (int bits = 2; bits <= 8; ++bits) {
      const LevelGrid grid(set, bits);
      EXPECT_EQ(grid.level(grid.code_of_zero()), 0);
      const double reach = 1.2 * grid.largest_magnitude();
      for (const float unit : testing::random_values(500, 7)) {
        const double value = 2 * reach * unit;
        double best = 1e9;
        for (const int level : grid.levels()) best = std::min(best, std::fabs(value - level));
        EXPECT_EQ(std::fabs(value - grid.level(grid.code(value))), best);
      }
      for (std::size_t c = 0; c + 1 < grid.levels().size(); ++c) {
        const double middle = (grid.levels()[c] + grid.levels()[c + 1]) / 2.0;
        EXPECT_EQ(grid.code(middle), c + 1);
        EXPECT_EQ(grid.code(middle - 1e-9), c);
      }
      EXPECT_EQ(grid.code(1e300), grid.levels().size() - 1);
      EXPECT_EQ(grid.code(-1e300), 0);
    }
}

TEST(ScaleSearch, IsAboutAsGoodAsAnyScale) {
  for (const LevelSet set : both_sets)
    for (const int bits : {2, 3, 4, 6}) {
      const LevelGrid grid(set, bits);
      std::vector<double> weights;
      for (const float w : testing::random_values(300, 3)) weights.push_back(w);
      const auto error_of = [&](double scale) {
        double error = 0;
        for (const double w : weights)
          error += std::pow(w - scale * grid.level(grid.code(w / scale)), 2);
        return error;
      };
      double best = 1e9;
      for (int k = 1; k < 4000; ++k)
        for (const int sign : {-1, 1})
          best = std::min(best, error_of(sign * k / 2000.0 / grid.largest_magnitude()));
      EXPECT_LE(error_of(best_scale(weights, {}, grid)), 1.05 * best) << bits;
    }
}

TEST(ScaleSearch, SixteenBitsRoundToTheNearest) {
  EXPECT_EQ(to_sixteen_bits(1.0), 1.0F);
  EXPECT_EQ(to_sixteen_bits(-0.75), -0.75F);
  EXPECT_EQ(to_sixteen_bits(1 + 0x1p-9), 1.0F);
  EXPECT_EQ(to_sixteen_bits(1 + 0x1p-8), 1 + 0x1p-7F);
  EXPECT_EQ(to_sixteen_bits(1.9999), 2.0F);
  EXPECT_EQ(from_sixteen_bits(sixteen_bits_of(-0.40625F)), -0.40625F);
}

/// Checks that do not depend on the method.
void expect_consistent(const QuantisedLayer& layer, std::span<const float> weights) {
  ASSERT_EQ(layer.weights.size(), weights.size());
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    error += std::pow(static_cast<double>(weights[i]) - layer.weights[i], 2);
    energy += std::pow(static_cast<double>(weights[i]), 2);
  }
  EXPECT_NEAR(layer.relative_error, std::sqrt(error / energy), 1e-12);
  const BitString string = pack_bits(layer);
  EXPECT_EQ(string.size, layer.storage.weights());
  EXPECT_EQ(static_cast<std::int64_t>(string.bytes.size()), (string.size + 7) / 8);
  EXPECT_EQ(unpack_bits(string, layer), layer.weights);
  EXPECT_EQ(layer.storage.scales, 16 * layer.shape.filters);
  EXPECT_EQ(layer.storage.total(), layer.storage.weights() + 38 * layer.shape.filters);
}

TEST(Quantise, MoreBitsLeaveLessErrorForEveryKindOfLayer) {
  for (const WeightShape& shape : testing::layer_kinds()) {
    const auto weights = testing::random_weights(shape, 4);
    for (const LevelSet set : both_sets) {
      double before = 2;
      for (int bits = 2; bits <= 8; ++bits) {
        const QuantisedLayer layer = quantise(weights, shape, set, bits);
        expect_consistent(layer, weights);
        EXPECT_EQ(layer.storage.codes, static_cast<std::int64_t>(weights.size()) * bits);
        // A few weights in a filter may be hit exactly; then only the scale's rounding is left.
        EXPECT_LE(layer.relative_error, std::max(before, 0.004)) << bits;
        before = layer.relative_error;
      }
      EXPECT_LT(before, set == LevelSet::uniform ? 0.008 : 0.05);
    }
  }
}

std::vector<SecondMoment> moments_of(const WeightShape& shape, int groups, std::uint64_t seed) {
  std::vector<SecondMoment> moments;
  for (int g = 0; g < groups; ++g)
    moments.push_back(testing::correlated_moment(
        shape.channels * shape.kernel_height * shape.kernel_width, seed + 10 * g));
  return moments;
}

double damped_error(std::span<const float> weights, const QuantisedLayer& layer,
                    std::vector<SecondMoment> moments, double damping) {
  for (SecondMoment& moment : moments) {
    const auto n = static_cast<std::size_t>(moment.dimension);
    double mean = 0;
    for (std::size_t j = 0; j < n; ++j) mean += moment.matrix[j * n + j] / moment.dimension;
    for (std::size_t j = 0; j < n; ++j) moment.matrix[j * n + j] += damping * mean;
  }
  return output_error(weights, layer.weights, layer.shape, moments);
}

TEST(Quantise, CompensationNeverLosesAndMostlyWinsALot) {
  const std::pair<WeightShape, int> cases[] = {{{12, 8, 3, 3, false}, 1},
                                               {{12, 4, 3, 3, false}, 3},
                                               {{5, 300, 1, 1, false}, 1},
                                               {{9, 1, 3, 3, true}, 9},
                                               {{130, 4, 2, 2, false}, 1}};
  for (const auto& [shape, groups] : cases) {
    const auto weights = testing::random_weights(shape, 8);
    const auto moments = moments_of(shape, groups, 30);
    for (const WeightOrder order : {WeightOrder::natural, WeightOrder::largest_moment}) {
      const Compensation compensation(moments, shape, 0.01, order);
      for (const LevelSet set : both_sets)
        for (const int bits : {2, 3, 4, 8}) {
          const QuantisedLayer plain = quantise(weights, shape, set, bits);
          const QuantisedLayer better = quantise(weights, shape, set, bits, &compensation);
          expect_consistent(better, weights);
          EXPECT_EQ(better.storage.total(), plain.storage.total());
          const double before = damped_error(weights, plain, moments, 0.01);
          const double after = damped_error(weights, better, moments, 0.01);
          EXPECT_LE(after, before * (1 + 1e-9));
          if (shape.channels > 1 && bits < 8) {
            EXPECT_LT(after, 0.8 * before);
          }
          EXPECT_GE(better.relative_error, plain.relative_error * 0.999);
        }
    }
  }
}

TEST(Compensate, EqualsTheRuleWrittenOneWeightAtATimeAndSumsItsError) {
  const WeightShape shape{3, 150, 1, 1, false};
  const auto moments = moments_of(shape, 1, 50);
  const Compensation compensation(moments, shape, 0.02, WeightOrder::natural);
  const auto& group = compensation.groups().front();
  std::vector<double> start;
  for (const float w : testing::random_weights(shape, 51)) start.push_back(w);
  std::vector<double> chosen(start.size());
  const auto round = [](double w) { return std::round(4 * w) / 4; };
  const auto sums = compensate(group, start, [&](std::size_t m, std::size_t j, double w) {
    return chosen[m * 150 + j] = round(w);
  });
  std::vector<double> slow = start;
  for (std::size_t m = 0; m < 3; ++m)
    for (std::size_t j = 0; j < 150; ++j) {
      const double q = round(slow[m * 150 + j]);
      EXPECT_EQ(q, chosen[m * 150 + j]);
      const double error = (slow[m * 150 + j] - q) / group.factor[j * 150 + j];
      for (std::size_t k = j; k < 150; ++k) slow[m * 150 + k] -= error * group.factor[j * 150 + k];
    }
  double mean = 0;
  for (std::size_t j = 0; j < 150; ++j) mean += moments[0].matrix[j * 151] / 150;
  for (std::size_t m = 0; m < 3; ++m) {
    double error = 0;
    for (std::size_t i = 0; i < 150; ++i)
      for (std::size_t j = 0; j < 150; ++j)
        error += (start[m * 150 + i] - chosen[m * 150 + i]) *
                 (moments[0].matrix[i * 150 + j] + (i == j ? 0.02 * mean : 0)) *
                 (start[m * 150 + j] - chosen[m * 150 + j]);
    error /= static_cast<double>(moments[0].samples);
    EXPECT_NEAR(sums[m], error, 1e-9 * error);
  }
}

TEST(Quantise, PermutingFiltersPermutesTheResult) {
  const WeightShape shape{70, 6, 3, 3, false};
  const auto weights = testing::random_weights(shape, 9);
  const Compensation compensation(moments_of(shape, 1, 60), shape);
  constexpr std::size_t n = 54;
  std::vector<float> turned(weights.size());
  for (std::size_t m = 0; m < 70; ++m)
    std::copy_n(weights.begin() + static_cast<std::ptrdiff_t>(m * n), n,
                turned.begin() + static_cast<std::ptrdiff_t>((m + 31) % 70 * n));
  for (const Compensation* const use : {static_cast<const Compensation*>(nullptr), &compensation}) {
    const auto a = quantise(weights, shape, LevelSet::uniform, 3, use);
    const auto b = quantise(turned, shape, LevelSet::uniform, 3, use);
    for (std::size_t i = 0; i < weights.size(); ++i)
      ASSERT_EQ(a.weights[i], b.weights[(i / n + 31) % 70 * n + i % n]);
  }
}

TEST(Quantise, PowersOfTwoMoveToTheScales) {
  const WeightShape shape{6, 7, 3, 3, false};
  const auto weights = testing::random_weights(shape, 10);
  auto scaled = weights;
  for (float& w : scaled) w *= 0x1p-7F;
  const Compensation compensation(moments_of(shape, 1, 61), shape);
  for (const LevelSet set : both_sets)
    for (const Compensation* const use :
         {static_cast<const Compensation*>(nullptr), &compensation}) {
      const auto a = quantise(weights, shape, set, 4, use);
      const auto b = quantise(scaled, shape, set, 4, use);
      EXPECT_EQ(a.codes, b.codes);
      for (std::size_t m = 0; m < a.scale.size(); ++m) EXPECT_EQ(a.scale[m] * 0x1p-7F, b.scale[m]);
    }
}

TEST(Quantise, TheNumberOfThreadsDoesNotShow) {
  const WeightShape shape{130, 5, 3, 3, false};
  const auto weights = testing::random_weights(shape, 11);
  const Compensation compensation(moments_of(shape, 1, 62), shape);
  const auto many = quantise(weights, shape, LevelSet::powers_of_two, 4, &compensation);
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  EXPECT_EQ(quantise(weights, shape, LevelSet::powers_of_two, 4, &compensation).weights,
            many.weights);
}

TEST(Quantise, FiltersOfZerosStayZero) {
  const WeightShape shape{2, 4, 1, 1, false};
  const std::vector<float> weights = {0, 0, 0, 0, 1, 2, 3, -4};
  const Compensation compensation(moments_of(shape, 1, 63), shape);
  for (const Compensation* const use : {static_cast<const Compensation*>(nullptr), &compensation}) {
    const auto layer = quantise(weights, shape, LevelSet::uniform, 3, use);
    EXPECT_EQ(std::vector<float>(layer.weights.begin(), layer.weights.begin() + 4),
              std::vector<float>(4));
    EXPECT_EQ(layer.scale[0], 0.0F);
    expect_consistent(layer, weights);
  }
}

TEST(Quantise, UniformLevelsReachTheLongerTail) {
  // -4 .. 3 times a scale hits all of these, with the scale's sign turned.
  const std::vector<float> weights = {4, -3, 2, 1, -1, 0, -2, 3};
  const auto layer = quantise(weights, {1, 8, 1, 1, false}, LevelSet::uniform, 3);
  EXPECT_EQ(layer.scale[0], -1.0F);
  EXPECT_EQ(layer.relative_error, 0.0);
}

TEST(MagnitudeMasks, KeepTheLargestOfEachLayerOrOfAll) {
  const std::vector<float> small = {0.1F, -0.4F, 0.2F, 0.3F};
  const std::vector<float> large = {5, -1, 0, 2, 3, -6};
  const std::span<const float> layers[] = {small, large};
  EXPECT_EQ(magnitude_masks(layers, 0.5, PruneScope::layer),
            (std::vector<std::vector<std::uint8_t>>{{0, 1, 0, 1}, {1, 0, 0, 0, 1, 1}}));
  EXPECT_EQ(magnitude_masks(layers, 0.5, PruneScope::network),
            (std::vector<std::vector<std::uint8_t>>{{0, 0, 0, 0}, {1, 1, 0, 1, 1, 1}}));
  EXPECT_EQ(magnitude_masks(layers, 0, PruneScope::network),
            (std::vector<std::vector<std::uint8_t>>{{0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(magnitude_masks(layers, 1, PruneScope::layer),
            (std::vector<std::vector<std::uint8_t>>{{1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}}));
  const std::vector<float> equal(5, -2.0F);
  const std::span<const float> one[] = {equal};
  EXPECT_EQ(magnitude_masks(one, 0.4, PruneScope::layer).front(),
            (std::vector<std::uint8_t>{1, 1, 0, 0, 0}));
}

TEST(PruneAndQuantise, KeepsWhatTheMaskKeepsAndCountsIt) {
  const WeightShape shape{10, 6, 3, 3, false};
  const auto weights = testing::random_weights(shape, 12);
  const std::span<const float> layers[] = {weights};
  double before = 0;
  for (const double density : {1.0, 0.6, 0.3, 0.1}) {
    const auto mask = magnitude_masks(layers, density, PruneScope::layer).front();
    const auto layer = prune_and_quantise(weights, shape, mask);
    expect_consistent(layer, weights);
    const auto nonzero =
        std::count_if(layer.weights.begin(), layer.weights.end(), [](float w) { return w != 0; });
    EXPECT_EQ(layer.storage.codes, 8 * nonzero);
    EXPECT_EQ(layer.storage.mask, static_cast<std::int64_t>(weights.size()));
    EXPECT_LE(nonzero, std::accumulate(mask.begin(), mask.end(), std::ptrdiff_t{0}));
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i] == 0) {
        EXPECT_EQ(layer.weights[i], 0.0F);
      }
    EXPECT_GT(layer.relative_error, before);
    before = layer.relative_error;
  }
}

TEST(PruneAndQuantise, CompensationHelpsUnderTheSameMask) {
  const WeightShape shape{10, 20, 3, 3, false};
  const auto weights = testing::random_weights(shape, 13);
  const auto moments = moments_of(shape, 1, 70);
  const Compensation compensation(moments, shape);
  const std::span<const float> layers[] = {weights};
  const auto mask = magnitude_masks(layers, 0.4, PruneScope::layer).front();
  const auto plain = prune_and_quantise(weights, shape, mask);
  const auto better = prune_and_quantise(weights, shape, mask, 8, &compensation);
  expect_consistent(better, weights);
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i] == 0) {
      EXPECT_EQ(better.weights[i], 0.0F);
    }
  EXPECT_LE(better.storage.total(), plain.storage.total() + 8 * 10);
  EXPECT_LT(damped_error(weights, better, moments, 0.01),
            0.7 * damped_error(weights, plain, moments, 0.01));
}

TEST(Baselines, ErrorsSayWhatIsWrong) {
  const auto message = [](const char* text) {
    return ThrowsMessage<std::invalid_argument>(HasSubstr(text));
  };
  const WeightShape shape{2, 3, 1, 1, false};
  std::vector<float> weights(6, 1.0F);
  EXPECT_THAT([&] { (void)quantise(weights, shape, LevelSet::uniform, 9); },
              message("a baseline with 9 bits per weight; it must be in 2 .. 8"));
  EXPECT_THAT(
      [&] {
        (void)quantise(weights, {3, 3, 1, 1, false}, LevelSet::uniform, 4);
      },
      message("there are 6 weights; the shape says 3 filters of 3"));
  const WeightShape other{2, 4, 1, 1, false};
  const Compensation compensation(moments_of(other, 1, 80), other);
  EXPECT_THAT([&] { (void)quantise(weights, shape, LevelSet::uniform, 4, &compensation); },
              message("the compensation is for 1 groups of filters of 4 weights; the layer has 2 "
                      "filters of 3"));
  EXPECT_THAT([&] { (void)prune_and_quantise(weights, shape, std::vector<std::uint8_t>(5)); },
              message("a pruning mask of 5 elements for 6 weights"));
  const std::span<const float> layers[] = {weights};
  EXPECT_THAT([&] { (void)magnitude_masks(layers, 1.5, PruneScope::layer); },
              message("the density of pruned weights is 1.5; it must be in 0 .. 1"));
  QuantisedLayer layer = quantise(weights, shape, LevelSet::powers_of_two, 2);
  BitString string = pack_bits(layer);
  string.size -= 1;
  EXPECT_THAT([&] { (void)unpack_bits(string, layer); },
              message("a packed layer ends after 43 bits; its shape needs more"));
  string.size = 1000;
  EXPECT_THAT([&] { (void)unpack_bits(string, layer); },
              message("a string of 48 bits says that it has 1000"));
  string = pack_bits(layer);
  string.bytes[4] = 0xff;
  EXPECT_THAT([&] { (void)unpack_bits(string, layer); },
              message("weight 0 has code 3; there are 3 levels"));
  QuantisedLayer odd = layer;
  odd.scale.resize(4);
  EXPECT_THAT([&] { (void)unpack_bits(string, odd); },
              message("a layer of 6 codes cannot have 4 scales"));
  weights[4] = std::nanf("");
  EXPECT_THAT([&] { (void)quantise(weights, shape, LevelSet::uniform, 4); },
              message("weight 4 is nan"));
}

}  // namespace
}  // namespace sd::decompose
