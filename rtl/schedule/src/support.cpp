#include "support.hpp"

#include <fmt/format.h>

#include "layer_geometry.hpp"

namespace sd::schedule {

namespace {

using Reason = std::optional<std::string>;
constexpr std::int64_t field_16 = 65535;

Reason too_large(std::int64_t value, const char* what) {
  if (value <= field_16) return std::nullopt;
  return fmt::format("it has {} {}; the command counts up to {}", value, what, field_16);
}

Reason unsupported_strides(int height, int width, const design::DesignPoint& design) {
  const int stride = std::max(height, width);
  if (stride <= design.max_stride) return std::nullopt;
  return fmt::format("its stride of {} exceeds the design's max_stride of {}", stride,
                     design.max_stride);
}

Reason unsupported_convolution(const graph::Operator& op, const design::DesignPoint& design) {
  const graph::Window& w = op.window;
  if (auto reason = unsupported_strides(w.stride_height, w.stride_width, design)) return reason;
  if (w.kernel_width > design.columns)
    return fmt::format("its kernel is {} wide; the design's rows have {} columns", w.kernel_width,
                       design.columns);
  if (w.kernel_height * w.dilation_height > 255)
    return fmt::format("its kernel of {} rows dilated by {} reaches over more than 255 rows",
                       w.kernel_height, w.dilation_height);
  if (w.kernel_width > 1 && w.dilation_width > 31)
    return fmt::format("it is dilated by {}; the command counts up to 31", w.dilation_width);
  if (w.pad_left > 255 || w.pad_top > 32767)
    return fmt::format("its padding ({} above, {} on the left) exceeds the command's fields",
                       w.pad_top, w.pad_left);
  return std::nullopt;
}

Reason unsupported_layout(const pack::PackedLayer& layer, const design::DesignPoint& design) {
  if (layer.layout.columns > design.columns)
    return fmt::format("its weights are cut into rows of {} columns, the design's rows have {}",
                       layer.layout.columns, design.columns);
  if (auto reason = too_large(layer.layout.rows, "rows per filter")) return reason;
  if (layer.dense || !design.rebuild) return std::nullopt;
  if (layer.rank > design.rank || layer.levels > design.levels)
    return fmt::format(
        "it is decomposed with rank {} and {} levels, the design has rank {} and {} levels",
        layer.rank, layer.levels, design.rank, design.levels);
  return std::nullopt;
}

Reason unsupported_layer(const pack::PackedModel& model, int operator_index,
                         const design::DesignPoint& design) {
  const auto index = static_cast<std::size_t>(operator_index);
  const graph::Operator& op = model.network.operators[index];
  if (op.kind == graph::OperatorKind::convolution)
    if (auto reason = unsupported_convolution(op, design)) return reason;
  if (auto reason = unsupported_layout(*model.layers.at(index), design)) return reason;
  const LayerGeometry g = geometry_of(model, operator_index, design);
  if (g.mode == LayerMode::fully_connected && g.input_width > 255)
    return fmt::format("its input is {} columns wide; a fully connected layer reads up to 255",
                       g.input_width);
  return std::nullopt;
}

/// Every output must have a tap for the maximum to be one.
bool has_empty_windows(const graph::Operator& op, const graph::TensorShape& input) {
  const graph::Window& w = op.window;
  const auto empty = [](int size, int kernel, int stride, int pad, int outputs) {
    return pad >= kernel || (outputs - 1) * stride - pad >= size;
  };
  return empty(input.height, w.kernel_height, w.stride_height, w.pad_top, op.output.height) ||
         empty(input.width, w.kernel_width, w.stride_width, w.pad_left, op.output.width);
}

Reason unsupported_pooling(const graph::Operator& op, const graph::TensorShape& input,
                           const design::DesignPoint& design) {
  const graph::Window& w = op.window;
  if (w.dilation_height != 1 || w.dilation_width != 1)
    return fmt::format("the accelerator runs no dilated pooling (this one is dilated by {}x{})",
                       w.dilation_height, w.dilation_width);
  const bool whole = op.output.height == 1 && op.output.width == 1;
  if (!whole)
    if (auto reason = unsupported_strides(w.stride_height, w.stride_width, design)) return reason;
  if (w.pad_left > 255 || w.pad_top > 32767)
    return fmt::format("its padding ({} above, {} on the left) exceeds the command's fields",
                       w.pad_top, w.pad_left);
  if (op.kind == graph::OperatorKind::max_pool && has_empty_windows(op, input))
    return "some of its windows lie in the padding altogether";
  return std::nullopt;
}

}  // namespace

Reason unsupported(const pack::PackedModel& model, int operator_index,
                   const design::DesignPoint& design) {
  using graph::OperatorKind;
  const auto& operators = model.network.operators;
  const graph::Operator& op = operators.at(static_cast<std::size_t>(operator_index));
  const graph::TensorShape& input = operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  for (const auto& [value, what] :
       {std::pair{input.width, "input columns"}, std::pair{input.height, "input rows"},
        std::pair{op.output.width, "output columns"}, std::pair{op.output.height, "output rows"},
        std::pair{op.output.channels, "channels"}})
    if (auto reason = too_large(value, what)) return reason;
  switch (op.kind) {
    case OperatorKind::convolution:
    case OperatorKind::fully_connected:
      return unsupported_layer(model, operator_index, design);
    case OperatorKind::max_pool:
    case OperatorKind::average_pool:
      return unsupported_pooling(op, input, design);
    case OperatorKind::subsample_pad:
      return unsupported_strides(op.subsample.stride_height, op.subsample.stride_width, design);
    case OperatorKind::input:
    case OperatorKind::add:
    case OperatorKind::concat:
    case OperatorKind::activation:
    case OperatorKind::softmax:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sd::schedule
