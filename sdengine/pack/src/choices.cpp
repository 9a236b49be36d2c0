#include "choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sd::pack {

namespace {

std::string to_string(const decompose::WeightShape& shape) {
  return fmt::format("{}x{}x{}x{}", shape.filters, shape.channels, shape.kernel_height, shape.kernel_width);
}

constexpr int largest_rank = 16, largest_levels = 15, largest_columns = 64;

bool is_consistent(const decompose::Decomposition& layer) {
  if (layer.rank < 1 || layer.rank > largest_rank || layer.levels < 1 || layer.levels > largest_levels || layer.layout.columns < 1 ||
      layer.layout.slice_rows < 1)
    return false;
  const decompose::MatrixLayout layout = decompose::layout_of(layer.shape, layer.layout.columns, layer.layout.slice_rows);
  const std::size_t rows = static_cast<std::size_t>(layout.filters) * layout.rows;
  const std::size_t basis = static_cast<std::size_t>(layout.filters) * layout.slices() * layer.rank * layout.columns;
  return layout == layer.layout && layer.coefficients.size() == rows * layer.rank && layer.basis.size() == basis &&
         std::all_of(layer.coefficients.begin(), layer.coefficients.end(),
                     [&](int c) { return c >= -layer.levels && c <= layer.levels; }) &&
         std::all_of(layer.basis.begin(), layer.basis.end(), [](float b) { return std::isfinite(b); });
}

void require_fitting(const graph::Network& network, int index, const decompose::Decomposition& layer) {
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  if (!op.has_weights())
    throw PackError(fmt::format("operator '{}' ({}) has no weights, but a decomposition is given for it", op.name,
                                graph::to_string(op.kind)));
  const decompose::WeightShape shape = weight_shape(network, index);
  if (!(layer.shape == shape))
    throw PackError(fmt::format("layer '{}' has weights of shape {}, but its decomposition is of {}", op.name,
                                to_string(shape), to_string(layer.shape)));
  if (!is_consistent(layer))
    throw PackError(fmt::format("the decomposition of layer '{}' is not consistent in itself", op.name));
}

}  // namespace

void require_fitting(const graph::Network& network, const std::vector<LayerChoice>& choices) {
  if (choices.size() != network.operators.size())
    throw PackError(fmt::format("there are {} choices for {} operators", choices.size(), network.operators.size()));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].pointwise_columns < 1 || choices[i].pointwise_columns > largest_columns)
      throw PackError(fmt::format("operator '{}' is to have {} columns; 1 to {} is allowed", network.operators[i].name,
                                  choices[i].pointwise_columns, largest_columns));
    if (choices[i].decomposition) require_fitting(network, static_cast<int>(i), *choices[i].decomposition);
  }
}

}  // namespace sd::pack
