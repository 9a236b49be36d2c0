#include "sdengine/decompose/storage.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <set>

namespace sd::decompose {

namespace {

/// Per filter: 32-bit bias, 16-bit multiplier, 6-bit shift, 4-bit q.
constexpr std::int64_t bits_per_filter = 32 + 16 + 6 + 4;

std::int64_t rows_of(const Decomposition& layer) {
  return static_cast<std::int64_t>(layer.layout.filters) * layer.layout.rows;
}

std::int64_t basis_elements(const Decomposition& layer) {
  return static_cast<std::int64_t>(layer.layout.bases()) * layer.rank * layer.layout.columns;
}

std::int64_t nonzero_rows(const Decomposition& layer) {
  std::int64_t count = 0;
  for (std::int64_t row = 0; row < rows_of(layer); ++row) {
    const auto first = layer.coefficients.begin() + row * layer.rank;
    if (std::any_of(first, first + layer.rank, [](Coefficient c) { return c != 0; })) ++count;
  }
  return count;
}

}  // namespace

StorageBits packed_bits(const Decomposition& layer, int basis_bits) {
  StorageBits bits;
  bits.coefficients = nonzero_rows(layer) * layer.rank * code_bits(layer.levels);
  bits.row_index = rows_of(layer);
  bits.basis = basis_elements(layer) * basis_bits;
  bits.bias_and_scales = layer.layout.filters * bits_per_filter;
  return bits;
}

StorageBits reference_bits(const Decomposition& layer, int basis_bits) {
  std::set<int> magnitudes;
  std::int64_t nonzeros = 0;
  for (const Coefficient c : layer.coefficients) {
    if (c == 0) continue;
    ++nonzeros;
    magnitudes.insert(exponent_of(c));
  }
  StorageBits bits;
  if (nonzeros > 0) {
    const auto width = std::bit_width(magnitudes.size() - 1);  // ceil(log2(distinct))
    bits.coefficients = nonzeros * (static_cast<std::int64_t>(width) + 1);
  }
  bits.row_index = rows_of(layer) * layer.rank;
  bits.basis = basis_elements(layer) * basis_bits;
  return bits;
}

std::int64_t float_bits(const WeightShape& shape) {
  return std::int64_t{32} * shape.filters * shape.channels * shape.kernel_height *
         shape.kernel_width;
}

}  // namespace sd::decompose
