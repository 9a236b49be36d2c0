// Ce and B as initializers, joined to a layer's weights by standard operators.
#pragma once

#include <string>

#include "graph_writer.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {

/// Throws ImportError unless the factors fit the weights of their operator.
void validate(const FactoredWeights& factors, const Network& network);

/// Adds the initializers and the nodes for `op`, which validate() has seen with these factors.
/// Returns the name of the weights: [M][C/groups][R][S], or [M][C] for a fully connected operator.
/// Ce is scaled, then the products are added for j = 0, 1, ..., in float32.
[[nodiscard]] std::string join_factors(GraphWriter& writer, const Operator& op,
                                       const FactoredWeights& factors);

}  // namespace sd::graph
