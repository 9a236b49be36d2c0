// Networks for the tests of pack and integer: built by hand or at random, with every kind of
// operator.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sdengine/decompose/decompose.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::pack::testing {

/// Adds operators to a network; each call returns the operator's index. Weights are random.
class NetworkBuilder {
 public:
  NetworkBuilder(graph::TensorShape input, std::uint64_t seed) : random_(seed) {
    network_.name = "test";
    graph::Operator op;
    op.name = "image";
    op.output = input;
    network_.operators.push_back(op);
    network_.preprocessing.mean.assign(static_cast<std::size_t>(input.channels), 0.0F);
    network_.preprocessing.stddev.assign(static_cast<std::size_t>(input.channels), 1.0F);
  }

  int convolution(int input, int filters, const graph::Window& window, int groups = 1,
                  bool relu = true, std::optional<float> clip = std::nullopt) {
    graph::Operator op = make(graph::OperatorKind::convolution, {input});
    const graph::TensorShape in = shape(input);
    op.window = window;
    op.groups = groups;
    op.relu = relu;
    op.clip_upper = clip;
    op.output = {filters,
                 pixels(in.height, window.pad_top + window.pad_bottom, window.kernel_height,
                        window.stride_height, window.dilation_height),
                 pixels(in.width, window.pad_left + window.pad_right, window.kernel_width,
                        window.stride_width, window.dilation_width)};
    const int fan_in = in.channels / groups * window.kernel_height * window.kernel_width;
    op.weights = values(static_cast<std::size_t>(filters * fan_in), 2.0 / std::sqrt(fan_in));
    op.bias = values(static_cast<std::size_t>(filters), 0.3);
    return add_operator(op);
  }

  int fully_connected(int input, int outputs, bool relu = false) {
    graph::Operator op = make(graph::OperatorKind::fully_connected, {input});
    const auto fan_in = static_cast<int>(shape(input).elements());
    op.relu = relu;
    op.output = {outputs, 1, 1};
    op.weights = values(static_cast<std::size_t>(outputs * fan_in), 2.0 / std::sqrt(fan_in));
    op.bias = values(static_cast<std::size_t>(outputs), 0.3);
    return add_operator(op);
  }

  int add(int a, int b, bool relu = true, std::optional<float> clip = std::nullopt) {
    graph::Operator op = make(graph::OperatorKind::add, {a, b});
    op.output = shape(a);
    op.relu = relu;
    op.clip_upper = clip;
    return add_operator(op);
  }

  int pool(graph::OperatorKind kind, int input, const graph::Window& window) {
    graph::Operator op = make(kind, {input});
    const graph::TensorShape in = shape(input);
    op.window = window;
    op.output = {in.channels,
                 pixels(in.height, window.pad_top + window.pad_bottom, window.kernel_height,
                        window.stride_height, window.dilation_height),
                 pixels(in.width, window.pad_left + window.pad_right, window.kernel_width,
                        window.stride_width, window.dilation_width)};
    return add_operator(op);
  }

  int global_average(int input) {
    graph::Window window;
    window.kernel_height = shape(input).height;
    window.kernel_width = shape(input).width;
    return pool(graph::OperatorKind::average_pool, input, window);
  }

  int subsample_pad(int input, const graph::SubsamplePad& subsample) {
    graph::Operator op = make(graph::OperatorKind::subsample_pad, {input});
    const graph::TensorShape in = shape(input);
    op.subsample = subsample;
    op.output = {in.channels + subsample.channels_before + subsample.channels_after,
                 (in.height - 1) / subsample.stride_height + 1,
                 (in.width - 1) / subsample.stride_width + 1};
    return add_operator(op);
  }

  int concat(const std::vector<int>& inputs) {
    graph::Operator op = make(graph::OperatorKind::concat, inputs);
    op.output = shape(inputs[0]);
    for (std::size_t k = 1; k < inputs.size(); ++k) op.output.channels += shape(inputs[k]).channels;
    return add_operator(op);
  }

  int activation(int input, std::optional<float> clip = std::nullopt) {
    graph::Operator op = make(graph::OperatorKind::activation, {input});
    op.output = shape(input);
    op.relu = true;
    op.clip_upper = clip;
    return add_operator(op);
  }

  int softmax(int input) {
    graph::Operator op = make(graph::OperatorKind::softmax, {input});
    op.output = shape(input);
    return add_operator(op);
  }

  /// The network so far, the last operator being its output.
  graph::Network network() {
    network_.outputs = {static_cast<int>(network_.operators.size()) - 1};
    return network_;
  }

