// A slice of any number of columns: the procedure as it is written down, one step after the other.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "paper/column_scale.hpp"
#include "paper/float_rounding.hpp"
#include "paper/slice.hpp"

namespace sd::decompose {

namespace {

double rounded(double value, const PassRules& rules) {
  return rules.single_precision ? rounded_to_float(value) : value;
}

/// To the nearest power of two by linear distance (a tie goes down), clipped.
double projected(double value, double max_c) {
  int exponent = 0;
  const double mantissa = std::frexp(std::fabs(value), &exponent);  // [1/2, 1) * 2^exponent
  if (mantissa == 0) return 0;
  const double power = std::ldexp(1.0, mantissa > 0.75 ? exponent : exponent - 1);
  return std::copysign(std::min(power, max_c), value);
}

class PlainSlice final : public PaperSlice {
 public:
  using PaperSlice::PaperSlice;

  void begin(const PassRules& rules) override {
    std::fill(codes_.begin(), codes_.end(), 0.0);
    lost_a_column_ = false;
    coefficients_ = matrix_;
    project(rules);
  }

  void refit_basis(const PassRules& rules) override {
    basis_ = reference_basis(codes_.data(), rules);
  }

  void advance(const PassRules& rules) override {
    const ColumnMajor solution = reference_coefficients(rules);
    coefficients_.resize(matrix_.size());
    for (int i = 0; i < rows_; ++i) {
      double magnitudes = 0;
      for (int j = 0; j < columns_; ++j) {
        const double c = solution.at(j, i);
        magnitudes = rounded(magnitudes + std::fabs(c), rules);
        coefficient(i, j) = std::fabs(c) >= rules.threshold ? c : 0;
      }
      if (magnitudes < rules.row_threshold)
        for (int j = 0; j < columns_; ++j) coefficient(i, j) = 0;
    }
    project(rules);
  }

  void drop_below(std::span<const double> smallest) override {
    for (int j = 0; j < columns_; ++j)
      for (int i = 0; i < rows_; ++i) {
        double& code = codes_[static_cast<std::size_t>(j * stride_ + i)];
        if (std::fabs(code) < smallest[static_cast<std::size_t>(j)]) code = 0;
      }
  }

  [[nodiscard]] double squared_error(std::span<const double> basis) const override {
    double total = 0;
    for (int i = 0; i < rows_; ++i)
      for (int s = 0; s < columns_; ++s) {
        double rest = matrix(s)[i];
        for (int j = 0; j < columns_; ++j)
          rest -= codes(j)[i] * basis[static_cast<std::size_t>(j * columns_ + s)];
        total += rest * rest;
      }
    return total;
  }

 private:
  double& coefficient(int row, int column) {
    return coefficients_[static_cast<std::size_t>(column * stride_ + row)];
  }

  double scale_of(int column) {
    double product = 1;
    std::int64_t product_exponent = 0;
    std::int64_t count = 0;
    for (int i = 0; i < rows_; ++i) {
      int exponent = 0;
      double mantissa = std::frexp(std::fabs(coefficient(i, column)), &exponent);
      if (mantissa == 0) continue;
      if (mantissa * 2 <= std::numbers::sqrt2) mantissa *= 2;
      product = std::frexp(product * mantissa, &exponent);
      product_exponent += exponent;
      ++count;
    }
    if (count == 0 && !empty_[static_cast<std::size_t>(column)]) lost_a_column_ = true;
    return column_scale(product, product_exponent, count);
  }

  void project(const PassRules& rules) {
    squared_change_ = 0;
    for (int j = 0; j < columns_; ++j) {
      const double scale = rules.scale ? scale_of(j) : 1.0;
      for (int i = 0; i < rows_; ++i) {
        double& code = codes_[static_cast<std::size_t>(j * stride_ + i)];
        const double next = projected(coefficient(i, j) * scale, rules.max_c);
        squared_change_ += (next - code) * (next - code);
        code = next;
      }
    }
  }

  Aligned coefficients_;  ///< Ce before its projection
};

}  // namespace

std::unique_ptr<PaperSlice> make_plain_paper_slice(int columns) {
  return std::make_unique<PlainSlice>(columns);
}

}  // namespace sd::decompose
