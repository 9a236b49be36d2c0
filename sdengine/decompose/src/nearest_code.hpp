// For every row the nearest point that the code book reaches with a given basis.
#pragma once

#include <vector>

#include "code_book.hpp"

namespace sd::decompose {

/// Rows in columns: values[j * stride + i] is element j of row i; the stride is padded for vector
/// loads.
struct RowBatch {
  int rows = 0, columns = 0, stride = 0;
  std::vector<float> values;
  /// [rows], or empty for ones: how much the squared error of each row counts.
  std::vector<double> weight;

  RowBatch(int rows, int columns);
  [[nodiscard]] float& at(int row, int column) {
    return values[static_cast<std::size_t>(column) * stride + row];
  }
  [[nodiscard]] float at(int row, int column) const {
    return values[static_cast<std::size_t>(column) * stride + row];
  }
  [[nodiscard]] double weight_of(int row) const {
    return weight.empty() ? 1.0 : weight[static_cast<std::size_t>(row)];
  }
};

/// codes [rows][book.rank]: the code c that minimises weight * ||row - c*B||^2 + lambda * bits(c),
/// `basis` being [book.rank][columns]. The comparison is in float32; the first code of the book
/// wins a tie, so that a row of zeros gets the zero code.
void nearest_codes(const RowBatch& rows, const CodeBook& book, const float* basis, double lambda,
                   std::vector<Coefficient>& codes);

}  // namespace sd::decompose
