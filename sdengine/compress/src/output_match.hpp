// Mean and deviation of a layer's output channels, brought back to the original network's.
#pragma once

#include <vector>

#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/graph/network.hpp"
#include "walk.hpp"

namespace sd::compress {

/// Over images and positions, per channel.
struct ChannelStatistics {
  std::vector<double> mean, deviation;
};
[[nodiscard]] ChannelStatistics statistics(const Tensors& values, int channels);

/// ||values - reference|| / ||reference - its channel means||; 0 if the reference does not vary.
[[nodiscard]] double relative_output_error(const Tensors& values, const Tensors& reference,
                                           int channels);

/// Adds to each bias what the channel's mean lacks: b += wanted - found (Nagel et al., "Data-free
/// quantization through weight equalization and bias correction", 2019).
void correct_bias(graph::Operator& op, const ChannelStatistics& found,
                  const ChannelStatistics& wanted);

/// Scales every filter so that its output's deviation is the wanted one. `rebuilt` gets the scaled
/// weights, `decomposition` the scales (which storage has for nothing).
void restore_deviation(decompose::Decomposition& decomposition, std::vector<float>& rebuilt,
                       const ChannelStatistics& found, const ChannelStatistics& wanted);

}  // namespace sd::compress
