// Bases from which the alternation starts.
#pragma once

#include <vector>

#include "nearest_code.hpp"

namespace sd::decompose {

/// Three bases [rank][columns] for `rows`: along the axes, along the principal axes, and along rows
/// that are far from each other. Scaling the rows by a power of two scales the bases by it.
[[nodiscard]] std::vector<std::vector<float>> initial_bases(const RowBatch& rows, int rank,
                                                            int levels);

}  // namespace sd::decompose
