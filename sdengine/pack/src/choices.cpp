#include "choices.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace sd::pack {

namespace {

std::string to_string(const decompose::WeightShape& shape) {
  return fmt::format("{}x{}x{}x{}", shape.filters, shape.channels, shape.kernel_height, shape.kernel_width);
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
  const decompose::MatrixLayout layout =
      decompose::layout_of(shape, layer.layout.columns, layer.layout.slice_rows);
  const std::size_t rows = static_cast<std::size_t>(layout.filters) * layout.rows;
  const std::size_t basis =
      static_cast<std::size_t>(layout.filters) * layout.slices() * layer.rank * layout.columns;
  if (!(layout == layer.layout) || layer.rank < 1 || layer.levels < 1 || layer.levels > 15 ||
      layer.coefficients.size() != rows * layer.rank || layer.basis.size() != basis)
    throw PackError(fmt::format("the decomposition of layer '{}' is not consistent in itself", op.name));
}

}  // namespace

void require_fitting(const graph::Network& network, const std::vector<LayerChoice>& choices) {
  if (choices.size() != network.operators.size())
    throw PackError(fmt::format("there are {} choices for {} operators", choices.size(), network.operators.size()));
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (choices[i].decomposition) require_fitting(network, static_cast<int>(i), *choices[i].decomposition);
}

}  // namespace sd::pack
