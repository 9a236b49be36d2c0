// A slice of three columns, the case that nearly every network is made of.
#include <algorithm>
#include <cmath>

#include "paper/column_scale.hpp"
#include "paper/slice.hpp"
#include "paper/solve_three.hpp"
#include "paper/vector_pass.hpp"

namespace sd::decompose {

namespace {

Matrix3 as_matrix(std::span<const double> values) {
  Matrix3 matrix;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) matrix[i][j] = values[static_cast<std::size_t>(i * 3 + j)];
  return matrix;
}

class SliceOfThree final : public PaperSlice {
 public:
  SliceOfThree() : PaperSlice(3) {}

  void begin(const PassRules& rules) override {
    std::fill(codes_.begin(), codes_.end(), 0.0);
    lost_a_column_ = false;
    project_from(columns_of_matrix(), rules);
  }

  void refit_basis(const PassRules& rules) override {
    Matrix3 basis;
    if (solve_normal_equations(equations_, basis)) {
      for (int i = 0; i < 3; ++i)
        for (int s = 0; s < 3; ++s) basis_[static_cast<std::size_t>(i * 3 + s)] = basis[i][s];
    } else {
      basis_ = basis_by_svd(rules.rcond);
    }
    if (rules.single_precision)
      for (double& b : basis_) b = static_cast<double>(static_cast<float>(b));
  }

  void advance(const PassRules& rules) override {
    Matrix3 inverse;
    if (!invert_basis(as_matrix(basis_), inverse))
      inverse = as_matrix(pseudo_inverse(basis_, 3, rules.rcond));
    const PassThresholds thresholds{rules.threshold, rules.row_threshold, rules.single_precision};
    if (!rules.scale) {
      const PassSums sums = solve_and_project(columns_of_matrix(), inverse, thresholds, rules.max_c,
                                              columns_of_codes());
      equations_ = sums.equations;
      squared_change_ = sums.squared_change;
      return;
    }
    coefficients_.resize(matrix_.size());
    const Columns3 coefficients{coefficients_.data(), stride_};
    solve_coefficients(columns_of_matrix(), inverse, thresholds, coefficients);
    project_from(coefficients, rules);
  }

  void drop_below(std::span<const double> smallest) override {
    for (int j = 0; j < 3; ++j) {
      double* const column = codes_.data() + j * stride_;
      for (std::ptrdiff_t i = 0; i < stride_; ++i)
        if (std::fabs(column[i]) < smallest[static_cast<std::size_t>(j)]) column[i] = 0;
    }
    equations_ = normal_equations(columns_of_matrix(), columns_of_codes());
  }

  [[nodiscard]] double squared_error(std::span<const double> basis) const override {
    return squared_residual(columns_of_matrix(), {codes_.data(), stride_}, as_matrix(basis));
  }

 private:
  [[nodiscard]] ConstColumns3 columns_of_matrix() const { return {matrix_.data(), stride_}; }
  [[nodiscard]] Columns3 columns_of_codes() { return {codes_.data(), stride_}; }

  void project_from(ConstColumns3 coefficients, const PassRules& rules) {
    Three scale{1, 1, 1};
    if (rules.scale)
      for (int j = 0; j < 3; ++j) {
        const MantissaProduct product = mantissa_product(coefficients.at(j), stride_);
        scale[j] = column_scale(product.product, product.exponent, product.count);
        if (product.count == 0 && !empty_[static_cast<std::size_t>(j)]) lost_a_column_ = true;
      }
    const PassSums sums = project_coefficients(columns_of_matrix(), coefficients, scale,
                                               rules.max_c, columns_of_codes());
    equations_ = sums.equations;
    squared_change_ = sums.squared_change;
  }

  NormalEquations equations_;
  Aligned coefficients_;  ///< Ce before its projection; with scaling only
};

}  // namespace

std::unique_ptr<PaperSlice> make_paper_slice(int columns) {
  if (columns == 3) return std::make_unique<SliceOfThree>();
  return make_plain_paper_slice(columns);
}

}  // namespace sd::decompose
