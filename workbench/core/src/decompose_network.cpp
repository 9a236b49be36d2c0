#include "decompose_network.hpp"

#include <fmt/format.h>

#include <utility>

#include "sdengine/decompose/storage.hpp"

namespace sd::core {

namespace {

LayerReport describe(const graph::Operator& op, int index) {
  LayerReport layer;
  layer.operator_index = index;
  layer.name = op.name;
  layer.kind = graph::to_string(op.kind);
  return layer;
}

}  // namespace

decompose::Settings settings_for(const design::DesignPoint& design, double prune_energy) {
  decompose::Settings settings;
  settings.rank = design.rank;
  settings.levels = design.levels;
  settings.pointwise_columns = design.columns;
  settings.slice_rows = design.slice_rows;
  settings.prune_group = design.slices;
  settings.prune_energy = prune_energy;
  return settings;
}

DecomposedNetwork decompose_network(const graph::Network& network,
                                    const design::DesignPoint& design, double prune_energy,
                                    Stages& stages) {
  const decompose::Settings settings = settings_for(design, prune_energy);
  DecomposedNetwork result;
  result.choices = dense_choices(network, design);
  double weights = 0, done = 0;
  for (const graph::Operator& op : network.operators)
    weights += static_cast<double>(op.weights.size());
  for (std::size_t i = 1; i < network.operators.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    LayerReport layer = describe(op, static_cast<int>(i));
    if (op.has_weights()) {
      stages.update(done / weights, op.name);
      const decompose::WeightShape shape = pack::weight_shape(network, static_cast<int>(i));
      const decompose::MatrixLayout layout =
          decompose::layout_of(shape, settings.pointwise_columns, settings.slice_rows);
      layer.rows = layout.rows;
      layer.bits_float = decompose::float_bits(shape);
      if (layout.columns > settings.rank) {
        result.notes.push_back(
            fmt::format("{} keeps dense 8-bit weights: its rows have {} columns, more than {} "
                        "basis vectors span",
                        op.name, layout.columns, settings.rank));
      } else {
        auto& chosen = result.choices[i].decomposition;
        chosen = decompose::decompose(op.weights, shape, settings);
        layer.decomposed = true;
        layer.row_sparsity = chosen->row_sparsity();
        layer.relative_error = chosen->relative_error;
      }
      done += static_cast<double>(op.weights.size());
    }
    result.layers.push_back(std::move(layer));
  }
  return result;
}

std::vector<pack::LayerChoice> dense_choices(const graph::Network& network,
                                             const design::DesignPoint& design) {
  pack::LayerChoice dense;
  dense.pointwise_columns = design.columns;
  return std::vector<pack::LayerChoice>(network.operators.size(), dense);
}

}  // namespace sd::core
