#include "sdengine/decompose/matrix_layout.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace sd::decompose {

namespace {

constexpr std::int64_t largest_rows = std::int64_t{1} << 30;

void require_positive(const char* field, int value) {
  if (value < 1)
    throw std::invalid_argument(fmt::format("{} is {}; it must be at least 1", field, value));
}

void require_size(const char* what, std::size_t actual, std::size_t expected) {
  if (actual != expected)
    throw std::invalid_argument(
        fmt::format("{} has {} elements; its shape says {}", what, actual, expected));
}

std::size_t weight_count(const WeightShape& shape) {
  return static_cast<std::size_t>(shape.filters) * shape.channels * shape.kernel_height *
         shape.kernel_width;
}

std::size_t matrix_elements(const MatrixLayout& layout) {
  return static_cast<std::size_t>(layout.filters) * layout.rows * layout.columns;
}

/// Calls visit(weight index, matrix index) for every weight.
template <typename Visit>
void for_each_weight(const WeightShape& shape, const MatrixLayout& layout, Visit visit) {
  const bool wide = shape.kernel_width > 1;
  std::size_t weight = 0;
  for (int m = 0; m < shape.filters; ++m)
    for (int c = 0; c < shape.channels; ++c)
      for (int r = 0; r < shape.kernel_height; ++r)
        for (int s = 0; s < shape.kernel_width; ++s, ++weight) {
          const int row = (wide ? c : c / layout.columns) * shape.kernel_height + r;
          const int column = wide ? s : c % layout.columns;
          visit(weight,
                (static_cast<std::size_t>(m) * layout.rows + row) * layout.columns + column);
        }
}

}  // namespace

MatrixLayout layout_of(const WeightShape& shape, int pointwise_columns, int slice_rows,
                       int filters_per_basis) {
  require_positive("filters", shape.filters);
  require_positive("channels", shape.channels);
  require_positive("kernel_height", shape.kernel_height);
  require_positive("kernel_width", shape.kernel_width);
  require_positive("pointwise_columns", pointwise_columns);
  require_positive("slice_rows", slice_rows);
  require_positive("filters_per_basis", filters_per_basis);
  MatrixLayout layout;
  layout.filters = shape.filters;
  layout.columns = shape.kernel_width > 1 ? shape.kernel_width : pointwise_columns;
  const int groups =
      shape.kernel_width > 1 ? shape.channels : (shape.channels - 1) / pointwise_columns + 1;
  const std::int64_t rows = std::int64_t{groups} * shape.kernel_height;
  if (rows > largest_rows)
    throw std::invalid_argument(
        fmt::format("a filter has {} matrix rows; {} is the most", rows, largest_rows));
  layout.rows = static_cast<int>(rows);
  layout.slice_rows = slice_rows;
  layout.filters_per_basis = filters_per_basis;
  return layout;
}

std::vector<float> to_matrices(std::span<const float> weights, const WeightShape& shape,
                               const MatrixLayout& layout) {
  require_size("the weight tensor", weights.size(), weight_count(shape));
  std::vector<float> matrices(matrix_elements(layout));
  for_each_weight(shape, layout, [&](std::size_t weight, std::size_t element) {
    matrices[element] = weights[weight];
  });
  return matrices;
}

std::vector<float> from_matrices(std::span<const float> matrices, const WeightShape& shape,
                                 const MatrixLayout& layout) {
  require_size("the array of matrices", matrices.size(), matrix_elements(layout));
  std::vector<float> weights(weight_count(shape));
  for_each_weight(shape, layout, [&](std::size_t weight, std::size_t element) {
    weights[weight] = matrices[element];
  });
  return weights;
}

}  // namespace sd::decompose
