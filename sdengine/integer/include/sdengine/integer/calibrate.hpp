// Activation ranges and means from a few images.
#pragma once

#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::integer {

enum class RangeRule {
  min_max,
  mse,  ///< the range whose 8-bit quantisation has the least squared error over a histogram
};

/// Largest magnitude to be represented per operator, from float execution of `images` (each
/// normalised, channels first).
[[nodiscard]] std::vector<float> calibrate(const graph::Network& network,
                                           std::span<const std::vector<float>> images,
                                           RangeRule rule = RangeRule::mse);

/// Mean of each channel of each operator's output over `images` and positions, from float
/// execution: [operator][channel].
[[nodiscard]] std::vector<std::vector<float>> channel_means(
    const graph::Network& network, std::span<const std::vector<float>> images);

/// Sets `input_mean` of the choice of every layer with weights, so that
/// pack::with_rebuilt_weights() and pack::pack() correct its bias. `network` is the one that the
/// choices were made for, with its own weights.
void measure_input_means(const graph::Network& network, std::span<const std::vector<float>> images,
                         std::vector<pack::LayerChoice>& choices);

}  // namespace sd::integer
