// Singular values of a small bidiagonal matrix, with the rotations applied to what is solved for.
#pragma once

#include <cstddef>
#include <vector>

namespace sd::decompose {

/// Column major, `rows` apart.
struct ColumnMajor {
  int rows = 0;
  int columns = 0;
  std::vector<double> values;

  ColumnMajor() = default;
  ColumnMajor(int rows_, int columns_)
      : rows(rows_),
        columns(columns_),
        values(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)) {}
  [[nodiscard]] double& at(int i, int j) {
    return values[static_cast<std::size_t>(j) * static_cast<std::size_t>(rows) +
                  static_cast<std::size_t>(i)];
  }
  [[nodiscard]] double at(int i, int j) const {
    return values[static_cast<std::size_t>(j) * static_cast<std::size_t>(rows) +
                  static_cast<std::size_t>(i)];
  }
};

/// Upper bidiagonal matrix with diagonal d [n] and superdiagonal e [n - 1] = U diag(s) V'. On
/// return d holds s, rising; `right` ([n][n], the identity to begin with) holds V', and the first
/// n rows of `side` hold U' side. Operation by operation LAPACK's dlasdq (Demmel and Kahan,
/// "Accurate singular values of bidiagonal matrices", 1990); least_squares.hpp says why.
void bidiagonal_svd(std::vector<double>& d, std::vector<double>& e, ColumnMajor& right,
                    ColumnMajor& side);

}  // namespace sd::decompose
