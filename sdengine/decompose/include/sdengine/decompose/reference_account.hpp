// The storage count of the paper's public code over a whole network, for layers of any algorithm.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sdengine/decompose/decomposition.hpp"

namespace sd::decompose {

/// What the count needs to know of one layer.
struct LayerCounts {
  std::int64_t weights = 0;       ///< of the tensor, without padding
  std::int64_t coefficients = 0;  ///< elements of Ce, padding included
  std::int64_t nonzeros = 0;      ///< of Ce
  std::int64_t rows = 0;          ///< of Ce
  std::int64_t zero_rows = 0;
  std::int64_t basis_elements = 0;
  /// Non-zero coefficients of each magnitude, by its binary logarithm.
  std::map<int, std::int64_t> magnitudes;
};

/// Counts of a decomposition as it is stored: magnitude 2^-e under -e.
[[nodiscard]] LayerCounts counts_of(const Decomposition& layer);

/// One number of bits for all non-zero coefficients of the network, as the public code counts, or
/// one for each layer, as a store that is read layer by layer needs.
enum class CodeWidth { network, layer };

struct ReferenceAccount {
  std::int64_t weights = 0;
  std::int64_t coefficients = 0;
  std::int64_t nonzeros = 0;
  std::int64_t rows = 0;
  std::int64_t zero_rows = 0;
  std::int64_t basis_elements = 0;
  int distinct_magnitudes = 0;         ///< over the network, zero included
  std::vector<int> code_bits;          ///< per layer: ceil(log2(distinct non-zero magnitudes)) + 1
  std::int64_t nonzero_code_bits = 0;  ///< codes of the non-zero coefficients
  std::int64_t row_code_bits = 0;      ///< codes of all coefficients of the non-zero rows

  /// Widest code.
  [[nodiscard]] int c_bit() const;
  [[nodiscard]] double sparsity() const;      ///< zeros among the coefficients
  [[nodiscard]] double row_sparsity() const;  ///< zero rows among the rows
  /// Codes of the non-zeros, an index bit per coefficient, `basis_bits` per element of B.
  [[nodiscard]] std::int64_t bits(int basis_bits) const;
  /// Codes of the non-zero rows, an index bit per row, `basis_bits` per element of B.
  [[nodiscard]] std::int64_t bits_row_index(int basis_bits) const;
  /// 32-bit weights against bits(basis_bits): CR_B32 and CR_B8 of the public code; 0 if there is
  /// nothing to store.
  [[nodiscard]] double ratio(int basis_bits) const;
  [[nodiscard]] double ratio_row_index(int basis_bits) const;
};

[[nodiscard]] ReferenceAccount reference_account(std::span<const LayerCounts> layers,
                                                 CodeWidth width = CodeWidth::network);

}  // namespace sd::decompose
