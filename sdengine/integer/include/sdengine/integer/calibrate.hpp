// Activation ranges and means from a few images.
#pragma once

#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::integer {

enum class RangeRule {
  min_max,
  percentile,  ///< the magnitude that a given percentage of all values (zeros too) do not exceed
  mse,         ///< the range whose 8-bit quantisation has the least squared error over a histogram
};

/// Largest magnitude to be represented per operator, from float execution of `images` (each
/// normalised, channels first). `percentile` (above 0, at most 100) is for the rule of that name;
/// it is found to within 1/4096 of the largest magnitude, never below. Images run in parallel, and
/// the result does not depend on the number of threads. Memory besides the images: one histogram of
/// 4096 counts per operator and thread. Throws std::invalid_argument for no images, images of
/// another length, or a percentile out of range.
[[nodiscard]] std::vector<float> calibrate(const graph::Network& network,
                                           std::span<const std::vector<float>> images,
                                           RangeRule rule = RangeRule::mse,
                                           double percentile = 99.99);

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
