// U of H^-1 = U' U by one Cholesky factorisation and one triangular inverse. With J the reversal of
// the order, J H J = L L' gives H = (J L J)(J L J)', so that U = J L^-1 J; reversing rows and
// columns of a square matrix is reversing its array.
#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "matrix_update.hpp"
#include "sdengine/decompose/second_moment.hpp"

namespace sd::decompose {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::ptrdiff_t block_size = 96, panel_rows = 40;

/// Works in place on the lower triangle of an array whose upper triangle is zero.
class LowerTriangle {
 public:
  LowerTriangle(std::vector<double>& elements, std::ptrdiff_t n) : data_(elements.data()), n_(n) {}

  /// G -> L with G = L L'. False if a pivot is not positive.
  [[nodiscard]] bool factorise();
  /// L -> L^-1
  void invert();

 private:
  [[nodiscard]] double* at(std::ptrdiff_t row, std::ptrdiff_t column) const {
    return data_ + row * n_ + column;
  }
  [[nodiscard]] Eigen::Map<Matrix, 0, Eigen::OuterStride<>> square(std::ptrdiff_t first,
                                                                   std::ptrdiff_t size) const {
    return {at(first, first), size, size, Eigen::OuterStride<>(n_)};
  }
  /// Calls visit(first row, rows) for every panel below `first`, in parallel.
  template <typename Visit>
  void for_each_panel(std::ptrdiff_t first, Visit visit) const {
    const std::ptrdiff_t panels = (n_ - first + panel_rows - 1) / panel_rows;
    tbb::parallel_for(std::ptrdiff_t{0}, panels, [&](std::ptrdiff_t panel) {
      const std::ptrdiff_t row = first + panel * panel_rows;
      visit(row, std::min(panel_rows, n_ - row));
    });
  }
  /// rows x size at (row, column) times `factor` (size x size), in place.
  void multiply_right(std::ptrdiff_t row, std::ptrdiff_t column, std::ptrdiff_t rows,
                      const Matrix& factor) const;

  double* data_;
  std::ptrdiff_t n_;
};

/// The inverse of the lower triangular block, zero above the diagonal.
template <typename Square>
Matrix inverse_of_lower(const Square& block) {
  return block.template triangularView<Eigen::Lower>().solve(
      Matrix::Identity(block.rows(), block.cols()));
}

void LowerTriangle::multiply_right(std::ptrdiff_t row, std::ptrdiff_t column, std::ptrdiff_t rows,
                                   const Matrix& factor) const {
  const std::ptrdiff_t size = factor.rows();
  std::vector<double> negated(static_cast<std::size_t>(rows * size));
  for (std::ptrdiff_t i = 0; i < rows; ++i)
    for (std::ptrdiff_t j = 0; j < size; ++j) {
      negated[static_cast<std::size_t>(i * size + j)] = -*at(row + i, column + j);
      *at(row + i, column + j) = 0;
    }
  subtract_product({at(row, column), n_}, {negated.data(), size}, {factor.data(), size}, rows, size,
                   size);
}

bool LowerTriangle::factorise() {
  for (std::ptrdiff_t first = 0; first < n_; first += block_size) {
    const std::ptrdiff_t size = std::min(block_size, n_ - first);
    const std::ptrdiff_t rest = first + size;
    const Matrix diagonal = square(first, size);
    const Eigen::LLT<Matrix> factor(diagonal);
    if (factor.info() != Eigen::Success) return false;
    const Matrix lower = factor.matrixL();
    if (!lower.allFinite()) return false;
    square(first, size) = lower;
    if (rest == n_) return true;

    const Matrix inverse_transposed = inverse_of_lower(lower).transpose();
    for_each_panel(rest, [&](std::ptrdiff_t row, std::ptrdiff_t rows) {
      multiply_right(row, first, rows, inverse_transposed);
    });
    Matrix transposed(size, n_ - rest);
    for (std::ptrdiff_t i = rest; i < n_; ++i)
      for (std::ptrdiff_t k = 0; k < size; ++k) transposed(k, i - rest) = *at(i, first + k);
    for_each_panel(rest, [&](std::ptrdiff_t row, std::ptrdiff_t rows) {
      subtract_product({at(row, rest), n_}, {at(row, first), n_}, {transposed.data(), n_ - rest},
                       rows, row + rows - rest, size);
      for (std::ptrdiff_t i = row; i < row + rows; ++i)  // what lies above the diagonal stays zero
        std::fill(at(i, i) + 1, at(i, row) + rows, 0.0);
    });
  }
  return true;
}

void LowerTriangle::invert() {
  const std::ptrdiff_t last = (n_ - 1) / block_size * block_size;
  for (std::ptrdiff_t first = last; first >= 0; first -= block_size) {
    const std::ptrdiff_t size = std::min(block_size, n_ - first);
    const std::ptrdiff_t rest = first + size;
    const Matrix inverse = inverse_of_lower(square(first, size));
    square(first, size) = inverse;
    if (rest == n_) continue;

    Matrix below(n_ - rest, size);
    for (std::ptrdiff_t i = rest; i < n_; ++i)
      for (std::ptrdiff_t k = 0; k < size; ++k) below(i - rest, k) = *at(i, first + k);
    for_each_panel(rest, [&](std::ptrdiff_t row, std::ptrdiff_t rows) {
      for (std::ptrdiff_t i = row; i < row + rows; ++i) std::fill_n(at(i, first), size, 0.0);
      subtract_product({at(row, first), n_}, {at(row, rest), n_}, {below.data(), size}, rows, size,
                       row + rows - rest);
      multiply_right(row, first, rows, inverse);
    });
  }
}

}  // namespace

std::vector<double> inverse_factor(const SecondMoment& moment, double damping) {
  const WeightShape one_filter{1, moment.dimension, 1, 1, false};
  require_fits({&moment, 1}, one_filter);
  if (!(damping >= 0) || !std::isfinite(damping))
    throw std::invalid_argument(
        fmt::format("damping is {}; it must be finite and not negative", damping));
  const auto n = static_cast<std::size_t>(moment.dimension);
  const auto samples = static_cast<double>(moment.samples);
  double mean = 0;
  for (std::size_t j = 0; j < n; ++j)
    mean += moment.matrix[j * n + j] / samples / static_cast<double>(n);
  const double damp = damping * mean;

  std::vector<double> elements(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    double* const row = elements.data() + (n - 1 - i) * n;  // row and column i, reversed
    for (std::size_t j = i; j < n; ++j) row[n - 1 - j] = moment.matrix[i * n + j] / samples;
    const double diagonal = row[n - 1 - i];
    row[n - 1 - i] = diagonal == 0 && damp == 0 ? 1.0 : diagonal + damp;
  }
  LowerTriangle triangle(elements, moment.dimension);
  if (!triangle.factorise())
    throw std::invalid_argument(fmt::format(
        "a second moment of dimension {} from {} samples is not positive definite with damping {}; "
        "use a larger damping or more samples",
        n, moment.samples, damping));
  triangle.invert();
  std::reverse(elements.begin(), elements.end());
  return elements;
}

}  // namespace sd::decompose
