#include "structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "window_count.hpp"

namespace sd::pack {

namespace {

using graph::Operator;
using graph::OperatorKind;
using graph::TensorShape;

constexpr std::int64_t largest_tensor = std::int64_t{1} << 28;
constexpr std::int64_t largest_weights = std::int64_t{1} << 30;
constexpr int largest_window_field = 1 << 16;

std::string text(const TensorShape& shape) {
  return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

void require_shape(const Operator& op) {
  const TensorShape& shape = op.output;
  const auto in_range = [](std::int64_t value) { return value >= 1 && value <= largest_tensor; };
  if (!in_range(shape.channels) || !in_range(shape.height) || !in_range(shape.width) ||
      !in_range(std::int64_t{shape.channels} * shape.height) ||
      !in_range(std::int64_t{shape.channels} * shape.height * shape.width))
    fail(op, fmt::format("has an output of shape {}; it must have 1 to {} elements", text(shape),
                         largest_tensor));
}

void require_input_count(const Operator& op) {
  const std::size_t count = op.inputs.size();
  const bool right = op.kind == OperatorKind::input    ? count == 0
                     : op.kind == OperatorKind::add    ? count == 2
                     : op.kind == OperatorKind::concat ? count >= 1
                                                       : count == 1;
  if (!right) fail(op, fmt::format("has {} inputs", count));
}

void require_equal(const Operator& op, const TensorShape& expected) {
  if (!(op.output == expected))
    fail(op, fmt::format("has an output of shape {}; its inputs give {}", text(op.output),
                         text(expected)));
}

void require_window(const Operator& op) {
  const graph::Window& w = op.window;
  for (const int value : {w.kernel_height, w.kernel_width, w.stride_height, w.stride_width,
                          w.dilation_height, w.dilation_width})
    if (value < 1 || value > largest_window_field)
      fail(op, fmt::format("has {} in its kernel, stride or dilation; 1 to {} is allowed", value,
                           largest_window_field));
  for (const int value : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right})
    if (value < 0 || value > largest_window_field)
      fail(op, fmt::format("has a padding of {}; 0 to {} is allowed", value, largest_window_field));
}

/// Outputs of a window along one axis.
std::int64_t positions(int size, int before, int after, int kernel, int stride, int dilation) {
  const std::int64_t room =
      std::int64_t{size} + before + after - std::int64_t{kernel - 1} * dilation - 1;
  return room < 0 ? 0 : room / stride + 1;
}

void require_weight_count(const Operator& op, std::int64_t filters, std::int64_t channels,
                          std::int64_t kernel_size) {
  if (channels * kernel_size > largest_weights ||
      filters * channels * kernel_size > largest_weights)
    fail(op, fmt::format("has more than {} weights", largest_weights));
}

void require_convolution(const Operator& op, const TensorShape& input) {
  require_window(op);
  const graph::Window& w = op.window;
  if (op.groups < 1 || input.channels % op.groups != 0 || op.output.channels % op.groups != 0)
    fail(op, fmt::format("has {} groups, which do not divide its {} input and {} output channels",
                         op.groups, input.channels, op.output.channels));
  const std::int64_t height = positions(input.height, w.pad_top, w.pad_bottom, w.kernel_height,
                                        w.stride_height, w.dilation_height);
  const std::int64_t width = positions(input.width, w.pad_left, w.pad_right, w.kernel_width,
                                       w.stride_width, w.dilation_width);
  if (height != op.output.height || width != op.output.width)
    fail(op, fmt::format("has an output of {}x{} pixels; its window gives {}x{}", op.output.height,
                         op.output.width, height, width));
  require_weight_count(op, op.output.channels, input.channels / op.groups,
                       std::int64_t{w.kernel_height} * w.kernel_width);
}

void require_pooling(const Operator& op, const TensorShape& input) {
  require_window(op);
  if (op.output.channels != input.channels)
    fail(op, fmt::format("has {} output channels for {} input channels", op.output.channels,
                         input.channels));
  // A window wholly outside the image would have no largest element and no average.
  if (smallest_count(rows_of_window(op.window), input.height, op.output.height) < 1 ||
      smallest_count(columns_of_window(op.window), input.width, op.output.width) < 1)
    fail(op, "has a window that lies outside its input");
}

void require_subsample(const Operator& op, const TensorShape& input) {
  const graph::SubsamplePad& s = op.subsample;
  if (s.stride_height < 1 || s.stride_width < 1 || s.channels_before < 0 || s.channels_after < 0 ||
      s.channels_before > largest_tensor || s.channels_after > largest_tensor)
    fail(op, "has a stride below 1 or a negative number of added channels");
  const std::int64_t channels = std::int64_t{input.channels} + s.channels_before + s.channels_after;
  if (channels > largest_tensor) fail(op, "adds too many channels");
  require_equal(op, {static_cast<int>(channels), (input.height - 1) / s.stride_height + 1,
                     (input.width - 1) / s.stride_width + 1});
}

void require_concat(const Operator& op, const graph::Network& network) {
  std::int64_t channels = 0;
  TensorShape expected = network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  for (const int input : op.inputs) {
    const TensorShape& shape = network.operators[static_cast<std::size_t>(input)].output;
    if (shape.height != expected.height || shape.width != expected.width)
      fail(op,
           fmt::format("joins inputs of different sizes, {} and {}", text(expected), text(shape)));
    channels += shape.channels;
  }
  if (channels > largest_tensor) fail(op, "joins too many channels");
  expected.channels = static_cast<int>(channels);
  require_equal(op, expected);
}

void require_operator(const graph::Network& network, int index) {
  const Operator& op = network.operators[static_cast<std::size_t>(index)];
  require_shape(op);
  require_input_count(op);
  for (const int input : op.inputs)
    if (input < 0 || input >= index)
      fail(op, fmt::format("reads operator {}; only those before it (0 to {}) can be read", input,
                           index - 1));
  if ((op.kind == OperatorKind::input) != (index == 0))
    fail(op, index == 0 ? "comes first; the input must" : "is a second input; there must be one");
  if (op.clip_upper && !(*op.clip_upper > 0))
    fail(op, fmt::format("clips at {}; the bound must be above 0", *op.clip_upper));
  if (index == 0) return;
  const TensorShape& input = network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  switch (op.kind) {
    case OperatorKind::convolution:
      return require_convolution(op, input);
    case OperatorKind::max_pool:
    case OperatorKind::average_pool:
      return require_pooling(op, input);
    case OperatorKind::subsample_pad:
      return require_subsample(op, input);
    case OperatorKind::concat:
      return require_concat(op, network);
    case OperatorKind::add:
      require_equal(op, network.operators[static_cast<std::size_t>(op.inputs[1])].output);
      [[fallthrough]];
    case OperatorKind::activation:
      return require_equal(op, input);
    case OperatorKind::softmax:
      if (std::find(network.outputs.begin(), network.outputs.end(), index) == network.outputs.end())
        fail(op, "is not the last operator");
      return require_equal(op, input);
    case OperatorKind::fully_connected:
      return require_weight_count(op, static_cast<std::int64_t>(op.output.elements()),
                                  static_cast<std::int64_t>(input.elements()), 1);
    case OperatorKind::input:
      return;
  }
  fail(op, "is of an unknown kind");
}

}  // namespace

void fail(const Operator& op, std::string_view problem) {
  throw PackError(
      fmt::format("operator '{}' ({}) {}", op.name, graph::to_string(op.kind), problem));
}

void require_consistent(const graph::Network& network) {
  const std::size_t count = network.operators.size();
  if (count == 0) throw PackError(fmt::format("network '{}' has no operators", network.name));
  if (network.outputs.empty())
    throw PackError(fmt::format("network '{}' has no outputs", network.name));
  for (const int output : network.outputs)
    if (output < 0 || static_cast<std::size_t>(output) >= count)
      throw PackError(
          fmt::format("network '{}' names operator {} as its output; it has {} operators",
                      network.name, output, count));
  for (std::size_t i = 0; i < count; ++i) require_operator(network, static_cast<int>(i));
}

}  // namespace sd::pack
