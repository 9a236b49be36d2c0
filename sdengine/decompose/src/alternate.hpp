// fit_matrix() without the checks, on a code book that the caller shares between matrices.
#pragma once

#include "code_book.hpp"
#include "sdengine/decompose/fit.hpp"

namespace sd::decompose {

/// `row_weight` is [rows], or empty for ones: the objective is
/// sum_i weight_i * ||x_i - c_i B||^2 + lambda * bits.
[[nodiscard]] Fit alternate(std::span<const float> matrix, int columns,
                            std::span<const double> row_weight, const Settings& settings,
                            const CodeBook& book);

}  // namespace sd::decompose
