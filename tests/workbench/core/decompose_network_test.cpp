#include "decompose_network.hpp"

#include <gmock/gmock.h>

#include "sdengine/zoo/zoo.hpp"

namespace sd::core {
namespace {

const RunObserver silent;

TEST(DecomposeNetwork, TakesItsSettingsFromTheDesign) {
  design::DesignPoint design;
  design.rank = 3;
  design.levels = 7;
  design.columns = 5;
  design.slice_rows = 96;
  design.slices = 16;
  const decompose::Settings settings = settings_for(design, 0.02);
  EXPECT_EQ(settings.rank, 3);
  EXPECT_EQ(settings.levels, 7);
  EXPECT_EQ(settings.pointwise_columns, 5);
  EXPECT_EQ(settings.slice_rows, 96);
  EXPECT_EQ(settings.prune_group, 16);
  EXPECT_EQ(settings.prune_energy, 0.02);
}

TEST(DecomposeNetwork, DecomposesEveryEligibleLayerAndReportsEveryOperator) {
  const graph::Network network = zoo::shapes_network(1);
  const design::DesignPoint design;
  Stages stages(silent, {});
  const DecomposedNetwork result = decompose_network(network, design, 0.01, stages);
  ASSERT_EQ(result.layers.size(), network.operators.size() - 1);
  ASSERT_EQ(result.choices.size(), network.operators.size());
  for (const LayerReport& layer : result.layers) {
    const auto index = static_cast<std::size_t>(layer.operator_index);
    EXPECT_EQ(layer.name, network.operators[index].name);
    EXPECT_EQ(layer.decomposed, network.operators[index].has_weights()) << layer.name;
    EXPECT_EQ(result.choices[index].decomposition.has_value(), layer.decomposed);
    if (!layer.decomposed) continue;
    EXPECT_GT(layer.rows, 0);
    EXPECT_EQ(layer.relative_error > 0, layer.rows > design.rank)
        << layer.name;  // few rows can be had exactly
    EXPECT_LT(layer.relative_error, 0.25) << layer.name;
    EXPECT_GE(layer.row_sparsity, 0);
    EXPECT_EQ(layer.bits_float,
              32 * static_cast<std::int64_t>(network.operators[index].weights.size()));
  }
  EXPECT_THAT(result.notes, testing::IsEmpty());
}

TEST(DecomposeNetwork, LeavesLayersDenseThatTheRankCannotSpan) {
  const graph::Network network = zoo::shapes_network(1);
  design::DesignPoint design;
  design.rank = 2;
  Stages stages(silent, {});
  const DecomposedNetwork result = decompose_network(network, design, 0, stages);
  for (const LayerReport& layer : result.layers) EXPECT_FALSE(layer.decomposed) << layer.name;
  EXPECT_THAT(result.notes,
              testing::Contains(testing::HasSubstr("conv1 keeps dense 8-bit weights")));
}

TEST(DecomposeNetwork, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  Stages stages(silent, source.get_token());
  EXPECT_THROW((void)decompose_network(zoo::shapes_network(1), {}, 0.01, stages), tb::Cancelled);
}

}  // namespace
}  // namespace sd::core
