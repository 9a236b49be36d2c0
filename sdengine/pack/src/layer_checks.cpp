#include "layer_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "structure.hpp"

namespace sd::pack {

namespace {

constexpr int largest_rank = 16, largest_levels = 15, largest_rebuild_shift = 15,
              largest_shift = 47, largest_columns = 64;

void require_size(const graph::Operator& op, const char* field, std::size_t size,
                  std::size_t expected) {
  if (size != expected)
    fail(op, fmt::format("has {} elements in {}; its shape asks for {}", size, field, expected));
}

void require_range(const graph::Operator& op, const char* field, int value, int low, int high) {
  if (value < low || value > high)
    fail(op, fmt::format("has {} = {}; {} to {} is allowed", field, value, low, high));
}

void require_layout(const graph::Operator& op, const decompose::WeightShape& shape,
                    const PackedLayer& layer) {
  if (!(layer.shape == shape)) fail(op, "has packed weights of another shape");
  if (!(checked_layout(op, shape, layer.layout.columns, layer.layout.slice_rows,
                       layer.layout.filters_per_basis) == layer.layout))
    fail(op, "has a matrix layout that does not follow from its shape");
}

void require_weights(const graph::Operator& op, const PackedLayer& layer) {
  const std::size_t filters = static_cast<std::size_t>(layer.layout.filters);
  const std::size_t rows = filters * layer.layout.rows;
  const auto columns = static_cast<std::size_t>(layer.layout.columns);
  if (!layer.dense) require_code(op, layer);
  const std::size_t rank = layer.dense ? 0 : static_cast<std::size_t>(layer.rank);
  require_size(op, "coefficients", layer.coefficients.size(), rows * rank);
  require_size(op, "basis", layer.basis.size(),
               static_cast<std::size_t>(layer.layout.bases()) * rank * columns);
  require_size(op, "rebuild_shift", layer.rebuild_shift.size(), layer.dense ? 0 : filters);
  require_size(op, "dense_weights", layer.dense_weights.size(), layer.dense ? rows * columns : 0);
  for (const decompose::Coefficient c : layer.coefficients)
    require_range(op, "a coefficient", c, -layer.levels, layer.levels);
  for (const std::uint8_t q : layer.rebuild_shift)
    require_range(op, "rebuild_shift", q, 0, largest_rebuild_shift);
}

void require_stages(const graph::Operator& op, const PackedLayer& layer) {
  const auto filters = static_cast<std::size_t>(layer.layout.filters);
  require_size(op, "weight_scale", layer.weight_scale.size(), filters);
  require_size(op, "stages", layer.stages.size(), filters);
  if (!layer.float_bias.empty()) require_size(op, "float_bias", layer.float_bias.size(), filters);
  for (const float scale : layer.weight_scale)
    if (!(std::isfinite(scale) && scale > 0))
      fail(op, fmt::format("has a weight scale of {}; it must be above 0", scale));
  for (const OutputStage& stage : layer.stages) {
    require_range(op, "multiplier", stage.multiplier, 0, std::numeric_limits<std::int16_t>::max());
    require_range(op, "shift", stage.shift, 0, largest_shift);
  }
}

}  // namespace

decompose::MatrixLayout checked_layout(const graph::Operator& op,
                                       const decompose::WeightShape& shape, int columns,
                                       int slice_rows, int filters_per_basis) try {
  require_range(op, "columns", columns, 1, std::max(largest_columns, shape.kernel_width));
  require_range(op, "slice_rows", slice_rows, 1, 1 << 20);
  require_range(op, "filters_per_basis", filters_per_basis, 1, 1 << 20);
  return decompose::layout_of(shape, columns, slice_rows, filters_per_basis);
} catch (const std::invalid_argument& error) {
  fail(op, fmt::format("has no matrix layout: {}", error.what()));
}

void require_code(const graph::Operator& op, const PackedLayer& layer) {
  require_range(op, "rank", layer.rank, 1, largest_rank);
  require_range(op, "levels", layer.levels, 1, largest_levels);
}

void require_accumulators_fit(const graph::Operator& op, const PackedLayer& layer) {
  std::vector<std::int8_t> weights(static_cast<std::size_t>(layer.layout.columns));
  for (int m = 0; m < layer.layout.filters; ++m) {
    std::int64_t sum = 0;
    for (int row = 0; row < layer.layout.rows; ++row) {
      if (layer.row_is_zero(m, row)) continue;
      layer.rebuild_row(m, row, weights);
      for (const std::int8_t w : weights) sum += std::abs(int{w});
    }
    if (sum * 128 > std::numeric_limits<std::int32_t>::max())
      fail(op, fmt::format("could leave the 32-bit accumulator: the magnitudes of filter {} add up "
                           "to {}, and {} is the most that "
                           "8-bit activations allow; split the layer",
                           m, sum, std::numeric_limits<std::int32_t>::max() / 128));
  }
}

void require_valid(const graph::Operator& op, const decompose::WeightShape& shape,
                   const PackedLayer& layer) {
  require_layout(op, shape, layer);
  require_weights(op, layer);
  require_stages(op, layer);
  require_accumulators_fit(op, layer);
}

}  // namespace sd::pack
