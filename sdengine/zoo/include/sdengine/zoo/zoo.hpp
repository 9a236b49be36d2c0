// The networks that the workbench can build by itself, with random weights to train from.
#pragma once

#include <cstdint>

#include "sdengine/graph/network.hpp"

namespace sd::zoo {

/// The network of the built-in default run, for data::generated_shapes: input 1 x 32 x 32, 10
/// classes, about 60,000 weights and 8.6 million multiply-accumulates an image. It holds one of
/// each thing that the accelerator must know:
///   conv1 3x3 -> max pool -> conv2 3x3 -> conv3 3x3 -> conv4 3x3 (+ conv2, residual) -> conv5 3x3
///   stride 2
///   -> conv6 1x1 -> conv7 3x3 -> global average pool -> fc.
/// Weights are drawn as He et al. (2015) say, variance 2 / fan-in; biases are zero. A seed gives
/// the same weights on every machine. Preprocessing (mean 0.5, deviation 0.25 of the grey value) is
/// part of the network.
[[nodiscard]] graph::Network shapes_network(std::uint64_t seed);

}  // namespace sd::zoo
