// From integers back to floats: what a packed model is exported and evaluated with in float.
#pragma once

#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// Which real weights stand for an SD layer. (A layer left dense has one answer: integer * scale.)
enum class Rebuilt {
  /// scale[m] * Ce * B with the 8-bit basis, not rounded and not saturated; scale[m] =
  /// weight_scale[m]
  /// * 2^(levels - 1 - q_m). What `SD float` means for a packed model, and what both kinds of ONNX
  /// export hold, so that they give the same outputs.
  factors,
  /// weight_scale[m] * the 8-bit weights that the hardware rebuilds (rounded by q_m, saturated).
  integers
};

/// [filters][channels][R][S] of one layer.
[[nodiscard]] std::vector<float> rebuilt_weights(const PackedLayer& layer,
                                                 Rebuilt which = Rebuilt::factors);

/// The network with real weights again, and biases stage.bias * weight_scale * input scale (for
/// Rebuilt::factors, with float_bias added to stage.bias); ready for float execution and
/// graph::export_onnx.
[[nodiscard]] graph::Network rebuilt_network(const PackedModel& model,
                                             Rebuilt which = Rebuilt::factors);

/// Ce, B and filter scales of every SD layer (none for layers left dense), for
/// graph::export_onnx_factored beside rebuilt_network(model, Rebuilt::factors). Ce holds 0 and
/// +-2^-e, B integers, and their product with the scale is that network's weights to float
/// rounding.
[[nodiscard]] std::vector<graph::FactoredWeights> factored_weights(const PackedModel& model);

}  // namespace sd::pack
