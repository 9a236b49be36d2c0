#include "paper/least_squares.hpp"

#include <algorithm>
#include <cmath>

namespace sd::decompose {

namespace {

/// A vector that lies in a matrix with some stride, its first element taken as 1.
struct Reflector {
  const double* tail = nullptr;  ///< elements from the second on
  std::ptrdiff_t stride = 1;
  int length = 0;
  double tau = 0;
  [[nodiscard]] double at(int i) const { return i == 0 ? 1.0 : tail[(i - 1) * stride]; }
};

/// Turns (alpha, tail) into (beta, 0): alpha becomes beta, tail the reflector's; returns tau.
double make_reflector(double& alpha, double* tail, std::ptrdiff_t stride, int length) {
  double squares = 0;
  for (int i = 0; i < length - 1; ++i) squares += tail[i * stride] * tail[i * stride];
  const double norm = std::sqrt(squares);
  if (norm == 0) return 0;
  const double high = std::max(std::fabs(alpha), norm);
  const double low = std::min(std::fabs(alpha), norm);
  const double length_of_both = low == 0 ? high : high * std::sqrt(1 + (low / high) * (low / high));
  const double beta = -std::copysign(length_of_both, alpha);
  const double tau = (beta - alpha) / beta;
  const double scale = 1 / (alpha - beta);
  for (int i = 0; i < length - 1; ++i) tail[i * stride] *= scale;
  alpha = beta;
  return tau;
}

/// (I - tau v v') from the left on rows row.. of columns column.. of the matrix.
void apply_left(const Reflector& v, ColumnMajor& matrix, int row, int column) {
  if (v.tau == 0) return;
  for (int j = column; j < matrix.columns; ++j) {
    double dot = 0;
    for (int i = 0; i < v.length; ++i) dot += matrix.at(row + i, j) * v.at(i);
    if (dot == 0) continue;
    const double factor = -v.tau * dot;
    for (int i = 0; i < v.length; ++i) matrix.at(row + i, j) += v.at(i) * factor;
  }
}

/// The same from the right on rows row.. and columns column.. .
void apply_right(const Reflector& v, ColumnMajor& matrix, int row, int column) {
  if (v.tau == 0) return;
  for (int i = row; i < matrix.rows; ++i) {
    double dot = 0;
    for (int j = 0; j < v.length; ++j) dot += v.at(j) * matrix.at(i, column + j);
    for (int j = 0; j < v.length; ++j)
      if (v.at(j) != 0) matrix.at(i, column + j) += dot * (-v.tau * v.at(j));
  }
}

Reflector column_reflector(const ColumnMajor& matrix, int i, double tau) {
  return {matrix.values.data() + static_cast<std::ptrdiff_t>(i) * matrix.rows + i + 1, 1,
          matrix.rows - i, tau};
}

/// Householder QR; R replaces the matrix, and Q' is applied to `right`. Both keep their first n
/// rows.
void reduce_to_triangle(ColumnMajor& matrix, ColumnMajor& right) {
  const int n = matrix.columns;
  std::vector<double> taus;
  for (int i = 0; i < n; ++i) {
    const double tau = make_reflector(matrix.at(i, i), &matrix.at(i, i) + 1, 1, matrix.rows - i);
    taus.push_back(tau);
    apply_left(column_reflector(matrix, i, tau), matrix, i, i + 1);
  }
  for (int i = 0; i < n; ++i)
    apply_left(column_reflector(matrix, i, taus[static_cast<std::size_t>(i)]), right, i, 0);
  ColumnMajor triangle(n, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i <= j; ++i) triangle.at(i, j) = matrix.at(i, j);
  ColumnMajor top(n, right.columns);
  for (int j = 0; j < right.columns; ++j)
    for (int i = 0; i < n; ++i) top.at(i, j) = right.at(i, j);
  matrix = std::move(triangle);
  right = std::move(top);
}

struct Bidiagonal {
  std::vector<double> d, e;                 ///< diagonal, superdiagonal
  std::vector<double> tau_left, tau_right;  ///< of the reflectors that the matrix now holds
};

Bidiagonal reduce_to_bidiagonal(ColumnMajor& matrix) {
  const int n = matrix.columns;
  Bidiagonal result;
  for (int i = 0; i < n; ++i) {
    const double tau = make_reflector(matrix.at(i, i), &matrix.at(i, i) + 1, 1, matrix.rows - i);
    result.tau_left.push_back(tau);
    result.d.push_back(matrix.at(i, i));
    if (i == n - 1) break;
    apply_left(column_reflector(matrix, i, tau), matrix, i, i + 1);
    double* const row = &matrix.at(i, i + 1);
    const double tau_right = make_reflector(*row, row + matrix.rows, matrix.rows, n - i - 1);
    result.tau_right.push_back(tau_right);
    result.e.push_back(*row);
    apply_right({row + matrix.rows, matrix.rows, n - i - 1, tau_right}, matrix, i + 1, i + 1);
  }
  return result;
}

double largest_magnitude(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

/// Solves with the bidiagonal matrix; `right` keeps n rows.
void solve_bidiagonal(Bidiagonal& bidiagonal, ColumnMajor& right, double rcond) {
  const int n = static_cast<int>(bidiagonal.d.size());
  if (n == 1) {
    for (double& value : right.values) value *= 1 / bidiagonal.d[0];
    return;
  }
  const double norm = std::max(largest_magnitude(bidiagonal.d), largest_magnitude(bidiagonal.e));
  const double to_one = 1 / norm;
  for (double& d : bidiagonal.d) d *= to_one;
  for (double& e : bidiagonal.e) e *= to_one;
  ColumnMajor vectors(n, n);
  for (int i = 0; i < n; ++i) vectors.at(i, i) = 1;
  bidiagonal_svd(bidiagonal.d, bidiagonal.e, vectors, right);
  const double least = rcond * largest_magnitude(bidiagonal.d);
  for (int i = 0; i < n; ++i) {
    const double value = bidiagonal.d[static_cast<std::size_t>(i)];
    const double scale = value <= least ? 0.0 : 1 / value;
    for (int j = 0; j < right.columns; ++j)
      right.at(i, j) = scale == 0 ? 0.0 : right.at(i, j) * scale;
  }
  ColumnMajor solution(n, right.columns);
  for (int j = 0; j < right.columns; ++j)
    for (int i = 0; i < n; ++i) {
      double sum = 0;
      for (int l = 0; l < n; ++l) sum += vectors.at(l, i) * right.at(l, j);
      solution.at(i, j) = sum * to_one;
    }
  right = std::move(solution);
}

}  // namespace

ColumnMajor least_squares(ColumnMajor matrix, ColumnMajor right, double rcond) {
  const int n = matrix.columns;
  if (largest_magnitude(matrix.values) == 0) return {n, right.columns};
  // LAPACK triangulates first where that saves work.
  if (matrix.rows >= static_cast<int>(static_cast<float>(n) * 1.6F))
    reduce_to_triangle(matrix, right);
  Bidiagonal bidiagonal = reduce_to_bidiagonal(matrix);
  for (int i = 0; i < n; ++i)
    apply_left(column_reflector(matrix, i, bidiagonal.tau_left[static_cast<std::size_t>(i)]), right,
               i, 0);
  if (right.rows > n) {
    ColumnMajor top(n, right.columns);
    for (int j = 0; j < right.columns; ++j)
      for (int i = 0; i < n; ++i) top.at(i, j) = right.at(i, j);
    right = std::move(top);
  }
  solve_bidiagonal(bidiagonal, right, rcond);
  for (int i = n - 2; i >= 0; --i)
    apply_left({&matrix.at(i, i + 1) + matrix.rows, matrix.rows, n - i - 1,
                bidiagonal.tau_right[static_cast<std::size_t>(i)]},
               right, i + 1, 0);
  return right;
}

}  // namespace sd::decompose
