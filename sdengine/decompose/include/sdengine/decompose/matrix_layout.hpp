// How a weight tensor is cut into the matrices that SD decomposes (docs/numerics.md).
#pragma once

#include <span>
#include <vector>

namespace sd::decompose {

/// Shape of one layer's weights [filters][channels][kernel_height][kernel_width]; `channels` is C /
/// groups. A fully connected layer is filters x channels x 1 x 1.
struct WeightShape {
  int filters = 0, channels = 0, kernel_height = 1, kernel_width = 1;
  bool depthwise = false;
  friend bool operator==(const WeightShape&, const WeightShape&) = default;
};

/// Kernel wider than 1: rows (c, r), row index c * R + r, n = S columns. Otherwise (1x1, fully
/// connected, and S = 1): rows of `n` consecutive input channels for each r, zero padded: row index
/// group * R + r. The rows of a filter are cut into slices of at most `slice_rows` rows. Slice k of
/// `filters_per_basis` consecutive filters (1 in the paper; depthwise filters are stacked) share
/// one basis.
struct MatrixLayout {
  int filters = 0;
  int rows = 0;     ///< per filter
  int columns = 0;  ///< n
  int slice_rows = 0;
  int filters_per_basis = 1;

  [[nodiscard]] int slices() const { return (rows + slice_rows - 1) / slice_rows; }
  [[nodiscard]] int slice_begin(int slice) const { return slice * slice_rows; }
  [[nodiscard]] int slice_end(int slice) const {
    const int end = (slice + 1) * slice_rows;
    return end < rows ? end : rows;
  }
  [[nodiscard]] int basis_groups() const {
    return (filters + filters_per_basis - 1) / filters_per_basis;
  }
  [[nodiscard]] int bases() const { return basis_groups() * slices(); }
  /// Number of the basis of one slice of one filter, in 0..bases()-1.
  [[nodiscard]] int basis_index(int filter, int slice) const {
    return filter / filters_per_basis * slices() + slice;
  }
  friend bool operator==(const MatrixLayout&, const MatrixLayout&) = default;
};

[[nodiscard]] MatrixLayout layout_of(const WeightShape& shape, int pointwise_columns,
                                     int slice_rows, int filters_per_basis = 1);

/// weights [M][C][R][S] -> [filters][rows][columns], zero padded; and back (padding dropped).
[[nodiscard]] std::vector<float> to_matrices(std::span<const float> weights,
                                             const WeightShape& shape, const MatrixLayout& layout);
[[nodiscard]] std::vector<float> from_matrices(std::span<const float> matrices,
                                               const WeightShape& shape,
                                               const MatrixLayout& layout);

}  // namespace sd::decompose
