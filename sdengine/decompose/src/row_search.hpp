// The best code of one row under a quadratic error of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "code_book.hpp"

namespace sd::decompose {

/// A code of the book and its sign.
struct SignedCode {
  std::int32_t code = 0;
  bool negative = false;
  friend bool operator==(const SignedCode&, const SignedCode&) = default;
};

/// The points +-c*B of a book for one basis, with their products, laid out for searches in which
/// every row has another metric.
class RowSearch {
 public:
  /// `columns` is at most 64.
  RowSearch(const CodeBook& book, int columns);

  /// `basis` is [book.rank][columns].
  void set_basis(const float* basis);

  /// The code v that minimises v' M v - 2 g' v + price * bits(v). `metric` is M,
  /// [columns][columns], of which the upper triangle is read; `moment` is g, [columns]. In float32;
  /// the first code of the book wins a tie.
  [[nodiscard]] SignedCode best(const double* metric, const double* moment, double price) const;

  /// Element `column` of the point of a code.
  [[nodiscard]] double value(SignedCode code, int column) const {
    const float v = points_[static_cast<std::size_t>(column) * stride_ + code.code];
    return code.negative ? -static_cast<double>(v) : static_cast<double>(v);
  }

 private:
  const CodeBook* book_;
  int columns_;
  std::size_t stride_;           ///< the book's size, padded
  std::vector<float> points_;    ///< [columns][stride]
  std::vector<float> products_;  ///< [columns * (columns + 1) / 2][stride]
  std::vector<float> bits_;      ///< [stride]
};

}  // namespace sd::decompose
