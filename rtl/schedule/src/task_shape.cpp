#include "task_shape.hpp"

#include <algorithm>

namespace sd::schedule {

namespace {

using graph::OperatorKind;

void set_window(VectorPart& part, const graph::Operator& op, const Map& input) {
  const graph::Window& w = op.window;
  part.window_rows = w.kernel_height;
  part.window_columns = w.kernel_width;
  part.pad_top = w.pad_top;
  part.pad_left = w.pad_left;
  // A single output has no stride; one wider than the design's would not be taken.
  const bool single = op.output.height == 1 && op.output.width == 1;
  part.stride_x = single ? 1 : w.stride_width;
  part.stride_y = single ? 1 : w.stride_height;
  part.across = op.kind == OperatorKind::average_pool && op.output.width == 1 && w.pad_left == 0 &&
                w.kernel_width == input.width;
}

/// Copies of the input's channels times zero.
void append_zeros(std::vector<VectorPart>& parts, VectorPart zeros, int first, int count) {
  const int input_channels = zeros.input.channels;
  for (int done = 0; done < count; done += input_channels) {
    zeros.input.channels = zeros.output.channels = std::min(input_channels, count - done);
    zeros.output.first_channel = first + done;
    parts.push_back(zeros);
  }
}

std::vector<VectorPart> subsample_parts(const graph::Operator& op, const Task& task) {
  VectorPart copy{task.inputs[0], task.output, {}};
  copy.stride_x = op.subsample.stride_width;
  copy.stride_y = op.subsample.stride_height;
  copy.output.first_channel += op.subsample.channels_before;
  copy.output.channels = copy.input.channels;
  VectorPart zeros = copy;
  zeros.first_multiplier = 0;
  std::vector<VectorPart> parts{copy};
  append_zeros(parts, zeros, task.output.first_channel, op.subsample.channels_before);
  append_zeros(parts, zeros, copy.output.first_channel + copy.output.channels,
               op.subsample.channels_after);
  return parts;
}

std::vector<VectorPart> concat_parts(const graph::Operator& op, const Task& task,
                                     const pack::ElementwiseStage& stage) {
  std::vector<VectorPart> parts;
  int channel = task.output.first_channel;
  for (std::size_t k = 0; k < task.inputs.size(); ++k) {
    const View& input = task.inputs[k];
    // An input that was written in its place needs nothing.
    if (input.map != task.output.map || input.first_channel != channel) {
      VectorPart part{input, {task.output.map, channel, input.channels}, {}};
      part.output_multiplier = stage.multipliers[k];
      part.output_shift = stage.shift;
      part.relu = op.relu;
      parts.push_back(part);
    }
    channel += input.channels;
  }
  return parts;
}

}  // namespace

std::vector<VectorPart> vector_parts(const pack::PackedModel& model, const NetworkPlan& plan,
                                     const Task& task) {
  const auto index = static_cast<std::size_t>(task.operator_index);
  const graph::Operator& op = model.network.operators[index];
  const pack::ElementwiseStage& stage = model.elementwise[index];
  VectorPart part{task.inputs[0], task.output, {}};
  part.relu = op.relu;
  const Map& input = plan.maps[static_cast<std::size_t>(task.inputs[0].map)];
  switch (op.kind) {
    case OperatorKind::subsample_pad:
      return subsample_parts(op, task);
    case OperatorKind::concat:
      return concat_parts(op, task, stage);
    case OperatorKind::max_pool:
      set_window(part, op, input);
      part.maximum = true;
      part.relu = false;
      break;
    case OperatorKind::average_pool:
      set_window(part, op, input);
      part.output_multiplier = stage.multipliers[0];
      part.output_shift = stage.shift;
      break;
    case OperatorKind::add:
      part.second = task.inputs[1];
      part.first_multiplier = stage.multipliers[0];
      part.second_multiplier = stage.multipliers[1];
      part.output_shift = stage.shift;
      break;
    default:  // an activation
      if (!stage.multipliers.empty()) {
        part.output_multiplier = stage.multipliers[0];
        part.output_shift = stage.shift;
      }
      break;
  }
  return {part};
}

RowTile tile_at(const VectorPart& part, int input_height, int first, int output_rows) {
  return rows_met(first, output_rows, part.stride_y, part.pad_top, part.window_rows, input_height);
}

TaskNeeds needs_of(const pack::PackedModel& model, const NetworkPlan& plan, const Task& task,
                   const design::DesignPoint& design) {
  const auto pitch_of_map = [&](const View& view) {
    return std::int64_t{plan.maps[static_cast<std::size_t>(view.map)].pitch_words(design)};
  };
  if (task.execution == Execution::array) {
    const LayerGeometry g = geometry_of(model, task.operator_index, design);
    int rows = 1;
    for (int row = 0; row < g.output_height; ++row)
      rows = std::max(rows, g.tile_at(row, 1).input_rows);
    // A group of filters reads the channels of its convolution groups only.
    const int spanned =
        g.may_span_groups()
            ? (design.slices + g.filters_per_group() - 1) / g.filters_per_group() + 1
            : 1;
    const int channels = std::min(g.channels, spanned * g.channels_per_group());
    const View& input = task.inputs[0];
    std::vector<TileNeed> needs{{input.map, std::int64_t{rows} * channels * pitch_of_map(input)}};
    if (task.fused_add >= 0)
      needs.push_back({task.residual.map, std::int64_t{std::min(design.slices, g.filters)} *
                                              pitch_of_map(task.residual)});
    return {needs};
  }
  TaskNeeds all;
  for (const VectorPart& part : vector_parts(model, plan, task)) {
    const int input_height = plan.maps[static_cast<std::size_t>(part.input.map)].height;
    const Map& output = plan.maps[static_cast<std::size_t>(part.output.map)];
    int rows = 1;
    for (int row = 0; row < output.height; ++row)
      rows = std::max(rows, tile_at(part, input_height, row, 1).input_rows);
    std::vector<TileNeed> needs{{part.input.map, rows * pitch_of_map(part.input)}};
    if (part.second) needs.push_back({part.second->map, output.pitch_words(design)});
    all.push_back(std::move(needs));
  }
  return all;
}

std::int64_t least_words(const TaskNeeds& needs, const std::vector<Map>& maps) {
  std::int64_t most = 0;
  for (const auto& at_a_time : needs) {
    std::int64_t words = 0;
    for (const TileNeed& need : at_a_time)
      if (!maps[static_cast<std::size_t>(need.map)].resident) words += need.words;
    most = std::max(most, words);
  }
  return most;
}

}  // namespace sd::schedule
