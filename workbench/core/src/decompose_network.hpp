// W -> Ce * B for every eligible layer, with the design's settings.
#pragma once

#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/graph/network.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "stages.hpp"

namespace sd::core {

/// Rank, levels, columns and slice rows of the design; rows pruned jointly over as many filters as
/// the array has slices, since only rows that are zero in a whole group are skipped.
[[nodiscard]] decompose::Settings settings_for(const design::DesignPoint& design,
                                               double prune_energy);

struct DecomposedNetwork {
  std::vector<pack::LayerChoice> choices;  ///< per operator
  std::vector<LayerReport> layers;  ///< every operator but the input, with what decomposition knows
  std::vector<std::string> notes;   ///< layers left dense, and why
};

/// A layer is eligible if its rows are not wider than the rank: fewer basis vectors than columns
/// cannot span a row.
[[nodiscard]] DecomposedNetwork decompose_network(const graph::Network& network,
                                                  const design::DesignPoint& design,
                                                  double prune_energy, Stages& stages);

/// No layer decomposed: dense 8-bit weights everywhere.
[[nodiscard]] std::vector<pack::LayerChoice> dense_choices(const graph::Network& network,
                                                           const design::DesignPoint& design);

}  // namespace sd::core
