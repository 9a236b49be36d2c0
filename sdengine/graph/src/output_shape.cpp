#include "output_shape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

constexpr std::int64_t max_elements = std::int64_t{1} << 27;
constexpr int max_channels = 1 << 20;  // also of features
constexpr int max_geometry =
    1 << 16;  // kernel, stride, dilation, pad: far above any use, and safe to multiply

template <typename... Args>
[[noreturn]] void fail(const Operator& op, fmt::format_string<Args...> text, Args&&... args) {
  throw ImportError(fmt::format("{} '{}' {}", to_string(op.kind), op.name,
                                fmt::format(text, std::forward<Args>(args)...)));
}

std::string text(const TensorShape& shape) {
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

void require_window(const Operator& op) {
  const Window& w = op.window;
  for (const int value : {w.kernel_height, w.kernel_width, w.stride_height, w.stride_width,
                          w.dilation_height, w.dilation_width}) {
    if (value < 1 || value > max_geometry) {
      fail(op, "has a kernel, stride or dilation of {}; it must be 1 to {}", value, max_geometry);
    }
  }
  for (const int pad : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
    if (pad < 0 || pad > max_geometry)
      fail(op, "has a pad of {}; it must be 0 to {}", pad, max_geometry);
  }
}

/// Output height and width of the window on `in`, with the given channels.
TensorShape windowed(const Operator& op, const TensorShape& in, int channels) {
  require_window(op);
  const Window& w = op.window;
  const TensorShape out{channels,
                        window_positions(in.height, w.kernel_height, w.stride_height,
                                         w.dilation_height, w.pad_top, w.pad_bottom),
                        window_positions(in.width, w.kernel_width, w.stride_width, w.dilation_width,
                                         w.pad_left, w.pad_right)};
  if (out.height < 1 || out.width < 1) {
    fail(op, "has a {} x {} kernel that does not fit its {} input", w.kernel_height, w.kernel_width,
         text(in));
  }
  return out;
}

/// Every window of a pooling must see at least one pixel.
void require_no_empty_windows(const Operator& op) {
  const Window& w = op.window;
  const bool padded = w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
  if (std::max(w.pad_top, w.pad_bottom) >= w.kernel_height ||
      std::max(w.pad_left, w.pad_right) >= w.kernel_width) {
    fail(op, "has pads as large as its {} x {} kernel", w.kernel_height, w.kernel_width);
  }
  if (padded && (w.dilation_height > 1 || w.dilation_width > 1)) {
    fail(op, "is both padded and dilated, which is not supported");
  }
}

void require_weights(const Operator& op, std::int64_t filters, std::int64_t per_filter) {
  if (op.weights.size() != static_cast<std::size_t>(filters * per_filter)) {
    fail(op, "has {} weights; its shapes ask for {}", op.weights.size(), filters * per_filter);
  }
  if (op.bias.size() != static_cast<std::size_t>(filters)) {
    fail(op, "has {} biases for {} filters", op.bias.size(), filters);
  }
}

TensorShape convolution(const Operator& op, const TensorShape& in) {
  const int filters = op.output.channels;
  if (filters < 1) fail(op, "has {} filters", filters);
  if (op.groups < 1 || in.channels % op.groups != 0 || filters % op.groups != 0) {
    fail(op, "has {} groups, which do not divide its {} input channels and {} filters", op.groups,
         in.channels, filters);
  }
  const TensorShape out = windowed(op, in, filters);
  require_weights(
      op, filters,
      std::int64_t{in.channels / op.groups} * op.window.kernel_height * op.window.kernel_width);
  return out;
}

TensorShape subsample(const Operator& op, const TensorShape& in) {
  const SubsamplePad& s = op.subsample;
  if (s.stride_height < 1 || s.stride_width < 1 || s.channels_before < 0 || s.channels_after < 0 ||
      s.channels_before > max_geometry || s.channels_after > max_geometry) {
    fail(op,
         "has strides {} x {} and {} + {} padded channels; strides must be at least 1, channels 0 "
         "to {}",
         s.stride_height, s.stride_width, s.channels_before, s.channels_after, max_geometry);
  }
  return {s.channels_before + in.channels + s.channels_after, (in.height - 1) / s.stride_height + 1,
          (in.width - 1) / s.stride_width + 1};
}

TensorShape concat(const Operator& op, std::span<const TensorShape> inputs) {
  std::int64_t channels = 0;
  for (const TensorShape& in : inputs) {
    if (in.height != inputs[0].height || in.width != inputs[0].width) {
      fail(op, "joins planes of different size, {} and {}", text(inputs[0]), text(in));
    }
    channels += in.channels;
  }
  if (channels > max_elements) fail(op, "has {} channels; the limit is {}", channels, max_elements);
  return {static_cast<int>(channels), inputs[0].height, inputs[0].width};
}

}  // namespace

int window_positions(int size, int kernel, int stride, int dilation, int pad_before,
                     int pad_after) {
  const std::int64_t span = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t room = std::int64_t{size} + pad_before + pad_after - span;
  return room < 0 ? 0 : static_cast<int>(room / stride) + 1;
}

void require_reasonable(const TensorShape& shape, const std::string& where) {
  if (shape.channels < 1 || shape.height < 1 || shape.width < 1) {
    throw ImportError(fmt::format("{} has an empty shape, {}", where, text(shape)));
  }
  if (shape.channels > max_channels) {
    throw ImportError(
        fmt::format("{} has {} channels; the limit is {}", where, shape.channels, max_channels));
  }
  if (std::int64_t{shape.height} * shape.width > max_elements / shape.channels) {
    throw ImportError(fmt::format("{} has the shape {}; the limit is {} elements", where,
                                  text(shape), max_elements));
  }
}

TensorShape output_shape(const Operator& op, std::span<const TensorShape> inputs) {
  const std::size_t least = op.kind == OperatorKind::input ? 0
                            : op.kind == OperatorKind::add ? 2
                                                           : 1;
  if (inputs.size() < least || (op.kind != OperatorKind::concat && inputs.size() > least)) {
    fail(op, "has {} inputs; it must have {}{}", inputs.size(), least,
         op.kind == OperatorKind::concat ? " or more" : "");
  }
  TensorShape out = op.output;
  switch (op.kind) {
    case OperatorKind::input:
      break;
    case OperatorKind::convolution:
      out = convolution(op, inputs[0]);
      break;
    case OperatorKind::fully_connected:
      out = {op.output.channels, 1, 1};
      if (out.channels < 1) fail(op, "has {} outputs", out.channels);
      require_weights(op, out.channels, static_cast<std::int64_t>(inputs[0].elements()));
      break;
    case OperatorKind::add:
      if (inputs[0] != inputs[1]) {
        fail(op, "adds tensors of different shape, {} and {}", text(inputs[0]), text(inputs[1]));
      }
      out = inputs[0];
      break;
    case OperatorKind::max_pool:
    case OperatorKind::average_pool:
      out = windowed(op, inputs[0], inputs[0].channels);
      require_no_empty_windows(op);
      break;
    case OperatorKind::subsample_pad:
      out = subsample(op, inputs[0]);
      break;
    case OperatorKind::concat:
      out = concat(op, inputs);
      break;
    case OperatorKind::activation:
    case OperatorKind::softmax:
      out = inputs[0];
      break;
  }
  require_reasonable(out, fmt::format("{} '{}'", to_string(op.kind), op.name));
  return out;
}

}  // namespace sd::graph
