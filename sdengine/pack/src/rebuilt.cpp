#include "sdengine/pack/rebuilt.hpp"

#include <cmath>
#include <cstddef>

namespace sd::pack {

namespace {

/// scale[m] of Rebuilt::factors: the power of two is exact.
float factor_of(const PackedLayer& layer, std::size_t filter) {
  return std::ldexp(layer.weight_scale[filter], layer.levels - 1 - layer.rebuild_shift[filter]);
}

/// Row of Ce * B, times the scale; the sum of the integers times powers of two is nearly always
/// exact in float.
void factored_row(const PackedLayer& layer, int filter, int row, std::vector<float>& to) {
  const std::size_t flat = static_cast<std::size_t>(filter) * layer.layout.rows + row;
  const auto rank = static_cast<std::size_t>(layer.rank);
  const auto columns = static_cast<std::size_t>(layer.layout.columns);
  const auto basis =
      static_cast<std::size_t>(layer.layout.basis_index(filter, row / layer.layout.slice_rows)) *
      rank * columns;
  const float factor = factor_of(layer, static_cast<std::size_t>(filter));
  for (std::size_t s = 0; s < columns; ++s) {
    float sum = 0;
    for (std::size_t j = 0; j < rank; ++j)
      sum += decompose::value_of(layer.coefficients[flat * rank + j]) *
             static_cast<float>(layer.basis[basis + j * columns + s]);
    to.push_back(factor * sum);
  }
}

void integer_row(const PackedLayer& layer, int filter, int row, std::vector<std::int8_t>& room,
                 std::vector<float>& to) {
  layer.rebuild_row(filter, row, room);
  for (const std::int8_t weight : room)
    to.push_back(static_cast<float>(weight) * layer.weight_scale[static_cast<std::size_t>(filter)]);
}

}  // namespace

std::vector<float> rebuilt_weights(const PackedLayer& layer, Rebuilt which) {
  std::vector<float> matrices;
  matrices.reserve(static_cast<std::size_t>(layer.layout.filters) * layer.layout.rows *
                   layer.layout.columns);
  std::vector<std::int8_t> room(static_cast<std::size_t>(layer.layout.columns));
  for (int m = 0; m < layer.layout.filters; ++m)
    for (int row = 0; row < layer.layout.rows; ++row)
      if (layer.dense || which == Rebuilt::integers)
        integer_row(layer, m, row, room, matrices);
      else
        factored_row(layer, m, row, matrices);
  return decompose::from_matrices(matrices, layer.shape, layer.layout);
}

graph::Network rebuilt_network(const PackedModel& model, Rebuilt which) {
  graph::Network network = model.network;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    if (!model.layers[i]) continue;
    const PackedLayer& layer = *model.layers[i];
    graph::Operator& op = network.operators[i];
    const float input_scale = model.activation_scale[static_cast<std::size_t>(op.inputs[0])];
    op.weights = rebuilt_weights(layer, which);
    op.bias.clear();
    const bool corrected = which == Rebuilt::factors && !layer.float_bias.empty();
    for (std::size_t m = 0; m < layer.stages.size(); ++m) {
      const double bias = layer.stages[m].bias + (corrected ? layer.float_bias[m] : 0.0);
      op.bias.push_back(static_cast<float>(bias * layer.weight_scale[m] * input_scale));
    }
  }
  return network;
}

std::vector<graph::FactoredWeights> factored_weights(const PackedModel& model) {
  std::vector<graph::FactoredWeights> result;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (!model.layers[i] || model.layers[i]->dense) continue;
    const PackedLayer& layer = *model.layers[i];
    graph::FactoredWeights& factored = result.emplace_back();
    factored.operator_index = static_cast<int>(i);
    factored.filters = layer.layout.filters;
    factored.rows = layer.layout.rows;
    factored.columns = layer.layout.columns;
    factored.rank = layer.rank;
    factored.slice_rows = layer.layout.slice_rows;
    factored.filters_per_basis = layer.layout.filters_per_basis;
    factored.columns_are_kernel_columns = layer.shape.kernel_width > 1;
    for (const decompose::Coefficient c : layer.coefficients)
      factored.ce.push_back(decompose::value_of(c));
    factored.basis.assign(layer.basis.begin(), layer.basis.end());
    for (std::size_t m = 0; m < layer.rebuild_shift.size(); ++m)
      factored.filter_scale.push_back(factor_of(layer, m));
  }
  return result;
}

}  // namespace sd::pack
