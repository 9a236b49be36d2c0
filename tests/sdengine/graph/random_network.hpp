// Random valid networks that use every operator kind.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>

#include "sdengine/graph/network.hpp"

namespace sd::graph {

class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint64_t seed) : random_(seed) {}

  Network make() {
    network_ = {};
    network_.name = "random";
    Operator input;
    input.kind = OperatorKind::input;
    input.name = "image";
    input.output = {between(1, 4), between(5, 12), between(5, 12)};
    network_.operators.push_back(input);
    const int count = between(3, 10);
    for (int i = 0; i < count; ++i) grow();
    if (between(0, 1) == 1) {
      fully_connected();
      if (between(0, 1) == 1) fully_connected();
      if (between(0, 1) == 1) append(OperatorKind::softmax, {last()}, shape(last()));
    }
    network_.outputs = {last()};
    for (int c = 0; c < network_.input_shape().channels; ++c) {
      network_.preprocessing.mean.push_back(real());
      network_.preprocessing.stddev.push_back(0.1F + std::abs(real()));
    }
    network_.preprocessing.from_model = true;
    const std::size_t outputs = shape(last()).elements();
    if (between(0, 1) == 1) {
      for (std::size_t i = 0; i < outputs; ++i)
        network_.class_names.push_back("class " + std::to_string(i));
    }
    return network_;
  }

 private:
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  float real() { return static_cast<float>(static_cast<double>(random_() >> 11) * 0x1p-53) - 0.5F; }
  [[nodiscard]] int last() const { return static_cast<int>(network_.operators.size()) - 1; }
  [[nodiscard]] const TensorShape& shape(int i) const {
    return network_.operators[static_cast<std::size_t>(i)].output;
  }

  Operator& append(OperatorKind kind, std::vector<int> inputs, TensorShape output) {
    Operator op;
    op.kind = kind;
    op.name = std::string(to_string(kind)) + " " + std::to_string(last() + 1);
    op.inputs = std::move(inputs);
    op.output = output;
    network_.operators.push_back(op);
    return network_.operators.back();
  }

  void maybe_relu(Operator& op) {
    op.relu = between(0, 1) == 1;
    if (op.relu && between(0, 1) == 1) op.clip_upper = 1.0F + static_cast<float>(between(0, 5));
  }

  void fill(Operator& op, std::size_t weights) {
    for (std::size_t i = 0; i < weights; ++i) op.weights.push_back(real());
    for (int i = 0; i < op.output.channels; ++i) op.bias.push_back(real());
  }

  /// A window that fits `in`; pads smaller than the kernel.
  Window window(const TensorShape& in) {
    Window w;
    w.kernel_height = between(1, std::min(in.height, 4));
    w.kernel_width = between(1, std::min(in.width, 4));
    w.stride_height = between(1, 2);
    w.stride_width = between(1, 3);
    w.pad_top = between(0, w.kernel_height - 1);
    w.pad_bottom = between(0, w.kernel_height - 1);
    w.pad_left = between(0, w.kernel_width - 1);
    w.pad_right = between(0, w.kernel_width - 1);
    return w;
  }

  static TensorShape windowed(const Window& w, const TensorShape& in, int channels) {
    const auto positions = [](int size, int kernel, int stride, int dilation, int before,
                              int after) {
      return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
    };
    return {channels,
            positions(in.height, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top,
                      w.pad_bottom),
            positions(in.width, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left,
                      w.pad_right)};
  }

  void convolution(int from) {
    const TensorShape in = shape(from);
    const int kind = between(0, 3);  // plain, plain, grouped, depthwise
    const int groups = kind < 2 ? 1 : kind == 2 && in.channels % 2 == 0 ? 2 : in.channels;
    Window w = window(in);
    if (w.kernel_height > 1 && 2 * w.kernel_height - 1 <= in.height)
      w.dilation_height = between(1, 2);
    const TensorShape out = windowed(w, in, groups * between(1, 5));
    Operator& op = append(OperatorKind::convolution, {from}, out);
    op.window = w;
    op.groups = groups;
    fill(op, static_cast<std::size_t>(out.channels) * (in.channels / groups) * w.kernel_height *
                 w.kernel_width);
    maybe_relu(op);
  }

  void grow() {
    const int from = between(0, 3) == 0 ? between(0, last()) : last();
    const TensorShape in = shape(from);
    switch (between(0, 7)) {
      case 0: {
        Operator& op = append(OperatorKind::max_pool, {from}, in);
        op.window = window(in);
        op.output = windowed(op.window, in, in.channels);
        break;
      }
      case 1: {
        Operator& op = append(OperatorKind::average_pool, {from}, in);
        op.window = window(in);
        op.window.count_include_pad = between(0, 1) == 1;
        op.output = windowed(op.window, in, in.channels);
        break;
      }
      case 2: {
        // Two in a row would merge when they are read again, and a stride past the plane is read as
        // the plane's size.
        if (network_.operators[static_cast<std::size_t>(from)].kind == OperatorKind::subsample_pad)
          break;
        const SubsamplePad s{between(1, std::clamp(in.height - 1, 1, 3)),
                             between(1, std::clamp(in.width - 1, 1, 3)), between(0, 2),
                             between(1, 2)};
        append(OperatorKind::subsample_pad, {from},
               {s.channels_before + in.channels + s.channels_after,
                (in.height - 1) / s.stride_height + 1, (in.width - 1) / s.stride_width + 1})
            .subsample = s;
        break;
      }
      case 3: {
        convolution(from);
        const int other = last();
        Operator& op = append(OperatorKind::add, {other, other}, shape(other));
        maybe_relu(op);
        break;
      }
      case 4: {
        append(OperatorKind::concat, {from, from}, {2 * in.channels, in.height, in.width});
        break;
      }
      case 5: {
        // A ReLU after a ReLU would vanish when it is read again.
        if (network_.operators[static_cast<std::size_t>(from)].relu) break;
        // A ReLU of its own: its input is also read by an add, so that it cannot fuse.
        Operator& relu = append(OperatorKind::activation, {from}, in);
        relu.relu = true;
        relu.clip_upper = between(0, 1) == 1 ? std::optional<float>(2.5F) : std::nullopt;
        append(OperatorKind::add, {from, last()}, in);
        break;
      }
      default:
        convolution(from);
    }
  }

  void fully_connected() {
    const int from = last();
    Operator& op = append(OperatorKind::fully_connected, {from}, {between(1, 9), 1, 1});
    fill(op, shape(from).elements() * static_cast<std::size_t>(op.output.channels));
    maybe_relu(op);
  }

  std::mt19937_64 random_;
  Network network_;
};

}  // namespace sd::graph
