#include "sdengine/decompose/decomposition.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <span>

namespace sd::decompose {

float value_of(Coefficient c) {
  if (c == 0) return 0.0F;
  // 2^-e has no mantissa bits and the exponent field 127 - e.
  const auto magnitude =
      std::bit_cast<float>(static_cast<std::uint32_t>(127 - exponent_of(c)) << 23);
  return c < 0 ? -magnitude : magnitude;
}

int code_bits(int levels) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(2 * levels)));
}

double Decomposition::row_sparsity() const {
  const std::size_t rows = static_cast<std::size_t>(layout.filters) * layout.rows;
  if (rows == 0) return 0;
  std::size_t zero_rows = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto codes = std::span(coefficients).subspan(row * rank, static_cast<std::size_t>(rank));
    if (std::all_of(codes.begin(), codes.end(), [](Coefficient c) { return c == 0; })) ++zero_rows;
  }
  return static_cast<double>(zero_rows) / static_cast<double>(rows);
}

std::vector<float> Decomposition::rebuild() const {
  const int columns = layout.columns;
  std::vector<float> matrices(static_cast<std::size_t>(layout.filters) * layout.rows * columns);
  for (int m = 0; m < layout.filters; ++m)
    for (int row = 0; row < layout.rows; ++row) {
      const std::size_t flat = static_cast<std::size_t>(m) * layout.rows + row;
      const auto slice = static_cast<std::size_t>(layout.basis_index(m, row / layout.slice_rows));
      for (int j = 0; j < rank; ++j) {
        const float value = scale_of(m) * value_of(coefficients[flat * rank + j]);
        for (int s = 0; s < columns; ++s)
          matrices[flat * columns + s] += value * basis[(slice * rank + j) * columns + s];
      }
    }
  return matrices;
}

double relative_error(std::span<const float> weights, std::span<const float> rebuilt) {
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(weights[i]) - rebuilt[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  return energy > 0 ? std::sqrt(error / energy) : 0.0;
}

}  // namespace sd::decompose
