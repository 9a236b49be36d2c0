// The result of decomposing one layer: W ~ s * Ce * B, with one scale s for each filter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose {

/// A coefficient: 0, or sign * 2^-exponent with exponent in 0..levels-1.
/// Stored as a signed byte: 0, or +-(exponent + 1).
using Coefficient = std::int8_t;
[[nodiscard]] constexpr int exponent_of(Coefficient c) {
  return (c < 0 ? -c : c) - 1;
}
[[nodiscard]] float value_of(Coefficient c);

/// ceil(log2(2 * levels + 1)), which equals 1 sign bit + ceil(log2(levels + 1)) magnitude bits.
[[nodiscard]] int code_bits(int levels);

struct Decomposition {
  WeightShape shape;
  MatrixLayout layout;
  int rank = 0;
  int levels = 0;
  std::vector<Coefficient> coefficients;  ///< [filters][rows][rank]
  std::vector<float> basis;               ///< [layout.bases()][rank][columns]
  /// [filters], or empty for ones. It costs no storage: the output stage has a multiplier for every
  /// filter anyway.
  std::vector<float> filter_scale;
  double relative_error = 0;  ///< ||W - s Ce B||_F / ||W||_F, with basis and scales in float

  [[nodiscard]] float scale_of(int filter) const {
    return filter_scale.empty() ? 1.0F : filter_scale[static_cast<std::size_t>(filter)];
  }

  /// Fraction of the rows (over all filters) whose coefficients are all zero.
  [[nodiscard]] double row_sparsity() const;
  /// [filters][rows][columns]
  [[nodiscard]] std::vector<float> rebuild() const;
};

/// ||weights - rebuilt||_F / ||weights||_F; 0 for weights that are all zero.
[[nodiscard]] double relative_error(std::span<const float> weights, std::span<const float> rebuilt);

}  // namespace sd::decompose
