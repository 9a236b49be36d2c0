// The whole accelerator: random layers and networks, bit for bit, counter for counter.
#include <gmock/gmock.h>

#include "sdengine/pack/random_network.hpp"
#include "verilator_tb/network_bench.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

using test::Bench;
using test::LayerShape;
using test::Random;

class Networks : public ::testing::TestWithParam<design::DesignPoint> {
 protected:
  Networks() : chip(test::checked_model(GetParam())) {}
  BuiltModel chip;
};

INSTANTIATE_TEST_SUITE_P(Designs, Networks,
                         ::testing::Values(test::booth_design(), test::parallel_design(),
                                           test::dense_design()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Networks, RandomNetworksAreExactInEveryValueAndCounter) {
  Random random(7);
  int on_chip = 0, resident = 0, fused = 0;
  for (int i = 0; i < 24; ++i) {
    SCOPED_TRACE(i);
    schedule::ScheduleOptions how;
    how.export_maps = i % 3 != 2;
    how.separate_runs = i % 8 == 7;
    const Bench bench(GetParam(), regression::random_network(random, GetParam()), how);
    const auto image = regression::random_values(random, bench.model->network.input_shape());
    SimulationOptions options;
    options.memory.latency_cycles = std::array{1, 5, 60}[static_cast<std::size_t>(i % 3)];
    bench.expect_exact(chip, {image}, options);
    for (const schedule::LayerSchedule& layer : bench.program.layers) {
      ++on_chip;
      resident += layer.residence == schedule::Residence::on_chip;
      fused += static_cast<int>(layer.fused.size());
    }
  }
  EXPECT_GE(on_chip, 150);
  EXPECT_GE(resident, 20);
  EXPECT_GE(fused, 5);
}

TEST_P(Networks, RandomGapsInTheMemoryChangeTheTimeAndNothingElse) {
  Random random(8);
  const LayerShape first{4, 9, 13, 6};
  LayerShape second{6, 9, 13, 5};
  second.stride = 2;
  second.relu = true;
  const Bench bench(GetParam(), test::random_layers(random, {first, second}, GetParam()));
  ASSERT_EQ(bench.program.layers.size(), 2U);
  const auto image = schedule::test::random_tensor(random, bench.model->network.input_shape());
  const std::uint64_t smooth = bench.run(chip, {image}).total.cycles;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SimulationOptions options;
    options.memory.stalls_per_1024 = 200 * static_cast<int>(seed);
    options.memory.seed = seed;
    bench.expect_exact(chip, {image}, options);
    EXPECT_GT(bench.run(chip, {image}, options).total.cycles, smooth);
  }
}

TEST_P(Networks, PackedNetworksArePredictedAsByTheReference) {
  const design::DesignPoint& design = GetParam();
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    const graph::Network network = pack::testing::random_network(seed);
    const Bench bench(
        design,
        std::make_shared<pack::PackedModel>(pack::pack(
            network, pack::testing::decompose_all(network, design.rank, design.levels, true),
            pack::testing::ranges(network))));
    Random random(seed);
    std::vector<integer::Tensor> images;
    std::vector<int> expected;
    for (int i = 0; i < 2; ++i) {
      images.push_back(schedule::test::random_tensor(random, network.input_shape()));
      expected.push_back(integer::argmax(bench.reference.run(images.back())));
    }
    EXPECT_FALSE(bench.program.layers.empty());
    bench.expect_exact(chip, images);
    EXPECT_EQ(bench.run(chip, images).predictions, expected);
  }
}

TEST_P(Networks, LayersByThemselvesAreCountedEach) {
  Random random(10);
  schedule::ScheduleOptions separate;
  separate.separate_runs = true;
  const Bench bench(GetParam(), regression::random_network(random, GetParam()), separate);
  const auto image = regression::random_values(random, bench.model->network.input_shape());
  const SimulationResult result = bench.run(chip, {image, image});
  Counters sum;
  for (const LayerRun& layer : result.layers) {
    EXPECT_EQ(layer.images, 2U);
    EXPECT_TRUE(layer.compared && layer.bit_exact);
    if (layer.counters) sum += *layer.counters;
  }
  EXPECT_EQ(sum, result.total);
}

TEST_P(Networks, TheSameRunGivesTheSameCounters) {
  Random random(9);
  const Bench bench(GetParam(), test::random_layers(random, {LayerShape{}}, GetParam()));
  const auto image = schedule::test::random_tensor(random, bench.model->network.input_shape());
  SimulationOptions options;
  options.memory.stalls_per_1024 = 300;
  EXPECT_EQ(bench.run(chip, {image}, options).total, bench.run(chip, {image}, options).total);
}

}  // namespace
}  // namespace sd::tb
