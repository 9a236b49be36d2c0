#include "layer_geometry.hpp"

namespace sd::schedule {

LayerGeometry geometry_of(const pack::PackedModel& model, int operator_index,
                          const design::DesignPoint& design) {
  const auto& operators = model.network.operators;
  const graph::Operator& op = operators.at(static_cast<std::size_t>(operator_index));
  const graph::TensorShape& input = operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  const pack::PackedLayer& layer = *model.layers.at(static_cast<std::size_t>(operator_index));
  LayerGeometry g;
  g.filters = layer.layout.filters;
  g.rows = layer.layout.rows;
  g.relu = op.relu;
  g.rebuilds = design.rebuild && !layer.dense;
  g.bypasses = design.rebuild && layer.dense;
  if (op.kind == graph::OperatorKind::fully_connected) {
    g.mode = LayerMode::fully_connected;
    g.channels = g.input_height = g.output_height = g.output_width = 1;
    g.input_width = static_cast<int>(input.elements());
    g.steps = design.columns;
  } else {
    g.mode = op.window.kernel_width == 1 ? LayerMode::pointwise : LayerMode::window;
    g.channels = input.channels;
    g.input_height = input.height;
    g.input_width = input.width;
    g.output_height = op.output.height;
    g.output_width = op.output.width;
    g.kernel_rows = op.window.kernel_height;
    g.steps = g.mode == LayerMode::pointwise ? design.columns : op.window.kernel_width;
    g.stride = op.window.stride_width;
    g.pad_top = op.window.pad_top;
    g.pad_left = op.window.pad_left;
  }
  g.input_pitch = pitch_of(g.input_width, design);
  g.output_pitch = pitch_of(g.output_width, design);
  return g;
}

}  // namespace sd::schedule
