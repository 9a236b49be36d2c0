#include "inspect_layers.hpp"

#include <algorithm>

#include "sdengine/decompose/storage.hpp"

namespace sd::core {

namespace {

void count_codes(const pack::PackedLayer& packed, InspectLayer& layer) {
  layer.rank = packed.rank;
  layer.levels = packed.levels;
  layer.slice_rows = packed.layout.slice_rows;
  layer.slices = packed.layout.slices();
  layer.filters_per_basis = packed.layout.filters_per_basis;
  layer.exponents.assign(static_cast<std::size_t>(packed.levels), 0);
  for (const decompose::Coefficient code : packed.coefficients) {
    if (code == 0) {
      ++layer.zero_values;
    } else {
      ++layer.exponents[static_cast<std::size_t>(decompose::exponent_of(code))];
    }
  }
  layer.all_values = static_cast<std::int64_t>(packed.coefficients.size());
}

InspectLayer inspect_layer(const pack::PackedModel& model, std::size_t index) {
  const graph::Operator& op = model.network.operators[index];
  const pack::PackedLayer& packed = *model.layers[index];
  InspectLayer layer;
  layer.operator_index = static_cast<int>(index);
  layer.name = op.name;
  layer.kind = graph::to_string(op.kind);
  layer.decomposed = !packed.dense;
  layer.filters = packed.shape.filters;
  layer.channels = packed.shape.channels;
  layer.kernel_height = packed.shape.kernel_height;
  layer.kernel_width = packed.shape.kernel_width;
  layer.groups = op.groups;
  layer.columns = packed.layout.columns;
  layer.rows = packed.layout.rows;
  if (packed.dense) {
    layer.zero_values =
        std::count(packed.dense_weights.begin(), packed.dense_weights.end(), std::int8_t{0});
    layer.all_values = static_cast<std::int64_t>(packed.dense_weights.size());
  } else {
    count_codes(packed, layer);
  }
  layer.all_rows = std::int64_t{packed.layout.filters} * packed.layout.rows;
  for (int m = 0; m < packed.layout.filters; ++m)
    for (int row = 0; row < packed.layout.rows; ++row)
      layer.zero_rows += packed.row_is_zero(m, row);
  layer.relative_error = packed.relative_error;
  const auto [least, most] =
      std::minmax_element(packed.weight_scale.begin(), packed.weight_scale.end());
  if (least != packed.weight_scale.end()) {
    layer.weight_scale_least = *least;
    layer.weight_scale_most = *most;
  }
  layer.activation_scale = model.activation_scale[index];
  layer.bits_float = decompose::float_bits(packed.shape);
  layer.bits_dense = packed.bits_dense();
  layer.bits_packed = packed.bits_packed();
  return layer;
}

}  // namespace

std::vector<InspectOperator> inspect_operators(const pack::PackedModel& model) {
  std::vector<InspectOperator> operators;
  for (std::size_t i = 0; i < model.network.operators.size(); ++i) {
    const graph::Operator& op = model.network.operators[i];
    InspectOperator described;
    described.name = op.name;
    described.kind = graph::to_string(op.kind);
    for (const int input : op.inputs)
      described.inputs.push_back(model.network.operators[static_cast<std::size_t>(input)].name);
    described.output = op.output;
    described.activation_scale = model.activation_scale[i];
    // The packed network keeps no float weights to count by.
    if (const auto& packed = model.layers[i])
      described.macs = decompose::float_bits(packed->shape) / 32 * std::int64_t{op.output.height} *
                       op.output.width;
    operators.push_back(std::move(described));
  }
  return operators;
}

std::vector<InspectLayer> inspect_layers(const pack::PackedModel& model) {
  std::vector<InspectLayer> layers;
  for (std::size_t i = 0; i < model.layers.size(); ++i)
    if (model.layers[i]) layers.push_back(inspect_layer(model, i));
  return layers;
}

}  // namespace sd::core
