// From integers back to floats.
#include <gmock/gmock.h>

#include <cmath>

#include "real_weights.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "shared_bases.hpp"

namespace sd::pack {
namespace {

using testing::random_network;
using testing::ranges;
using testing::real_weights;

PackedModel model_of(std::uint64_t seed) {
  graph::Network network = random_network(seed);
  const auto choices =
      testing::share_all(network, {3, 4, 3, 8, 1 + static_cast<int>(seed % 3)}, seed, 4);
  return pack(network, choices, ranges(network));
}

TEST(RebuiltNetwork, HasIntegerWeightsTimesScaleOrTheirFactors) {
  for (std::uint64_t seed = 60; seed < 66; ++seed) {
    const PackedModel model = model_of(seed);
    const graph::Network integers = rebuilt_network(model, Rebuilt::integers);
    const graph::Network factors = rebuilt_network(model);
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      if (!model.layers[i]) {
        EXPECT_TRUE(factors.operators[i].weights.empty());
        continue;
      }
      const PackedLayer& layer = *model.layers[i];
      EXPECT_EQ(integers.operators[i].weights, real_weights(layer));
      EXPECT_EQ(integers.operators[i].bias, factors.operators[i].bias);
      const std::vector<float>& a = integers.operators[i].weights;
      const std::vector<float>& b = factors.operators[i].weights;
      ASSERT_EQ(a.size(), b.size());
      const std::size_t filter_size = a.size() / layer.weight_scale.size();
      for (std::size_t k = 0; k < a.size(); ++k) {
        const float scale = layer.weight_scale[k / filter_size];
        if (layer.dense)
          EXPECT_EQ(a[k], b[k]);
        else if (std::fabs(b[k]) < 127.5F * scale)  // beyond it, the integer is saturated
          EXPECT_NEAR(a[k], b[k], 0.5001 * scale);
        else
          EXPECT_GE(std::fabs(a[k]), 126.9F * scale);
      }
      const float input =
          model.activation_scale[static_cast<std::size_t>(model.network.operators[i].inputs[0])];
      for (std::size_t m = 0; m < layer.stages.size(); ++m)
        EXPECT_FLOAT_EQ(factors.operators[i].bias[m],
                        static_cast<float>(layer.stages[m].bias) * layer.weight_scale[m] * input);
    }
  }
}

TEST(FactoredWeights, MultiplyToTheRebuiltNetwork) {
  for (std::uint64_t seed = 70; seed < 76; ++seed) {
    const PackedModel model = model_of(seed);
    const graph::Network network = rebuilt_network(model, Rebuilt::factors);
    std::size_t sd_layers = 0;
    for (const auto& layer : model.layers) sd_layers += layer && !layer->dense ? 1 : 0;
    const auto factored = factored_weights(model);
    EXPECT_EQ(factored.size(), sd_layers);
    for (const graph::FactoredWeights& f : factored) {
      const PackedLayer& layer = *model.layers[static_cast<std::size_t>(f.operator_index)];
      EXPECT_EQ(f.columns_are_kernel_columns, layer.shape.kernel_width > 1);
      // As graph/onnx_export.hpp defines the product.
      const int slices = (f.rows + f.slice_rows - 1) / f.slice_rows;
      std::vector<float> product;
      for (int m = 0; m < f.filters; ++m)
        for (int i = 0; i < f.rows; ++i)
          for (int s = 0; s < f.columns; ++s) {
            const int basis = m / f.filters_per_basis * slices + i / f.slice_rows;
            double sum = 0;
            for (int j = 0; j < f.rank; ++j)
              sum += static_cast<double>(
                         f.ce[static_cast<std::size_t>((m * f.rows + i) * f.rank + j)]) *
                     f.basis[static_cast<std::size_t>((basis * f.rank + j) * f.columns + s)];
            product.push_back(
                static_cast<float>(f.filter_scale[static_cast<std::size_t>(m)] * sum));
          }
      const std::vector<float> expected =
          decompose::from_matrices(product, layer.shape, layer.layout);
      const std::vector<float>& weights =
          network.operators[static_cast<std::size_t>(f.operator_index)].weights;
      ASSERT_EQ(weights.size(), expected.size());
      for (std::size_t k = 0; k < weights.size(); ++k)
        EXPECT_NEAR(weights[k], expected[k], 1e-6 * std::fabs(expected[k]));
      for (const float b : f.basis) EXPECT_EQ(b, std::nearbyint(b));
    }
  }
}

TEST(RebuiltNetwork, IsTheDecompositionToTheErrorOfPacking) {
  for (std::uint64_t seed = 80; seed < 84; ++seed) {
    graph::Network network = random_network(seed);
    const auto choices = testing::share_all(network, {4, 3, 3, 8, 2}, seed);
    const PackedModel model = pack(network, choices, ranges(network));
    const graph::Network rebuilt = rebuilt_network(model);
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      if (!model.layers[i]) continue;
      double error = 0, energy = 0;
      for (std::size_t k = 0; k < network.operators[i].weights.size(); ++k) {
        const double w = network.operators[i].weights[k];
        error += std::pow(w - rebuilt.operators[i].weights[k], 2);
        energy += w * w;
      }
      EXPECT_LT(std::sqrt(error / energy), 0.03) << seed << " " << i;
    }
  }
}

TEST(RebuiltNetwork, GivesTheSameForMeanInputsWithEitherWeights) {
  // Halves round up: without a bias of its own, the factors' network would lean to one side.
  graph::Network network = random_network(90);
  auto choices = testing::share_all(network, {3, 7, 3, 8, 2}, 90, 4);
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (network.operators[i].has_weights())
      choices[i].input_mean.assign(
          static_cast<std::size_t>(
              network.operators[static_cast<std::size_t>(network.operators[i].inputs[0])]
                  .output.channels),
          0.7F);
  const PackedModel model = pack(network, choices, ranges(network));
  const graph::Network factors = rebuilt_network(model);
  const graph::Network integers = rebuilt_network(model, Rebuilt::integers);
  int corrected = 0;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (!model.layers[i]) continue;
    const PackedLayer& layer = *model.layers[i];
    EXPECT_EQ(layer.float_bias.empty(), layer.dense);
    const float input =
        model.activation_scale[static_cast<std::size_t>(model.network.operators[i].inputs[0])];
    const std::size_t size = factors.operators[i].weights.size() / layer.stages.size();
    for (std::size_t m = 0; m < layer.stages.size(); ++m) {
      double a = factors.operators[i].bias[m], b = integers.operators[i].bias[m];
      for (std::size_t k = m * size; k < (m + 1) * size; ++k) {
        a += factors.operators[i].weights[k] * 0.7;
        b += integers.operators[i].weights[k] * 0.7;
      }
      // Each bias is rounded to a unit of the accumulator.
      const double unit = static_cast<double>(layer.weight_scale[m]) * input;
      EXPECT_NEAR(a, b, 1.1 * unit + 1e-6) << i << " " << m;
      corrected += !layer.dense && layer.float_bias[m] != 0 ? 1 : 0;
    }
  }
  EXPECT_GT(corrected, 0);
}

}  // namespace
}  // namespace sd::pack
