// Whether the choices fit the network.
#pragma once

#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// Throws PackError naming the operator if there is not one choice per operator, if an operator
/// without weights has a decomposition, if a decomposition is of another shape or has arrays of the
/// wrong length, or if input means are not one finite number per input channel.
void require_fitting(const graph::Network& network, const std::vector<LayerChoice>& choices);

/// Throws PackError naming the operator unless it has as many finite weights and biases as its
/// shape asks for.
void require_weights(const graph::Network& network, int index);

}  // namespace sd::pack
