// Error compensation: GPTQ's column-by-column rounding with lazy updates of whole blocks.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sdengine/decompose/baselines.hpp"

namespace sd::decompose {

/// One group's inputs, in the order of compensation.
struct Compensation::Group {
  std::vector<int> order;      ///< position in this order -> index of the weight
  std::vector<double> moment;  ///< [dimension] diagonal of the second moment, in this order
  std::vector<double> factor;  ///< inverse_factor() of the moment in this order
};

/// The value that takes the place of weight `position` of filter `filter`, given what compensation
/// has made of it.
using Choose = std::function<double(std::size_t filter, std::size_t position, double weight)>;

/// Goes through `weights`, [filters][dimension] in the group's order, and calls `choose` for every
/// weight, position by position; what its choice leaves is made up for by the weights after it.
/// Returns the damped output error of every filter, d' (H + damping) d with d = weights - chosen.
[[nodiscard]] std::vector<double> compensate(const Compensation::Group& group,
                                             std::vector<double> weights, const Choose& choose);

}  // namespace sd::decompose
