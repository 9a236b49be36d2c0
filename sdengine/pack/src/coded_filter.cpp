#include "coded_filter.hpp"

#include <algorithm>
#include <cstddef>

namespace sd::pack {

CodedFilter::CodedFilter(const FilterTarget& target, std::span<const decompose::Coefficient> codes,
                         int rank, int levels, int slice_rows)
    : target_(&target),
      rank_(rank),
      slice_rows_(slice_rows),
      slices_((target.rows + slice_rows - 1) / slice_rows),
      sums_of_target_(target.sums()),
      factors_(static_cast<std::size_t>(rank) * target.rows),
      columns_(static_cast<std::size_t>(target.columns) * target.rows),
      present_(columns_.size()),
      sums_(static_cast<std::size_t>(std::min(slice_rows, target.rows))) {
  const auto rows = static_cast<std::size_t>(target.rows);
  const auto columns = static_cast<std::size_t>(target.columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t j = 0; j < static_cast<std::size_t>(rank); ++j)
      if (const decompose::Coefficient c = codes[row * static_cast<std::size_t>(rank) + j];
          c != 0) {
        const int factor = 1 << (levels - 1 - decompose::exponent_of(c));
        factors_[j * rows + row] = c < 0 ? -factor : factor;
      }
    for (std::size_t s = 0; s < columns; ++s) {
      columns_[s * rows + row] = target.weights[row * columns + s];
      present_[s * rows + row] = target.present[row * columns + s];
    }
  }
}

ScaleFit CodedFilter::column(std::span<const std::int8_t> basis, int shift, int slice, int s) {
  const int begin = slice * slice_rows_;
  const int rows = std::min(slice_rows_, target_->rows - begin);
  const auto first = static_cast<std::ptrdiff_t>(begin);
  std::int32_t* const sums = sums_.data();
  std::fill_n(sums, rows, shift == 0 ? 0 : 1 << (shift - 1));
  for (int j = 0; j < rank_; ++j) {
    const std::int32_t entry =
        basis[static_cast<std::size_t>((slice * rank_ + j) * target_->columns + s)];
    const std::int32_t* const factors =
        factors_.data() + static_cast<std::ptrdiff_t>(j) * target_->rows + first;
    for (int row = 0; row < rows; ++row) sums[row] += factors[row] * entry;
  }
  const auto column_start = static_cast<std::ptrdiff_t>(s) * target_->rows + first;
  const float* const weights = columns_.data() + column_start;
  const std::uint8_t* const present = present_.data() + column_start;
  ScaleFit fit;
  for (int row = 0; row < rows; ++row) {
    const std::int32_t weight = std::clamp(sums[row] >> shift, -128, 127) * present[row];
    fit.cross += static_cast<double>(weights[row]) * weight;
    fit.square += weight * weight;
    fit.sum += weight;
  }
  return fit;
}

ScaleFit CodedFilter::all(std::span<const std::int8_t> basis, int shift) {
  ScaleFit total;
  for (int slice = 0; slice < slices_; ++slice)
    for (int s = 0; s < target_->columns; ++s) total += column(basis, shift, slice, s);
  return total;
}

}  // namespace sd::pack
