// Ratios of scales for the operators without weights.
#pragma once

#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// How many multipliers an operator has (0 for those that pass values through, and for those with
/// weights).
[[nodiscard]] std::size_t multiplier_count(const graph::Network& network, int index,
                                           const std::vector<float>& scales);

/// Throws PackError naming the operator if a ratio cannot be held, or an average pool's divisor
/// varies.
[[nodiscard]] ElementwiseStage elementwise_stage(const graph::Network& network, int index,
                                                 const std::vector<float>& scales);

}  // namespace sd::pack
