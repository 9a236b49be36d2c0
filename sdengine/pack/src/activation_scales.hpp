// One scale per tensor.
#pragma once

#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// The rules of pack() (packed_model.hpp). Where nothing but zero was seen, the input's scale
/// serves. Throws PackError naming the operator if a range is negative or not finite, or if there
/// is not one range per operator.
[[nodiscard]] std::vector<float> activation_scales(const graph::Network& network,
                                                   const std::vector<float>& activation_max);

}  // namespace sd::pack
