// What the reports say of the layers.
#pragma once

#include "plan.hpp"

namespace sd::compress {

/// All but output_error, from the decomposition (or its absence) in `result.choices`.
[[nodiscard]] LayerResult describe(const graph::Network& original, const LayerPlan& plan,
                                   const pack::LayerChoice& choice);

/// Relative error and ratios over the decomposed layers of result.layers.
void add_totals(Result& result, const graph::Network& original);

}  // namespace sd::compress
