// The closed-form bases of filters for the least error of their outputs.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sdengine/decompose/output_form.hpp"

namespace sd::decompose {

/// One filter of those that share bases.
struct OutputTarget {
  std::vector<double> weights;  ///< [rows * columns]
  double scale = 1;
  const OutputForm* form = nullptr;
};

/// All bases [slices][rank][columns] together by least squares. `coefficients` is, for each target,
/// Ce as numbers: [rows][rank]. Nothing if the equations cannot be solved.
[[nodiscard]] std::optional<std::vector<float>> least_squares_bases(
    const MatrixLayout& layout, int rank, std::span<const OutputTarget> targets,
    std::span<const std::vector<double>> coefficients);

}  // namespace sd::decompose
