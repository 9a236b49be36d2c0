// Folding of batch normalisation into weights, and back.
#pragma once

#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// gamma / sqrt(variance + epsilon), per filter, in double precision.
[[nodiscard]] std::vector<double> batch_norm_scale(const BatchNorm& norm);

/// Multiplies `op`'s batch norm into its weights and bias and removes it: w * scale, (b - mean) *
/// scale + beta. Nothing to do for operators without one. Throws ImportError if an array has
/// another length than the filters, or a variance is not positive with epsilon.
void fold_batch_norm(Operator& op);

/// Every operator of the network.
void fold_batch_norm(Network& network);

/// The opposite of folding: gives `op` the batch norm, and the weights and bias that
/// fold_batch_norm() turns into the present ones (up to rounding). Throws ImportError if `op` has a
/// batch norm already, no weights, or a filter that is not constant although its gamma is 0.
void unfold_batch_norm(Operator& op, const BatchNorm& norm);

}  // namespace sd::graph
