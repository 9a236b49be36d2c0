// Activation ranges from a few images.
#pragma once

#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::integer {

enum class RangeRule {
  min_max,
  mse,  ///< the range whose 8-bit quantisation has the least squared error over a histogram
};

/// Largest magnitude to be represented per operator, from float execution of `images` (each normalised, channels first).
[[nodiscard]] std::vector<float> calibrate(const graph::Network& network, std::span<const std::vector<float>> images,
                                           RangeRule rule = RangeRule::mse);

}  // namespace sd::integer
