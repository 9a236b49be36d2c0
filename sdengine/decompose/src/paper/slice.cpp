#include "paper/slice.hpp"

#include <Eigen/Dense>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace sd::decompose {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Strided = Eigen::Map<const Eigen::MatrixXd, Eigen::Unaligned, Eigen::OuterStride<>>;

}  // namespace

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

std::vector<double> PaperSlice::basis_by_svd(double rcond) const {
  const Strided codes(codes_.data(), rows_, columns_, Eigen::OuterStride<>(stride_));
  const Strided matrix(matrix_.data(), rows_, columns_, Eigen::OuterStride<>(stride_));
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(codes, Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(rcond);
  std::vector<double> basis(basis_.size());
  Eigen::Map<RowMajor>(basis.data(), columns_, columns_) = svd.solve(matrix);
  return basis;
}

std::vector<double> pseudo_inverse(std::span<const double> square, int n, double rcond) {
  const Eigen::Map<const RowMajor> matrix(square.data(), n, n);
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  svd.setThreshold(rcond);
  std::vector<double> inverse(square.size());
  Eigen::Map<RowMajor>(inverse.data(), n, n) = svd.solve(Eigen::MatrixXd::Identity(n, n));
  return inverse;
}

}  // namespace sd::decompose
