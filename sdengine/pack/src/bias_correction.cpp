#include "bias_correction.hpp"

#include <cstddef>

namespace sd::pack {

std::vector<float> corrected_bias(const graph::Operator& op, const graph::TensorShape& input,
                                  std::span<const float> stored,
                                  std::span<const float> input_mean) {
  std::vector<float> bias = op.bias;
  if (input_mean.empty() || bias.empty()) return bias;
  const bool flattened = op.kind == graph::OperatorKind::fully_connected;
  const std::size_t groups = flattened ? 1 : static_cast<std::size_t>(op.groups);
  const std::size_t group_channels = static_cast<std::size_t>(input.channels) / groups;
  const std::size_t group_filters = bias.size() / groups;
  const std::size_t filter_size = op.weights.size() / bias.size();
  // Weights of one filter that meet the same channel: a kernel, or a whole plane of the flattened
  // input.
  const std::size_t channel_size = filter_size / group_channels;
  for (std::size_t m = 0; m < bias.size(); ++m) {
    double correction = 0;
    for (std::size_t k = 0; k < filter_size; ++k) {
      const std::size_t weight = m * filter_size + k;
      const std::size_t channel = m / group_filters * group_channels + k / channel_size;
      correction +=
          (static_cast<double>(op.weights[weight]) - stored[weight]) * input_mean[channel];
    }
    bias[m] = static_cast<float>(bias[m] + correction);
  }
  return bias;
}

}  // namespace sd::pack
