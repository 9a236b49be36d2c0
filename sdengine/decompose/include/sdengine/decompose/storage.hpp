// What a decomposed layer costs in storage, counted in bits.
#pragma once

#include <cstdint>

#include "sdengine/decompose/decomposition.hpp"

namespace sd::decompose {

struct StorageBits {
  std::int64_t coefficients = 0;  ///< non-zero rows * rank * code_bits
  std::int64_t row_index = 0;     ///< one bit per row of every filter
  std::int64_t basis = 0;
  std::int64_t bias_and_scales = 0;
  [[nodiscard]] std::int64_t total() const {
    return coefficients + row_index + basis + bias_and_scales;
  }
};

/// This project's packed form (docs/numerics.md): basis in basis_bits; per filter 32-bit bias,
/// 16-bit multiplier, 6-bit shift and 4-bit q.
[[nodiscard]] StorageBits packed_bits(const Decomposition& layer, int basis_bits = 8);

/// The accounting of the paper's public code: non-zero coefficients * (ceil(log2(distinct
/// magnitudes)) + 1) bits, one index bit per coefficient, `basis_bits` (32 there) per element of B.
[[nodiscard]] StorageBits reference_bits(const Decomposition& layer, int basis_bits = 32);

/// 32 bits per weight.
[[nodiscard]] std::int64_t float_bits(const WeightShape& shape);

}  // namespace sd::decompose
