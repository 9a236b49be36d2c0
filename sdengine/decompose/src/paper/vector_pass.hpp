// The passes over the rows of a slice of three columns, eight rows at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "paper/solve_three.hpp"

namespace sd::decompose {

/// Columns [3][stride] of whole vectors.
struct ConstColumns3 {
  const double* data = nullptr;
  std::ptrdiff_t stride = 0;
  [[nodiscard]] const double* at(int column) const { return data + column * stride; }
};
struct Columns3 {
  double* data = nullptr;
  std::ptrdiff_t stride = 0;
  [[nodiscard]] double* at(int column) const { return data + column * stride; }
  [[nodiscard]] operator ConstColumns3() const { return {data, stride}; }
};

struct PassThresholds {
  double element = 0;
  double row = 0;  ///< 0: off
  bool single_precision = false;
};

struct PassSums {
  NormalEquations equations;
  double squared_change = 0;
  /// A magnitude, or a row's sum of them, was within a few units in the last place of float32 of
  /// its threshold.
  bool near_threshold = false;
};

/// Ce = matrix * inverse, thresholded, into `coefficients`; returns PassSums::near_threshold.
[[nodiscard]] bool solve_coefficients(ConstColumns3 matrix, const Matrix3& inverse,
                                      const PassThresholds& thresholds, Columns3 coefficients);

/// Projects coefficients * scale (per column) to powers of two, into `codes`; returns the sums for
/// the next refit, and the change from the codes held before. `coefficients` may be `matrix`
/// itself.
[[nodiscard]] PassSums project_coefficients(ConstColumns3 matrix, ConstColumns3 coefficients,
                                            const Three& scale, double max_c, ConstColumns3 held,
                                            Columns3 codes);

/// Both in one pass, without a scale.
[[nodiscard]] PassSums solve_and_project(ConstColumns3 matrix, const Matrix3& inverse,
                                         const PassThresholds& thresholds, double max_c,
                                         ConstColumns3 held, Columns3 codes);

/// The normal equations of codes as they stand.
[[nodiscard]] NormalEquations normal_equations(ConstColumns3 matrix, ConstColumns3 codes);

/// Product of the mantissas of a column's non-zero elements (as column_scale() takes it).
struct MantissaProduct {
  double product = 1;
  std::int64_t exponent = 0;
  std::int64_t count = 0;
};
[[nodiscard]] MantissaProduct mantissa_product(const double* column, std::ptrdiff_t stride);

[[nodiscard]] double squared_residual(ConstColumns3 matrix, ConstColumns3 codes,
                                      const Matrix3& basis);

}  // namespace sd::decompose