  const graph::TensorShape& shape(int index) const {
    return network_.operators[static_cast<std::size_t>(index)].output;
  }
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  int integer(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  static int pixels(int size, int padding, int kernel, int stride, int dilation) {
    return (size + padding - (kernel - 1) * dilation - 1) / stride + 1;
  }
  graph::Operator make(graph::OperatorKind kind, std::vector<int> inputs) {
    graph::Operator op;
    op.kind = kind;
    op.inputs = std::move(inputs);
    op.name = std::string("op") + std::to_string(network_.operators.size());
    return op;
  }
  int add_operator(const graph::Operator& op) {
    network_.operators.push_back(op);
    return static_cast<int>(network_.operators.size()) - 1;
  }
  std::vector<float> values(std::size_t count, double scale) {
    std::vector<float> result(count);
    for (float& value : result)
      value = static_cast<float>((uniform() + uniform() + uniform() - 1.5) * scale);
    return result;
  }

  graph::Network network_;
  std::mt19937_64 random_;
};

inline graph::Window square(int kernel, int stride = 1, int pad = 0, int dilation = 1) {
  graph::Window w;
  w.kernel_height = w.kernel_width = kernel;
  w.stride_height = w.stride_width = stride;
  w.pad_top = w.pad_left = w.pad_bottom = w.pad_right = pad;
  w.dilation_height = w.dilation_width = dilation;
  return w;
}

/// A random network in which every kind of operator occurs, with odd sizes, strides, groups and
/// dilations.
inline graph::Network random_network(std::uint64_t seed) {
  using graph::OperatorKind;
  NetworkBuilder b({2 + static_cast<int>(seed % 3), 9 + static_cast<int>(seed % 5),
                    8 + static_cast<int>(seed / 2 % 6)},
                   seed);
  int x = b.convolution(0, 2 * b.integer(2, 5), square(3, 1, 1));
  const int depth = b.integer(2, 4);
  for (int k = 0; k < depth; ++k) {
    const graph::TensorShape shape = b.shape(x);
    switch (b.integer(0, 5)) {
      case 0: {  // residual with a pooled, padded shortcut
        graph::SubsamplePad shortcut{2, 1, b.integer(0, 3), b.integer(1, 3)};
        const int side = b.subsample_pad(x, shortcut);
        graph::Window w = square(3, 1, 1);
        w.stride_height = 2;
        x = b.add(b.convolution(x, b.shape(side).channels, w, 1, false), side, true,
                  b.integer(0, 1) == 0 ? std::nullopt : std::optional(1.5F));
        break;
      }
      case 1: {  // grouped and depthwise
        graph::Window w;
        w.kernel_height = b.integer(1, 3);
        w.kernel_width = b.integer(1, 4);
        w.pad_top = b.integer(0, 1);
        w.pad_left = b.integer(0, 2);
        w.pad_right = b.integer(0, 2);
        w.dilation_width = b.integer(1, 2);
        w.pad_bottom = b.integer(1, 2);
        if (shape.width + w.pad_left + w.pad_right < 8) w.dilation_width = 1;
        x = b.convolution(x, shape.channels * b.integer(1, 2), w,
                          b.integer(0, 1) == 0 ? shape.channels : 2, true, 2.0F);
        break;
      }
      case 2: {
        graph::Window w = square(2, 1, 1);
        w.stride_width = b.integer(1, 2);
        x = b.pool(OperatorKind::max_pool, x, w);
        break;
      }
      case 3: {
        const int a = b.convolution(x, b.integer(1, 4), square(1), 1, false);
        const int c = b.activation(b.convolution(x, 3, square(1), 1, false),
                                   b.integer(0, 1) == 0 ? std::nullopt : std::optional(0.3F));
        x = b.concat({a, x, c});
        break;
      }
      case 4: {
        graph::Window w = square(2, 1, 0);
        w.count_include_pad = b.integer(0, 1) == 0;
        if (w.count_include_pad) w.pad_bottom = w.pad_left = 1;
        x = b.pool(OperatorKind::average_pool, x, w);
        break;
      }
      default:
        x = b.convolution(x, 2 * b.integer(1, 4), square(3, b.integer(1, 2), 1), 1,
                          b.integer(0, 1) == 0);
    }
    if (b.shape(x).channels % 2 != 0) x = b.subsample_pad(x, {1, 1, 1, 0});
  }
  if (b.integer(0, 1) == 0) x = b.global_average(x);
  x = b.fully_connected(x, b.integer(2, 12));
  b.softmax(x);
  return b.network();
}

/// Every layer decomposed (with some_dense: every third operator left dense), with small effort.
inline std::vector<LayerChoice> decompose_all(const graph::Network& network, int rank = 4,
                                              int levels = 3, bool some_dense = false) {
  std::vector<LayerChoice> choices(network.operators.size());
  decompose::Settings settings;
  settings.rank = rank;
  settings.levels = levels;
  settings.hops = 0;
  settings.max_iterations = 4;
  settings.slice_rows = 16;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (network.operators[i].has_weights() && !(some_dense && i % 3 == 0))
      choices[i].decomposition = decompose::decompose(
          network.operators[i].weights, weight_shape(network, static_cast<int>(i)), settings);
  return choices;
}

inline std::vector<float> ranges(const graph::Network& network, float value = 3.0F) {
  return std::vector<float>(network.operators.size(), value);
}

}  // namespace sd::pack::testing
