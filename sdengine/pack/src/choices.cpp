#include "choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "structure.hpp"

namespace sd::pack {

namespace {

std::string to_string(const decompose::WeightShape& shape) {
  return fmt::format("{}x{}x{}x{}", shape.filters, shape.channels, shape.kernel_height,
                     shape.kernel_width);
}

constexpr int largest_rank = 16, largest_levels = 15, largest_columns = 64;

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

bool is_consistent(const decompose::Decomposition& layer) {
  if (layer.rank < 1 || layer.rank > largest_rank || layer.levels < 1 ||
      layer.levels > largest_levels || layer.layout.columns < 1 || layer.layout.slice_rows < 1 ||
      layer.layout.filters_per_basis < 1)
    return false;
  const decompose::MatrixLayout layout = decompose::layout_of(
      layer.shape, layer.layout.columns, layer.layout.slice_rows, layer.layout.filters_per_basis);
  const std::size_t rows = static_cast<std::size_t>(layout.filters) * layout.rows;
  const std::size_t basis = static_cast<std::size_t>(layout.bases()) * layer.rank * layout.columns;
  return layout == layer.layout && layer.coefficients.size() == rows * layer.rank &&
         layer.basis.size() == basis &&
         (layer.filter_scale.empty() ||
          layer.filter_scale.size() == static_cast<std::size_t>(layout.filters)) &&
         all_finite(layer.filter_scale) &&
         std::all_of(layer.coefficients.begin(), layer.coefficients.end(),
                     [&](int c) { return c >= -layer.levels && c <= layer.levels; }) &&
         all_finite(layer.basis);
}

void require_fitting(const graph::Network& network, int index,
                     const decompose::Decomposition& layer) {
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  if (!op.has_weights())
    throw PackError(
        fmt::format("operator '{}' ({}) has no weights, but a decomposition is given for it",
                    op.name, graph::to_string(op.kind)));
  const decompose::WeightShape shape = weight_shape(network, index);
  if (!(layer.shape == shape))
    throw PackError(
        fmt::format("layer '{}' has weights of shape {}, but its decomposition is of {}", op.name,
                    to_string(shape), to_string(layer.shape)));
  if (!is_consistent(layer))
    throw PackError(
        fmt::format("the decomposition of layer '{}' is not consistent in itself", op.name));
}

void require_means(const graph::Network& network, const graph::Operator& op,
                   const std::vector<float>& means) {
  if (means.empty() || !op.has_weights()) return;
  const auto channels = static_cast<std::size_t>(
      network.operators.at(static_cast<std::size_t>(op.inputs.at(0))).output.channels);
  if (means.size() != channels || !all_finite(means))
    throw PackError(fmt::format(
        "layer '{}' has {} input means, which must be {} finite numbers, one per input channel",
        op.name, means.size(), channels));
}

}  // namespace

void require_weights(const graph::Network& network, int index) {
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  const decompose::WeightShape shape = weight_shape(network, index);
  const std::size_t weights = static_cast<std::size_t>(shape.filters) * shape.channels *
                              shape.kernel_height * shape.kernel_width;
  if (op.weights.size() != weights || op.bias.size() != static_cast<std::size_t>(shape.filters))
    fail(op, fmt::format("has {} weights and {} biases; its shape asks for {} and {}",
                         op.weights.size(), op.bias.size(), weights, shape.filters));
  if (!all_finite(op.weights)) fail(op, "has a weight that is not a finite number");
  if (!all_finite(op.bias)) fail(op, "has a bias that is not a finite number");
}

void require_fitting(const graph::Network& network, const std::vector<LayerChoice>& choices) {
  if (choices.size() != network.operators.size())
    throw PackError(fmt::format("there are {} choices for {} operators", choices.size(),
                                network.operators.size()));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].pointwise_columns < 1 || choices[i].pointwise_columns > largest_columns)
      throw PackError(fmt::format("operator '{}' is to have {} columns; 1 to {} is allowed",
                                  network.operators[i].name, choices[i].pointwise_columns,
                                  largest_columns));
    require_means(network, network.operators[i], choices[i].input_mean);
    if (choices[i].decomposition)
      require_fitting(network, static_cast<int>(i), *choices[i].decomposition);
  }
}

}  // namespace sd::pack
