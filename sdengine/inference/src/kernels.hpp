// The arithmetic of each operator, before its ReLU. All tensors are channels first.
#pragma once

#include <span>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::inference {

/// Memory that a convolution reuses from call to call.
struct ConvolutionScratch {
  std::vector<float> padded;  ///< the input with its zero border
  std::vector<float> panel;   ///< a few output pixels' worth of im2col
};

/// Sums run over (channel, kernel row, kernel column) in that order, starting from the bias.
void convolution(const graph::Operator& op, const graph::TensorShape& in,
                 std::span<const float> input, std::span<float> output,
                 ConvolutionScratch& scratch);

void fully_connected(const graph::Operator& op, std::span<const float> input,
                     std::span<float> output);

void max_pool(const graph::Operator& op, const graph::TensorShape& in, std::span<const float> input,
              std::span<float> output);

void average_pool(const graph::Operator& op, const graph::TensorShape& in,
                  std::span<const float> input, std::span<float> output);

void subsample_pad(const graph::Operator& op, const graph::TensorShape& in,
                   std::span<const float> input, std::span<float> output);

void softmax(std::span<const float> input, std::span<float> output);

/// max(v, 0), then min(v, clip_upper) if there is one.
void rectify(const graph::Operator& op, std::span<float> values);

}  // namespace sd::inference
