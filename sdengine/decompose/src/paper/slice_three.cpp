// A slice of three columns, the case that nearly every network is made of: closed forms and vector
// passes, and the public code's own solver where rounding decides.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "paper/column_scale.hpp"
#include "paper/float_rounding.hpp"
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
    before_.assign(codes_.size(), 0.0);
    coefficients_.resize(matrix_.size());
    lost_a_column_ = false;
    project_from(columns_of(matrix_), rules);
  }

  void refit_basis(const PassRules& rules) override {
    Matrix3 basis;
    basis_is_references_ = !solve_normal_equations(equations_, basis);
    if (basis_is_references_) {
      basis_ = reference_basis(codes_.data(), rules);
      return;
    }
    for (int i = 0; i < 3; ++i)
      for (int s = 0; s < 3; ++s) {
        double& b = basis_[static_cast<std::size_t>(i * 3 + s)];
        b = rules.single_precision ? rounded_to_float(basis[i][s]) : basis[i][s];
      }
  }

  void advance(const PassRules& rules) override {
    std::swap(codes_, before_);
    Matrix3 inverse;
    if (!invert_basis(as_matrix(basis_), inverse) || !advance_with(inverse, rules))
      advance_as_reference(rules);
  }

  void drop_below(std::span<const double> smallest) override {
    for (int j = 0; j < 3; ++j) {
      double* const column = codes_.data() + j * stride_;
      for (std::ptrdiff_t i = 0; i < stride_; ++i)
        if (std::fabs(column[i]) < smallest[static_cast<std::size_t>(j)]) column[i] = 0;
    }
    equations_ = passes_.normal_equations(columns_of(matrix_), columns_of(codes_));
  }

  [[nodiscard]] double squared_error(std::span<const double> basis) const override {
    return passes_.squared_residual(columns_of(matrix_), columns_of(codes_), as_matrix(basis));
  }

 private:
  [[nodiscard]] ConstColumns3 columns_of(const Aligned& values) const {
    return {values.data(), stride_};
  }
  [[nodiscard]] Columns3 columns_of(Aligned& values) const { return {values.data(), stride_}; }

  /// False where an element is so near a threshold that the last bits decide.
  bool advance_with(const Matrix3& inverse, const PassRules& rules) {
    const PassThresholds thresholds{rules.threshold, rules.row_threshold, rules.single_precision};
    if (rules.scale) {
      if (passes_.solve_coefficients(columns_of(matrix_), inverse, thresholds,
                                     columns_of(coefficients_)))
        return false;
      project_from(columns_of(coefficients_), rules);
      return true;
    }
    const PassSums sums =
        passes_.solve_and_project(columns_of(matrix_), inverse, thresholds, rules.max_c,
                                  columns_of(before_), columns_of(codes_));
    take(sums);
    return !sums.near_threshold;
  }

  void advance_as_reference(const PassRules& rules) {
    if (!basis_is_references_) basis_ = reference_basis(before_.data(), rules);
    const ColumnMajor solution = reference_coefficients(rules);
    for (int i = 0; i < rows_; ++i) {
      double sum = 0;
      for (int j = 0; j < 3; ++j) {
        sum += std::fabs(solution.at(j, i));
        if (rules.single_precision) sum = rounded_to_float(sum);
      }
      for (int j = 0; j < 3; ++j) {
        const double c = solution.at(j, i);
        const bool keep = sum >= rules.row_threshold && std::fabs(c) >= rules.threshold;
        coefficients_[static_cast<std::size_t>(j * stride_ + i)] = keep ? c : 0;
      }
    }
    project_from(columns_of(coefficients_), rules);
  }

  void project_from(ConstColumns3 coefficients, const PassRules& rules) {
    Three scale{1, 1, 1};
    if (rules.scale)
      for (int j = 0; j < 3; ++j) {
        const MantissaProduct product = passes_.mantissa_product(coefficients.at(j), stride_);
        scale[j] = column_scale(product.product, product.exponent, product.count);
        if (product.count == 0 && !empty_[static_cast<std::size_t>(j)]) lost_a_column_ = true;
      }
    take(passes_.project_coefficients(columns_of(matrix_), coefficients, scale, rules.max_c,
                                      columns_of(before_), columns_of(codes_)));
  }

  void take(const PassSums& sums) {
    equations_ = sums.equations;
    squared_change_ = sums.squared_change;
  }

  const VectorPasses& passes_ = vector_passes();
  NormalEquations equations_;
  Aligned coefficients_;  ///< Ce before its projection, where that is kept; padding stays zero
  Aligned before_;        ///< the projected Ce of the pass before
  bool basis_is_references_ = false;  ///< as reference_basis() gives it
};

}  // namespace

std::unique_ptr<PaperSlice> make_paper_slice(int columns) {
  if (columns == 3) return std::make_unique<SliceOfThree>();
  return make_plain_paper_slice(columns);
}

}  // namespace sd::decompose
