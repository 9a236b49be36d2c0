// The passes over the rows of a slice of three columns, eight rows at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

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

/// Product of the mantissas of a column's non-zero elements (as column_scale() takes it).
struct MantissaProduct {
  double product = 1;
  std::int64_t exponent = 0;
  std::int64_t count = 0;
};

/// The passes for one set of vector instructions. All sets give the same bits: vectors have eight
/// lanes whatever the registers hold, sums over lanes have one order, and products and sums are not
/// contracted (room.cmake sees to that).
struct VectorPasses {
  /// Ce = matrix * inverse, thresholded, into `coefficients`; returns PassSums::near_threshold.
  bool (*solve_coefficients)(ConstColumns3 matrix, const Matrix3& inverse,
                             const PassThresholds& thresholds, Columns3 coefficients);
  /// Projects coefficients * scale (per column) to powers of two, into `codes`; returns the sums
  /// for the next refit, and the change from the codes held before. `coefficients` may be `matrix`.
  PassSums (*project_coefficients)(ConstColumns3 matrix, ConstColumns3 coefficients,
                                   const Three& scale, double max_c, ConstColumns3 held,
                                   Columns3 codes);
  /// Both in one pass, without a scale.
  PassSums (*solve_and_project)(ConstColumns3 matrix, const Matrix3& inverse,
                                const PassThresholds& thresholds, double max_c, ConstColumns3 held,
                                Columns3 codes);
  /// The normal equations of codes as they stand.
  NormalEquations (*normal_equations)(ConstColumns3 matrix, ConstColumns3 codes);
  MantissaProduct (*mantissa_product)(const double* column, std::ptrdiff_t stride);
  /// The top twelve bits of each element: biased exponent, less 2048 if negative.
  void (*exponents)(const double* column, std::ptrdiff_t stride, std::int16_t* exponents);
  /// ||matrix - codes * basis||_F^2
  double (*squared_residual)(ConstColumns3 matrix, ConstColumns3 codes, const Matrix3& basis);
};

/// The widest set that this machine has.
[[nodiscard]] const VectorPasses& vector_passes();

/// All sets that this machine has, widest first, for the test that holds them to each other.
[[nodiscard]] std::vector<const VectorPasses*> all_vector_passes();

}  // namespace sd::decompose
