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

TEST_P(Networks, RandomLayersAreExactInEveryValueAndCounter) {
  Random random(7);
  int on_chip = 0;
  for (int i = 0; i < 24; ++i) {
    const LayerShape shape = schedule::test::random_shape(random, GetParam());
    const Bench bench(GetParam(), test::random_network(random, {shape}, GetParam()));
    on_chip += static_cast<int>(bench.program.layers.size());
    const auto image = schedule::test::random_tensor(random, bench.model->network.input_shape());
    SCOPED_TRACE(i);
    SimulationOptions options;
    options.dram_latency_cycles = std::array{0, 5, 60}[static_cast<std::size_t>(i % 3)];
    bench.expect_exact(chip, {image}, options);
  }
  EXPECT_GE(on_chip, 12);
}

TEST_P(Networks, RandomGapsInTheMemoryChangeTheTimeAndNothingElse) {
  Random random(8);
  const LayerShape first{4, 9, 13, 6};
  LayerShape second{6, 9, 13, 5};
  second.stride = 2;
  second.relu = true;
  const Bench bench(GetParam(), test::random_network(random, {first, second}, GetParam()));
  ASSERT_EQ(bench.program.layers.size(), 2U);
  const auto image = schedule::test::random_tensor(random, bench.model->network.input_shape());
  const std::uint64_t smooth = bench.run(chip, {image}).total.cycles;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SimulationOptions options;
    options.memory_stalls_per_1024 = 200 * static_cast<int>(seed);
    options.memory_seed = seed;
    bench.expect_exact(chip, {image}, options);
    EXPECT_GT(bench.run(chip, {image}, options).total.cycles, smooth);
  }
}

TEST_P(Networks, NetworksWithEveryOperatorArePredictedAsByTheReference) {
  const design::DesignPoint& design = GetParam();
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    const graph::Network network = pack::testing::random_network(seed);
    const Bench bench(
        design,
        pack::pack(network, pack::testing::decompose_all(network, design.rank, design.levels, true),
                   pack::testing::ranges(network)));
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

TEST_P(Networks, TheSameRunGivesTheSameCounters) {
  Random random(9);
  const Bench bench(GetParam(), test::random_network(random, {LayerShape{}}, GetParam()));
  const auto image = schedule::test::random_tensor(random, bench.model->network.input_shape());
  SimulationOptions options;
  options.memory_stalls_per_1024 = 300;
  EXPECT_EQ(bench.run(chip, {image}, options).total, bench.run(chip, {image}, options).total);
}

}  // namespace
}  // namespace sd::tb
