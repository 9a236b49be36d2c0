// The scales of filters that share a basis.
#pragma once

#include <vector>

#include "sdengine/decompose/decomposition.hpp"

namespace sd::decompose {

/// [filters]: root mean square of a filter's weights, 1 for a filter of zeros.
[[nodiscard]] std::vector<float> root_mean_squares(const std::vector<float>& matrices,
                                                   const MatrixLayout& layout);

/// Sets every scale to the least-squares one for the codes and bases at hand.
void refit_scales(Decomposition& layer, const std::vector<float>& matrices);

}  // namespace sd::decompose
