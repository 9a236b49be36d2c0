// One slice A of a filter and the state of its descent: A ~ Ce * B.
#pragma once

#include <tbb/cache_aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "paper/bidiagonal_svd.hpp"

namespace sd::decompose {

/// What one pass applies to Ce.
struct PassRules {
  double threshold = 0;
  double row_threshold = 0;  ///< on a row's sum of magnitudes; 0: off
  double max_c = 32;
  double rcond = 1e-10;
  bool scale = false;
  bool single_precision = false;
};

/// The two matrices are held column by column, padded with rows of zeros to whole vectors; padding
/// adds nothing to any sum.
class PaperSlice {
 public:
  /// Rows of a vector.
  static constexpr int lanes = 8;

  explicit PaperSlice(int columns);
  virtual ~PaperSlice() = default;
  PaperSlice(const PaperSlice&) = delete;
  PaperSlice& operator=(const PaperSlice&) = delete;

  /// Takes A, [rows][columns].
  template <typename Number>
  void load(std::span<const Number> matrix);

  /// Ce = A, projected to powers of two.
  virtual void begin(const PassRules& rules) = 0;
  /// B = Ce^+ A with Ce projected.
  virtual void refit_basis(const PassRules& rules) = 0;
  /// Ce = A B^+, thresholded, projected.
  virtual void advance(const PassRules& rules) = 0;
  /// Zeroes the coefficients of column j whose magnitude is below smallest[j].
  virtual void drop_below(std::span<const double> smallest) = 0;
  /// ||A - Ce B||_F^2 for a basis [columns][columns].
  [[nodiscard]] virtual double squared_error(std::span<const double> basis) const = 0;

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] std::ptrdiff_t stride() const { return stride_; }  ///< rows, padded
  /// The projected Ce.
  [[nodiscard]] const double* codes(int column) const { return codes_.data() + column * stride_; }
  [[nodiscard]] const std::vector<double>& basis() const { return basis_; }
  /// Squared Frobenius norm of the last change of the projected Ce.
  [[nodiscard]] double squared_change() const { return squared_change_; }
  /// With scaling: a column of Ce has no element left, though A's has some.
  [[nodiscard]] bool lost_a_column() const { return lost_a_column_; }
  [[nodiscard]] std::int64_t nonzeros() const;

 protected:
  using Aligned = std::vector<double, tbb::cache_aligned_allocator<double>>;

  [[nodiscard]] const double* matrix(int column) const { return matrix_.data() + column * stride_; }
  /// The two solves as the public code does them (least_squares.hpp): B [n][n] for these codes, and
  /// Ce, one column of the result for each row, for the basis at hand.
  [[nodiscard]] std::vector<double> reference_basis(const double* codes,
                                                    const PassRules& rules) const;
  [[nodiscard]] ColumnMajor reference_coefficients(const PassRules& rules) const;

  int rows_ = 0;
  int columns_ = 0;
  std::ptrdiff_t stride_ = 0;  ///< rows, padded
  Aligned matrix_;
  Aligned codes_;
  std::vector<double> basis_;
  std::vector<bool> empty_;  ///< columns of A without an element
  double squared_change_ = 0;
  bool lost_a_column_ = false;
};

/// Fast for three columns, plain for others.
[[nodiscard]] std::unique_ptr<PaperSlice> make_paper_slice(int columns);
/// The plain one, for any number of columns.
[[nodiscard]] std::unique_ptr<PaperSlice> make_plain_paper_slice(int columns);

}  // namespace sd::decompose
