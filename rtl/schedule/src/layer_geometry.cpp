#include "layer_geometry.hpp"

#include <algorithm>

namespace sd::schedule {

namespace {

void set_fully_connected(LayerGeometry& g, const graph::TensorShape& input) {
  g.mode =
      input.width == 1 && input.height == 1 ? LayerMode::pointwise : LayerMode::fully_connected;
  g.output_height = g.output_width = 1;
}

void set_convolution(LayerGeometry& g, const graph::Operator& op) {
  const graph::Window& w = op.window;
  g.mode = w.kernel_width == 1     ? LayerMode::pointwise
           : w.dilation_width == 1 ? LayerMode::window
                                   : LayerMode::dilated;
  g.output_height = op.output.height;
  g.output_width = op.output.width;
  g.kernel_rows = w.kernel_height;
  g.stride_x = w.stride_width;
  g.stride_y = w.stride_height;
  g.dilation_x = w.kernel_width == 1 ? 1 : w.dilation_width;
  g.dilation_y = w.dilation_height;
  g.pad_top = w.pad_top;
  g.pad_left = w.pad_left;
  g.conv_groups = op.groups;
}

}  // namespace

RowTile rows_met(int first_output_row, int output_rows, int stride, int pad_top, int reach,
                 int input_height) {
  const int top = first_output_row * stride - pad_top;
  const int begin = std::clamp(top, 0, input_height - 1);
  const int end = std::clamp(top + (output_rows - 1) * stride + reach, begin + 1, input_height);
  return {first_output_row, output_rows, begin, end - begin};
}

RowTile LayerGeometry::tile_at(int first_output_row, int output_rows) const {
  if (mode == LayerMode::fully_connected) return {0, 1, 0, input_height};
  return rows_met(first_output_row, output_rows, stride_y, pad_top,
                  (kernel_rows - 1) * dilation_y + 1, input_height);
}

LayerGeometry geometry_of(const pack::PackedModel& model, int operator_index,
                          const design::DesignPoint& design) {
  const auto& operators = model.network.operators;
  const graph::Operator& op = operators.at(static_cast<std::size_t>(operator_index));
  const graph::TensorShape& input = operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  const pack::PackedLayer& layer = *model.layers.at(static_cast<std::size_t>(operator_index));
  LayerGeometry g;
  g.channels = input.channels;
  g.input_height = input.height;
  g.input_width = input.width;
  g.filters = layer.layout.filters;
  g.rows = layer.layout.rows;
  g.matrix_slices = layer.layout.slices();
  // A layer of one matrix slice may name any larger number, wider than the command's field.
  g.slice_rows = std::min(layer.layout.slice_rows, layer.layout.rows);
  g.steps = layer.layout.columns;
  g.relu = op.relu;
  g.rebuilds = design.rebuild && !layer.dense;
  g.bypasses = design.rebuild && layer.dense;
  if (op.kind == graph::OperatorKind::fully_connected)
    set_fully_connected(g, input);
  else
    set_convolution(g, op);
  g.input_pitch = pitch_of(g.input_width, design);
  g.output_pitch = pitch_of(g.output_width, design);
  return g;
}

BlockShape block_shape(const LayerGeometry& g, const design::DesignPoint& design) {
  if (g.mode == LayerMode::fully_connected) return {1, 1};
  const int pitch = g.output_pitch / design.macs;
  const bool rows_follow = g.stride_x == 1 && g.stride_y == 1 && g.input_pitch == g.output_pitch;
  if (rows_follow && 2 * pitch <= design.block_segments)
    return {std::min(design.block_segments / pitch, g.output_height), pitch};
  // Even blocks: five segments are three and two rather than four and one.
  const int blocks = (pitch + design.block_segments - 1) / design.block_segments;
  return {1, (pitch + blocks - 1) / blocks};
}

}  // namespace sd::schedule
