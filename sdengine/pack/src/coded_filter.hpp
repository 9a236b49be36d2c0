// A filter whose codes are given, while integer bases are tried on it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "filter_weights.hpp"

namespace sd::pack {

/// Codes are kept by coefficient, so that a column of a slice is rebuilt in loops over rows.
class CodedFilter {
 public:
  /// `target` must outlive this; `codes` is [rows][rank].
  CodedFilter(const FilterTarget& target, std::span<const decompose::Coefficient> codes, int rank,
              int levels, int slice_rows);

  /// Sums over column `s` of slice `slice`, for the integer weights that the hardware rebuilds from
  /// the slice's part of `basis` ([slices][rank][columns]) and `shift`.
  [[nodiscard]] ScaleFit column(std::span<const std::int8_t> basis, int shift, int slice, int s);

  /// The sums over all columns of all slices.
  [[nodiscard]] ScaleFit all(std::span<const std::int8_t> basis, int shift);

  [[nodiscard]] int slices() const { return slices_; }
  [[nodiscard]] double scale_of(const ScaleFit& fit) const {
    return fit.scale(sums_of_target_, target_->smallest_scale);
  }
  [[nodiscard]] double error_of(const ScaleFit& fit) const {
    return fit.error(sums_of_target_, scale_of(fit));
  }
  /// Error of a filter of zeros.
  [[nodiscard]] double error_of_zeros() const { return ScaleFit{}.error(sums_of_target_, 0); }

 private:
  const FilterTarget* target_;
  int rank_, slice_rows_, slices_;
  TargetSums sums_of_target_;
  std::vector<std::int32_t> factors_;  ///< [rank][rows]
  std::vector<float> columns_;         ///< [columns][rows]: the target
  std::vector<std::uint8_t> present_;  ///< [columns][rows]
  std::vector<std::int32_t> sums_;     ///< room for one slice's column
};

}  // namespace sd::pack
