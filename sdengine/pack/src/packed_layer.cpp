#include <algorithm>
#include <cstddef>

#include "rebuild.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

namespace {

/// 32-bit bias, 16-bit multiplier, 6-bit shift.
constexpr std::int64_t stage_bits = 32 + 16 + 6;
constexpr std::int64_t rebuild_shift_bits = 4;

std::int64_t row_count(const PackedLayer& layer) {
  return static_cast<std::int64_t>(layer.layout.filters) * layer.layout.rows;
}

}  // namespace

void PackedLayer::rebuild_row(int filter, int row, std::span<std::int8_t> columns) const {
  const std::size_t flat = static_cast<std::size_t>(filter) * layout.rows + row;
  const auto n = static_cast<std::size_t>(layout.columns);
  if (dense) {
    std::copy_n(dense_weights.begin() + static_cast<std::ptrdiff_t>(flat * n), n, columns.begin());
    return;
  }
  const auto slice = static_cast<std::size_t>(layout.basis_index(filter, row / layout.slice_rows));
  const std::size_t basis_size = static_cast<std::size_t>(rank) * n;
  const auto code = std::span(coefficients).subspan(flat * rank, static_cast<std::size_t>(rank));
  const auto slice_basis = std::span(basis).subspan(slice * basis_size, basis_size);
  for (std::size_t s = 0; s < n; ++s)
    columns[s] = rebuild_weight(code, slice_basis.data() + s, layout.columns, levels,
                                rebuild_shift[static_cast<std::size_t>(filter)]);
}

bool PackedLayer::row_is_zero(int filter, int row) const {
  const std::size_t flat = static_cast<std::size_t>(filter) * layout.rows + row;
  const auto is_zero = [](std::int8_t value) { return value == 0; };
  const auto width = static_cast<std::size_t>(dense ? layout.columns : rank);
  const auto values = std::span(dense ? dense_weights : coefficients).subspan(flat * width, width);
  return std::all_of(values.begin(), values.end(), is_zero);
}

std::int64_t PackedLayer::bits_packed() const {
  if (dense) return bits_dense();
  std::int64_t stored_rows = 0;
  for (int m = 0; m < layout.filters; ++m)
    for (int row = 0; row < layout.rows; ++row) stored_rows += row_is_zero(m, row) ? 0 : 1;
  return stored_rows * rank * decompose::code_bits(levels) + row_count(*this) +
         static_cast<std::int64_t>(basis.size()) * 8 +
         layout.filters * (stage_bits + rebuild_shift_bits);
}

std::int64_t PackedLayer::bits_dense() const {
  const std::int64_t weights =
      std::int64_t{shape.filters} * shape.channels * shape.kernel_height * shape.kernel_width;
  return weights * 8 + layout.filters * stage_bits;
}

}  // namespace sd::pack
