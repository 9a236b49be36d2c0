#include "slice_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

namespace sd::decompose {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Sweeps over the blocks of a large book; more hardly ever change a code.
constexpr int largest_sweeps = 4;

}  // namespace

SliceFit::SliceFit(const RowBatch& rows, const CodeBook& book, int rank, double lambda,
                   std::vector<float> basis)
    : rows_(rows),
      book_(book),
      rank_(rank),
      lambda_(lambda),
      bits_of_nonzeros_(static_cast<std::size_t>(rank) + 1),
      basis_(std::move(basis)),
      codes_(static_cast<std::size_t>(rows.rows) * rank),
      objective_(0) {
  for (int k = 0; k < book.size; ++k) {
    const auto first = book.codes.begin() + static_cast<std::ptrdiff_t>(k) * book.rank;
    const auto zeros = std::count(first, first + book.rank, Coefficient{0});
    bits_of_nonzeros_[static_cast<std::size_t>(book.rank - zeros)] =
        book.bits[static_cast<std::size_t>(k)];
  }
  objective_ = objective_with(basis_.data());
}

double SliceFit::bits_of(const Coefficient* code) const {
  return bits_of_nonzeros_[static_cast<std::size_t>(
      rank_ - std::count(code, code + rank_, Coefficient{0}))];
}

double SliceFit::row_error(int row, const Coefficient* code, const float* basis) const {
  double error = 0;
  for (int s = 0; s < rows_.columns; ++s) {
    double difference = rows_.at(row, s);
    for (int j = 0; j < rank_; ++j)
      difference -= static_cast<double>(value_of(code[j])) * basis[j * rows_.columns + s];
    error += difference * difference;
  }
  return error * rows_.weight_of(row);
}

double SliceFit::row_objective(int row, const Coefficient* code) const {
  const double error = row_error(row, code, basis_.data());
  return lambda_ > 0 ? error + lambda_ * bits_of(code) : error;
}

double SliceFit::objective_with(const float* basis) const {
  double sum = 0;
  double bits = 0;
  for (int i = 0; i < rows_.rows; ++i) {
    const Coefficient* const code = codes_.data() + static_cast<std::size_t>(i) * rank_;
    sum += row_error(i, code, basis);
    if (lambda_ > 0) bits += bits_of(code);
  }
  return sum + lambda_ * bits;
}

bool SliceFit::improve_block(int first) {
  const int columns = rows_.columns;
  std::vector<int> members;
  std::vector<float> basis;
  for (int b = 0; b < book_.rank; ++b) {
    const int j = (first + b) % rank_;
    members.push_back(j);
    basis.insert(basis.end(), basis_.begin() + j * columns, basis_.begin() + (j + 1) * columns);
  }
  RowBatch rest = rows_;  // what the block has to reach, once the other coefficients are taken off
  if (book_.rank < rank_) {
    for (int i = 0; i < rows_.rows; ++i)
      for (int j = 0; j < rank_; ++j) {
        if (std::find(members.begin(), members.end(), j) != members.end()) continue;
        const float value = value_of(codes_[static_cast<std::size_t>(i) * rank_ + j]);
        for (int s = 0; s < columns; ++s) rest.at(i, s) -= value * basis_[j * columns + s];
      }
  }
  std::vector<Coefficient> found;
  nearest_codes(rest, book_, basis.data(), lambda_, found);

  bool changed = false;
  std::vector<Coefficient> code(static_cast<std::size_t>(rank_));
  for (int i = 0; i < rows_.rows; ++i) {
    Coefficient* const held = codes_.data() + static_cast<std::size_t>(i) * rank_;
    std::copy_n(held, rank_, code.begin());
    for (int b = 0; b < book_.rank; ++b)
      code[static_cast<std::size_t>(members[static_cast<std::size_t>(b)])] =
          found[static_cast<std::size_t>(i) * book_.rank + b];
    if (std::equal(code.begin(), code.end(), held)) continue;
    // The search compared in float; the held code stays unless the new one is better in double.
    if (row_objective(i, code.data()) < row_objective(i, held)) {
      std::copy(code.begin(), code.end(), held);
      changed = true;
    }
  }
  return changed;
}

void SliceFit::improve_codes() {
  if (book_.rank == rank_) {
    improve_block(0);
  } else {
    const int step = std::max(1, book_.rank / 2);
    for (int sweep = 0; sweep < largest_sweeps; ++sweep) {
      bool changed = false;
      for (int first = 0; first < rank_; first += step) changed |= improve_block(first);
      if (!changed) break;
    }
  }
  objective_ = objective_with(basis_.data());
}

void SliceFit::refit_basis() {
  const int columns = rows_.columns;
  Matrix gram = Matrix::Zero(rank_, rank_);
  Matrix moment = Matrix::Zero(rank_, columns);
  std::vector<double> value(static_cast<std::size_t>(rank_));
  for (int i = 0; i < rows_.rows; ++i) {
    for (int j = 0; j < rank_; ++j)
      value[static_cast<std::size_t>(j)] =
          value_of(codes_[static_cast<std::size_t>(i) * rank_ + j]);
    const double weight = rows_.weight_of(i);
    for (int j = 0; j < rank_; ++j) {
      if (value[static_cast<std::size_t>(j)] == 0) continue;
      const double weighted = weight * value[static_cast<std::size_t>(j)];
      for (int k = 0; k < rank_; ++k) gram(j, k) += weighted * value[static_cast<std::size_t>(k)];
      for (int s = 0; s < columns; ++s) moment(j, s) += weighted * rows_.at(i, s);
    }
  }
  // The minimum-norm solution, since few rows or equal columns of Ce leave the Gram matrix
  // singular.
  const Matrix solution = gram.completeOrthogonalDecomposition().solve(moment);
  std::vector<float> refitted(basis_.size());
  for (int j = 0; j < rank_; ++j)
    for (int s = 0; s < columns; ++s)
      refitted[static_cast<std::size_t>(j * columns + s)] = static_cast<float>(solution(j, s));
  const double objective = objective_with(refitted.data());
  if (objective <= objective_) {
    basis_ = std::move(refitted);
    objective_ = objective;
  }
  reseed_unused_rows();
}

void SliceFit::reseed_unused_rows() {
  const int columns = rows_.columns;
  std::vector<bool> taken(static_cast<std::size_t>(rows_.rows));
  for (int j = 0; j < rank_; ++j) {
    bool used = false;
    for (int i = 0; i < rows_.rows && !used; ++i)
      used = codes_[static_cast<std::size_t>(i) * rank_ + j] != 0;
    if (used) continue;
    int worst = -1;
    double worst_error = 0;
    for (int i = 0; i < rows_.rows; ++i) {
      const Coefficient* const code = codes_.data() + static_cast<std::size_t>(i) * rank_;
      const double error = row_error(i, code, basis_.data());
      if (!taken[static_cast<std::size_t>(i)] && error > worst_error) {
        worst = i;
        worst_error = error;
      }
    }
    if (worst < 0) return;
    taken[static_cast<std::size_t>(worst)] = true;
    for (int s = 0; s < columns; ++s) {
      double rest = rows_.at(worst, s);
      for (int k = 0; k < rank_; ++k)
        if (k != j)
          rest -=
              static_cast<double>(value_of(codes_[static_cast<std::size_t>(worst) * rank_ + k])) *
              basis_[static_cast<std::size_t>(k * columns + s)];
      basis_[static_cast<std::size_t>(j * columns + s)] = static_cast<float>(rest);
    }
  }
}

}  // namespace sd::decompose
