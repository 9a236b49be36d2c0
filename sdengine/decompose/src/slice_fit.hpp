// A fit under way: rows, codes and basis of one slice, with the objective always up to date.
#pragma once

#include <vector>

#include "nearest_code.hpp"

namespace sd::decompose {

class SliceFit {
 public:
  /// `book` holds all coefficients of a row, or, where that would be too large, a block of them
  /// (see fit.hpp).
  SliceFit(const RowBatch& rows, const CodeBook& book, int rank, double lambda,
           std::vector<float> basis);

  /// Gives each row its best code, where that is better than the one it has.
  void improve_codes();
  /// Least squares; kept only where it does not raise the objective. Basis rows that no code uses
  /// are pointed at the worst-fitted rows, for the next improve_codes() to pick up.
  void refit_basis();

  /// sum of weight * squared error over the rows, + lambda * bits.
  [[nodiscard]] double objective() const { return objective_; }
  [[nodiscard]] const std::vector<Coefficient>& codes() const { return codes_; }
  [[nodiscard]] const std::vector<float>& basis() const { return basis_; }

 private:
  [[nodiscard]] double row_error(int row, const Coefficient* code, const float* basis) const;
  [[nodiscard]] double bits_of(const Coefficient* code) const;
  [[nodiscard]] double row_objective(int row, const Coefficient* code) const;
  [[nodiscard]] double objective_with(const float* basis) const;
  /// Searches the coefficients first .. first + book.rank - 1 (modulo rank) of every row, the
  /// others held. True if a code changed.
  bool improve_block(int first);
  void reseed_unused_rows();

  const RowBatch& rows_;
  const CodeBook& book_;
  int rank_;
  double lambda_;
  std::vector<double> bits_of_nonzeros_;  ///< bits of a row by its number of non-zeros
  std::vector<float> basis_;              ///< [rank][columns]
  std::vector<Coefficient> codes_;        ///< [rows][rank]
  double objective_;
};

}  // namespace sd::decompose
