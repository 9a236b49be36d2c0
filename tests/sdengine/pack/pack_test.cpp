#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "random_network.hpp"
#include "real_weights.hpp"
#include "sdengine/decompose/storage.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {
namespace {

using graph::OperatorKind;
using testing::decompose_all;
using ::testing::HasSubstr;
using testing::NetworkBuilder;
using testing::random_network;
using testing::ranges;
using testing::real_weights;
using testing::square;
using ::testing::ThrowsMessage;

double relative_error(const std::vector<float>& a, const std::vector<float>& b) {
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error += std::pow(static_cast<double>(a[i]) - b[i], 2);
    energy += std::pow(static_cast<double>(a[i]), 2);
  }
  return std::sqrt(error / energy);
}

TEST(Pack, IntegerWeightsAreNearlyAsGoodAsTheDecomposition) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const graph::Network network = random_network(seed);
    for (const auto& [rank, levels] : {std::pair{4, 3}, std::pair{3, 7}, std::pair{2, 1}}) {
      const auto choices = decompose_all(network, rank, levels, true);
      const PackedModel model = pack(network, choices, ranges(network));
      validate(model);
      for (std::size_t i = 0; i < choices.size(); ++i) {
        if (!network.operators[i].has_weights()) {
          EXPECT_FALSE(model.layers[i].has_value());
          continue;
        }
        const PackedLayer& layer = *model.layers[i];
        EXPECT_EQ(layer.dense, !choices[i].decomposition.has_value());
        const double error = relative_error(network.operators[i].weights, real_weights(layer));
        EXPECT_NEAR(layer.relative_error, error, 1e-5);
        const double before = layer.dense ? 0 : choices[i].decomposition->relative_error;
        EXPECT_LT(error, std::hypot(before, 0.03))
            << "seed " << seed << " operator " << i << " rank " << rank << " levels " << levels;
        if (!layer.dense) {
          EXPECT_EQ(layer.coefficients, choices[i].decomposition->coefficients);
        }
      }
    }
  }
}

TEST(Pack, StagesHoldBiasInAccumulatorUnitsAndTheRatioOfScales) {
  const graph::Network network = random_network(3);
  const PackedModel model = pack(network, decompose_all(network), ranges(network));
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    if (!model.layers[i]) continue;
    const PackedLayer& layer = *model.layers[i];
    const double input =
        model.activation_scale[static_cast<std::size_t>(network.operators[i].inputs[0])];
    for (std::size_t m = 0; m < layer.stages.size(); ++m) {
      const double accumulator = input * layer.weight_scale[m];
      EXPECT_NEAR(layer.stages[m].bias * accumulator, network.operators[i].bias[m],
                  0.51 * accumulator);
      const double factor = std::ldexp(layer.stages[m].multiplier, -layer.stages[m].shift);
      EXPECT_NEAR(factor * model.activation_scale[i] / accumulator, 1, 0x1p-14);
    }
  }
}

TEST(Pack, RebuildRowIsTheShiftAndAddOfTheContract) {
  const graph::Network network = random_network(5);
  const PackedModel model = pack(network, decompose_all(network, 3, 7), ranges(network));
  for (const auto& layer : model.layers) {
    if (!layer) continue;
    const int n = layer->layout.columns;
    std::vector<std::int8_t> row(static_cast<std::size_t>(n));
    for (int m = 0; m < layer->layout.filters; ++m)
      for (int k = 0; k < layer->layout.rows; ++k) {
        layer->rebuild_row(m, k, row);
        bool zero = true;
        for (int s = 0; s < n; ++s) {
          double sum = 0;
          for (int j = 0; j < layer->rank; ++j) {
            const int c = layer->coefficients[static_cast<std::size_t>(
                (m * layer->layout.rows + k) * layer->rank + j)];
            if (c == 0) continue;
            zero = false;
            const int slice = k / layer->layout.slice_rows;
            const int b = layer->basis[static_cast<std::size_t>(
                ((m * layer->layout.slices() + slice) * layer->rank + j) * n + s)];
            sum += (c < 0 ? -1 : 1) * b * std::pow(2.0, layer->levels - std::abs(c));
          }
          const int q = layer->rebuild_shift[static_cast<std::size_t>(m)];
          const double rounded = q == 0 ? sum : std::floor(sum / std::pow(2.0, q) + 0.5);
          EXPECT_EQ(row[static_cast<std::size_t>(s)], std::clamp(rounded, -128.0, 127.0));
        }
        EXPECT_EQ(layer->row_is_zero(m, k), zero);
      }
  }
}

