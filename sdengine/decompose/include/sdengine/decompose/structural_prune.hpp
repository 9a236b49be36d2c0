// Structural pruning of the paper's second variant: whole rows (c, r) of the kernels, jointly over
// a group of filters.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose {

enum class PruneRule {
  none,
  population,  ///< threshold is the fraction of the rows to zero, rounded up to whole rows
  value,       ///< rows whose summed magnitude is below threshold
  energy,      ///< all but the fewest largest rows that hold the fraction `threshold` of the sum
};

/// "none", "population", "value" or "energy"; throws std::invalid_argument, listing them.
[[nodiscard]] PruneRule prune_rule_of(std::string_view name);

struct StructuralPruning {
  PruneRule rule = PruneRule::none;
  double threshold = 0;
  int group_size = 32;  ///< consecutive filters; the last group may be smaller
};

/// Zeroes rows of `weights` ([filters][channels][R][S]; row (c, r) is the S weights of one line of
/// one kernel) by the sum of their magnitudes over the filters of a group. Equal sums: the row with
/// the lower index stays. Returns what was kept, [groups][channels * R], 1 for kept. Throws
/// std::invalid_argument for a threshold out of range or weights that do not fit the shape.
std::vector<std::uint8_t> prune_structural(std::span<float> weights, const WeightShape& shape,
                                           const StructuralPruning& pruning);

}  // namespace sd::decompose
