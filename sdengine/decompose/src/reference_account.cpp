#include "sdengine/decompose/reference_account.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <set>

namespace sd::decompose {

namespace {

/// ceil(log2(distinct)) bits tell the magnitudes apart, and one is the sign.
int code_bits_for(std::size_t distinct) {
  return distinct == 0 ? 1 : static_cast<int>(std::bit_width(distinct - 1)) + 1;
}

double quotient(std::int64_t a, std::int64_t b) {
  return b == 0 ? 0.0 : static_cast<double>(a) / static_cast<double>(b);
}

}  // namespace

LayerCounts counts_of(const Decomposition& layer) {
  LayerCounts counts;
  counts.weights = std::int64_t{layer.shape.filters} * layer.shape.channels *
                   layer.shape.kernel_height * layer.shape.kernel_width;
  counts.coefficients = static_cast<std::int64_t>(layer.coefficients.size());
  counts.rows = std::int64_t{layer.layout.filters} * layer.layout.rows;
  counts.basis_elements = static_cast<std::int64_t>(layer.basis.size());
  for (std::int64_t row = 0; row < counts.rows; ++row) {
    bool zero = true;
    for (int j = 0; j < layer.rank; ++j) {
      const Coefficient c = layer.coefficients[static_cast<std::size_t>(row * layer.rank + j)];
      if (c == 0) continue;
      zero = false;
      ++counts.nonzeros;
      ++counts.magnitudes[-exponent_of(c)];
    }
    counts.zero_rows += zero;
  }
  return counts;
}

int ReferenceAccount::c_bit() const {
  return code_bits.empty() ? 0 : *std::max_element(code_bits.begin(), code_bits.end());
}

double ReferenceAccount::sparsity() const {
  return quotient(coefficients - nonzeros, coefficients);
}

double ReferenceAccount::row_sparsity() const {
  return quotient(zero_rows, rows);
}

std::int64_t ReferenceAccount::bits(int basis_bits) const {
  return nonzero_code_bits + coefficients + basis_elements * basis_bits;
}

std::int64_t ReferenceAccount::bits_row_index(int basis_bits) const {
  return row_code_bits + rows + basis_elements * basis_bits;
}

double ReferenceAccount::ratio(int basis_bits) const {
  return quotient(32 * weights, bits(basis_bits));
}

double ReferenceAccount::ratio_row_index(int basis_bits) const {
  return quotient(32 * weights, bits_row_index(basis_bits));
}

ReferenceAccount reference_account(std::span<const LayerCounts> layers, CodeWidth width) {
  std::set<int> distinct;
  for (const LayerCounts& layer : layers)
    for (const auto& [power, count] : layer.magnitudes)
      if (count > 0) distinct.insert(power);
  ReferenceAccount account;
  account.distinct_magnitudes = static_cast<int>(distinct.size()) + 1;
  for (const LayerCounts& layer : layers) {
    account.weights += layer.weights;
    account.coefficients += layer.coefficients;
    account.nonzeros += layer.nonzeros;
    account.rows += layer.rows;
    account.zero_rows += layer.zero_rows;
    account.basis_elements += layer.basis_elements;
    const auto own = static_cast<std::size_t>(
        std::count_if(layer.magnitudes.begin(), layer.magnitudes.end(),
                      [](const auto& magnitude) { return magnitude.second > 0; }));
    const int bits = code_bits_for(width == CodeWidth::network ? distinct.size() : own);
    account.code_bits.push_back(bits);
    account.nonzero_code_bits += layer.nonzeros * bits;
    if (layer.rows > 0)
      account.row_code_bits +=
          (layer.rows - layer.zero_rows) * (layer.coefficients / layer.rows) * bits;
  }
  return account;
}

}  // namespace sd::decompose
