// What each layer adds to a command list.
#include "verilator_tb/profile.hpp"

#include <gmock/gmock.h>

#include "verilator_tb/network_bench.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

using test::Bench;
using test::LayerShape;
using test::Random;

class Profile : public ::testing::TestWithParam<design::DesignPoint> {
 protected:
  Profile() : chip(test::checked_model(GetParam())) {}
  [[nodiscard]] std::vector<LayerProfile> profile(const Bench& bench, const integer::Tensor& image,
                                                  const MemoryOptions& memory = {}) const {
    return profile_layers(chip, bench.program, bench.reference, image, memory);
  }
  BuiltModel chip;
};

INSTANTIATE_TEST_SUITE_P(Designs, Profile,
                         ::testing::Values(test::booth_design(), test::parallel_design(),
                                           test::dense_design()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Profile, TheLayersAddUpToTheRun) {
  Random random(21);
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    const Bench bench(GetParam(), regression::random_network(random, GetParam()), {});
    const auto image = regression::random_values(random, bench.model->network.input_shape());
    SimulationOptions options;
    options.memory.stalls_per_1024 = 100 * i;
    const Counters total = bench.run(chip, {image}, options).total;
    std::size_t operators = 0;
    Counters sum;
    for (const LayerProfile& layer : profile(bench, image, options.memory)) {
      sum += layer.counters;
      operators += 1 + layer.fused.size();
      EXPECT_LE(layer.mac_utilisation, 1);
    }
    EXPECT_GE(operators, 2U);
    EXPECT_EQ(sum.macs, total.macs);
    EXPECT_EQ(sum.outputs, total.outputs);
    EXPECT_EQ(sum.rows_executed, total.rows_executed);
    EXPECT_EQ(sum.dram_write_beats, total.dram_write_beats);
    EXPECT_EQ(sum.vector_operations, total.vector_operations);
    if (bench.program.runs.size() == 1 && i == 0) {
      EXPECT_EQ(sum.cycles, total.cycles);
    }
  }
}

TEST_P(Profile, SaysWhatALayerWaitsFor) {
  Random random(22);
  LayerShape wide{8, 12, 16, 6};  // many rows of whole segments
  wide.zero_rows = wide.zero_filter_rows = 0;  // and so it has products
  LayerShape small{6, 12, 16, 1, 1, 1, 1, 0, 0, 0, 0};
  const Bench bench(GetParam(), test::random_layers(random, {wide, small}, GetParam()), {});
  integer::Tensor image(bench.model->network.input_shape().elements(), 77);
  MemoryOptions memory;
  const auto fast = profile(bench, image, memory);
  ASSERT_EQ(fast.size(), 2U);
  EXPECT_EQ(fast[0].operator_index, 1);
  EXPECT_GT(fast[0].counters.macs, fast[1].counters.macs);
  memory.read_bytes_per_cycle = 0.03;
  const auto starved = profile(bench, image, memory);
  EXPECT_EQ(starved[0].limit, Limit::loads);
  EXPECT_GT(starved[0].counters.cycles, fast[0].counters.cycles);
  EXPECT_LT(starved[0].mac_utilisation, fast[0].mac_utilisation);
}

TEST_P(Profile, CanBeCancelled) {
  Random random(23);
  const Bench bench(GetParam(), test::random_layers(random, {LayerShape{}}, GetParam()), {});
  const integer::Tensor image(bench.model->network.input_shape().elements(), 1);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(
      (void)profile_layers(chip, bench.program, bench.reference, image, {}, {}, stop.get_token()),
      Cancelled);
}

TEST(Limits, HaveNamesAndSentences) {
  for (const Limit limit :
       {Limit::array, Limit::issue, Limit::vector_unit, Limit::loads, Limit::latency}) {
    EXPECT_FALSE(name_of(limit).empty());
    EXPECT_THAT(std::string(explanation(limit)), testing::Not(testing::HasSubstr("TODO")));
  }
}

}  // namespace
}  // namespace sd::tb
