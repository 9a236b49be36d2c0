// The one file that runs torch. It includes single operators, not all of torch: it then compiles in
// seconds.
#include "torch_network.hpp"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sdengine/train/train.hpp"

namespace sd::train {

namespace {

using graph::Operator;
using graph::OperatorKind;

constexpr double batch_norm_epsilon = 1e-5;
constexpr double batch_norm_momentum = 0.1;

at::Tensor tensor_of(const std::vector<float>& values, at::IntArrayRef sizes) {
  at::Tensor tensor = at::empty(sizes, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

/// The whole padding done ahead, since graph pads may differ from side to side.
at::Tensor padded(const at::Tensor& x, const graph::Window& w, double value) {
  if (w.pad_top == 0 && w.pad_left == 0 && w.pad_bottom == 0 && w.pad_right == 0) return x;
  return at::constant_pad_nd(x, {w.pad_left, w.pad_right, w.pad_top, w.pad_bottom}, value);
}

at::Tensor average_pool(const Operator& op, const at::Tensor& x) {
  const graph::Window& w = op.window;
  if (w.pad_top != w.pad_bottom || w.pad_left != w.pad_right) {
    throw TrainError(fmt::format(
        "{}: average pooling with different padding on opposite sides cannot be trained", op.name));
  }
  return at::avg_pool2d(x, {w.kernel_height, w.kernel_width}, {w.stride_height, w.stride_width},
                        {w.pad_top, w.pad_left}, false, w.count_include_pad);
}

at::Tensor max_pool(const Operator& op, const at::Tensor& x) {
  const graph::Window& w = op.window;
  return at::max_pool2d(padded(x, w, -std::numeric_limits<double>::infinity()),
                        {w.kernel_height, w.kernel_width}, {w.stride_height, w.stride_width},
                        {0, 0}, {w.dilation_height, w.dilation_width}, false);
}

at::Tensor subsample_pad(const Operator& op, const at::Tensor& x) {
  const graph::SubsamplePad& s = op.subsample;
  const at::Tensor sampled = x.slice(2, c10::nullopt, c10::nullopt, s.stride_height)
                                 .slice(3, c10::nullopt, c10::nullopt, s.stride_width);
  return at::constant_pad_nd(sampled, {0, 0, 0, 0, s.channels_before, s.channels_after}, 0);
}

at::Tensor rectified(const Operator& op, at::Tensor x) {
  if (op.clip_upper) return at::clamp(x, 0, *op.clip_upper);
  return op.relu ? at::relu(x) : std::move(x);
}

std::vector<float> values_of(const at::Tensor& tensor) {
  const float* first = tensor.data_ptr<float>();
  return {first, first + tensor.numel()};
}

}  // namespace

TorchNetwork::TorchNetwork(const graph::Network& network)
    : network_(network), layers_(network.operators.size()) {
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const Operator& op = network.operators[i];
    if (!op.has_weights()) continue;
    Layer& layer = layers_[i];
    const std::int64_t filters = op.output.channels;
    const std::int64_t inputs =
        network.operators[static_cast<std::size_t>(op.inputs.front())].output.channels;
    if (op.kind == OperatorKind::convolution) {
      layer.weight = parameter(
          tensor_of(op.weights,
                    {filters, inputs / op.groups, op.window.kernel_height, op.window.kernel_width}),
          true);
      layer.gamma = parameter(at::ones({filters}, at::kFloat), false);
      layer.beta = parameter(tensor_of(op.bias, {filters}), false);
      layer.running_mean = at::zeros({filters}, at::kFloat);
      layer.running_variance = at::ones({filters}, at::kFloat);
    } else {
      layer.weight = parameter(
          tensor_of(op.weights, {filters, static_cast<std::int64_t>(op.weights.size()) / filters}),
          true);
      layer.bias = parameter(tensor_of(op.bias, {filters}), false);
    }
  }
}

at::Tensor TorchNetwork::parameter(at::Tensor value, bool decays) {
  value.requires_grad_(true);
  parameters_.push_back({value, decays});
  return value;
}

at::Tensor TorchNetwork::convolve(const Operator& op, Layer& layer, const at::Tensor& x,
                                  bool training) {
  const graph::Window& w = op.window;
  const at::Tensor sums =
      at::conv2d(padded(x, w, 0), layer.weight, {}, {w.stride_height, w.stride_width},
                 at::IntArrayRef(0), {w.dilation_height, w.dilation_width}, op.groups);
  return at::batch_norm(sums, layer.gamma, layer.beta, layer.running_mean, layer.running_variance,
                        training, batch_norm_momentum, batch_norm_epsilon, false);
}

at::Tensor TorchNetwork::forward(const at::Tensor& batch, bool training) {
  std::vector<at::Tensor> results(network_.operators.size());
  results[0] = batch;
  for (std::size_t i = 1; i < results.size(); ++i) {
    const Operator& op = network_.operators[i];
    const auto input = [&](std::size_t which) -> const at::Tensor& {
      return results[static_cast<std::size_t>(op.inputs[which])];
    };
    at::Tensor result;
    switch (op.kind) {
      case OperatorKind::input:
        break;
      case OperatorKind::convolution:
        result = convolve(op, layers_[i], input(0), training);
        break;
      case OperatorKind::fully_connected:
        result = at::linear(input(0).flatten(1), layers_[i].weight, layers_[i].bias)
                     .unsqueeze(2)
                     .unsqueeze(3);
        break;
      case OperatorKind::add:
        result = input(0).add(input(1));
        break;
      case OperatorKind::max_pool:
        result = max_pool(op, input(0));
        break;
      case OperatorKind::average_pool:
        result = average_pool(op, input(0));
        break;
      case OperatorKind::subsample_pad:
        result = subsample_pad(op, input(0));
        break;
      case OperatorKind::concat: {
        std::vector<at::Tensor> parts;
        for (std::size_t k = 0; k < op.inputs.size(); ++k) parts.push_back(input(k));
        result = at::cat(parts, 1);
        break;
      }
      case OperatorKind::activation:
      case OperatorKind::softmax:
        result = input(0);
        break;  // the loss takes logits
    }
    results[i] = rectified(op, std::move(result));
  }
  return results[static_cast<std::size_t>(network_.output())].flatten(1);
}

graph::Network TorchNetwork::folded() const {
  graph::Network result = network_;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Operator& op = result.operators[i];
    if (!op.has_weights()) continue;
    const Layer& layer = layers_[i];
    op.weights = values_of(layer.weight);
    if (op.kind == OperatorKind::fully_connected) {
      op.bias = values_of(layer.bias);
      continue;
    }
    const auto gamma = values_of(layer.gamma), beta = values_of(layer.beta);
    const auto mean = values_of(layer.running_mean), variance = values_of(layer.running_variance);
    const std::size_t filters = gamma.size(), per_filter = op.weights.size() / filters;
    op.bias.resize(filters);
    for (std::size_t m = 0; m < filters; ++m) {
      const double factor = gamma[m] / std::sqrt(variance[m] + batch_norm_epsilon);
      for (std::size_t k = 0; k < per_filter; ++k)
        op.weights[m * per_filter + k] =
            static_cast<float>(op.weights[m * per_filter + k] * factor);
      op.bias[m] = static_cast<float>(beta[m] - mean[m] * factor);
    }
  }
  return result;
}

}  // namespace sd::train
