// Whether the choices fit the network.
#pragma once

#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// Throws PackError naming the operator if there is not one choice per operator, if an operator without weights has a
/// decomposition, or if a decomposition is of another shape or has arrays of the wrong length.
void require_fitting(const graph::Network& network, const std::vector<LayerChoice>& choices);

}  // namespace sd::pack
