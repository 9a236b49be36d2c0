// Errors of the stored weights must not shift what a filter gives on average.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "random_network.hpp"
#include "real_weights.hpp"

namespace sd::pack {
namespace {

using graph::OperatorKind;
using testing::decompose_all;
using testing::NetworkBuilder;
using testing::random_network;
using testing::ranges;
using testing::real_weights;
using testing::square;

/// Random means for every layer's input.
void set_means(const graph::Network& network, std::vector<LayerChoice>& choices) {
  NetworkBuilder random({1, 1, 1}, 77);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!network.operators[i].has_weights()) continue;
    for (int c = 0; c < network.operators[static_cast<std::size_t>(network.operators[i].inputs[0])]
                            .output.channels;
         ++c)
      choices[i].input_mean.push_back(static_cast<float>(random.uniform()));
  }
}

/// What each filter gives where every input has its channel's mean.
std::vector<double> mean_output(const graph::Network& network, std::size_t index,
                                const std::vector<float>& weights, const std::vector<float>& mean) {
  const graph::Operator& op = network.operators[index];
  const graph::TensorShape& input =
      network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  const bool flat = op.kind == OperatorKind::fully_connected;
  const int filters = static_cast<int>(op.bias.size());
  const int groups = flat ? 1 : op.groups;
  const int channels = input.channels / groups;
  const int taps =
      flat ? input.height * input.width : op.window.kernel_height * op.window.kernel_width;
  std::vector<double> result;
  for (int m = 0; m < filters; ++m) {
    double sum = 0;
    for (int c = 0; c < channels; ++c)
      for (int k = 0; k < taps; ++k)
        sum +=
            static_cast<double>(weights[static_cast<std::size_t>((m * channels + c) * taps + k)]) *
            mean[static_cast<std::size_t>(m / (filters / groups) * channels + c)];
    result.push_back(sum);
  }
  return result;
}

TEST(BiasCorrection, KeepsWhatAFilterGivesForMeanInputs) {
  for (std::uint64_t seed = 40; seed < 50; ++seed) {
    const graph::Network network = random_network(seed);
    auto choices =
        decompose_all(network, 2, 2, true);  // coarse, so that there is something to correct
    set_means(network, choices);
    const graph::Network rebuilt = with_rebuilt_weights(network, choices);
    const PackedModel model = pack(network, choices, ranges(network));
    double corrections = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const graph::Operator& op = network.operators[i];
      if (!op.has_weights()) continue;
      const auto& mean = choices[i].input_mean;
      const auto wanted = mean_output(network, i, op.weights, mean);
      const auto in_float = mean_output(network, i, rebuilt.operators[i].weights, mean);
      const auto in_integers = mean_output(network, i, real_weights(*model.layers[i]), mean);
      for (std::size_t m = 0; m < wanted.size(); ++m) {
        EXPECT_NEAR(in_float[m] + rebuilt.operators[i].bias[m], wanted[m] + op.bias[m], 1e-4);
        const double unit = static_cast<double>(model.layers[i]->weight_scale[m]) *
                            model.activation_scale[static_cast<std::size_t>(op.inputs[0])];
        EXPECT_NEAR(in_integers[m] + model.layers[i]->stages[m].bias * unit, wanted[m] + op.bias[m],
                    0.51 * unit + 1e-4);
        corrections = std::max(
            corrections, std::fabs(static_cast<double>(rebuilt.operators[i].bias[m]) - op.bias[m]));
      }
    }
    EXPECT_GT(corrections, 0.01);
  }
}

TEST(Pack, WithoutMeansTheErrorsOfAFilterDoNotLeanToOneSide) {
  NetworkBuilder b({32, 6, 6}, 5);
  b.convolution(0, 16, square(3, 1, 1));
  const graph::Network network = b.network();
  const auto choices = decompose_all(network);
  const PackedLayer layer = *pack(network, choices, ranges(network)).layers[1];
  const auto stored = real_weights(layer);
  const auto wanted =
      decompose::from_matrices(choices[1].decomposition->rebuild(), layer.shape, layer.layout);
  double squares = 0;
  double leans = 0;
  for (std::size_t m = 0; m < 16; ++m) {
    double lean = 0;
    for (std::size_t k = 0; k < 288; ++k) {
      const double error = static_cast<double>(stored[m * 288 + k]) - wanted[m * 288 + k];
      squares += error * error;
      lean += error;
    }
    leans += lean * lean;
  }
  EXPECT_LT(leans, squares);  // independent errors would be about equal; those of halves that go up
                              // ten times as large
}

}  // namespace
}  // namespace sd::pack
