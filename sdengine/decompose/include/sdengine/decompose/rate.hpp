// What the codes of one row of Ce cost in storage.
#pragma once

namespace sd::decompose {

enum class RateModel {
  /// The paper's public code: one index bit a coefficient, and for each that is not zero its sign
  /// and ceil(log2(levels)) bits. Zeros pay one by one.
  reference,
  /// This project's packed form: one index bit a row, and rank * code_bits(levels) unless the whole
  /// row is zero. Only zero rows pay.
  packed,
};

/// Bits of a row of `rank` coefficients of which `nonzeros` are not zero.
[[nodiscard]] int row_bits(RateModel model, int rank, int levels, int nonzeros);

}  // namespace sd::decompose
