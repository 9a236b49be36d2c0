// Biases that make up for the mean error of stored weights.
#pragma once

#include <span>
#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// b[m] + sum over the filter's weights of (w - stored) * mean of the input channel that the weight
/// meets. `stored` is in the order of op.weights; `input` is the shape of the operator's input.
/// Without means, the operator's own biases.
[[nodiscard]] std::vector<float> corrected_bias(const graph::Operator& op,
                                                const graph::TensorShape& input,
                                                std::span<const float> stored,
                                                std::span<const float> input_mean);

}  // namespace sd::pack
