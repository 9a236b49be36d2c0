// y[c] = x[c] * scale[c] + shift[c]: batch normalisation, biases and normalisations, folded into
// weights where possible.
#pragma once

#include <vector>

#include "lowering.hpp"

namespace sd::graph {

/// Changes the convolution or fully connected operator that computes x if nothing else reads it;
/// else appends a depthwise 1 x 1 convolution and says so in the notes. One scale and shift per
/// channel (per feature for rank 2).
[[nodiscard]] Activation apply_affine(Lowering& lowering, const Node& node, const Activation& x,
                                      const std::vector<double>& scale,
                                      const std::vector<double>& shift);

/// Number of channels that apply_affine() expects for x. Fails if x was reshaped so that channels
/// are not dimension 1.
[[nodiscard]] std::size_t affine_channels(const Lowering& lowering, const Node& node,
                                          const Activation& x);

}  // namespace sd::graph
