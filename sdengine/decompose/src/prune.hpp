// Rows that are zeroed jointly over a group of filters.
#pragma once

#include <vector>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose {

/// Zeroes rows of `matrices` ([filters][rows][columns]). A candidate is one row index in one group
/// of `group` consecutive filters; candidates go by ascending energy (sum of squares over the
/// group; ties by group, then row) as long as the energy zeroed in all stays below
/// `energy_fraction` of the layer's.
void prune_rows(std::vector<float>& matrices, const MatrixLayout& layout, int group,
                double energy_fraction);

}  // namespace sd::decompose
