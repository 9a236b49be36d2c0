// A fit for the least error of outputs, under way: the filters that share bases, with their codes.
#pragma once

#include <span>
#include <vector>

#include "output_refit.hpp"
#include "row_search.hpp"

namespace sd::decompose {

class OutputFit {
 public:
  /// `bases` is [slices][rank][columns].
  OutputFit(const MatrixLayout& layout, const CodeBook& book, double lambda,
            std::span<const OutputTarget> targets, std::vector<float> bases);

  /// Chooses all codes afresh, row by row: each row for the weights as the errors of the rows
  /// before it have moved them.
  void compensate();
  /// Each row its best code with all other rows held, in `sweeps` passes at most. Never raises the
  /// objective.
  void improve_codes(int sweeps);
  /// All bases together by least squares; kept only where that does not raise the objective.
  void refit_bases();

  [[nodiscard]] double objective() const { return error_ + lambda_ * bits_; }
  [[nodiscard]] double error() const { return error_; }
  [[nodiscard]] double bits() const { return bits_; }
  [[nodiscard]] const std::vector<float>& bases() const { return bases_; }
  /// [filters][rows][rank]
  [[nodiscard]] std::vector<Coefficient> coefficients() const;

 private:
  struct State {
    std::vector<SignedCode> codes;  ///< [rows]
    std::vector<double> stored;     ///< [rows * columns]: scale * Ce * B
    std::vector<double> gradient;   ///< H (weights - stored)
  };

  [[nodiscard]] const float* basis_of(int row) const;
  void compensate(const OutputTarget& target, State& state);
  bool sweep(const OutputTarget& target, State& state);
  /// stored, gradient, error and bits from codes and bases.
  void rebuild();

  MatrixLayout layout_;
  const CodeBook* book_;
  double lambda_;
  std::span<const OutputTarget> targets_;
  std::vector<float> bases_;
  std::vector<State> states_;
  std::vector<RowSearch> searches_;  ///< one for each slice, of the bases at hand
  double error_ = 0, bits_ = 0;
};

}  // namespace sd::decompose
