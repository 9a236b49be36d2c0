#include "sdengine/decompose/structural_prune.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "npz.hpp"
#include "random_weights.hpp"
#include "reference_material.hpp"
#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// One filter, four rows of one kernel each line of which sums to the given value.
std::vector<float> lines(const std::vector<float>& sums) {
  std::vector<float> weights;
  for (const float sum : sums) {
    weights.push_back(sum / 2);
    weights.push_back(-sum / 2);
  }
  return weights;
}
constexpr WeightShape four_lines{1, 2, 2, 2, false};

TEST(StructuralPrune, EachRuleKeepsWhatItSays) {
  auto weights = lines({3, 1, 4, 2});
  EXPECT_THAT(prune_structural(weights, four_lines, {PruneRule::population, 0.5, 32}),
              ElementsAre(1, 0, 1, 0));
  EXPECT_EQ(weights, lines({3, 0, 4, 0}));
  weights = lines({3, 1, 4, 2});
  EXPECT_THAT(prune_structural(weights, four_lines, {PruneRule::value, 2, 32}),
              ElementsAre(1, 0, 1, 1));
  weights = lines({3, 1, 4, 2});
  EXPECT_THAT(prune_structural(weights, four_lines, {PruneRule::none, 0.9, 32}),
              ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(weights, lines({3, 1, 4, 2}));
}

// The public code adds up the rows in the order they stand in and so keeps too many or too few.
TEST(StructuralPrune, EnergySumsTheLargestRowsFirst) {
  for (const auto& sums : {std::vector<float>{1, 2, 3, 4}, std::vector<float>{4, 3, 2, 1},
                           std::vector<float>{3, 1, 4, 2}}) {
    auto weights = lines(sums);
    const auto keep = prune_structural(weights, four_lines, {PruneRule::energy, 0.7, 32});
    for (std::size_t row = 0; row < 4; ++row) EXPECT_EQ(keep[row], sums[row] >= 3);
  }
  auto weights = lines({1, 2, 3, 4});
  EXPECT_THAT(prune_structural(weights, four_lines, {PruneRule::energy, 1, 32}),
              ElementsAre(1, 1, 1, 1));
}

TEST(StructuralPrune, GroupsAreJudgedOnTheirOwnAndTheLastMayBeSmaller) {
  const WeightShape shape{5, 1, 2, 1, false};
  std::vector<float> weights{1, 9, 2, 9, 9, 1, 9, 2, 0, 3};
  EXPECT_THAT(prune_structural(weights, shape, {PruneRule::population, 0.5, 2}),
              ElementsAre(0, 1, 1, 0, 0, 1));
  EXPECT_THAT(weights, ElementsAre(0, 9, 0, 9, 9, 0, 9, 0, 0, 3));
}

TEST(StructuralPrune, SaysWhatIsWrong) {
  std::vector<float> weights(8);
  const auto prune = [&](StructuralPruning pruning) {
    return [&weights, pruning] { prune_structural(weights, four_lines, pruning); };
  };
  using Error = std::invalid_argument;
  EXPECT_THAT(prune({PruneRule::energy, 1.5, 32}),
              ThrowsMessage<Error>(HasSubstr("threshold is 1.5; as a fraction it must be in 0")));
  EXPECT_THAT(prune({PruneRule::value, -1, 32}),
              ThrowsMessage<Error>(HasSubstr("threshold is -1; it must be at least 0")));
  EXPECT_THAT(prune({PruneRule::value, 1, 0}), ThrowsMessage<Error>(HasSubstr("group_size is 0")));
  weights.resize(7);
  EXPECT_THAT(prune({PruneRule::value, 1, 32}),
              ThrowsMessage<Error>(HasSubstr("has 7 elements; its shape says 8")));
  EXPECT_THAT([] { (void)prune_rule_of("enrgy"); },
              ThrowsMessage<Error>(HasSubstr("'enrgy' is not known; it must be none, population")));
  EXPECT_EQ(prune_rule_of("population"), PruneRule::population);
}

struct GoldenCase {
  const char* name;
  WeightShape shape;
  StructuralPruning pruning;
};

class StructuralGolden : public ::testing::TestWithParam<GoldenCase> {};

/// keep_rows is there once a filter; here once a group.
std::vector<std::uint8_t> by_group(const std::vector<std::uint8_t>& by_filter, std::size_t filters,
                                   std::size_t group) {
  const std::size_t rows = by_filter.size() / filters;
  std::vector<std::uint8_t> keep;
  for (std::size_t first = 0; first < filters; first += group)
    keep.insert(keep.end(), by_filter.begin() + static_cast<std::ptrdiff_t>(first * rows),
                by_filter.begin() + static_cast<std::ptrdiff_t>((first + 1) * rows));
  return keep;
}

TEST_P(StructuralGolden, SameRowsSameWeightsAndSameRebuiltWeights) {
  const auto& [name, shape, pruning] = GetParam();
  const std::string file = std::string("reference/golden/") + name + ".npz";
  SD_NEEDS_SHARED(file);
  const auto arrays = testing::read_npz(testing::shared_folder() / file);
  const auto expected = by_group(arrays.at("keep_rows").as<std::uint8_t>("|u1"),
                                 static_cast<std::size_t>(shape.filters), 32);
  auto weights = arrays.at("W").as<float>("<f4");
  const auto keep = prune_structural(weights, shape, pruning);
  ASSERT_EQ(keep.size(), expected.size());
  const auto pruned = arrays.at("W_pruned").as<float>("<f4");
  if (pruning.rule == PruneRule::energy) {
    // The public code's sum of unsorted rows keeps more rows than hold 70 %: all of ours, and some.
    for (std::size_t row = 0; row < keep.size(); ++row) EXPECT_LE(keep[row], expected[row]);
    EXPECT_LT(std::accumulate(keep.begin(), keep.end(), 0),
              std::accumulate(expected.begin(), expected.end(), 0));
  } else {
    EXPECT_EQ(keep, expected);
    EXPECT_EQ(weights, pruned);
  }
  PaperSettings settings;
  settings.threshold = 0.02;
  const PaperDecomposition result = decompose_paper(pruned, shape, settings);
  const auto rebuilt = from_matrices(result.layer.rebuild(), shape, result.layer.layout);
  const auto reference = arrays.at("Wrecon").as<float>("<f4");
  ASSERT_EQ(rebuilt.size(), reference.size());
  for (std::size_t i = 0; i < rebuilt.size(); ++i) EXPECT_NEAR(rebuilt[i], reference[i], 1e-7);
  if (pruning.rule == PruneRule::energy) return;
  settings.pruning = pruning;  // as one step
  const PaperDecomposition at_once =
      decompose_paper(arrays.at("W").as<float>("<f4"), shape, settings);
  EXPECT_EQ(at_once.layer.coefficients, result.layer.coefficients);
  EXPECT_EQ(at_once.layer.basis, result.layer.basis);
}

INSTANTIATE_TEST_SUITE_P(
    All, StructuralGolden,
    ::testing::Values(
        GoldenCase{"s1_layer2conv_pop", {32, 16, 3, 3, false}, {PruneRule::population, 0.4, 32}},
        GoldenCase{"s2_layer3conv_value", {64, 32, 3, 3, false}, {PruneRule::value, 7.3, 32}},
        GoldenCase{"s3_layer3conv_energy", {64, 32, 3, 3, false}, {PruneRule::energy, 0.7, 32}},
        GoldenCase{"s4_1x1_rand_pop", {40, 16, 1, 1, false}, {PruneRule::population, 0.25, 32}}),
    [](const auto& golden) { return std::string(golden.param.name); });

}  // namespace
}  // namespace sd::decompose
