// The design points of the suites that are the same for every seed.
#pragma once

#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::regression {

/// The smallest of the coverage designs, two that together have both kinds of MACs.
[[nodiscard]] std::vector<design::DesignPoint> quick_coverage_designs();

/// The design points of examples/designs with smaller arrays and buffers.
[[nodiscard]] std::vector<design::DesignPoint> small_example_designs();

}  // namespace sd::regression
