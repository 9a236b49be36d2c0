// A Network's weights as tensors that have gradients, and its execution on a batch.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::train {

class TorchNetwork {
 public:
  /// Starts from the network's own weights; it must outlive this.
  explicit TorchNetwork(const graph::Network& network);

  /// [batch][channels][height][width] -> logits [batch][classes].
  [[nodiscard]] at::Tensor forward(const at::Tensor& batch, bool training);

  struct Parameter {
    at::Tensor value;
    bool decays = false;  ///< weights do; biases and batch norm do not
  };
  [[nodiscard]] std::vector<Parameter>& parameters() { return parameters_; }

  /// The network with these weights, batch norm folded.
  [[nodiscard]] graph::Network folded() const;

 private:
  struct Layer {
    at::Tensor weight, bias;                                 // fully connected
    at::Tensor gamma, beta, running_mean, running_variance;  // convolution
  };
  at::Tensor convolve(const graph::Operator& op, Layer& layer, const at::Tensor& x, bool training);
  at::Tensor parameter(at::Tensor value, bool decays);

  const graph::Network& network_;
  std::vector<Layer> layers_;  // per operator
  std::vector<Parameter> parameters_;
};

}  // namespace sd::train