TEST(Pack, BitsAgreeWithTheAccountingOfTheDecomposition) {
  const graph::Network network = random_network(7);
  const auto choices = decompose_all(network);
  const PackedModel model = pack(network, choices, ranges(network));
  const PackedModel dense =
      pack(network, std::vector<LayerChoice>(choices.size()), ranges(network));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!model.layers[i]) continue;
    EXPECT_EQ(model.layers[i]->bits_packed(),
              decompose::packed_bits(*choices[i].decomposition).total());
    const auto expected = static_cast<std::int64_t>(network.operators[i].weights.size() * 8 +
                                                    network.operators[i].bias.size() * 54);
    EXPECT_EQ(model.layers[i]->bits_dense(), expected);
    EXPECT_EQ(dense.layers[i]->bits_packed(), expected);
  }
}

TEST(Pack, ScalesFollowTheRules) {
  NetworkBuilder b({2, 8, 8}, 1);
  const int c1 = b.convolution(0, 4, square(3, 1, 1));
  const int c2 = b.convolution(0, 4, square(3, 1, 1), 1, true, 1.0F);   // clip below the range
  const int c3 = b.convolution(0, 4, square(3, 1, 1), 1, true, 60.0F);  // clip above it
  const int pool = b.pool(OperatorKind::max_pool, c1, square(2, 2));
  const int half = b.subsample_pad(c2, {2, 2, 1, 1});
  const int both = b.concat({pool, half});
  const int plain = b.activation(both);
  const int loose = b.activation(both, 40.0F);
  const int tight = b.activation(both, 0.5F);
  const int average = b.global_average(plain);
  const int fc = b.fully_connected(average, 3);
  const int last = b.softmax(fc);
  const graph::Network network = b.network();
  std::vector<float> range = ranges(network, 99.0F);  // where it must not be used
  const auto set = [&](int index, float value) { range[static_cast<std::size_t>(index)] = value; };
  set(0, 2.0F);
  set(c1, 5.0F);
  set(c2, 3.0F);
  set(c3, 4.0F);
  set(average, 6.0F);
  set(fc, 7.0F);
  const PackedModel model = pack(network, decompose_all(network), range);
  const auto reach = [&](int index) {
    return model.activation_scale[static_cast<std::size_t>(index)] * 127;
  };
  EXPECT_FLOAT_EQ(reach(0), 2);
  EXPECT_FLOAT_EQ(reach(c1), 5);
  EXPECT_FLOAT_EQ(reach(c2), 1);
  EXPECT_FLOAT_EQ(reach(c3), 4);
  EXPECT_FLOAT_EQ(reach(pool), 5);
  EXPECT_FLOAT_EQ(reach(half), 1);
  EXPECT_FLOAT_EQ(reach(both), 5);
  EXPECT_FLOAT_EQ(reach(plain), 5);
  EXPECT_FLOAT_EQ(reach(loose), 5);
  EXPECT_FLOAT_EQ(reach(tight), 0.5F);
  EXPECT_FLOAT_EQ(reach(average), 6);
  EXPECT_FLOAT_EQ(reach(fc), 7);
  EXPECT_FLOAT_EQ(reach(last), 7);

  const auto ratio = [&](int index, std::size_t k) {
    const ElementwiseStage& stage = model.elementwise[static_cast<std::size_t>(index)];
    return std::ldexp(stage.multipliers.at(k), -stage.shift);
  };
  EXPECT_EQ(ratio(both, 0), 1);
  EXPECT_NEAR(ratio(both, 1), 0.2, 1e-4);
  EXPECT_TRUE(model.elementwise[static_cast<std::size_t>(plain)].multipliers.empty());
  EXPECT_TRUE(model.elementwise[static_cast<std::size_t>(loose)].multipliers.empty());
  EXPECT_NEAR(ratio(tight, 0), 10, 1e-3);
  EXPECT_NEAR(ratio(average, 0), 5.0 / 6 / 16, 1e-5);
  EXPECT_TRUE(model.elementwise[static_cast<std::size_t>(pool)].multipliers.empty());
  EXPECT_TRUE(model.elementwise[static_cast<std::size_t>(last)].multipliers.empty());
}

TEST(Pack, ClipIsTheSaturation) {
  NetworkBuilder b({1, 2, 2}, 1);
  b.convolution(0, 1, square(1), 1, true, 6.0F);
  const graph::Network network = b.network();
  const PackedModel model = pack(network, decompose_all(network), {1.0F, 50.0F});
  EXPECT_FLOAT_EQ(model.activation_scale[1] * 127, 6);
}

TEST(Pack, ResidualAddSharesOneShift) {
  NetworkBuilder b({2, 4, 4}, 1);
  const int a = b.convolution(0, 3, square(1));
  const int c = b.convolution(0, 3, square(1));
  const int sum = b.add(a, c);
  const graph::Network network = b.network();
  const PackedModel model = pack(network, decompose_all(network), {1.0F, 2.0F, 0.01F, 2.5F});
  const ElementwiseStage& stage = model.elementwise[static_cast<std::size_t>(sum)];
  ASSERT_EQ(stage.multipliers.size(), 2U);
  EXPECT_GE(stage.multipliers[0], 16384);
  EXPECT_NEAR(std::ldexp(stage.multipliers[0], -stage.shift), 2.0 / 2.5, 1e-4);
  EXPECT_NEAR(std::ldexp(stage.multipliers[1], -stage.shift), 0.01 / 2.5, 1e-4);
}

