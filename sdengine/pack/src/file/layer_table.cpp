#include "layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "../layer_checks.hpp"
#include "../stage_of_scales.hpp"
#include "strict_json.hpp"

namespace sd::pack {

namespace {

using nlohmann::ordered_json;

/// The table, one of its columns.
constexpr int table_depth = 2;

bool flag(int value, const char* column) {
  if (value != 0 && value != 1)
    throw FileError(fmt::format("layers: '{}' has {}; it must be 0 or 1", column, value));
  return value == 1;
}

}  // namespace

bool stages_follow(const PackedModel& model, int index) try {
  const auto i = static_cast<std::size_t>(index);
  const PackedLayer& layer = *model.layers[i];
  const graph::Operator& op = model.network.operators[i];
  const float input = model.activation_scale[static_cast<std::size_t>(op.inputs[0])];
  for (std::size_t m = 0; m < layer.stages.size(); ++m) {
    OutputStage made = stage_of_scales(op, layer.weight_scale[m], input, model.activation_scale[i]);
    made.bias = layer.stages[m].bias;
    if (!(made == layer.stages[m])) return false;
  }
  return true;
} catch (const PackError&) {  // no stage would follow
  return false;
}

std::string layers_to_json(const PackedModel& model) {
  ordered_json table;
  for (const char* column : {"operator", "dense", "rank", "levels", "columns", "slice_rows",
                             "filters_per_basis", "relative_error", "own_stages", "float_bias"})
    table[column] = ordered_json::array();
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (!model.layers[i]) continue;
    // Naming every field here: a field that is added to the struct and forgotten does not compile.
    const auto& [shape, layout, dense, rank, levels, coefficients, basis, rebuild_shift,
                 dense_weights, weight_scale, stages, relative_error, float_bias] =
        *model.layers[i];
    if (!std::isfinite(relative_error))
      throw FileError(fmt::format("operator '{}' has a relative error of {}; it must be finite",
                                  model.network.operators[i].name, relative_error));
    table["operator"].push_back(i);
    table["dense"].push_back(dense ? 1 : 0);
    table["rank"].push_back(rank);
    table["levels"].push_back(levels);
    table["columns"].push_back(layout.columns);
    table["slice_rows"].push_back(layout.slice_rows);
    table["filters_per_basis"].push_back(layout.filters_per_basis);
    table["relative_error"].push_back(relative_error);
    table["own_stages"].push_back(stages_follow(model, static_cast<int>(i)) ? 0 : 1);
    table["float_bias"].push_back(float_bias.empty() ? 0 : 1);
  }
  return table.dump();
}

std::vector<LayerRow> layers_from_json(const std::string& text, const graph::Network& network) {
  const nlohmann::json parsed = parse_json(text, "metadata 'layers'", table_depth);
  JsonObject table(parsed, "layers");
  std::vector<int> with_weights;
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    if (network.operators[i].has_weights()) with_weights.push_back(static_cast<int>(i));
  if (table.integers("operator") != with_weights)
    throw FileError(
        "layers: 'operator' must list the operators with weights, which are others in the network");
  const std::size_t count = with_weights.size();
  const std::vector<int> dense = table.integers("dense", count);
  const std::vector<int> rank = table.integers("rank", count);
  const std::vector<int> levels = table.integers("levels", count);
  const std::vector<int> columns = table.integers("columns", count);
  const std::vector<int> slice_rows = table.integers("slice_rows", count);
  const std::vector<int> filters_per_basis = table.integers("filters_per_basis", count);
  const std::vector<double> errors = table.numbers("relative_error");
  const std::vector<int> own_stages = table.integers("own_stages", count);
  const std::vector<int> float_bias = table.integers("float_bias", count);
  table.require_nothing_else();
  if (errors.size() != count)
    throw FileError(fmt::format("layers: 'relative_error' has {} elements; it must have {}",
                                errors.size(), count));
  std::vector<LayerRow> rows;
  for (std::size_t k = 0; k < count; ++k) {
    const graph::Operator& op = network.operators[static_cast<std::size_t>(with_weights[k])];
    LayerRow& row = rows.emplace_back();
    row.operator_index = with_weights[k];
    row.stages_follow = !flag(own_stages[k], "own_stages");
    row.has_float_bias = flag(float_bias[k], "float_bias");
    PackedLayer& layer = row.layer;
    layer.shape = weight_shape(network, with_weights[k]);
    layer.dense = flag(dense[k], "dense");
    layer.rank = rank[k];
    layer.levels = levels[k];
    layer.relative_error = errors[k];
    layer.layout = checked_layout(op, layer.shape, columns[k], slice_rows[k], filters_per_basis[k]);
    if (!layer.dense) require_code(op, layer);
  }
  return rows;
}

}  // namespace sd::pack
