#include "off_chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sd::schedule {

namespace {

constexpr int field_16 = 65535;

std::optional<std::string> unsupported_window(const graph::Operator& op,
                                              const design::DesignPoint& design) {
  const graph::Window& w = op.window;
  if (op.groups != 1)
    return fmt::format(
        "the accelerator runs no grouped or depthwise convolution (this one has {} groups)",
        op.groups);
  if (w.dilation_height != 1 || w.dilation_width != 1)
    return fmt::format("the accelerator runs no dilated convolution (this one is dilated by {}x{})",
                       w.dilation_height, w.dilation_width);
  if (w.stride_height != w.stride_width)
    return fmt::format("its strides differ ({} down, {} across); the accelerator has one for both",
                       w.stride_height, w.stride_width);
  if (w.stride_width > design.max_stride)
    return fmt::format("its stride of {} exceeds the design's max_stride of {}", w.stride_width,
                       design.max_stride);
  if (w.kernel_width > design.columns)
    return fmt::format("its kernel is {} wide; the design's rows have {} columns", w.kernel_width,
                       design.columns);
  if (w.kernel_height > design.max_kernel_rows)
    return fmt::format("its kernel is {} high; the design's max_kernel_rows is {}", w.kernel_height,
                       design.max_kernel_rows);
  if (w.kernel_width == 1 && w.kernel_height != 1)
    return fmt::format(
        "its kernel is {} high and one wide; the accelerator runs kernels one wide only if they "
        "are 1x1",
        w.kernel_height);
  if (w.kernel_width == 1 &&
      (w.pad_top != 0 || w.pad_left != 0 || w.pad_bottom != 0 || w.pad_right != 0))
    return "the accelerator runs no 1x1 convolution with padding";
  if (w.pad_left > 255 || w.pad_top > 32767)
    return fmt::format("its padding ({} above, {} on the left) exceeds the command's fields",
                       w.pad_top, w.pad_left);
  return std::nullopt;
}

/// Rows of a kernel one wide hold `columns` channels, so the layout must be the design's; wider
/// kernels are zero padded.
std::optional<std::string> unsupported_layout(const pack::PackedLayer& layer, bool one_wide,
                                              const design::DesignPoint& design) {
  if (one_wide && layer.layout.columns != design.columns)
    return fmt::format(
        "its weights are cut into rows of {} columns, the design's have {}; pack the model for "
        "this design",
        layer.layout.columns, design.columns);
  if (layer.layout.rows > field_16)
    return fmt::format("it has {} rows per filter; the index counts up to {}", layer.layout.rows,
                       field_16);
  if (layer.dense || !design.rebuild) return std::nullopt;
  if (layer.rank != design.rank || layer.levels != design.levels)
    return fmt::format(
        "it is decomposed with rank {} and {} levels, the design has rank {} and {} levels; "
        "decompose it for this design",
        layer.rank, layer.levels, design.rank, design.levels);
  if (layer.layout.slice_rows != design.slice_rows &&
      layer.layout.rows > std::min(layer.layout.slice_rows, design.slice_rows))
    return fmt::format(
        "it is decomposed in slices of {} rows, the design's have {}; decompose it for this design",
        layer.layout.slice_rows, design.slice_rows);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> unsupported(const pack::PackedModel& model, int operator_index,
                                       const design::DesignPoint& design) {
  const auto index = static_cast<std::size_t>(operator_index);
  const graph::Operator& op = model.network.operators.at(index);
  if (!op.has_weights())
    return fmt::format("the accelerator has no unit for {}", graph::to_string(op.kind));
  if (op.kind == graph::OperatorKind::convolution)
    if (auto reason = unsupported_window(op, design)) return reason;
  const pack::PackedLayer& layer = *model.layers.at(index);
  const bool one_wide =
      op.kind == graph::OperatorKind::fully_connected || op.window.kernel_width == 1;
  if (auto reason = unsupported_layout(layer, one_wide, design)) return reason;
  const graph::TensorShape& input =
      model.network.operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  for (const auto& [value, what] : {std::pair{input.width, "input columns"},
                                    {op.output.width, "output columns"},
                                    {op.output.height, "output rows"}})
    if (value > field_16)
      return fmt::format("it has {} {}; the command counts up to {}", value, what, field_16);
  if (op.kind == graph::OperatorKind::fully_connected && input.elements() > field_16)
    return fmt::format("it has {} inputs; the command counts up to {}", input.elements(), field_16);
  return std::nullopt;
}

}  // namespace sd::schedule
