// One operator in float32, by itself: for calibration, which walks through a network operator by
// operator.
#pragma once

#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::inference {

/// Result of operator `index` (not the input) of a valid network whose batch norm is folded;
/// `inputs` are the results of op.inputs, in that order. The same bits as FloatExecutor.
/// `ahead_of_relu`: without the operator's ReLU and upper clip.
[[nodiscard]] std::vector<float> run_operator(const graph::Network& network, int index,
                                              std::span<const std::span<const float>> inputs,
                                              bool ahead_of_relu = false);

}  // namespace sd::inference
