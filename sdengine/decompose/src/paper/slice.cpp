#include "paper/slice.hpp"

#include <algorithm>
#include <cmath>

#include "paper/float_rounding.hpp"
#include "paper/least_squares.hpp"

namespace sd::decompose {

PaperSlice::PaperSlice(int columns)
    : columns_(columns),
      basis_(static_cast<std::size_t>(columns) * columns),
      empty_(static_cast<std::size_t>(columns)) {}

template <typename Number>
void PaperSlice::load(std::span<const Number> matrix) {
  rows_ = static_cast<int>(matrix.size()) / columns_;
  stride_ = (static_cast<std::ptrdiff_t>(rows_) + lanes - 1) / lanes * lanes;
  const auto size = static_cast<std::size_t>(stride_ * columns_);
  matrix_.resize(size);
  codes_.resize(size);
  for (int j = 0; j < columns_; ++j) {
    double* const column = matrix_.data() + j * stride_;
    bool empty = true;
    for (int i = 0; i < rows_; ++i) {
      column[i] = static_cast<double>(matrix[static_cast<std::size_t>(i) * columns_ + j]);
      empty = empty && column[i] == 0;
    }
    std::fill(column + rows_, column + stride_, 0.0);
    empty_[static_cast<std::size_t>(j)] = empty;
  }
}
template void PaperSlice::load(std::span<const float>);
template void PaperSlice::load(std::span<const double>);

std::int64_t PaperSlice::nonzeros() const {
  return static_cast<std::int64_t>(codes_.size()) - std::count(codes_.begin(), codes_.end(), 0.0);
}

std::vector<double> PaperSlice::reference_basis(const double* codes, const PassRules& rules) const {
  // LAPACK asks for at least as many rows as columns; a row of zeros changes nothing.
  const int rows = std::max(rows_, columns_);
  ColumnMajor left(rows, columns_);
  ColumnMajor right(rows, columns_);
  for (int j = 0; j < columns_; ++j)
    for (int i = 0; i < rows_; ++i) {
      left.at(i, j) = codes[j * stride_ + i];
      right.at(i, j) = matrix(j)[i];
    }
  const ColumnMajor solution = least_squares(std::move(left), std::move(right), rules.rcond);
  std::vector<double> basis(basis_.size());
  for (int j = 0; j < columns_; ++j)
    for (int s = 0; s < columns_; ++s) {
      double& b = basis[static_cast<std::size_t>(j * columns_ + s)];
      b = rules.single_precision ? rounded_to_float(solution.at(j, s)) : solution.at(j, s);
    }
  return basis;
}

ColumnMajor PaperSlice::reference_coefficients(const PassRules& rules) const {
  ColumnMajor left(columns_, columns_);  // B'
  for (int j = 0; j < columns_; ++j)
    for (int s = 0; s < columns_; ++s)
      left.at(s, j) = basis_[static_cast<std::size_t>(j * columns_ + s)];
  ColumnMajor right(columns_, rows_);  // A'
  for (int i = 0; i < rows_; ++i)
    for (int s = 0; s < columns_; ++s) right.at(s, i) = matrix(s)[i];
  ColumnMajor solution = least_squares(std::move(left), std::move(right), rules.rcond);
  if (rules.single_precision)
    for (double& c : solution.values) c = rounded_to_float(c);
  return solution;
}

}  // namespace sd::decompose