TEST(Pack, FiltersOfZerosGiveTheirBias) {
  NetworkBuilder b({4, 3, 3}, 1);
  b.convolution(0, 3, square(3, 1, 1), 1, false);
  graph::Network network = b.network();
  std::fill(network.operators[1].weights.begin(), network.operators[1].weights.begin() + 36,
            0.0F);  // filter 0
  network.operators[1].bias = {1.25F, 0.0F, 0.0F};
  for (const bool dense : {false, true}) {
    const PackedModel model =
        pack(network, dense ? std::vector<LayerChoice>(2) : decompose_all(network), {1.0F, 2.0F});
    validate(model);
    EXPECT_EQ(apply(model.layers[1]->stages[0], 0, false), std::lround(1.25 / 2 * 127));
    for (int row = 0; row < model.layers[1]->layout.rows; ++row)
      EXPECT_TRUE(model.layers[1]->row_is_zero(0, row));
  }
}

TEST(Pack, ABiasFarAboveTheWeightsStillFits) {
  NetworkBuilder b({4, 3, 3}, 1);
  b.convolution(0, 2, square(3, 1, 1), 1, false);
  graph::Network network = b.network();
  for (int k = 0; k < 36; ++k) network.operators[1].weights[static_cast<std::size_t>(k)] *= 1e-12F;
  network.operators[1].bias = {1.5F, -1.5F};
  for (const bool dense : {false, true}) {
    const PackedModel model =
        pack(network, dense ? std::vector<LayerChoice>(2) : decompose_all(network), {1.0F, 2.0F});
    validate(model);
    EXPECT_EQ(apply(model.layers[1]->stages[0], 0, false), std::lround(1.5 / 2 * 127));
  }
}

TEST(Pack, AnOutputThatIsAlwaysZeroTakesItsInputsScale) {
  NetworkBuilder b({2, 3, 3}, 1);
  b.convolution(0, 2, square(3, 1, 1));
  const graph::Network network = b.network();
  const PackedModel model = pack(network, decompose_all(network), {1.0F, 0.0F});
  validate(model);
  EXPECT_EQ(model.activation_scale[1], model.activation_scale[0]);
  validate(pack(network, decompose_all(network), {0.0F, 0.0F}));
}

TEST(Pack, StructureIsKeptAndFloatWeightsAreGone) {
  const graph::Network network = random_network(9);
  const PackedModel model = pack(network, decompose_all(network), ranges(network));
  ASSERT_EQ(model.network.operators.size(), network.operators.size());
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    EXPECT_EQ(model.network.operators[i].name, network.operators[i].name);
    EXPECT_EQ(model.network.operators[i].output, network.operators[i].output);
    EXPECT_TRUE(model.network.operators[i].weights.empty());
    EXPECT_TRUE(model.network.operators[i].bias.empty());
  }
}

TEST(RebuiltWeights, ReplaceOnlyWhatIsDecomposed) {
  const graph::Network network = random_network(11);
  const auto choices = decompose_all(network, 4, 3, true);
  const graph::Network rebuilt = with_rebuilt_weights(network, choices);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto& before = network.operators[i].weights;
    const auto& after = rebuilt.operators[i].weights;
    if (!choices[i].decomposition) {
      EXPECT_EQ(after, before);
    } else {
      EXPECT_NEAR(relative_error(before, after), choices[i].decomposition->relative_error, 1e-6);
    }
    EXPECT_EQ(rebuilt.operators[i].bias, network.operators[i].bias);
  }
}

TEST(WeightShape, OfEveryKind) {
  NetworkBuilder b({6, 5, 4}, 1);
  const int grouped = b.convolution(0, 4, square(3, 1, 1), 2);
  const int depthwise = b.convolution(grouped, 8, square(3, 1, 1), 4);
  const int fc = b.fully_connected(depthwise, 7);
  const graph::Network network = b.network();
  EXPECT_EQ(weight_shape(network, grouped), (decompose::WeightShape{4, 3, 3, 3, false}));
  EXPECT_EQ(weight_shape(network, depthwise), (decompose::WeightShape{8, 1, 3, 3, true}));
  EXPECT_EQ(weight_shape(network, fc), (decompose::WeightShape{7, 160, 1, 1, false}));
  EXPECT_THAT([&] { (void)weight_shape(network, 0); },
              ThrowsMessage<PackError>(HasSubstr("operator 'image' (input) has no weights")));
}

}  // namespace
}  // namespace sd::pack
